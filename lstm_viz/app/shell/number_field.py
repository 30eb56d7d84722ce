"""A field for a number that takes whatever is entered, and says what is wrong with it.

Streamlit's own reads a number in the browser: "1e5" becomes 1 where whole numbers are asked for, and what it
cannot read, or is beyond its limits, turns red there and never reaches the page, which would go on with the
number before. This one is a field for text, which is read here.
"""

from collections.abc import Callable

from streamlit.delta_generator import DeltaGenerator

from lstm_viz.app.shell.number import InvalidEntry, Number, number_text
from lstm_viz.app.shell.prose import show_error
from lstm_viz.app.shell.widget_values import standing_in, widget_showing


def number_field(
    place: DeltaGenerator,
    number: Number,
    value: float | int | None,
    *,
    name: str,
    invalid: InvalidEntry | None,
    take: Callable[[float | int | None], None],
    refuse: Callable[[InvalidEntry], None],
    help: str,
    placeholder: str = "",
) -> None:
    """Offer a number; what does not fit stays where it is, with a message below, until it is mended.

    Parameters
    ----------
    place
        Where the field stands.
    number
        What it is called, and what fits.
    value
        What holds.
    name
        Of the widget; see :func:`lstm_viz.app.shell.widget_values.widget_showing`.
    invalid
        What stands in the field although it does not fit; None if it fits.
    take
        Called with the number once one was entered that fits.
    refuse
        Called once something was entered that does not.
    help
        What the number does.
    placeholder
        What an empty field means.
    """

    def entered(text: str) -> None:
        try:
            entry = number.read(text)
        except ValueError as error:
            refuse(InvalidEntry(text, str(error)))
        else:
            take(entry)

    text = invalid.text if invalid else _as_entered(name, number, value)
    widget = widget_showing(name, text)
    place.text_input(
        number.label,
        key=widget.key,
        on_change=widget.on_change(entered),
        help=help,
        placeholder=placeholder or None,
    )
    if invalid:
        show_error(invalid.why, place)


def _as_entered(name: str, number: Number, value: float | int | None) -> str:
    """Return a number as it was entered if it was, "1e5" say: the hand stays in the field."""
    entered = standing_in(name)
    try:
        if isinstance(entered, str) and number.read(entered) == value:
            return entered
    except ValueError:
        pass
    return number_text(value)
