"""The doors of the Start page, each with a small picture of a real run. No Streamlit here."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from lstm_viz.figures import thumbnails
from lstm_viz.lessons.challenges import challenges, sequences
from lstm_viz.lessons.marking import mark
from lstm_viz.networks.sentences import NEGATION
from lstm_viz.notation import NETWORK_STYLES, SYMBOLS
from lstm_viz.settings.gradients import GRADIENT_PRESETS
from lstm_viz.settings.presets import PRESETS
from lstm_viz.views.gradients import measure_once

_LATCH: Final = "latch"
_OPEN: Final = "bias-3"
_CHALLENGE: Final = "up-down"

_VANISHED: Final = -12.0
"""The power of ten at the bottom of the picture of gradients."""


@dataclass(frozen=True, slots=True)
class Door:
    """A way into the app.

    Parameters
    ----------
    page
        The name of its file in ``pages/``.
    title, text, icon
        What it says.
    draw
        Return the picture as SVG, for a dark page or a light one.
    seen
        What can be seen in the picture.
    query
        What the page opens on: the run of the picture.
    """

    page: str
    title: str
    text: str
    icon: str
    draw: Callable[[bool], str]
    seen: str
    query: Mapping[str, str] = field(default_factory=dict)


@cache
def _latch(dark: bool) -> str:
    trace = PRESETS[_LATCH].settings.run()
    f, i = ((SYMBOLS[key].light, SYMBOLS[key].dark)[dark] for key in ("f", "i"))
    return thumbnails.picture(
        *thumbnails.belt(trace.c[:, 0], top=5, height=34, dark=dark),
        *thumbnails.strip(trace.f[:, 0], f, top=46, dark=dark),
        *thumbnails.strip(trace.i[:, 0], i, top=61, dark=dark),
    )


@cache
def _gradients(dark: bool) -> str:
    settings = GRADIENT_PRESETS[_OPEN].settings
    parts = thumbnails.axis(dark=dark)
    for key, network in (("rnn", settings.rnn), ("lstm", settings.lstm)):
        style = NETWORK_STYLES[key]
        left = measure_once(network, settings.steps, settings.input_scale, 0)
        colour = style.dark if dark else style.light
        parts += thumbnails.curve(left, colour, low=_VANISHED, high=0.0)
    return thumbnails.picture(*parts)


@cache
def _challenge(dark: bool) -> str:
    challenge = challenges()[_CHALLENGE]
    tests = sequences(challenge, 0, 1)
    marks = mark(challenge, challenge.rows(challenge.solution), tests)
    wanted, made = tests.target[:, 0], marks.values[:, 0]
    ends = {"low": float(wanted.min()) - 0.5, "high": float(wanted.max()) + 0.5}
    band, line = ((SYMBOLS[key].light, SYMBOLS[key].dark)[dark] for key in ("i", "c"))
    return thumbnails.picture(
        *thumbnails.curve(wanted, band, **ends, width=11.0, opacity=0.25),
        *thumbnails.curve(made, line, **ends),
    )


@cache
def _training(dark: bool) -> str:
    report = json.loads(NEGATION.with_suffix(".json").read_text(encoding="utf-8"))
    losses = report["losses"]
    style = NETWORK_STYLES["lstm"]
    return thumbnails.picture(
        *thumbnails.axis(dark=dark),
        *thumbnails.curve(losses, style.dark if dark else style.light, low=0.0, high=max(losses)),
    )


DOORS: Final = (
    Door(
        "cell",
        "Drive the cell",
        "Turn every weight of one cell, and watch its memory.",
        ":material/memory:",
        _latch,
        "The memory of a cell that holds three values, and its forget and input gates, step by step.",
        {"preset": _LATCH},
    ),
    Door(
        "challenges",
        "Solve a challenge",
        "Small puzzles: hold, count, toggle, forget.",
        ":material/flag:",
        _challenge,
        "The memory of a cell that counts up and down, within the band that the challenge wants.",
        {"challenge": _CHALLENGE},
    ),
    Door(
        "gradients",
        "See why it learns",
        "How much of a gradient is left on its way back through time.",
        ":material/trending_down:",
        _gradients,
        "Going back, the gradient of a plain RNN keeps falling, and that of an LSTM falls little.",
        {"flow": _OPEN},
    ),
    Door(
        "train",
        "Train a network",
        "Watch gates learn a task, or data of your own.",
        ":material/model_training:",
        _training,
        "The loss of the network above while it was trained: flat at first, then it falls to almost 0.",
    ),
)
"""In the order in which they stand."""
