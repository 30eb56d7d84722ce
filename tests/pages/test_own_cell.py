"""“Write your own cell” without a browser: what its controls do, what its parts are sent, its address."""

from typing import Any
from urllib.parse import parse_qsl

import pytest

import lstm_viz as lv
from lstm_viz.exchange.links.gradients import from_query as gradients_of
from lstm_viz.exchange.links.own_cell import KEYS, from_query
from lstm_viz.exchange.links.training import from_query as training_of
from lstm_viz.settings.own_cell import DEFAULT_OWN_CELL, INVITATIONS, OwnCell
from tests.pages.test_variants import Visitor

LEAKY = "h = 0.9*h + W@x"
WRONG = "f = sigmod(W@x)\nh = f*h"
EXPLODING = "c = exp(9 + c)\nh = c"

EDITOR, STRIPS = "own_cell_editor", "own_cell_strips"


class Writer(Visitor):
    """Somebody who writes a cell on the Variants page."""

    def __init__(self, **query: str) -> None:
        super().__init__(**(query or {"part": "own"}))

    def write(self, text: str, *, done: bool = True, number: int = 1) -> None:
        self.edit(EDITOR, {"text": text, "valid": "", "done": done}, number=number)

    @property
    def own(self) -> OwnCell:
        """The cell that the address names."""
        params = self.app.query_params
        found = {key: params[key] for key in KEYS if key in params}
        return from_query({key: v[0] if isinstance(v, list) else v for key, v in found.items()})

    @property
    def editor(self) -> Any:
        return self.sent(EDITOR)

    def rows(self, group: int) -> dict[str, Any]:
        """The values of a group of the strips."""
        return {row["key"]: row["values"] for row in self.sent(STRIPS)["groups"][group]["rows"]}

    def press(self, name: str) -> None:
        self.app.button(key=f"own_cell_{name}").click().run()


@pytest.fixture
def writer() -> Writer:
    return Writer()


def test_it_opens_on_the_lstm_without_trouble(writer: Writer) -> None:
    assert not writer.app.exception
    assert writer.editor["text"] == lv.CATALOGUE["LSTM"].text
    assert writer.editor["problems"] == []
    assert writer.own == DEFAULT_OWN_CELL
    trace = DEFAULT_OWN_CELL.with_weights().run(DEFAULT_OWN_CELL.x)
    assert writer.rows(1)["c"] == trace["c"][:, 0].tolist()
    charts = [writer.sent(f"own_cell_{name}")["figure"]["data"] for name in ("states", "lines")]
    assert [[line["legendgroup"] for line in data] for data in charts] == [["c", "h"], ["i", "f", "g", "o"]]


def test_what_is_written_runs_and_stands_in_the_address(writer: Writer) -> None:
    writer.write(LEAKY)
    assert not writer.app.exception
    assert writer.own.cell.written == LEAKY
    trace = writer.own.with_weights().run(writer.own.x)
    assert writer.rows(1)["h"] == trace["h"][:, 0].tolist()
    assert writer.rows(2)["dh"][-2:] == [pytest.approx(0.9), 1.0]
    again = Writer(**{key: values for key, values in writer.app.query_params.items() if key in KEYS})
    assert again.editor["text"] == LEAKY
    assert again.rows(1) == writer.rows(1)


def test_with_mistakes_the_text_stays_and_so_does_the_last_cell(writer: Writer) -> None:
    writer.write(LEAKY)
    before = writer.rows(1)
    writer.write(WRONG, number=2)
    assert writer.editor["text"] == WRONG
    [problem] = writer.editor["problems"]
    assert (problem["line"], problem["column"], problem["instead"]) == (1, 5, "sigmoid")
    assert writer.rows(1) == before
    assert writer.own.cell.written == LEAKY
    writer.app.switch_page("pages/start.py").run()
    writer.follow(part="own")
    assert writer.editor["text"] == WRONG, "another page, and back"


def test_a_run_out_of_range_is_named_and_the_last_one_stays(writer: Writer) -> None:
    writer.write(LEAKY)
    before = writer.rows(1)
    writer.write(EXPLODING, number=2)
    assert not writer.app.exception
    assert "in line c at step 2." in writer.editor["failure"]
    assert "Below is the last run" in writer.editor["failure"]
    assert writer.rows(1) == before
    assert writer.editor["text"] == EXPLODING


def test_a_link_to_a_cell_that_does_not_run_opens_and_says_so() -> None:
    writer = Writer(own=EXPLODING, own_x="1_1_1")
    assert not writer.app.exception
    assert "in line c at step 2." in writer.editor["failure"]
    # Nothing has run yet.
    assert "Below" not in writer.editor["failure"]
    writer.write(LEAKY)
    assert writer.editor["failure"] == ""
    assert len(writer.rows(1)["h"]) == 3


def test_an_input_that_cannot_be_read_stays_in_its_field_while_another_part_is_shown(writer: Writer) -> None:
    writer.app.text_input(key="own_cell_line_0").set_value("1 2 three").run()
    for part in ("family", "own"):
        writer.app.button_group(key="variants_part").set_value(part).run()
    assert writer.app.text_input(key="own_cell_line_0").value == "1 2 three"
    assert "three" in " ".join(element.value for element in writer.app.markdown)


@pytest.mark.parametrize("key", INVITATIONS)
def test_an_invitation_is_one_press(writer: Writer, key: str) -> None:
    writer.press(key)
    assert not writer.app.exception
    assert writer.editor["text"] == INVITATIONS[key].text
    assert writer.editor["changed"]
    writer.press("undo")
    assert writer.editor["text"] == lv.CATALOGUE["LSTM"].text


def test_text_that_a_press_replaced_can_be_brought_back(writer: Writer) -> None:
    writer.write(WRONG)
    writer.press("tie")
    assert writer.editor["problems"] == []
    writer.press("bring_back")
    assert writer.editor["text"] == WRONG
    assert writer.editor["problems"]


@pytest.mark.parametrize("name", ["sLSTM", "LSTMP", "QRNN", "RG-LRU", "Elman"])
def test_it_starts_from_any_cell_of_the_catalogue(writer: Writer, name: str) -> None:
    writer.app.selectbox(key="own_cell_base").set_value(name).run()
    assert not writer.app.exception
    assert writer.editor["text"] == lv.CATALOGUE[name].text
    assert writer.editor["changed"] == []
    assert writer.own.base == name


def test_seed_scale_sizes_and_input_are_chosen(writer: Writer) -> None:
    for key, value in [("seed", 7), ("scale", 1.5), ("units", 3), ("inputs", 1)]:
        writer.app.number_input(key=f"own_cell_{key}").set_value(value).run()
    writer.app.text_input(key="own_cell_line_0").set_value("1 0 0 -1").run()
    assert not writer.app.exception
    assert writer.own == OwnCell(DEFAULT_OWN_CELL.cell, ((1.0, 0.0, 0.0, -1.0),), "LSTM", 3, 7, 1.5)
    writer.app.text_input(key="own_cell_line_0").set_value("1 oh").run()
    assert "“oh”" in writer.said
    assert writer.own.lines == ((1.0, 0.0, 0.0, -1.0),)
    writer.app.button_group(key="own_cell_unit").set_value(2).run()
    trace = writer.own.with_weights().run(writer.own.x)
    assert writer.rows(1)["h"] == trace["h"][:, 2].tolist()


def onward(writer: Writer, page: str) -> Any:
    """Where the link to a page leads; None where it cannot be pressed."""
    [found] = [
        link.proto for link in writer.app.get("page_link") if link.proto.page.rpartition("/")[2] == page
    ]
    return None if found.disabled else dict(parse_qsl(found.query_string))


def test_it_leads_to_a_training_of_this_cell(writer: Writer) -> None:
    writer.write(LEAKY)
    training = training_of(onward(writer, "train"))
    assert (training.task, training.model.cell) == ("negation", LEAKY)
    assert training.model.initialisation == "orthogonal", "it has no gate whose bias could be set"
    writer.write("m = tanh(W@x + U@h)\nh: P = R@m", number=2)
    assert onward(writer, "train") is None


def test_it_leads_to_its_gradients(writer: Writer) -> None:
    writer.write(LEAKY)
    [own, lstm] = gradients_of(onward(writer, "gradients")).cells
    assert (own.written, lstm.written) == (LEAKY, "LSTM")


@pytest.mark.parametrize("text", [LEAKY, "h = 0.5*h + x", "m = tanh(W@x + U@h)\nh: P = R@m"])
def test_the_gradients_page_opens_with_any_of_them(writer: Writer, text: str) -> None:
    writer.write(text)
    query = onward(writer, "gradients")
    writer.app.query_params = {**query, "hidden": "2", "steps": "10", "seeds": "1"}
    writer.app.switch_page("pages/gradients.py").run()
    assert not writer.app.exception


def test_the_cell_is_drawn_on_the_stage(writer: Writer) -> None:
    writer.write(LEAKY)
    shown = writer.sent("own_cell_stage")
    trace = writer.own.with_weights().run(writer.own.x)
    assert shown["q"]["h"][1] == trace["h"][:, 1].tolist()
    assert shown["gradient"]["of"]["h"][0][-2:] == [pytest.approx(0.9), 1.0]
    writer.edit("own_cell_stage", {"unit": 1, "done": True}, number=5)
    assert writer.rows(1)["h"] == trace["h"][:, 1].tolist()
    writer.send("own_cell_stage", "history", "undo")
    assert writer.editor["text"] == lv.CATALOGUE["LSTM"].text


def test_a_cell_of_many_parts_is_not_drawn_and_the_page_says_so(writer: Writer) -> None:
    gates = "\n".join(f"q{k} = sigmoid(W@x + U@h)" for k in range(9))
    writer.write(f"{gates}\nh = {'*'.join(f'q{k}' for k in range(9))}*h")
    assert not writer.app.exception
    assert "Cells of up to 17 are drawn here" in writer.said
    assert len(writer.rows(1)) == 10


def test_code_and_check_are_of_this_cell(writer: Writer) -> None:
    writer.write(LEAKY)
    writer.app.session_state["own_cell_code"] = True
    writer.app.session_state["own_cell_check"] = True
    writer.app.run()
    [code] = writer.app.code
    assert code.value == writer.own.with_weights().code("numpy").strip()
    writer.app.button_group(key="own_cell_library").set_value("PyTorch").run()
    assert "import torch" in writer.app.code[0].value
    [press] = [button for button in writer.app.button if "autograd" in button.label]
    press.click().run()
    assert "the largest difference is" in writer.app.success[0].value


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"own": "h = g*h", "own_x": "1"}, "nothing is called g"),
        ({"own": "GRO", "own_x": "1"}, "no cell of the catalogue"),
        ({"own": "<b>x</b> = h\nh = h", "own_x": "1"}, "damaged"),
    ],
)
def test_a_damaged_link_opens_the_default_and_says_so(query: dict[str, str], said: str) -> None:
    writer = Writer(**query)
    assert not writer.app.exception
    assert said in writer.app.warning[0].value.replace("\\", "")
    assert writer.own == DEFAULT_OWN_CELL
