"""What runs and gradients say: norms, influence, routes, and who wrote the memory."""
