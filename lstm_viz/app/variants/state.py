"""The Variants page's state: what is compared, the way back, and the address that names it."""

from dataclasses import dataclass, field
from typing import Final, NamedTuple, Self

import streamlit as st

from lstm_viz.app.cell.state import MOST_UNDOS
from lstm_viz.app.shell.address import own_part, warn_of_link
from lstm_viz.exchange.links.variants import KEYS, from_query, to_query
from lstm_viz.settings.cell import MAX_INPUTS
from lstm_viz.settings.variants import DEFAULT_VARIANTS, VARIANTS_PRESETS, Comparison

_WORK: Final = "variants_work"
_LINK: Final = "variants_link"


class Place(NamedTuple):
    """A step of history."""

    settings: Comparison
    home: Comparison
    """Where "back to the preset" leads."""
    origin: str
    """What was opened last; a change keeps it, so that the step shown stays where it is."""


@dataclass(slots=True)
class VariantsWork:
    """What is compared now, with undo and redo, and what could not be read.

    While a hand drags, ``settings`` follow it and ``settled`` stays where the drag began.
    """

    settings: Comparison
    settled: Place
    past: list[Place] = field(default_factory=list)
    future: list[Place] = field(default_factory=list)
    reply: int = 0
    stage_reply: int = 0
    """The same for the stage, which sends the unit that is chosen there."""
    dragging: bool = False
    """Whether a hand is on a dial: the address waits until it lets go."""
    unit: int = 0
    shown: Comparison | None = None
    """What the rest of the page was last drawn for."""
    troubles: list[str] = field(default_factory=lambda: [""] * MAX_INPUTS)
    """What is wrong with the typed line of each input; empty where nothing is."""
    few: bool = False
    """Whether fewer cells are picked than can be compared."""
    opened: str = ""
    """The cell on the stage; the first one where it is none of those compared."""

    @classmethod
    def start(cls, settings: Comparison) -> Self:
        """Start with what a link names."""
        return cls(settings, Place(settings, settings, "link"))

    def open(self, settings: Comparison, origin: str) -> None:
        """Go to a preset: one step of history, and the new way back."""
        self._settle(Place(settings, settings, origin))

    def change(self, settings: Comparison, *, done: bool = True) -> None:
        """Compare something else; once the hand is done, remember what was compared before."""
        if done:
            self._settle(self.settled._replace(settings=settings))
        else:
            self._show(settings)
        self.dragging = not done

    def move(self, way: str) -> None:
        """Undo, redo, or reset to the preset; where there is nothing to undo or redo, nothing happens."""
        if way == "reset":
            self.change(self.settled.home)
        elif way == "undo":
            self._go(self.past, self.future)
        elif way == "redo":
            self._go(self.future, self.past)

    def _settle(self, place: Place) -> None:
        if place != self.settled:
            self.past = [*self.past, self.settled][-MOST_UNDOS:]
            self.future.clear()
            self.settled = place
        self._show(place.settings)

    def _go(self, source: list[Place], target: list[Place]) -> None:
        if source:
            target.append(self.settled)
            self.settled = source.pop()
            self.dragging = False
            self._show(self.settled.settings)

    def _show(self, settings: Comparison) -> None:
        # What could not be read is forgotten where something else is now.
        if settings.lines != self.settings.lines:
            self.troubles = [""] * MAX_INPUTS
        if settings.cells != self.settings.cells:
            self.few = False
        self.settings = settings
        self.unit = min(self.unit, settings.units - 1)


def work() -> VariantsWork:
    """Return what the person compares; on a first visit, or when the address names something else, that."""
    query = own_part(KEYS)
    if _WORK not in st.session_state or (query and query != st.session_state.get(_LINK)):
        try:
            settings = from_query(query)
        except ValueError as error:
            warn_of_link(error)
            settings = VARIANTS_PRESETS[DEFAULT_VARIANTS].settings
        st.session_state[_WORK] = VariantsWork.start(settings)
        st.session_state[_LINK] = query
    kept: VariantsWork = st.session_state[_WORK]
    return kept


def follow_up(chosen: VariantsWork) -> None:
    """Once the hand has let go, bring the address and the rest of the page up to date."""
    if chosen.dragging:
        return
    link = to_query(chosen.settings)
    others = {key: value for key, value in st.query_params.items() if key not in KEYS}
    if st.query_params.to_dict() != {**others, **link}:
        st.query_params.from_dict({**others, **link})
    st.session_state[_LINK] = link
    if chosen.shown not in (None, chosen.settings):
        st.rerun(scope="app")
