"""The Cell page."""
