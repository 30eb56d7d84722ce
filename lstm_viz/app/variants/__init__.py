"""The Variants page."""
