"""The numbers of a training that has gone astray."""


class NotFiniteError(ArithmeticError):
    """The loss or the gradient of an update is infinite or no number; the weights were not changed.

    The message says where a cell left the range of its numbers, where that is known.
    """
