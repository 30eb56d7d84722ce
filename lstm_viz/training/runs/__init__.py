"""What is kept of a run: its events, its record, its files and its lock."""
