"""A lesson is a list of stops, and both are data: files in TOML that a teacher or a translator can edit.

``docs/lessons.md`` says how to write one. What is read here is checked as far as a file alone can be.
Whether its links, numbers and solutions hold, :func:`lstm_viz.lessons.play.faults` finds by playing it.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Final, Literal, TypeAlias, TypeVar

import msgspec

from lstm_viz.lessons.tasks import Task
from lstm_viz.lessons.text import Text

Content = TypeVar("Content", bound=msgspec.Struct)
"""What a file holds."""

LONGEST: Final = 200_000
"""Characters of a lesson."""
MAX_STOPS: Final = 60

Page: TypeAlias = Literal["start", "cell", "gradients", "variants", "train"]
_KEY: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
_TEXTS: Final = ("title", "text", "done", "why", "curious", "notes")


class Stop(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One stop of a lesson.

    Attributes
    ----------
    key
        Its name in a link: small letters, digits and hyphens.
    page, link
        The page that it is on, and the state of that page, as the query of the page's link.
    step
        The step of the run that it opens on, counted from 1; None for the page's own choice.
    lit
        The quantities that are not dimmed (``f``, ``C``, ``value`` …); none for all.
    hidden
        The quantities that stand there as “?” until the task is done.
    rows
        The rows of the strip that are there; none for all.
    controls
        What can be set: ``f.b`` is the bias of the forget gate, ``i.flag`` its weight on the input flag.
    title, text
        What it is called, and two or three sentences.
    task
        What is to be done, chosen or predicted, with what it is checked by.
    hints
        Help in stages, each saying more than the one before.
    done
        What is said once the task is done.
    why, curious
        Why it matters, and what else could be tried; either may be empty.
    next
        Where the way on leads, in the words of its button.
    notes
        For the teacher; never shown to a class.
    """

    key: str
    page: Page
    title: str
    text: str
    task: Task
    done: str
    next: str
    link: str = ""
    step: int | None = None
    lit: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    why: str = ""
    curious: str = ""
    notes: str = ""

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise ValueError("key must be small letters, digits and hyphens, and begin with a letter")
        for field in _TEXTS:
            _check_text(field, getattr(self, field))
        for hint in self.hints:
            _check_text("hints", hint)


class Lesson(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A list of stops under a title; ``about`` says in a sentence or two what it is for."""

    title: str
    about: str
    language: str = "en"
    stops: tuple[Stop, ...] = msgspec.field(name="stop")

    def __post_init__(self) -> None:
        if not 1 <= len(self.stops) <= MAX_STOPS:
            raise ValueError(f"a lesson must have 1 to {MAX_STOPS} stops, got {len(self.stops)}")
        keys = [stop.key for stop in self.stops]
        for key in keys:
            if keys.count(key) > 1:
                raise ValueError(f"each stop must have a key of its own, got {key!r} {keys.count(key)} times")


def read_lesson(text: str, name: str) -> Lesson:
    """Read a lesson.

    Parameters
    ----------
    text
        The content of its file, in TOML.
    name
        The name of the file, for messages.

    Raises
    ------
    ValueError
        If it is not TOML, or not a lesson; the message names the file, the stop and the field.
    """
    return read_toml(text, name, Lesson)


def read_toml(text: str, name: str, kind: type[Content]) -> Content:
    """Read a file of data; see :func:`read_lesson`, of which the errors are these."""
    if len(text) > LONGEST:
        raise ValueError(f"{name}: must have at most {LONGEST:,} characters, got {len(text):,}")
    try:
        plain = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{name}: this is not TOML: {error}") from None
    try:
        return msgspec.convert(plain, kind)
    except msgspec.ValidationError as error:
        raise ValueError(f"{name}, {_place(str(error), plain)}") from None


@cache
def guided_path() -> Lesson:
    """Return the guided path that leads through the pages."""
    return shipped("path")


@cache
def shipped(name: str) -> Lesson:
    """Return a lesson that comes with the project, by the name of its file."""
    file = f"{name}.toml"
    return read_lesson((files("lstm_viz.lessons") / file).read_text(encoding="utf-8"), file)


def _check_text(field: str, text: str) -> None:
    try:
        Text.read(text)
    except ValueError as error:
        raise ValueError(f"{field}: {error}") from None


_ITEM: Final = re.compile(r"\$\.(\w+)\[(\d+)\]\.?(.*)")


def _place(message: str, plain: dict[str, object]) -> str:
    """Put the place of a fault in words: "stop 3 (forget-gate), field title: Expected …"."""
    fault, _, where = message.rpartition(" - at `")
    if not fault:
        return message
    item = _ITEM.fullmatch(where.rstrip("`"))
    if item is None:
        return f"field {where.rstrip('`').removeprefix('$.')}: {fault}"
    kind, place, field = item[1], int(item[2]), item[3]
    named = f"{kind} {place + 1}{_key_of(plain, kind, place)}"
    return f"{named}, field {field}: {fault}" if field else f"{named}: {fault}"


def _key_of(plain: dict[str, object], kind: str, place: int) -> str:
    items = plain.get(kind)
    item = items[place] if isinstance(items, list) else None
    key = item.get("key") if isinstance(item, dict) else None
    return f" ({key})" if isinstance(key, str) else ""
