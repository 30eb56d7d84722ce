"""Undo, redo and reset over frozen settings of any kind: each step puts one record in place of another."""

from dataclasses import dataclass, replace
from typing import Final, Generic, Self, TypeVar

Settings = TypeVar("Settings")

MOST_VERSIONS: Final = 200
"""Versions that can be gone back to."""


@dataclass(frozen=True, slots=True)
class Version(Generic[Settings]):
    """Settings as they were at one time, and the settings that a reset led to then."""

    settings: Settings
    home: Settings


@dataclass(frozen=True, slots=True)
class History(Generic[Settings]):
    """Settings that a person changes, and the way back.

    Every method returns another history and leaves this one as it is.

    Attributes
    ----------
    settings
        What is shown. While a hand drags, these follow it as a preview, and ``committed`` stays where the
        drag began; letting go commits the whole drag as one version.
    committed
        The version that a link names.
    past, future
        The versions that undo and redo lead to, the next one last.
    """

    settings: Settings
    committed: Version[Settings]
    past: tuple[Version[Settings], ...] = ()
    future: tuple[Version[Settings], ...] = ()

    @classmethod
    def start(cls, settings: Settings, home: Settings) -> Self:
        """Return a history with nothing to undo, in which a reset leads to ``home``."""
        return cls(settings, Version(settings, home))

    @property
    def home(self) -> Settings:
        """The settings that a reset leads to."""
        return self.committed.home

    @property
    def is_preview(self) -> bool:
        """Whether a hand has changed the settings and has not let go."""
        return self.settings != self.committed.settings

    @property
    def has_changed(self) -> bool:
        """Whether a reset leads to other settings."""
        return self.settings != self.home

    def change(self, settings: Settings, *, done: bool = True) -> Self:
        """Show other settings; commit them if the hand is done."""
        if not done:
            return replace(self, settings=settings)
        return self._commit(Version(settings, self.home))

    def open(self, settings: Settings, home: Settings) -> Self:
        """Commit settings that come as a whole, with another home: a preset or a link."""
        return self._commit(Version(settings, home))

    def move(self, way: str) -> Self:
        """Return the history after an "undo", "redo" or "reset"; anything else changes nothing.

        Where there is nothing to undo or redo, nothing changes either.
        """
        if way == "reset":
            return self.change(self.home)
        if way == "undo" and self.past:
            *past, version = self.past
            return self._at(version, tuple(past), (*self.future, self.committed))
        if way == "redo" and self.future:
            *future, version = self.future
            return self._at(version, (*self.past, self.committed), tuple(future))
        return self

    def _commit(self, version: Version[Settings]) -> Self:
        if version == self.committed:
            return replace(self, settings=version.settings)
        return self._at(version, (*self.past, self.committed)[-MOST_VERSIONS:], ())

    def _at(
        self,
        version: Version[Settings],
        past: tuple[Version[Settings], ...],
        future: tuple[Version[Settings], ...],
    ) -> Self:
        return replace(self, settings=version.settings, committed=version, past=past, future=future)
