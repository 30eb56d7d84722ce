"""Cells in layers and directions, drawn or read from files."""
