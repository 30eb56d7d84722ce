"""Settings as the query of an address, and back, bit for bit: the one codec behind the links of every page.

A link holds the fields of a frozen record. The type of a field says how its value is written:

- a number as the shortest text that reads back as exactly the same number;
- a truth value as ``yes`` or ``no``, ``None`` as ``none``, a word as it is;
- a pair, and a tuple of numbers, with ``_`` between its items;
- a tuple of anything else with ``~`` between its items.

``_`` and ``~`` stay as they are in an address, where commas and semicolons would become ``%2C`` and ``%3B``.
What is as it usually is, is left out. Values are compared as text, for −0.0 equals 0.0 and is not the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, replace
from functools import cached_property
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Final, Generic, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from lstm_viz.settings.sequences import format_number

S = TypeVar("S")
"""The settings of a page."""

LONGEST: Final = 200
"""So many characters may stand in a part of a link, and in a message about one."""

LONGEST_NUMBER: Final = len("-2.2250738585072014e-308_")
"""No number needs more characters, with the ``_`` after it."""

_SHOWN: Final = 20
_NONE: Final = MappingProxyType[str, Any]({})


class UnreadableError(ValueError):
    """A word of a link that cannot be read: the word, and what it is not."""

    def __init__(self, word: str, problem: str) -> None:
        super().__init__(word, problem)
        self.word, self.problem = shortened(word), problem


@dataclass(frozen=True, slots=True)
class Format:
    """How the values of one type are written in a link.

    Attributes
    ----------
    write
        Returns the text of a value.
    read
        Returns the value of a text; raises :class:`UnreadableError`.
    longest
        So many characters are taken, where that is not what the other parts of the link may have.
    """

    write: Callable[[Any], str]
    read: Callable[[str], Any]
    longest: int | None = None


def shortened(text: str, longest: int = _SHOWN) -> str:
    """Return a text as a message quotes it: its beginning, where it is long."""
    return text if len(text) <= longest else text[:longest] + "…"


def damaged(error: ValueError) -> ValueError:
    """Return the error of a link that holds what its record refuses."""
    return ValueError(f"The link is damaged: {shortened(str(error), LONGEST)}.")


def one_of(choices: tuple[str, ...]) -> Format:
    """Return the format of a word out of ``choices``."""

    def read(text: str) -> str:
        if text not in choices:
            raise UnreadableError(text, f"none of {', '.join(choices)}")
        return text

    return Format(str, read)


def optional(present: Format, absent: str = "none") -> Format:
    """Return the format of a value that can be None, for which the word ``absent`` stands."""
    return Format(
        lambda value: absent if value is None else present.write(value),
        lambda text: None if text == absent else present.read(text),
    )


def list_of(item: Format, between: str = "~") -> Format:
    """Return the format of a tuple, whose items are written without what stands ``between`` them."""
    return Format(
        lambda values: between.join(map(item.write, values)),
        lambda text: tuple(map(item.read, text.split(between))),
    )


def format_of(kind: Any) -> Format:
    """Return the format of a type: float, int, bool, str, ``Literal``, ``X | None``, or a tuple of these."""
    origin, of = get_origin(kind), get_args(kind)
    if origin is Literal:
        return one_of(of)
    if origin in (Union, UnionType):
        (present,) = (each for each in of if each is not NoneType)
        return optional(format_of(present))
    if origin is tuple and of[-1] is not ...:
        return _pair(*map(format_of, of))
    if origin is tuple:
        return list_of(format_of(of[0]), "_" if of[0] in (float, int) else "~")
    return _ATOMS[kind]


def formats_of(
    record: type,
    *,
    names: Mapping[str, str] = _NONE,
    own: Mapping[str, Format] = _NONE,
    without: tuple[str, ...] = (),
) -> dict[str, Format]:
    """Return the formats of a record's fields.

    Parameters
    ----------
    record
        A frozen dataclass.
    names
        The key in a link of a field that is called otherwise there.
    own
        The format of a field whose type does not say it.
    without
        Fields that no link holds.

    Returns
    -------
    dict of Format
        By key, in the order of the fields.
    """
    kinds = get_type_hints(record)
    return {
        names.get(each.name, each.name): own.get(each.name) or format_of(kinds[each.name])
        for each in fields(record)
        if each.name not in without
    }


def write(
    formats: Mapping[str, Format], values: Mapping[str, Any], usual: Mapping[str, Any] = _NONE
) -> dict[str, str]:
    """Return the parts of a link.

    Parameters
    ----------
    formats
        How each value is written, by key.
    values
        The values; those of other keys are passed over.
    usual
        Values that are left out; a key without one is always written.
    """
    texts = {key: each.write(values[key]) for key, each in formats.items()}
    return {
        key: text for key, text in texts.items() if key not in usual or text != formats[key].write(usual[key])
    }


def read(formats: Mapping[str, Format], query: Mapping[str, str], longest: int = LONGEST) -> dict[str, Any]:
    """Return the values of those parts of a link that are there.

    Parameters
    ----------
    formats
        How each value is read, by key.
    query
        The parts; those of other keys are passed over.
    longest
        So many characters are taken in a part.

    Raises
    ------
    ValueError
        In plain words, if a part is longer than ``longest`` characters or cannot be read.
    """
    return {key: _read(each, key, query[key], longest) for key, each in formats.items() if key in query}


def _read(form: Format, key: str, text: str, longest: int) -> Any:
    if len(text) > (form.longest or longest):
        raise ValueError(f"The link is damaged: its part {key} is {len(text):,} characters long.")
    try:
        return form.read(text)
    except UnreadableError as error:
        raise ValueError(
            f"The link is damaged: “{error.word}” in its part {key} is {error.problem}."
        ) from None


class PresetLink(Generic[S]):
    """The links of a page with presets.

    An untouched preset is its name. Anything else is written out, so that the link keeps its meaning when a
    preset is changed later.

    Parameters
    ----------
    preset
        The key under which the name of a preset stands.
    presets, default
        The settings of each preset by its name, and the name of the one that an empty link opens.
    record
        The frozen record whose fields are the parts of a link.
    flatten, build
        The record of settings, and the settings of a record; by default settings are the record itself.
    names, own
        See :func:`formats_of`.
    longest
        So many characters are taken in a part.
    beside
        Keys that may stand beside the name of a preset.
    """

    def __init__(
        self,
        preset: str,
        presets: Mapping[str, S],
        default: str,
        record: type,
        *,
        flatten: Callable[[S], Any] = lambda settings: settings,
        build: Callable[[Any], S] = lambda record: record,
        names: Mapping[str, str] = _NONE,
        own: Mapping[str, Format] = _NONE,
        longest: int = LONGEST,
        beside: tuple[str, ...] = (),
    ) -> None:
        self._preset, self._presets, self._default = preset, presets, default
        self._record, self._flatten, self._build = record, flatten, build
        self._formats = formats_of(record, names=names, own=own)
        self._names = {names.get(each.name, each.name): each.name for each in fields(record)}
        self._usual = {
            key: each.default
            for key, each in zip(self._formats, fields(record), strict=True)
            if each.default is not MISSING
        }
        self._longest, self._beside = longest, beside

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the query that belong to the page; all others belong to somebody else."""
        return (self._preset, *self._formats)

    def to_query(self, settings: S) -> dict[str, str]:
        """Return the query parameters that stand for settings.

        Parameters
        ----------
        settings
            Those of the page.

        Returns
        -------
        dict of str
            The name of a preset and what may stand beside it, or all parts that are not as usual.
        """
        query = self._in_full(settings)
        beside = {key: query.pop(key) for key in self._beside if key in query}
        for name, texts in self._texts.items():
            if texts == query:
                return {self._preset: name, **beside}
        return {**query, **beside}

    def from_query(self, query: Mapping[str, str]) -> S:
        """Return the settings that query parameters stand for.

        Parameters
        ----------
        query
            Keys that are not in ``keys`` are passed over. Where none is left, it is the default preset.

        Raises
        ------
        ValueError
            In plain words, if the link is damaged: a part is missing, too long, cannot be read, or does not
            fit the rest.
        """
        own = {key: query[key] for key in self.keys if key in query}
        alone = own.keys() - set(self._beside)
        if alone and self._preset not in own:
            missing = [key for key in self._formats if key not in own and key not in self._usual]
            if missing:
                raise ValueError(f"The link is incomplete: {', '.join(missing)} missing.")
            return self._checked(self._record, own)
        if len(alone) > 1:
            raise ValueError(
                "The link names a preset and settings of its own, where only one of them can be."
            )
        name = own.get(self._preset, self._default)
        if name not in self._presets:
            raise ValueError(f"The link asks for a preset “{shortened(name)}”, which does not exist.")
        flat = self._flatten(self._presets[name])
        return self._checked(lambda **beside: replace(flat, **beside), own)

    def _checked(self, record: Callable[..., Any], query: Mapping[str, str]) -> S:
        values = read(self._formats, query, self._longest)
        try:
            return self._build(record(**{self._names[key]: value for key, value in values.items()}))
        except ValueError as error:
            raise damaged(error) from None

    def _in_full(self, settings: S) -> dict[str, str]:
        flat = self._flatten(settings)
        values = {key: getattr(flat, name) for key, name in self._names.items()}
        return write(self._formats, values, self._usual)

    @cached_property
    def _texts(self) -> dict[str, dict[str, str]]:
        return {name: self._in_full(preset) for name, preset in self._presets.items()}


def _number(text: str) -> float:
    try:
        # Python would read 1_0 as 10.
        return float(text.replace("_", " "))
    except ValueError:
        raise UnreadableError(text, "not a number") from None


def _whole(text: str) -> int:
    try:
        return int(text.replace("_", " "))
    except ValueError:
        raise UnreadableError(text, "not a whole number") from None


def _pair(first: Format, second: Format) -> Format:
    def read(text: str) -> tuple[Any, Any]:
        left, _, right = text.partition("_")
        return first.read(left), second.read(right)

    return Format(lambda pair: f"{first.write(pair[0])}_{second.write(pair[1])}", read)


_YES_OR_NO: Final = one_of(("yes", "no"))

_ATOMS: Final[Mapping[Any, Format]] = MappingProxyType(
    {
        float: Format(format_number, _number),
        int: Format(str, _whole),
        str: Format(str, str),
        bool: Format(lambda value: "yes" if value else "no", lambda text: _YES_OR_NO.read(text) == "yes"),
    }
)
