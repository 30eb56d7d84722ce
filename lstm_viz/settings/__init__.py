"""What a person chooses: frozen records, exactly what a share link holds."""
