"""What a plan says: the calls of a step, and where values lie. A block of values is named by its node."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

ONE: Final = -1
"""The block of the number that biases are multiplied by."""

Write: TypeAlias = Callable[..., object]


@dataclass(frozen=True, slots=True)
class Apply:
    """One call: a function of runs of neighbouring blocks, or of numbers, into a run of blocks."""

    write: Write
    operands: tuple[tuple[int, ...] | float, ...]
    out: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Multiply:
    """One product: the matrices of affine nodes, stacked, times what they see.

    Attributes
    ----------
    rows
        Runs of affine nodes, in the order of memory.
    sources
        Runs of the blocks that they see.
    """

    rows: tuple[tuple[int, ...], ...]
    sources: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Average:
    """The mean of a block, into every number of another."""

    operand: int
    out: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A step, planned.

    Attributes
    ----------
    order
        All blocks as they lie in memory; a block is named by its node.
    calls
        What is done, in order.
    block
        Of each node that has one: lines, affine nodes and what is computed in the loop.
    fed
        Runs of blocks that are copied in at each step: static nodes.
    constant
        Vectors of weights, copied in once.
    states
        For each state computed in the loop, the block that holds its last value.
    kept
        The first and the last block of what is written down at each step.
    folded
        Affine nodes that are computed with the other sign.
    """

    order: tuple[int, ...]
    calls: tuple[Apply | Multiply | Average, ...]
    block: dict[int, int]
    fed: tuple[tuple[int, ...], ...]
    constant: tuple[int, ...]
    states: dict[str, int]
    kept: tuple[int, int]
    folded: frozenset[int]
