"""The embedding before recurrent layers and the dense layers after them, as names and sizes tell."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from lstm_viz.cells.functions import FUNCTIONS, Array
from lstm_viz.networks.layers import Dense, Embedding, Stack
from lstm_viz.networks.questions import Interview, Question
from lstm_viz.networks.reading.contents import Contents
from lstm_viz.networks.reading.keras_layout import hints_of
from lstm_viz.networks.reading.naming import alike, stem

_EMBEDDING: Final = re.compile(r"emb|lookup|wte|vocab", re.IGNORECASE)
_NO_EMBEDDING: Final = re.compile(r"pos|norm", re.IGNORECASE)
_MATRIX: Final = re.compile(r"(?P<base>.*?)[._]?(?P<role>weight|kernel|(?<![a-zA-Z])[wW])")
_MOST_HEADS: Final = 40
"""Dense layers of one size, of which a person can still choose one."""

_BIASES: Final = ("bias", "b")


@dataclass(frozen=True, eq=False)
class _Candidate:
    """A dense layer, and the arrays it is made of."""

    dense: Dense
    names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Surroundings:
    """A stack with its embedding and readout, the arrays of these, and what was guessed about them."""

    stack: Stack
    used: tuple[str, ...]
    guessed: tuple[str, ...]


def around(
    stacks: Sequence[Stack],
    chosen: Stack | None,
    contents: Contents,
    used: Collection[str],
    interview: Interview,
) -> list[Surroundings]:
    """Return every stack with its embedding and its readout.

    Parameters
    ----------
    stacks, chosen
        What was found, and which of it will run.
    contents, used
        The file, and the names of the arrays that belong to recurrent layers.
    interview
        Is asked which of several heads is meant.
    """
    free = {name: array for name, array in contents.arrays.items() if name not in used}
    tables = {name: array for name, array in free.items() if _is_table(name, array, free)}
    heads = [candidate for name in free if name not in tables for candidate in _dense(name, free, contents)]
    found = []
    for stack in stacks:
        embedding, guessed = _embedding(stack, stacks, tables)
        chain = _readout(stack, stacks, embedding, heads, interview if stack is chosen else None)
        readout = tuple(candidate.dense for candidate in chain)
        names = [name for candidate in chain for name in candidate.names]
        if embedding is not None:
            names.append(embedding.name)
        found.append(
            Surroundings(replace(stack, embedding=embedding, readout=readout), tuple(names), guessed)
        )
    return found


def _is_table(name: str, array: Array, free: Mapping[str, Array]) -> bool:
    if array.ndim != 2 or _NO_EMBEDDING.search(name) or _bias_of(name, free) is not None:
        return False
    # Without a bias a matrix called weight may be either; who knows it by its name is asked first.
    return bool(_EMBEDDING.search(name)) or bool(re.search(r"(^|\.)encoder\.weight$", name))


def _embedding(
    stack: Stack, stacks: Sequence[Stack], tables: Mapping[str, Array]
) -> tuple[Embedding | None, tuple[str, ...]]:
    fitting = [name for name, array in tables.items() if array.shape[1] == stack.inputs]
    if not fitting:
        return None, ()

    def nearness(name: str) -> int:
        return alike(name, stack.name)

    best = max(fitting, key=nearness)
    # What begins as another stack does belongs to that.
    if any(alike(best, other.name) > nearness(best) for other in stacks):
        return None, ()
    guess = (f"{best} is the embedding before {stack.name}: it has {stack.inputs} columns",)
    told = _EMBEDDING.search(best) and (len(fitting) == 1 or nearness(best) > 0)
    return Embedding(best, tables[best]), () if told else guess


def _bias_of(name: str, free: Mapping[str, Array]) -> str | None:
    match = _MATRIX.fullmatch(name)
    if match is None:
        return None
    start = name[: match.start("role")]
    return next(
        (start + bias for bias in _BIASES if start + bias in free and free[start + bias].ndim == 1), None
    )


def _dense(name: str, free: Mapping[str, Array], contents: Contents) -> list[_Candidate]:
    match, matrix = _MATRIX.fullmatch(name), free[name]
    if match is None or matrix.ndim != 2 or 0 in matrix.shape or not np.isfinite(matrix).all():
        return []
    weight = matrix.T if match["role"] == "kernel" else matrix
    bias_name = _bias_of(name, free)
    bias = free[bias_name] if bias_name else np.zeros(len(weight), weight.dtype)
    if bias.shape != (len(weight),):
        return []
    activation = hints_of(name, contents.hints).get("activation")
    dense = Dense(
        match["base"] or name, weight, bias, activation if activation in (*FUNCTIONS, "linear") else None
    )
    return [_Candidate(dense, (name, *((bias_name,) if bias_name else ())))]


def _readout(
    stack: Stack,
    stacks: Sequence[Stack],
    embedding: Embedding | None,
    heads: Sequence[_Candidate],
    interview: Interview | None,
) -> list[_Candidate]:
    fitting = [head for head in heads if head.dense.inputs == stack.outputs]
    if len(fitting) > _MOST_HEADS:
        return []
    first = [head for head in fitting if _is_of(stack, stacks, embedding, head)]
    if len(first) > 1:
        choice = None if interview is None else interview.ask(_which_head(first))
        first = [head for head in first if head.dense.name == choice]
    if not first:
        return []
    chain = [*first, *_following(first[0], heads)]
    between = [candidate for candidate in chain[:-1] if candidate.dense.activation is None]
    if between and interview is not None:
        answer = interview.ask(_BETWEEN)
        if answer is not None:
            known = [replace(head, dense=replace(head.dense, activation=str(answer))) for head in between]
            chain = [known[between.index(head)] if head in between else head for head in chain]
    return chain


def _is_of(stack: Stack, stacks: Sequence[Stack], embedding: Embedding | None, head: _Candidate) -> bool:
    """Tell whether a head belongs to a stack and no other: by its name, by what it writes, or as the last."""
    rivals = [other for other in stacks if other.outputs == head.dense.inputs]
    near = {other.name: alike(head.dense.name, other.name) for other in rivals}
    if len(rivals) == 1 or (near[stack.name] > 2 and near[stack.name] == max(near.values())):
        return True
    if embedding is not None and embedding.symbols == head.dense.outputs:
        return True
    return max(near.values()) <= 2 and stack is rivals[-1]


def _which_head(heads: Sequence[_Candidate]) -> Question:
    return Question(
        "head",
        "Which dense layer reads the output of the last recurrent layer? Several have its size.",
        tuple(head.dense.name for head in heads),
    )


_BETWEEN: Final = Question(
    "readout_activation",
    "What lies between the dense layers after the recurrent ones? The weights do not say.",
    ("linear", "relu", "tanh", "sigmoid", "silu"),
)


def _following(head: _Candidate, heads: Sequence[_Candidate]) -> list[_Candidate]:
    """Return the dense layers after one, as long as one alone fits, comes later and is named alike."""
    later = heads[heads.index(head) + 1 :]
    fitting = [
        other
        for other in later
        if other.dense.inputs == head.dense.outputs and stem(other.dense.name) == stem(head.dense.name)
    ]
    return [fitting[0], *_following(fitting[0], heads)] if len(fitting) == 1 else []
