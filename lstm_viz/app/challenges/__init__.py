"""The Challenges page: set the weights so that the cell does what is asked."""
