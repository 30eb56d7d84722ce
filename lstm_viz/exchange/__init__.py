"""Runs out of the app and back: links, code, tables, and a second opinion by PyTorch."""
