"""PyTorch: networks, their first weights and the loop. Nothing else in training imports torch."""
