"""A run to the numbers and words that a figure, a sentence or the stage shows. NumPy only."""
