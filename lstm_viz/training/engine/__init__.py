"""PyTorch: networks, their first weights, the loop that trains them. Nothing else in training imports torch."""
