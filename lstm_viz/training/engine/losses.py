"""What is made small: the losses of the tasks, padding and answers that do not count left out."""

import torch
from torch import Tensor
from torch.nn import functional

from lstm_viz.training.engine.tensors import TensorBatch
from lstm_viz.training.task import LossKind


def loss_of(kind: LossKind, outputs: Tensor, batch: TensorBatch) -> Tensor:
    """Return the mean loss of the answers that count.

    Parameters
    ----------
    kind
        Mean squared error; cross entropy over classes; binary cross entropy for each output by itself.
    outputs
        (batch, outputs) or (time, batch, outputs), before any softmax.
    batch
        Targets, and which of them count.
    """
    weight = batch.weight
    how = "mean" if weight is None else "none"
    if kind == "cross_entropy":
        each = functional.cross_entropy(outputs.flatten(0, -2), batch.y.flatten(), reduction=how)
    elif kind == "binary":
        each = functional.binary_cross_entropy_with_logits(outputs, batch.y, reduction=how)
    else:
        each = functional.mse_loss(outputs, batch.y, reduction=how)
    if weight is None:
        return each
    each = each.reshape(*weight.shape, -1).mean(-1)
    return torch.dot(each.flatten(), weight.flatten()) / weight.sum()
