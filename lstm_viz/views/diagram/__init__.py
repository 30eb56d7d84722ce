"""The diagram of any cell: its parts, their places, and how it is drawn."""
