"""The tasks, by key. NumPy alone; no PyTorch."""
