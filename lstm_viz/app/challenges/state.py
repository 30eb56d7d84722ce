"""The state of the Challenges page: attempts with their way back, what is looked at. No Streamlit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Self

from lstm_viz.exchange.links import challenges as link
from lstm_viz.exchange.links.codec import damaged, shortened
from lstm_viz.lessons.challenges import TESTS, Challenge, challenges
from lstm_viz.notation import GATES
from lstm_viz.settings.cell import Rows
from lstm_viz.settings.history import History

TEST: Final = "test"
"""The key under which a question to the preview route names the sequence shown, counted from 0."""


def seed_of_the_day() -> int:
    """Return the seed that everybody's sequences have today: 20261121."""
    return int(datetime.now(UTC).strftime("%Y%m%d"))


@dataclass(slots=True)
class ChallengesState:
    """The attempts of one person, one for each challenge."""

    key: str
    """Of the challenge shown."""
    seed: int
    """Of the sequences."""
    is_seed_linked: bool = False
    """Whether the seed came with a link, and is not that of the day."""
    test: int = 0
    """The sequence shown, counted from 0."""
    attempts: dict[str, History[Rows]] = field(default_factory=dict)
    reply: int = 0
    """The id of the last message of edits that the state answers."""

    @classmethod
    def from_link(cls, query: Mapping[str, str]) -> Self:
        """Start on what a link names; ``ValueError`` in words for the person if it is damaged."""
        state = cls(next(iter(challenges())), seed_of_the_day())
        state.follow(query)
        return state

    def follow(self, query: Mapping[str, str]) -> None:
        """Go to the attempt that a link names; undo leads back.

        Raises
        ------
        ValueError
            In words for the person, if the link is damaged.
        """
        attempt = link.from_query(query)
        key = attempt.challenge or next(iter(challenges()))
        if key not in challenges():
            raise ValueError(f"The link asks for a challenge “{shortened(key)}”, which does not exist.")
        challenge = challenges()[key]
        try:
            rows = challenge.joined({gate: getattr(attempt, gate) for gate in GATES})
            challenge.cell(rows)
        except ValueError as error:
            raise damaged(error) from None
        self.open(key)
        if rows != challenge.zeros:
            self.attempts[key] = self.history.change(rows)
        if attempt.seed is not None:
            self.seed, self.is_seed_linked = attempt.seed, True

    def link(self) -> Mapping[str, str]:
        """Return the query that names the committed attempt, for the address."""
        return self._query(self.history.committed.settings, self.seed if self.is_seed_linked else None)

    def shared_link(self) -> Mapping[str, str]:
        """Return the same with the seed: whoever opens it has the very same sequences."""
        return self._query(self.history.committed.settings, self.seed)

    def shown_link(self) -> Mapping[str, str]:
        """Return the query that names all that is shown, for the preview route."""
        return {**self._query(self.rows, self.seed), TEST: str(self.test)}

    @classmethod
    def from_shown_link(cls, query: Mapping[str, str]) -> Self:
        """Return the state that :meth:`shown_link` names; ``ValueError`` if it names none."""
        state = cls.from_link(query)
        state.look_at(int(query.get(TEST, "0")))
        return state

    @property
    def challenge(self) -> Challenge:
        """The challenge shown."""
        return challenges()[self.key]

    @property
    def history(self) -> History[Rows]:
        """The attempt at it, with the way back."""
        return self.attempts[self.key]

    @property
    def rows(self) -> Rows:
        """Its weights as they are shown."""
        return self.history.settings

    def open(self, key: str) -> None:
        """Show another challenge, as it was left."""
        if key not in challenges():
            raise ValueError(f"challenge must be one of {', '.join(challenges())}, got {key!r}")
        zeros = challenges()[key].zeros
        self.attempts.setdefault(key, History.start(zeros, zeros))
        if key != self.key:
            self.test = 0
        self.key = key

    def look_at(self, test: int) -> None:
        """Show another sequence."""
        if not 0 <= test < TESTS:
            raise ValueError(f"test must be 0 to {TESTS - 1}, got {test}")
        self.test = test

    def move(self, way: str) -> None:
        """Undo, redo, or set every weight to 0."""
        self.attempts[self.key] = self.history.move(way)

    def apply(self, edit: Mapping[str, Any]) -> None:
        """Apply one edit that came from the board.

        Raises
        ------
        ValueError, TypeError, KeyError, IndexError, OverflowError
            If it is not one that the board sends, or a number is out of range; the state is left as it was.
        """
        kind = edit["kind"]
        if kind == "challenge":
            self.open(str(edit["challenge"]))
        elif kind == "test":
            self.look_at(int(edit["test"]))
        elif kind == "weight":
            self._set(int(edit["row"]), int(edit["column"]), float(edit["value"]), done=bool(edit["done"]))
        else:
            raise ValueError(f"kind must be challenge, test or weight, got {kind!r}")

    def _set(self, row: int, column: int, value: float, *, done: bool) -> None:
        rows = self.rows
        if not (0 <= row < len(rows) and 0 <= column < len(rows[row])):
            raise ValueError(f"there is no weight in row {row}, column {column}")
        changed = (*rows[row][:column], value + 0.0, *rows[row][column + 1 :])
        settings = (*rows[:row], changed, *rows[row + 1 :])
        self.challenge.cell(settings)
        self.attempts[self.key] = self.history.change(settings, done=done)

    def _query(self, rows: Rows, seed: int | None) -> Mapping[str, str]:
        units = self.challenge.units
        parts = {gate: rows[k * units : (k + 1) * units] for k, gate in enumerate(GATES)}
        named = {gate: part for gate, part in parts.items() if any(map(any, part))}
        return link.to_query(link.Attempt(self.key, **named, seed=seed))
