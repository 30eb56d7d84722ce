"""How well a plain RNN does the challenges: the best one-unit network of many that are trained on each.

    python -m benchmarks.plain_rnn [challenge ...]

Its unit is h_t = tanh(w·x_t + u h_{t-1} + b), and what is looked at is a h + c, so that it is not held to the
range of tanh. All starts are trained at once by Adam on the squared error, on sequences that are not those it
is then marked on. Printed is the one with the least mean error, as ``challenges.toml`` has it.
"""

import sys

import numpy as np
import torch

from lstm_viz.lessons.challenges import Challenge, challenges, sequences
from lstm_viz.lessons.plain_rnn import PlainRNN

STARTS, SEQUENCES, UPDATES = 64, 128, 1500


def trained(challenge: Challenge) -> PlainRNN:
    """Return the best of the networks that are trained on a challenge."""
    torch.manual_seed(0)
    tests = sequences(challenge, 1, SEQUENCES)
    x, target = torch.tensor(tests.x, dtype=torch.float32), torch.tensor(tests.target, dtype=torch.float32)
    inputs = x.shape[2]
    weights = (torch.randn(inputs + 4, STARTS, 1) * 1.5).requires_grad_()
    with torch.no_grad():
        weights[inputs + 2] = 1.0
    optimiser = torch.optim.Adam([weights], lr=0.03)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, UPDATES)
    for _ in range(UPDATES):
        optimiser.zero_grad()
        loss = (_run(weights, x, challenge.c0) - target[:, None]).square().mean(dim=(0, 2)).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_([weights], 50.0)
        optimiser.step()
        schedule.step()
    found = [PlainRNN(tuple(np.round(each, 4))) for each in weights.detach().numpy()[:, :, 0].T.astype(float)]
    held_back = sequences(challenge, 2, 500)
    return min(found, key=lambda rnn: rnn.mean_error(challenge, held_back))


def _run(weights: torch.Tensor, x: torch.Tensor, c0: float) -> torch.Tensor:
    *w, u, b, a, c = weights
    h = torch.zeros(STARTS, x.shape[1]) + c0
    shown = []
    for values in x:
        h = torch.tanh(sum(weight * value for weight, value in zip(w, values.T, strict=True)) + u * h + b)
        shown.append(a * h + c)
    return torch.stack(shown)


if __name__ == "__main__":
    for key in sys.argv[1:] or challenges():
        challenge = challenges()[key]
        rnn = trained(challenge)
        marked_on = sequences(challenge, 3, 500)
        passed, off = rnn.passed(challenge, marked_on), rnn.mean_error(challenge, marked_on)
        numbers = ", ".join(f"{weight:g}" for weight in rnn.weights)
        print(f"{key}: rnn = [{numbers}]  # passes {passed} of 500, mean error {off:.3f}", flush=True)
