"""What lies beside what in memory: blocks of numbers grow into chains, link by link."""

from collections.abc import Iterable, Mapping
from itertools import pairwise


class Chains:
    """Blocks, each with at most one neighbour to its right and one to its left.

    Parameters
    ----------
    families
        Blocks of one family are kept together, and so link with each other alone. Blocks without one link
        with any that have none.
    """

    def __init__(self, families: Mapping[int, object]) -> None:
        self._families = families
        self._right: dict[int, int] = {}
        self._left: dict[int, int] = {}

    def link(self, pairs: Iterable[tuple[int, int]], *, across: bool = False) -> bool:
        """Put the second block of each pair to the right of the first: all of them, or none.

        ``across`` lets families mix. Returns whether it could be done.
        """
        made: list[tuple[int, int]] = []
        for a, b in pairs:
            if self._right.get(a) == b:
                continue
            related = across or self._families.get(a) == self._families.get(b)
            if not related or a in self._right or b in self._left or self.last(b) == a:
                for one, other in made:
                    del self._right[one], self._left[other]
                return False
            self._right[a], self._left[b] = b, a
            made.append((a, b))
        return True

    def join(self, blocks: Iterable[int]) -> None:
        """Link the chains that these blocks are in, one behind the other, as far as it is possible."""
        chains = list(dict.fromkeys(self.first(block) for block in blocks))
        for one, other in pairwise(chains):
            self.link([(self.last(one), other)], across=True)

    def first(self, block: int) -> int:
        """Return the leftmost block of a chain."""
        while block in self._left:
            block = self._left[block]
        return block

    def last(self, block: int) -> int:
        """Return the rightmost block of a chain."""
        while block in self._right:
            block = self._right[block]
        return block

    def chain(self, block: int) -> list[int]:
        """Return the whole chain that a block is in, from left to right."""
        here = self.first(block)
        found = [here]
        while here in self._right:
            here = self._right[here]
            found.append(here)
        return found

    def runs(self, blocks: Iterable[int]) -> list[list[int]]:
        """Return ``blocks`` in the order of memory, cut where one does not lie beside the next."""
        wanted = dict.fromkeys(blocks)
        runs: list[list[int]] = []
        for start in dict.fromkeys(map(self.first, wanted)):
            run: list[int] = []
            for block in self.chain(start):
                if block in wanted:
                    run.append(block)
                elif run:
                    runs.append(run)
                    run = []
            if run:
                runs.append(run)
        return runs
