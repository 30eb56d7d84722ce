import json
import re
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from lstm_viz.networks.sentences import NEGATION, SentenceNetwork, negation_network
from lstm_viz.training.headless import changed, run
from lstm_viz.training.runs.weights import read
from lstm_viz.training.tasks import TASKS
from lstm_viz.training.tasks.negation import NAMES, POSITIVE, TAILS, Opinion, opinions

NETWORK = negation_network()
SENTENCE = ("this", "book", "was", "not", "all", "that", "fun", "if", "you", "ask", "me")
START = Path(__file__).resolve().parents[2] / "pages" / "start.py"


def judged(network: SentenceNetwork) -> dict[Opinion, float]:
    """How probable the network finds it that a sentence is positive, for all that there are."""
    by_length = defaultdict(list)
    for each in opinions():
        by_length[len(each.words)].append(each)
    found: dict[Opinion, float] = {}
    for group in by_length.values():
        x = np.stack([network.encode(each.words) for each in group], axis=1)
        answers = network.answers(network.cell.run(x).h[-1])[:, POSITIVE]
        found.update(zip(group, answers, strict=True))
    return found


def wrong(network: SentenceNetwork) -> dict[Opinion, float]:
    return {each: p for each, p in judged(network).items() if (p > 0.5) != (each.feeling == POSITIVE)}


def test_what_the_start_page_says_of_its_network_is_so() -> None:
    text = " ".join(START.read_text(encoding="utf-8").split())
    mistakes = wrong(NETWORK)
    assert f"It has {NETWORK.cell.hidden} LSTM units and {NETWORK.parameters} parameters" in text
    assert f"Of all {len(opinions()):,} sentences of the grammar it gets {len(mistakes)} wrong" in text
    long = [tail for tail in TAILS if len(tail.split()) in (3, 4)]
    assert all(" ".join(each.words).endswith(tuple(long)) for each in mistakes)
    assert sum("fun" not in each.words for each in mistakes) == 1
    [quoted] = [p for each, p in mistakes.items() if each.words == SENTENCE]
    assert f"“{' '.join(SENTENCE)}”" in text
    assert f"{quoted:.0%}".replace("%", " %") + " sure" in text


def test_it_came_of_the_command_beside_it() -> None:
    [command] = re.findall(r"python -m (.*)", NEGATION.with_name("README.md").read_text(encoding="utf-8"))
    assert command.startswith("lstm_viz.training negation --seeds 1 --set seed=5 --out ")
    report = json.loads(NEGATION.with_suffix(".json").read_text(encoding="utf-8"))
    assert report["settings"] == changed(TASKS["negation"].defaults, ["seed=5"]).to_dict()
    assert report["updates"] == len(report["losses"]) == 102
    assert all(measure["value"] == 100 for measure in report["measures"])


def test_the_command_gives_such_a_network_again(tmp_path: Path) -> None:
    """Not to the bit: another processor rounds otherwise."""
    again = run(TASKS["negation"], changed(TASKS["negation"].defaults, ["seed=5"]))
    assert again.end == "solved"
    (tmp_path / "again.safetensors").write_bytes(again.weights)
    network = SentenceNetwork.load(tmp_path / "again.safetensors")
    assert (network.words, network.classes) == (NETWORK.words, NETWORK.classes)
    assert len(wrong(network)) < 0.02 * len(opinions())


def test_words_and_classes_are_those_of_the_task() -> None:
    assert NETWORK.classes == NAMES
    assert {word for each in opinions() for word in each.words} <= set(NETWORK.words)


def test_it_answers_as_pytorch_does() -> None:
    weights = {name: torch.from_numpy(array) for name, array in read(NEGATION.read_bytes()).items()}
    lstm = nn.LSTM(8, 8)
    lstm.load_state_dict(
        {name.removeprefix("layers.0."): each for name, each in weights.items() if "layers" in name}
    )
    numbers = [NETWORK.words.index(word) for word in SENTENCE]
    with torch.no_grad():
        h, _ = lstm(weights["embedding.weight"][numbers])
        answers = torch.softmax(h @ weights["output.weight"].T + weights["output.bias"], dim=-1)
    np.testing.assert_allclose(NETWORK.answers(NETWORK.run(SENTENCE).h), answers.numpy(), atol=1e-5)


def test_answers_are_probabilities_however_large_h_is() -> None:
    answers = NETWORK.answers(np.full((3, 8), 1e4))
    np.testing.assert_allclose(answers.sum(axis=-1), 1.0)


@pytest.mark.parametrize(("sentence", "said"), [(("the", "movie"), "movie"), ((), "none")])
def test_a_word_that_it_does_not_know_is_named(sentence: tuple[str, ...], said: str) -> None:
    with pytest.raises(ValueError, match=f"sentence must be words that the network knows, got {said}"):
        NETWORK.run(sentence)


def test_gates_are_held_after_a_word_and_free_before() -> None:
    whole = NETWORK.run(SENTENCE)
    free, held = NETWORK.run_held(SENTENCE, 3, 0.25)
    np.testing.assert_array_equal(free.c, whole.c[:4])
    np.testing.assert_array_equal(held.f, np.full((7, 8), 0.25))
    np.testing.assert_allclose(held.c[0], 0.25 * free.c[-1] + held.i[0] * held.g[0])


@pytest.mark.parametrize("after", [-1, len(SENTENCE) - 1])
def test_a_step_after_which_nothing_comes_is_refused(after: int) -> None:
    with pytest.raises(ValueError, match="after must be 0 to 9"):
        NETWORK.run_held(SENTENCE, after, 0.5)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.safetensors").write_bytes(b"no weights")
    with pytest.raises(
        ValueError, match=r"path must hold a network that reads sentences, got x\.safetensors"
    ):
        SentenceNetwork.load(tmp_path / "x.safetensors")
