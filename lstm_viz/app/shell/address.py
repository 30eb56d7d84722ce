"""The address bar: the part of it that belongs to a page, and what to say of a link that cannot be read."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import streamlit as st

from lstm_viz.app.shell.prose import show_warning
from lstm_viz.exchange.links.codec import shortened
from lstm_viz.markdown import Markdown

LONGEST_WARNING: Final = 200
"""Characters of what is wrong with a link; anybody may have made it, of any length."""


def own_part(keys: Collection[str]) -> dict[str, str]:
    """Return the query parameters under the given keys."""
    return {key: value for key in keys if (value := st.query_params.get(key)) is not None}


def write_own_part(link: Mapping[str, str], keys: Collection[str]) -> None:
    """Put ``link`` in place of all that stands under the given keys; what belongs to others stays."""
    others = {key: value for key, value in st.query_params.items() if key not in keys}
    if st.query_params.to_dict() != {**others, **link}:
        st.query_params.from_dict({**others, **link})


def warn_of_link(error: ValueError) -> None:
    """Say that a link is damaged, in the words of the error, cut off where it quotes something long."""
    words = shortened(str(error), LONGEST_WARNING)
    show_warning(Markdown("{} Nothing of it was used.").format(words), ":material/link_off:")


def warn_of_runs(reasons: Sequence[str]) -> None:
    """Say once why runs that a link names cannot be shown; one reason a run, at least one."""
    named, they = (f"{len(reasons)} runs", "They") if len(reasons) > 1 else ("a run", "It")
    why = shortened(" ".join(dict.fromkeys(reasons)), LONGEST_WARNING)
    text = Markdown(
        "The link names {} that cannot be shown. {} {} can be trained again from the same settings."
    )
    show_warning(text.format(named, why, they), ":material/link_off:")
