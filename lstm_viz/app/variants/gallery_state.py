"""The state of the gallery: which cells are opened, and which of them is on the stage; no Streamlit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from lstm_viz.exchange.links.gallery import from_query, to_query
from lstm_viz.settings.gallery import Choice


@dataclass(slots=True)
class GalleryState:
    """What one person has opened."""

    choice: Choice
    on_stage: str = ""
    """The cell that was chosen for the stage."""
    unit: int = 0
    """The unit shown there, counted from 0."""
    stage_reply: int = 0
    """The id of the last edit of the stage that the page answers."""

    @classmethod
    def from_link(cls, query: Mapping[str, str]) -> Self:
        """Start on what a link names; ``ValueError`` in words for the person if it is damaged."""
        return cls(from_query(query))

    def follow(self, query: Mapping[str, str]) -> None:
        """Go to what a link names; ``ValueError`` in words if the link is damaged."""
        self.choice = from_query(query)

    def link(self) -> Mapping[str, str]:
        """Return the query that names what is opened."""
        return to_query(self.choice)

    @property
    def cell_on_stage(self) -> str:
        """The cell on the stage, where any is opened: the one chosen, or the one opened last."""
        cells = self.choice.cells
        return self.on_stage if self.on_stage in cells else cells[-1]

    def toggle(self, name: str) -> None:
        """Open a cell, or close it; ``ValueError`` if it is none of the catalogue."""
        self.choice = self.choice.toggled(name)

    def choose_unit(self, unit: int, units: int) -> None:
        """Show another unit on the stage, of so many."""
        if not 0 <= unit < units:
            raise ValueError(f"unit must be 0 to {units - 1}, got {unit}")
        self.unit = unit
