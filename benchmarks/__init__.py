"""What must be fast, measured: each module prints a table and exits with 1 if a target is missed."""
