"""“Write your own cell”, a section of the Variants page."""
