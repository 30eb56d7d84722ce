"""What must feel alive on a page: each a small face in Python for ES modules in ``assets/``."""
