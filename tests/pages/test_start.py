from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest

from lstm_viz.notation import GATES
from lstm_viz.settings.presets import DEFAULT, PRESETS
from tests.pages.visitor import Visitor


@pytest.fixture
def visitor() -> Visitor:
    return Visitor.on_start()


def links_to(visitor: Visitor, page: str) -> list[Any]:
    links = [element.proto for element in visitor.app.get("page_link")]
    return [link for link in links if link.page == page]


def test_the_app_opens_on_the_start_page_without_trouble(visitor: Visitor) -> None:
    assert [title.value for title in visitor.app.title] == ["See how an LSTM works, and trust what you see"]
    assert not visitor.app.exception
    assert not visitor.app.error
    assert not visitor.app.warning


def test_the_way_to_the_cell_and_to_every_preset_is_a_link(visitor: Visitor) -> None:
    links = links_to(visitor, "cell")
    first, *others = [dict(parse_qsl(link.query_string)) for link in links]
    assert first == {"preset": DEFAULT}
    assert others == [{"preset": key} for key in PRESETS]
    assert [link.label for link in links[1:]] == [f"**{preset.title}**" for preset in PRESETS.values()]


def test_every_link_opens_the_run_it_names(visitor: Visitor) -> None:
    for link in links_to(visitor, "cell"):
        query = dict(parse_qsl(link.query_string))
        visitor.follow(**query)
        assert visitor.record["origin"] == query["preset"]
        assert not visitor.app.exception


@pytest.mark.parametrize("page", ["gradients", "variants", "train"])
def test_the_other_questions_are_links_to_their_pages(visitor: Visitor, page: str) -> None:
    [link] = links_to(visitor, page)
    assert link.label.strip("*").lower() == page
    cards = [text.value for text in visitor.app.markdown]
    visitor.follow(page)
    assert any(card.startswith(f"*{visitor.app.title[0].value}*") for card in cards)


def test_every_preset_has_its_own_caption(visitor: Visitor) -> None:
    shown = {text.value for text in visitor.app.markdown}
    assert {preset.watch for preset in PRESETS.values()} <= shown


def test_all_six_equations_are_there(visitor: Visitor) -> None:
    [equations] = visitor.app.latex
    assert [line.split()[0] for line in equations.value.splitlines() if "&=" in line] == [
        *("f_t", "i_t", r"\tilde", "C_t", "o_t", "h_t")
    ]
    assert len(GATES) + 2 == equations.value.count("&=")


@pytest.mark.parametrize("key", PRESETS)
def test_the_six_lines_are_what_computes_every_gate_and_state_of_the_cell_page(
    visitor: Visitor, key: str
) -> None:
    assert any("Every gate and state on the Cell page" in text.value for text in visitor.app.markdown)
    visitor.follow(preset=key)
    shown = {name: np.array(values).T for name, values in visitor.record["q"].items()}
    run = PRESETS[key].settings
    cell = run.cell.cell()
    (w_f, u_f, b_f), (w_i, u_i, b_i) = cell.gate_weights("f"), cell.gate_weights("i")
    (w_c, u_c, b_c), (w_o, u_o, b_o) = cell.gate_weights("g"), cell.gate_weights("o")
    h, c = np.array(run.cell.h0), np.array(run.cell.c0)
    for t, x in enumerate(np.array(run.sequence.values)):
        f = sigma(w_f @ x + u_f @ h + b_f)
        i = sigma(w_i @ x + u_i @ h + b_i)
        candidate = np.tanh(w_c @ x + u_c @ h + b_c)
        o = sigma(w_o @ x + u_o @ h + b_o)
        c = f * c + i * candidate
        h = o * np.tanh(c)
        for name, value in {"f": f, "i": i, "g": candidate, "o": o, "c": c, "h": h}.items():
            np.testing.assert_allclose(shown[name][t], value, atol=1e-12)


def sigma(z: np.ndarray) -> np.ndarray:
    return np.asarray(1.0 / (1.0 + np.exp(-z)))
