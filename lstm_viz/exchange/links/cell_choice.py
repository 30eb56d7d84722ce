"""How the choice of a cell stands in a link: its name in the catalogue, or its equations as they were typed.

Equations stand there in full, for whoever reads the link and whatever version opens it. What has a meaning in
a link, the ``~`` between the items of a list and the ``%`` that replaces it, is written as in an address:

>>> CELL.write(CellChoice("minGRU"))
'minGRU'
>>> CELL.read("h = 0.9*h + W@x  # ~ 10 %25").written
'h = 0.9*h + W@x  # ~ 10 %'
"""

from typing import Final
from urllib.parse import unquote

from lstm_viz.cells.language import MOST_CHARACTERS, EquationError
from lstm_viz.exchange.links.codec import Format, UnreadableError
from lstm_viz.settings.cell_choice import CellChoice

LONGEST_CELL: Final = 3 * MOST_CHARACTERS
"""Characters that a cell takes in a link at most: each of them may be written as three."""


def _write(cell: CellChoice) -> str:
    return cell.written.replace("%", "%25").replace("~", "%7E")


def _read(text: str) -> CellChoice:
    written = unquote(text)
    try:
        return CellChoice(written)
    except EquationError as error:
        raise UnreadableError(written, f"no cell ({error.problems[0]})") from None
    except ValueError:
        raise UnreadableError(written, "no cell of the catalogue") from None


CELL: Final = Format(_write, _read)
"""The format of a :class:`CellChoice`; the link of its page takes parts of ``LONGEST_CELL`` characters."""
