"""Settings in the query of an address, and back: what a share link holds."""
