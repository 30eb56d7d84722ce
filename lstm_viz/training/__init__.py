"""PyTorch networks trained on small tasks, every gate kept: tasks, models, the loop, jobs, saved runs."""
