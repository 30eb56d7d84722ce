"""Reading networks that others have trained: :func:`load`, and one module for each format."""

from lstm_viz.networks.reading.load import load

__all__ = ["load"]
