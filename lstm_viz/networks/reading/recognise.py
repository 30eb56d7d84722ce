"""A network out of a bag of named arrays: its recurrent layers, what feeds what, and what is open."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, pairwise, permutations
from types import MappingProxyType
from typing import Final

from lstm_viz.networks.initial import looks_initial
from lstm_viz.networks.layers import Direction, Layer, Stack
from lstm_viz.networks.network import Network
from lstm_viz.networks.questions import Answer, Interview, Question
from lstm_viz.networks.reading import gates_layout, keras_layout, onnx_layout, surroundings, torch_layout
from lstm_viz.networks.reading.contents import Contents
from lstm_viz.networks.reading.found import FoundCell
from lstm_viz.networks.reading.naming import parent, stem

_AUTOMATIC: Final = {"lstm", "gru", "rnn", "simplernn", "bidirectional", "cudnnlstm", "cudnngru", "recurrent"}
"""What libraries call layers by themselves: names that say nothing about what they are for."""

_OPTIMISER: Final = re.compile(r"optimi[sz]er|opt_state")

_MOST_CELLS: Final = 128
"""Directions of recurrent layers in one file."""

_MOST_ORDERED: Final = 6
"""Modules whose orders are all tried."""

_BATCH: Final = Question(
    "batch_first",
    "Does the batch come before the time, (batch, time, inputs), or after it, (time, batch, inputs)?",
    (True, False),
)


def recognise(contents: Contents, answers: Mapping[str, Answer]) -> Network:
    """Return the network that arrays make.

    Parameters
    ----------
    contents
        The arrays, and what their file says about them.
    answers
        To questions, by their names.

    Raises
    ------
    ValueError
        If there is no recurrent layer among them, arrays do not fit each other, or an answer is none.
    """
    interview = Interview(answers)
    everything = contents
    # What an optimiser keeps has the names and shapes of the weights.
    contents = replace(contents, arrays={k: v for k, v in contents.arrays.items() if not _OPTIMISER.match(k)})
    found = [
        *torch_layout.find(contents, interview),
        *keras_layout.find(contents, interview),
        *onnx_layout.find(contents),
        *gates_layout.find(contents, interview),
    ]
    if not found:
        raise ValueError(_nothing_recurrent(contents))
    if len(found) > _MOST_CELLS:
        raise ValueError(f"source: expected at most {_MOST_CELLS} recurrent layers, got {len(found)}")
    modules = _modules(found)
    stacks, guessed = _stacks(modules, contents)
    chosen = stacks[0] if len(stacks) == 1 else _asked_for(stacks, interview)
    used = {name for cell in found for name in cell.used}
    whole = surroundings.around(stacks, chosen, contents, used, interview)
    used |= {name for one in whole for name in one.used}
    left_over = tuple(name for name in everything.arrays if torch_layout.plain_name(name) not in used)
    batch_first = _batch_first(found, contents, interview)
    interview.require_asked(answers)
    return Network(
        tuple(one.stack for one in whole),
        next((one.stack for one in whole if chosen is not None and one.stack.name == chosen.name), None),
        contents.format,
        guessed=(
            *contents.notes, *guessed, *(guess for one in whole for guess in one.guessed),
            *_unused(found, left_over),
        ),
        questions=interview.open,
        left_over=left_over,
        untrained=all(cell.as_stored for cell in found) and looks_initial(
            (array, cell.weights.hidden) for cell in found for array in cell.as_stored
        ),
        batch_first=batch_first,
        again=lambda others: recognise(everything, others),
        answers=MappingProxyType(dict(answers)),
    )  # fmt: skip


def _nothing_recurrent(contents: Contents) -> str:
    names = [f"{name[:60]} {array.shape}" for name, array in list(contents.arrays.items())[:4]]
    more = f" and {len(contents.arrays) - 4} more" if len(contents.arrays) > 4 else ""
    return (
        "source: expected the weights of a recurrent layer (weight_ih_l0, recurrent_kernel, W and R …), got "
        + (", ".join(names) + more if names else "no arrays at all")
    )


def _modules(found: Sequence[FoundCell]) -> dict[str, list[Layer]]:
    """Return the layers of each module, in order, both directions of each together."""
    places: dict[str, dict[int, dict[Direction, FoundCell]]] = {}
    for cell in found:
        directions = places.setdefault(cell.module, {}).setdefault(cell.layer, {})
        if cell.direction in directions:
            raise ValueError(
                f"source: expected one set of weights for {cell.module!r}, got {cell.used[0]!r} and "
                f"{directions[cell.direction].used[0]!r}"
            )
        directions[cell.direction] = cell
    return {name: _layers(name, layers) for name, layers in places.items()}


def _layers(module: str, found: Mapping[int, Mapping[Direction, FoundCell]]) -> list[Layer]:
    if sorted(found) != list(range(len(found))):
        raise ValueError(
            f"source: expected layers from 0 on in {module!r}, got {', '.join(map(str, sorted(found)))}"
        )
    layers = [_layer(module, at, found[at], several=len(found) > 1) for at in range(len(found))]
    for before, after in pairwise(layers):
        if after.inputs != before.outputs:
            raise ValueError(
                f"source: expected {after.name!r} to read the {before.outputs} numbers that {before.name!r} "
                f"gives, got weights for {after.inputs}"
            )
    return layers


def _layer(module: str, at: int, found: Mapping[Direction, FoundCell], *, several: bool) -> Layer:
    name = f"{module} layer {at}" if several else module
    order: tuple[Direction, ...] = ("forward", "reverse")
    some = next(iter(found.values()))
    try:
        cells = {direction: found[direction].weights.cell() for direction in order if direction in found}
    except ValueError as error:
        raise ValueError(f"source: {name!r}: {error}") from None
    sizes = {(cell.inputs, cell.hidden, found[direction].weights.kind) for direction, cell in cells.items()}
    if len(sizes) > 1:
        raise ValueError(
            f"source: expected two directions of one kind and size in {name!r}, got {sorted(sizes)}"
        )
    return Layer(name, some.weights.kind, cells, some.order, merge=some.merge, flipped=some.flipped)


def _stacks(modules: Mapping[str, list[Layer]], contents: Contents) -> tuple[list[Stack], list[str]]:
    """Return which modules feed each other: as the file says, or where names go on and sizes fit."""
    rows = _said(modules, contents) if contents.chains else []
    said = {name for row in rows for name in row}
    guessed = []
    order = _by_sizes(modules) if contents.unordered else None
    for name in order or modules:
        if name in said:
            continue
        before = rows[-1][-1] if rows and not contents.chains else None
        if before is not None and _continues(before, name, modules):
            rows[-1].append(name)
            guessed.append(f"{name} reads what {before} gives: its size fits, and it comes next")
        else:
            rows.append([name])
    return [Stack(row[0], tuple(layer for name in row for layer in modules[name])) for row in rows], guessed


def _by_sizes(modules: Mapping[str, list[Layer]]) -> tuple[str, ...] | None:
    """Return the one order in which every module can read the one before; None if there are others.

    Modules whose names differ by their numbers alone stay in the order of these.
    """
    if not 1 < len(modules) <= _MOST_ORDERED:
        return None
    places = {name: at for at, name in enumerate(modules)}
    fitting = [
        order
        for order in permutations(modules)
        if all(modules[a][-1].outputs == modules[b][0].inputs for a, b in pairwise(order))
        and all(places[a] < places[b] for a, b in combinations(order, 2) if stem(a) == stem(b))
    ]
    return fitting[0] if len(fitting) == 1 else None


def _said(modules: Mapping[str, list[Layer]], contents: Contents) -> list[list[str]]:
    rows = []
    for chain in contents.chains:
        by_layer = [[name for name in modules if layer in (name, *name.split("."))] for layer in chain]
        row = [name for names in by_layer for name in names]
        if row:
            rows += _where_sizes_fit(row, modules)
    return rows


def _where_sizes_fit(row: list[str], modules: Mapping[str, list[Layer]]) -> list[list[str]]:
    parts = [[row[0]]]
    for before, after in pairwise(row):
        if modules[before][-1].outputs == modules[after][0].inputs:
            parts[-1].append(after)
        else:
            parts.append([after])
    return parts


def _continues(before: str, after: str, modules: Mapping[str, list[Layer]]) -> bool:
    return _series(before) == _series(after) and modules[before][-1].outputs == modules[after][0].inputs


def _series(name: str) -> str:
    """Return a name without its numbers, and without what libraries call layers by themselves."""
    levels = [stem(level) for level in name.split(".")]
    kept = [level for level in levels if re.sub(r"cell$", "", level) not in _AUTOMATIC]
    return ".".join(dict.fromkeys(kept))


def _asked_for(stacks: Sequence[Stack], interview: Interview) -> Stack | None:
    question = Question(
        "module",
        "Which of the recurrent modules in this file should run? They do not feed each other.",
        tuple(stack.name for stack in stacks),
    )
    name = interview.ask(question)
    return next((stack for stack in stacks if stack.name == name), None)


def _batch_first(found: Sequence[FoundCell], contents: Contents, interview: Interview) -> bool | None:
    known = {bool(hints["batch_first"]) for hints in contents.hints.values() if "batch_first" in hints}
    if len(known) == 1:
        return known.pop()
    if all(cell.order in ("Keras", "CuDNN") for cell in found):
        return True
    answer = interview.ask(_BATCH)
    return None if answer is None else bool(answer)


def _unused(found: Sequence[FoundCell], left_over: Sequence[str]) -> list[str]:
    """Say which arrays lie among those of a recurrent module and take no part in what is computed."""
    modules = {cell.module for cell in found}
    inside = ((name, next((m for m in _levels(name) if m in modules), None)) for name in left_over)
    return [
        f"{name} lies in {module} and is not used: what it does is missing"
        for name, module in inside
        if module is not None
    ][:_MOST_NOTES]


_MOST_NOTES: Final = 10


def _levels(name: str) -> Iterator[str]:
    """Yield what a name lies in, the nearest first."""
    while "." in name:
        name = parent(name)
        yield name
