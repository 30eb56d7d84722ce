"""The charts of the Gradients page that follow a dial: curves and eigenvalues. No Streamlit here."""

from collections.abc import Iterator, Mapping
from typing import Final

from lstm_viz.app.shell.charts import Chart
from lstm_viz.figures.gradients import norms_figure, spectrum_figure
from lstm_viz.settings.gradients import RNN, GradientSettings
from lstm_viz.views.gradient_words import exponent, spectrum_in_words
from lstm_viz.views.gradients import GradientNorms, recurrent_spectrum, styles_of

RUN: Final = "gradients"
"""The name of what the dials change."""


def charts(settings: GradientSettings, norms: Mapping[str, GradientNorms], *, dark: bool) -> Iterator[Chart]:
    """Draw what has been measured, and of the plain RNN the spectrum of the first seed's W_h."""
    styles = styles_of(settings)
    if norms:
        ends = {styles[key].name: exponent(each.median[-1]) for key, each in norms.items()}
        listed = ", ".join(f"{name} {end}" for name, end in ends.items())
        yield Chart(
            "gradients_curves",
            norms_figure(norms, styles, dark=dark),
            "How much of the gradient is left at each step back from the end",
            f"After {settings.steps} steps back, as powers of ten: {listed}.",
        )
    if RNN in settings.cells:
        spectrum = recurrent_spectrum(settings.rnn)
        yield Chart(
            "gradients_spectrum",
            spectrum_figure(spectrum, dark=dark),
            "Eigenvalues and largest singular value of the recurrent weights of the plain RNN, seed 0",
            spectrum_in_words(spectrum),
        )
