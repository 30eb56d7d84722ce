"""What is imported once and stays for ever, kept out of the garbage collector's way."""

import gc


def freeze() -> None:
    """Collect once, and then leave all that is left out of every later collection.

    To be called after something large was imported: a collection then costs a few milliseconds in place of
    the 30 to 160 in which nobody would be answered. What the sessions of that moment hold is left out too:
    a few hundred kilobytes, once.
    """
    gc.collect()
    gc.freeze()
