"""What the Train page shows before a run has anything to show: a network that has learned nothing."""

import streamlit as st

from lstm_viz.app.shell.address import escaped
from lstm_viz.app.train.film import scene_of_probe, task_data, untrained
from lstm_viz.app.train.live import FILM, RUN
from lstm_viz.app.train.words import CELLS
from lstm_viz.components.timeline import timeline
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Upload
from lstm_viz.views.learned import telling_unit
from lstm_viz.views.learning import Frame, shown, timeline_record


def show_untrained(settings: TrainingSettings, upload: Upload | None, begun: str | None) -> None:
    """Show an example sequence, and what a network that has learned nothing makes of it.

    Parameters
    ----------
    settings
        Of what is to be trained, or has just begun to be.
    upload
        What it is trained on, if that was given.
    begun
        The run that takes the place of this in a moment, if there is one: the film keeps its room for it.
    """
    try:
        data = task_data(settings, upload)
    except ValueError as error:
        st.markdown(f":red[{escaped(str(error))}]")
        return
    if data is None:
        _show_no_film(upload, settings)
        return
    trace, scene = untrained(settings, data), scene_of_probe(data.probe)
    unit = telling_unit(trace, scene.marks)
    record = timeline_record([Frame(0, None, shown(trace, unit))], trace.x, scene, unit, str)
    timeline({**record, "run": RUN, "origin": f"untrained {settings.task}", "begun": begun}, key=FILM)
    if begun is None:
        st.markdown(
            "A sequence of the task, and what the gates of an **untrained** "
            f"{CELLS[settings.model.cell]} do on it (unit {unit + 1}; its weights are drawn at random, and "
            "your run draws its own). Press *Train*, and the slider becomes the time of training."
        )


def _show_no_film(upload: Upload | None, settings: TrainingSettings) -> None:
    if upload:
        why = "Your file is a large one, and is read when the run begins."
    elif settings.upload:
        why = "What it was trained on is not here: give it above, or use the task's own example."
    else:
        why = (
            "Its data are downloaded once, when somebody first trains on them. Where their publisher cannot "
            "be reached, the run says where to put a copy by hand."
        )
    st.info(f"The gates are shown here once a run has begun. {why}", icon=":material/movie:")
