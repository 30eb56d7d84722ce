"""Labelled sentences that a person uploads: which column is the text, which the label."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np

from lstm_viz.training.task import Array, Upload
from lstm_viz.training.tasks.csv_tables import BY_ITSELF, Table, read_table
from lstm_viz.training.tasks.negation import NAMES, opinions

FEWEST: Final = 40
FEWEST_OF_A_CLASS: Final = 5
MOST: Final = 50_000
MOST_CLASSES: Final = 20

_EXAMPLES: Final = 600


@dataclass(frozen=True, slots=True)
class Labelled:
    """Sentences with one class each.

    Parameters
    ----------
    texts
        As they stand in the file.
    classes
        ``(texts,)`` int64, the number of each one's class.
    names
        The classes, in alphabetical order.
    notes
        What was done to the data, in sentences.
    """

    texts: tuple[str, ...]
    classes: Array
    names: tuple[str, ...]
    notes: tuple[str, ...] = ()


def read_labelled(upload: Upload, text: str, label: str, separator: str = BY_ITSELF) -> Labelled:
    """Return the labelled sentences of an uploaded table.

    Parameters
    ----------
    upload
        The file.
    text, label
        Names or numbers of the two columns; empty finds them: the label is the column with the fewest
        different cells, the text the one with the longest.
    separator
        What separates the cells.

    Raises
    ------
    ValueError
        If the file is no such table, or holds too little to learn from.
    """
    table = read_table(upload, separator)
    if len(table.names) < 2:
        raise ValueError(f"{upload.name} has one column; a text and its label are needed in each line.")
    words = table.find(text) if text.strip() else _longest(table, label)
    kind = table.find(label) if label.strip() else _fewest(table, words)
    if words == kind:
        raise ValueError(f"The text and the label cannot both be the column “{table.names[words]}”.")
    pairs = [pair for pair in zip(table.columns[words], table.columns[kind], strict=True) if all(pair)]
    return _checked(upload, table.names[kind], pairs, skipped=len(table.columns[0]) - len(pairs))


def example_sentences() -> Labelled:
    """Return some generated sentences, for when no file is given."""
    made = opinions()
    drawn = np.random.default_rng(0).choice(len(made), _EXAMPLES, replace=False)
    return Labelled(
        tuple(" ".join(made[place].words) for place in drawn),
        np.array([made[place].feeling for place in drawn], dtype=np.int64),
        NAMES,
        ("No file was given: these sentences are generated.",),
    )


def _longest(table: Table, label: str) -> int:
    taken = table.find(label) if label.strip() else None
    places = [place for place in range(len(table.names)) if place != taken]
    return max(places, key=lambda place: sum(map(len, table.columns[place])))


def _fewest(table: Table, words: int) -> int:
    places = [place for place in range(len(table.names)) if place != words]
    # A column of which all cells are alike tells nothing apart.
    kinds = {place: len({cell for cell in table.columns[place] if cell}) for place in places}
    return min(places, key=lambda place: (kinds[place] < 2, kinds[place], -place))


def _checked(upload: Upload, label: str, pairs: list[tuple[str, str]], skipped: int) -> Labelled:
    notes = [f"{skipped} lines without a text or a label were left out."] if skipped else []
    if len(pairs) < FEWEST:
        raise ValueError(
            f"{upload.name} has {len(pairs)} labelled lines; at least {FEWEST} are needed, to learn from "
            "most of them and to test on the others."
        )
    if len(pairs) > MOST:
        notes.append(f"Of {len(pairs):,} lines the first {MOST:,} are used.")
        pairs = pairs[:MOST]
    counts = Counter(kind for _text, kind in pairs)
    if len(counts) < 2:
        raise ValueError(f"Every line has the label “{pairs[0][1]}”: there is nothing to tell apart.")
    if len(counts) > MOST_CLASSES:
        raise ValueError(
            f"The column “{label}” has {len(counts)} different labels; at most {MOST_CLASSES} can be told "
            "apart. Say which column holds the label."
        )
    if rare := [kind for kind, count in counts.items() if count < FEWEST_OF_A_CLASS]:
        raise ValueError(
            f"Only {counts[rare[0]]} lines have the label “{rare[0]}”; each label needs at least "
            f"{FEWEST_OF_A_CLASS}."
        )
    names = tuple(sorted(counts))
    classes = np.array([names.index(kind) for _text, kind in pairs], dtype=np.int64)
    return Labelled(tuple(text for text, _kind in pairs), classes, names, tuple(notes))


def split(classes: Array, share: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return which sentences are learned from and which held back: ``share`` of each class, at least one."""
    held_back = []
    for kind in np.unique(classes):
        members = rng.permutation(np.flatnonzero(classes == kind))
        held_back.append(members[: max(1, round(share * len(members)))])
    test = np.sort(np.concatenate(held_back))
    return np.setdiff1d(np.arange(len(classes)), test), test
