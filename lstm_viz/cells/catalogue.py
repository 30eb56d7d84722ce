"""Every named cell: its equations, when and by whom they were published, and what they are for.

An entry is read when it is first asked for, so that importing this costs nothing. Where a paper takes x to be
as wide as h, it enters here through a matrix, so that every cell runs with any number of inputs; with the
identity for that matrix the cell is the paper's. The note of an entry says where that is so, and what else
differs. What the lines were checked against stands in docs/cells.md.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from lstm_viz.cells.equations import Equations
from lstm_viz.cells.variants import LSTM_1997, VARIANTS, LSTMVariant

_GREFF: Final = (
    2017,
    "Greff, Srivastava, Koutník, Steunebrink & Schmidhuber, “LSTM: A Search Space Odyssey”, "
    "IEEE Transactions on Neural Networks and Learning Systems 28(10)",
)
_JOZEFOWICZ: Final = (
    2015,
    "Jozefowicz, Zaremba & Sutskever, “An Empirical Exploration of Recurrent Network Architectures”, ICML",
)
_FENG: Final = (2024, "Feng, Tung, Ahmed, Bengio & Hajimirsadeghi, “Were RNNs All We Needed?”")
_BECK: Final = (2024, "Beck et al., “xLSTM: Extended Long Short-Term Memory”, NeurIPS")
_CHO: Final = (
    2014,
    "Cho et al., “Learning Phrase Representations using RNN Encoder–Decoder for Statistical Machine "
    "Translation”, EMNLP",
)

_GATE: Final = "sigmoid(W@x + U@h + b)"
_CANDIDATE: Final = "tanh(W@x + U@h + b)"


_PLAIN: Final = LSTMVariant().text()


def _normalised(gate: str, function: str) -> str:
    """Return the lines of a gate that is layer-normalised before its function."""
    return (
        f"{gate}1 = W@x + U@h\n{gate}2 = {gate}1 - mean({gate}1)\n"
        f"{gate} = {function}(p*{gate}2/sqrt(mean({gate}2**2) + 1e-5) + b)\n"
    )


_ENTRIES: Final[Mapping[str, dict[str, Any]]] = {
    "Elman": {
        "text": "h = tanh(W@x + U@h + b)",
        "title": "plain RNN",
        "year": 1990,
        "source": "Elman, “Finding Structure in Time”, Cognitive Science 14(2)",
        "purpose": "No gates: the whole state is made anew at every step.",
        "note": "Elman's units are logistic; tanh is what libraries call a simple RNN.",
    },
    "LSTM 1997": {
        "text": LSTM_1997.text(),
        "title": "the cell of 1997",
        "year": 1997,
        "source": "Hochreiter & Schmidhuber, “Long Short-Term Memory”, Neural Computation 9(8)",
        "purpose": "A memory that nothing but its own gate can change: what is written stays.",
        "note": "Only h comes back to the gates; gradients are exact, where the paper truncates them.",
    },
    "LSTM": {
        "text": _PLAIN,
        "title": "LSTM with a forget gate",
        "year": 2000,
        "source": "Gers, Schmidhuber & Cummins, “Learning to Forget: Continual Prediction with LSTM”, "
        "Neural Computation 12(10)",
        "purpose": "A gate decides at every step how much of the memory is kept. Greff's NP.",
    },
    "V": {
        "text": VARIANTS["V"].text(),
        "title": "LSTM with peepholes",
        "year": 2000,
        "source": "Gers & Schmidhuber, “Recurrent Nets that Time and Count”, IJCNN",
        "purpose": "The gates see the memory itself: i and f that of the step before, o that of now.",
    },
    "NIG": {
        "text": VARIANTS["NIG"].text(),
        "title": "no input gate",
        "purpose": "The whole candidate is written at every step.",
    },
    "NFG": {
        "text": VARIANTS["NFG"].text(),
        "title": "no forget gate",
        "purpose": "Everything that was ever written stays.",
    },
    "NOG": {
        "text": VARIANTS["NOG"].text(),
        "title": "no output gate",
        "purpose": "The memory is always shown in full.",
    },
    "NIAF": {
        "text": VARIANTS["NIAF"].text(),
        "title": "no input activation",
        "purpose": "The candidate is not squeezed into −1 to 1.",
    },
    "NOAF": {
        "text": VARIANTS["NOAF"].text(),
        "title": "no output activation",
        "purpose": "The memory leaves the cell as it is, without a tanh.",
    },
    "CIFG": {
        "text": VARIANTS["CIFG"].text(),
        "title": "coupled input and forget gate",
        "purpose": "What is written anew is taken from what is kept.",
    },
    "FGR": {
        "text": VARIANTS["FGR"].text(),
        "title": "full gate recurrence",
        "purpose": "Every gate also sees all three gates of the step before, as in 1997.",
    },
    "LSTMP": {
        "text": LSTMVariant().text(projected=True),
        "title": "LSTM with a projection",
        "year": 2014,
        "source": "Sak, Senior & Beaufays, “Long Short-Term Memory Recurrent Neural Network Architectures "
        "for Large Scale Acoustic Modeling”, Interspeech",
        "purpose": "Many memories, few outputs: what comes back to the gates is narrow.",
    },
    "LSTM hard": {
        "text": LSTMVariant(gate_activation="hard_sigmoid").text(),
        "title": "hard sigmoid of Keras 2",
        "year": 2015,
        "source": "Keras 2, “hard_sigmoid”; ONNX, “HardSigmoid”",
        "purpose": "Three straight lines instead of σ: cheap, and shut or open for good beyond ±2.5.",
    },
    "LSTM hard 3": {
        "text": _PLAIN.replace("sigmoid", "hard_sigmoid6"),
        "title": "hard sigmoid of Keras 3",
        "year": 2023,
        "source": "Keras 3, “hard_sigmoid”: relu6(z + 3) / 6, as torch.nn.Hardsigmoid",
        "purpose": "The same idea with another slope, so that weights of Keras 2 mean something else here.",
    },
    "LSTM relu": {
        "text": _PLAIN.replace("tanh", "relu"),
        "title": "LSTM with relu for tanh",
        "year": 2015,
        "source": "Keras, LSTM(activation=“relu”)",
        "purpose": "Nothing bounds the candidate or the output: it learns fast and can run away.",
    },
    "LSTM layer norm": {
        "text": "".join(_normalised(gate, "tanh" if gate == "g" else "sigmoid") for gate in "ifgo")
        + "c = f*c + i*g\nc2 = c - mean(c)\nh = o*tanh(p*c2/sqrt(mean(c2**2) + 1e-5) + b)",
        "title": "layer-normalised LSTM",
        "year": 2016,
        "source": "Ba, Kiros & Hinton, “Layer Normalization”",
        "purpose": "Gates and memory are brought to one scale at every step, whatever the weights.",
        "note": "Each gate is normalised by itself, as in TensorFlow's LayerNormBasicLSTMCell; the paper "
        "normalises W x and U h, of all gates together.",
    },
    "GRU": {
        "text": f"r = {_GATE}\nz = {_GATE}\nn = tanh(W@x + b + r*(U@h + b1))\nh = (1 - z)*n + z*h",
        "title": "GRU, reset after the product",
        "year": _CHO[0],
        "source": _CHO[1] + "; this form is that of cuDNN and PyTorch",
        "purpose": "Two gates and one state, which is memory and output at once; z keeps the old.",
    },
    "GRU before": {
        "text": f"r = {_GATE}\nz = {_GATE}\nn = tanh(W@x + U@(r*h) + b)\nh = (1 - z)*n + z*h",
        "title": "GRU, reset before the product",
        "year": _CHO[0],
        "source": _CHO[1],
        "purpose": "As first published: r acts on the old state itself, not on its product with the weights.",
    },
    "MGU": {
        "text": f"f = {_GATE}\nn = tanh(W@x + U@(f*h) + b)\nh = (1 - f)*h + f*n",
        "title": "minimal gated unit",
        "year": 2016,
        "source": "Zhou, Wu, Zhang & Zhou, “Minimal Gated Unit for Recurrent Neural Networks”, "
        "International Journal of Automation and Computing 13(3)",
        "purpose": "One gate for both tasks of a GRU: a third fewer weights.",
    },
    "UGRNN": {
        "text": f"g = {_CANDIDATE}\nu = {_GATE}\nh = u*h + (1 - u)*g",
        "title": "update gate RNN",
        "year": 2017,
        "source": "Collins, Sohl-Dickstein & Sussillo, “Capacity and Trainability in Recurrent Neural "
        "Networks”, ICLR",
        "purpose": "A plain RNN and one gate: keep, or make anew.",
    },
    "JANET": {
        "text": f"f = {_GATE}\ng = {_CANDIDATE}\nc = f*c + (1 - f)*g\nh = c",
        "title": "just another network",
        "year": 2018,
        "source": "van der Westhuizen & Lasenby, “The unreasonable effectiveness of the forget gate”",
        "purpose": "An LSTM of the forget gate alone.",
        "note": "Without the constant β by which the paper also shifts the gate of what is written.",
    },
    "MUT1": {
        "text": f"z = sigmoid(W@x + b)\nr = {_GATE}\nh = tanh(U@(r*h) + tanh(W@x) + b)*z + h*(1 - z)",
        "title": "mutated unit 1",
        "purpose": "Found by search over ten thousand cells: its update gate sees x alone.",
        "note": "Where the paper has tanh(x), x enters through a matrix.",
    },
    "MUT2": {
        "text": f"z = {_GATE}\nr = {_GATE}\nh = tanh(U@(r*h) + W@x + b)*z + h*(1 - z)",
        "title": "mutated unit 2",
        "purpose": "The second found by that search: a GRU, but for what its reset gate is given of x.",
        "note": "Where r of the paper sees x itself, x enters through a matrix.",
    },
    "MUT3": {
        "text": f"z = sigmoid(W@x + U@tanh(h) + b)\nr = {_GATE}\nh = tanh(U@(r*h) + W@x + b)*z + h*(1 - z)",
        "title": "mutated unit 3",
        "purpose": "The third: its update gate sees the old state through a tanh.",
    },
    "SCRN": {
        "text": "s = 0.05*(B@x) + 0.95*s\nh = sigmoid(P@s + A@x + R@h)",
        "title": "structurally constrained recurrent network",
        "year": 2014,
        "source": "Mikolov, Joulin, Chopra, Mathieu & Ranzato, “Learning Longer Memory in Recurrent Neural "
        "Networks”",
        "purpose": "A slow state that only fades, beside a fast one: memory without a gate.",
        "note": "The paper's output also sees the slow state s; α is its 0.95.",
    },
    "IndRNN": {
        "text": "h = relu(W@x + p*h + b)",
        "title": "independently recurrent network",
        "year": 2018,
        "source": "Li, Li, Cook, Zhu & Gao, “Independently Recurrent Neural Network (IndRNN)”, CVPR",
        "purpose": "Each unit sees itself alone, so that its own weight says how long it remembers.",
    },
    "SRU": {
        "text": "f = sigmoid(W@x + p*c + b)\nr = sigmoid(W@x + p*c + b)\nc = f*c + (1 - f)*(W@x)\n"
        "h = r*c + (1 - r)*(R@x)",
        "title": "simple recurrent unit",
        "year": 2018,
        "source": "Lei, Zhang, Wang, Dai & Artzi, “Simple Recurrent Units for Highly Parallelizable "
        "Recurrence”, EMNLP",
        "purpose": "All matrices see x alone, so that they are multiplied for all steps at once.",
        "note": "Where x of the paper goes past the cell, it enters through R; without its factor α.",
    },
    "QRNN": {
        "text": "y: D = x\nz = tanh(W1@y[t-1] + W2@x)\nf = sigmoid(W1@y[t-1] + W2@x)\n"
        "o = sigmoid(W1@y[t-1] + W2@x)\nc = f*c + (1 - f)*z\nh = o*c",
        "title": "quasi-recurrent network",
        "year": 2017,
        "source": "Bradbury, Merity, Xiong & Socher, “Quasi-Recurrent Neural Networks”, ICLR",
        "purpose": "Gates are convolutions over the input, here of width 2; only the memory is recurrent.",
    },
    "mLSTM 2016": {
        "text": "m = (W@x)*(U@h)\ni = sigmoid(W@x + U@m + b)\nf = sigmoid(W@x + U@m + b)\n"
        "o = sigmoid(W@x + U@m + b)\ng = tanh(W@x + U@m + b)\nc = f*c + i*g\nh = o*tanh(c)",
        "title": "multiplicative LSTM",
        "year": 2016,
        "source": "Krause, Lu, Murray & Renals, “Multiplicative LSTM for sequence modelling”",
        "purpose": "Each input has a transition of its own: x scales what the gates see of h.",
        "note": "With biases, as implementations have it. One of its first version has tanh(o C) for "
        "o tanh(C), and no tanh around the candidate.",
    },
    "minGRU": {
        "text": "z = sigmoid(W@x + b)\nn = W@x + b\nh = (1 - z)*h + z*n",
        "title": "minimal GRU",
        "year": _FENG[0],
        "source": _FENG[1],
        "purpose": "Gates see x alone: the direct route is the whole gradient, and steps can be run at once.",
    },
    "minLSTM": {
        "text": "f = sigmoid(W@x + b)\ni = sigmoid(W@x + b)\nn = W@x + b\nh = f/(f + i)*h + i/(f + i)*n",
        "title": "minimal LSTM",
        "year": _FENG[0],
        "source": _FENG[1],
        "purpose": "The same for the LSTM: f and i, made to add up to 1, and no output gate.",
        "note": "Where both gates are below the smallest number, 0 is divided by 0, and the run is refused.",
    },
    "sLSTM": {
        "text": "z = tanh(W@x + R@h + b)\no = sigmoid(W@x + R@h + b)\na = W@x + R@h + b\n"
        "l = log_sigmoid(W@x + R@h + b)\nm = max(l + m[t-1], a)\ni = exp(a - m)\nf = exp(l + m[t-1] - m)\n"
        "c = f*c + i*z\nn = f*n + i\nh = o*c/n\nm[0] = -inf",
        "title": "sLSTM, stabilised",
        "year": _BECK[0],
        "source": _BECK[1],
        "purpose": "An exponential input gate can outweigh all that was stored; n keeps h in range, m exp.",
        "note": "One head: R is full, where the paper's is in blocks; a is log i, l is log f with f = σ.",
    },
    "sLSTM plain": {
        "text": "z = tanh(W@x + R@h + b)\no = sigmoid(W@x + R@h + b)\ni = exp(W@x + R@h + b)\n"
        "f = sigmoid(W@x + R@h + b)\nc = f*c + i*z\nn = f*n + i\nh = o*c/n",
        "title": "sLSTM without its stabiliser",
        "year": _BECK[0],
        "source": _BECK[1],
        "purpose": "The same h, until exp leaves the range of numbers: what the stabiliser is for.",
    },
    "RG-LRU": {
        "text": "v = W@x\nr = sigmoid(W@v + b)\ni = sigmoid(W@v + b)\na = exp(8*r*log_sigmoid(p))\n"
        "h = a*h + sqrt(1 - a**2)*(i*v)",
        "title": "real-gated linear recurrent unit",
        "year": 2024,
        "source": "De et al., “Griffin: Mixing Gated Linear Recurrences with Local Attention for Efficient "
        "Language Models”",
        "purpose": "A linear memory per unit, of a learned decay that a gate of x can stretch.",
        "note": "x of the paper is v, as wide as h. At a = 1 the root has no slope. RecurrentGemma turns the "
        "sign of p, has W in blocks, and leaves the root out at the first step.",
    },
    "selective scan": {
        "text": "v = W@x\nd = softplus(W@v + b)\na = exp(-d*exp(p))\nk = mean(p*v)\nq = mean(p*v)\n"
        "s = a*s + d*k*v\nh = q*s + p*v",
        "title": "selective state space of one state",
        "year": 2024,
        "source": "Gu & Dao, “Mamba: Linear-Time Sequence Modeling with Selective State Spaces”, COLM",
        "purpose": "How long a step lasts, what it writes and what is read all depend on x.",
        "note": "x of the paper is v, N is 1; k and q are its B and C, one number for all units.",
    },
}

_SHARED: Final = {
    **dict.fromkeys(("NIG", "NFG", "NOG", "NIAF", "NOAF", "CIFG", "FGR"), _GREFF),
    **dict.fromkeys(("MUT1", "MUT2", "MUT3"), _JOZEFOWICZ),
}
"""Year and source of several cells of one paper."""

_PARENTS: Final = {
    child: parent
    for parent, children in {
        "Elman": ("LSTM 1997", "SCRN", "IndRNN"),
        "LSTM 1997": ("LSTM",),
        "LSTM": (
            "V", "LSTMP", "LSTM hard", "LSTM relu", "LSTM layer norm", "GRU before", "JANET", "QRNN",
            "mLSTM 2016", "minLSTM", "sLSTM plain",
        ),
        "V": ("NIG", "NFG", "NOG", "NIAF", "NOAF", "CIFG", "FGR"),
        "LSTM hard": ("LSTM hard 3",),
        "GRU before": ("GRU", "MGU", "MUT1", "MUT2", "MUT3", "UGRNN", "minGRU"),
        "QRNN": ("SRU",),
        "sLSTM plain": ("sLSTM",),
    }.items()
    for child in children
}  # fmt: skip
"""The cell that each changes, where that is in the catalogue."""


@cache
def _entry(name: str) -> Equations:
    entry = dict(_ENTRIES[name])
    if name in _SHARED:
        entry["year"], entry["source"] = _SHARED[name]
    return Equations(entry.pop("text"), name=name, parent=_PARENTS.get(name, ""), **entry)


class _Catalogue(Mapping[str, Equations]):
    """Equations by name, in the order of their families; each is read when it is first asked for."""

    def __getitem__(self, name: str) -> Equations:
        if name not in _ENTRIES:
            raise KeyError(f"expected one of {', '.join(_ENTRIES)}, got {name}")
        return _entry(name)

    def __iter__(self) -> Iterator[str]:
        return iter(_ENTRIES)

    def __len__(self) -> int:
        return len(_ENTRIES)


CATALOGUE: Final[Mapping[str, Equations]] = _Catalogue()
