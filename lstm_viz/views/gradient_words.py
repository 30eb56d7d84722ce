"""The sentences beside the figures of the Gradients page, in Markdown."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from lstm_viz.notation import decimals, written
from lstm_viz.views.gradients import Array, ClippedGradient, GradientNorms, Spectrum


def exponent(log: float) -> str:
    """Return a logarithm to be read as an exponent: "−27.7", and "−0.75" where a tenth would be coarse."""
    return decimals(log, 1 if abs(log) >= 10.0 else 2)


def power(log: float) -> str:
    """Return ten to a power in Markdown with TeX: $10^{−27.7}$; "nothing" for −inf."""
    return "nothing" if log == -np.inf else f"$10^{{{exponent(log)}}}$"


def share(log: float) -> str:
    """Return a share given as a logarithm: "20 %", and below a hundredth as a power of ten."""
    return f"{decimals(100 * 10**log, 0)} %" if log > _HUNDREDTH else power(log)


def times(log: float) -> str:
    """Return a factor given as a logarithm: "16", and from a thousand on as a power of ten."""
    return written(10**log) if log < _THOUSAND else power(log)


_HUNDREDTH: Final = -2.0
_THOUSAND: Final = 3.0


def norms_in_words(name: str, norms: GradientNorms) -> str:
    """Say what becomes of the gradient of a network, going back."""
    steps, left = len(norms.median) - 1, float(norms.median[-1])
    if left > 0.0:
        return (
            f"**{name}** · Going back, the gradient **grows**: after {steps} steps it is {times(left)} times "
            "as large."
        )
    after = norms.falls_below_a_thousandth
    fall = (
        f"The gradient falls below a thousandth after **{after} steps**."
        if after is not None
        else "The gradient **ends above a thousandth**."
    )
    return f"**{name}** · {fall} After {steps} steps, {share(left)} of it is left."


def seeds_in_words(measured: int, asked: int) -> str:
    """Say how many seeds lines and bands are of."""
    if measured < asked:
        return f"Measuring: {measured} of {asked} seeds so far."
    if asked == 1:
        return "One seed only: another one may look different."
    return f"Lines: the median of {asked} seeds. Bands: four of five seeds lie in them."


def spectrum_in_words(spectrum: Spectrum) -> str:
    """Say how large the eigenvalues and the singular values of W_h are."""
    return (
        f"The largest absolute value of an eigenvalue is {spectrum.radius:.2f}, the largest singular value "
        f"is {spectrum.largest_singular_value:.2f}."
    )


def routes_in_words(logs: Mapping[str, Array], memory: str = "C") -> str:
    """Say how much of the gradient of the last memory comes back by each route."""
    steps = len(logs["whole"]) - 1
    if len(logs) == len(("whole", "direct")):
        left_over = power(logs["whole"][-1] - logs["whole"][0])
        return (
            "**The direct route is the whole gradient.** Nothing else that the next step sees is made of "
            f"{memory}, so all that comes back, {left_over} over {steps} steps, has stayed in {memory}: "
            "every step multiplies it by one number for each unit, and by no matrix."
        )
    left = {route: power(log[-1] - logs["whole"][0]) for route, log in logs.items()}
    said = (
        f"Of the gradient at the last {memory}, the direct route alone, along {memory} itself, brings "
        f"{left['direct']} back over {steps} steps; all routes together bring {left['whole']}. "
    )
    if set(logs) == {"whole", "direct", *"figo"}:
        return said + (
            "$\\partial C_t / \\partial C_{t-1} = f_t$ is only the direct part: $h_{t-1}$ is made of "
            "$C_{t-1}$ too, and feeds every gate."
        )
    return said + f"The others leave {memory}, and come back through what the next step sees of it."


def clipping_in_words(gradient: ClippedGradient, largest: float) -> str:
    """Say what clipping does to the gradient of the weights."""
    whole = (
        "The gradient of the RNN's weights, $W_x$, $W_h$ and $b$ together, is a sum: each point above is "
        f"what one step adds to it. Its norm is {power(gradient.norm)}"
    )
    if not gradient.is_clipped:
        return f"{whole}, so clipping at {largest:g} leaves it as it is."
    return (
        f"{whole} before clipping, and {power(gradient.clipped_norm)} after clipping at {largest:g}. The two "
        "curves are the same curve, shifted: clipping limits the length of the gradient, so that one that "
        "explodes does not throw the weights away. It does not change how the steps compare: what had "
        "vanished is still vanished."
    )
