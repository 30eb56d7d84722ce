import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from lstm_viz.training.engine.losses import loss_of
from lstm_viz.training.engine.tensors import to_tensors
from lstm_viz.training.task import Array, Batch, LossKind

RNG = np.random.default_rng(0)
CPU = torch.device("cpu")
LENGTHS = np.array([4, 2, 1])
TARGETS: dict[LossKind, Array] = {
    "mse": RNG.standard_normal((4, 3, 2)).astype(np.float32),
    "binary": RNG.integers(0, 2, (4, 3, 2)).astype(np.float32),
    "cross_entropy": RNG.integers(0, 2, (4, 3)),
}
OUTPUTS = torch.from_numpy(RNG.standard_normal((4, 3, 2)).astype(np.float32))
every_loss = pytest.mark.parametrize("kind", ["mse", "binary", "cross_entropy"])


def plain(kind: LossKind, outputs: Tensor, targets: Tensor) -> Tensor:
    """The loss of each answer, (answers,)."""
    if kind == "cross_entropy":
        return functional.cross_entropy(outputs, targets, reduction="none")
    if kind == "binary":
        return functional.binary_cross_entropy_with_logits(outputs, targets, reduction="none").mean(-1)
    return ((outputs - targets) ** 2).mean(-1)


def loss(kind: LossKind, outputs: Tensor, batch: Batch) -> float:
    return float(loss_of(kind, outputs, to_tensors(batch, "every", CPU)))


@every_loss
def test_without_weights_it_is_the_mean_over_all_answers(kind: LossKind) -> None:
    y = TARGETS[kind]
    expected = plain(kind, OUTPUTS.flatten(0, 1), torch.from_numpy(y).flatten(0, 1)).mean()
    assert loss(kind, OUTPUTS, Batch(np.zeros((4, 3, 1)), y)) == pytest.approx(float(expected))


@every_loss
def test_padding_and_answers_that_do_not_count_change_nothing(kind: LossKind) -> None:
    weight = np.ones((4, 3), np.float32)
    weight[0] = 0
    y = TARGETS[kind]
    real = (np.arange(4)[:, None] < LENGTHS) & (weight > 0)
    expected = plain(kind, OUTPUTS[real], torch.from_numpy(y[real])).mean()
    padded = OUTPUTS.clone()
    padded[~torch.from_numpy(real)] = 1e3
    batch = Batch(np.zeros((4, 3, 1)), y, weight, LENGTHS)
    assert loss(kind, padded, batch) == pytest.approx(float(expected))


def test_the_same_holds_where_only_lengths_are_given() -> None:
    y = TARGETS["mse"]
    real = np.arange(4)[:, None] < LENGTHS
    expected = plain("mse", OUTPUTS[real], torch.from_numpy(y[real])).mean()
    assert loss("mse", OUTPUTS, Batch(np.zeros((4, 3, 1)), y, None, LENGTHS)) == pytest.approx(
        float(expected)
    )


@every_loss
def test_one_answer_a_sequence_has_no_padding(kind: LossKind) -> None:
    y = TARGETS[kind][0]
    batch = to_tensors(Batch(np.zeros((4, 3, 1)), y, None, LENGTHS), "last", CPU)
    expected = plain(kind, OUTPUTS[0], torch.from_numpy(y)).mean()
    assert float(loss_of(kind, OUTPUTS[0], batch)) == pytest.approx(float(expected))
