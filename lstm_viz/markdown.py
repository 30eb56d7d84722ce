"""Text for a page, told apart by its type from text that anybody may have written.

Streamlit renders Markdown almost everywhere: a file name with a "$" in it would become a formula, one with
a picture in it would load that picture. So functions that show text take :class:`Markdown`, for which mypy
accepts no plain ``str``, and whatever is put into such a text is escaped unless it is Markdown itself.
"""

import re
import string
from typing import Final

_PUNCTUATION: Final = re.compile(f"([{re.escape(string.punctuation)}])")


class Markdown(str):
    """Text of our own, to be rendered as Markdown: ``Markdown("**{}** of {}").format(name, 3)``.

    Only a text that stands in the code is made Markdown by calling the class. A text from anywhere else goes
    through :meth:`format`, :meth:`join` or :func:`plain`.
    """

    __slots__ = ()

    def format(self, *values: object, **named: object) -> "Markdown":
        """Return the text with values in its places, each escaped unless it is Markdown.

        Numbers can be formatted as usual, ``{:,}`` say; a text has to be escaped before it is cut or padded,
        so that a format for it is refused.

        Raises
        ------
        ValueError
            If a text is to be formatted otherwise than as it is.
        """
        parts = {name: _Escaped(value) for name, value in named.items()}
        return Markdown(str(self).format(*map(_Escaped, values), **parts))

    def join(self, parts: "list[Markdown]") -> "Markdown":  # type: ignore[override]
        """Return texts joined by this one; all of them are Markdown already."""
        return Markdown(str(self).join(parts))


class _Escaped:
    """A value on its way into a text: escaped when it is written."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __format__(self, specification: str) -> str:
        if isinstance(self.value, int | float):
            return format(self.value, specification)
        if specification:
            raise ValueError(f"a text is put in as it is, without a format, got {specification!r}")
        return self.value if isinstance(self.value, Markdown) else plain(str(self.value))


def plain(text: str) -> Markdown:
    """Return Markdown that shows a text just as it is: every sign of Markdown is escaped.

    An end of a line becomes a space: a text stays in the paragraph, list or table in which it is put.
    """
    return Markdown(_PUNCTUATION.sub(r"\\\1", " ".join(text.splitlines())))
