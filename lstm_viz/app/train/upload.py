"""A person's own data for a task that accepts them: a file, or a text that is pasted."""

import hashlib
from dataclasses import replace
from typing import Final

import streamlit as st

from lstm_viz.app.shell.address import escaped
from lstm_viz.app.train.choices import Refused
from lstm_viz.app.train.column import COLUMN, fitting, show_series
from lstm_viz.app.train.film import task_data
from lstm_viz.app.train.state import TrainWork
from lstm_viz.app.train.words import capital
from lstm_viz.training.task import Upload

MOST_MEGABYTES: Final = 20
PASTED: Final = "pasted text"

_TEXT: Final = "text"
_FILE: Final = "train_file_"
_PASTE: Final = "train_paste_"


def show_upload(chosen: TrainWork) -> None:
    """Offer to give data, where the task takes them, and say at once what is wrong with them."""
    accepts = chosen.task.accepts
    if not accepts:
        return
    endings = [ending for ending in accepts if ending != _TEXT]
    given, refused = chosen.upload, chosen.refused.get(chosen.task.key)
    title = f"Your own data: {given.name}" if given else "Your own data"
    with st.expander(title, icon=":material/upload_file:", key=f"train_upload_{chosen.task.key}"):
        places = st.columns(2 if _TEXT in accepts else 1, gap="medium")
        with places[0]:
            _offer_file(chosen, endings)
        if _TEXT in accepts:
            with places[1]:
                _offer_text(chosen)
        if given is not None or refused is not None:
            st.button(
                "Use the task's own example again",
                icon=":material/undo:",
                key="train_upload_none",
                on_click=_use_example,
                args=(chosen,),
            )
    if refused is not None:
        st.markdown(f":red[{escaped(f'{capital(refused.told)} cannot be trained on. {refused.why}')}]")
    if chosen.settings.upload and given is None:
        st.info(
            "This was trained on somebody's own data, which a link does not hold. To train it again, give "
            "them here.",
            icon=":material/upload_file:",
        )
    show_series(chosen)


def _offer_file(chosen: TrainWork, endings: list[str]) -> None:
    key = f"{_FILE}{chosen.task.key}_{chosen.emptied}"

    def take() -> None:
        file = st.session_state[key]
        if file is not None:
            _take(chosen, Upload(file.name, file.getvalue()))
        else:
            _take_away(chosen, pasted=False)

    st.file_uploader(
        "A file",
        endings,
        key=key,
        on_change=take,
        max_upload_size=MOST_MEGABYTES,
        help="It stays on this server, for the run to be trained on, and is not part of any link.",
    )


def _offer_text(chosen: TrainWork) -> None:
    key = _PASTE + chosen.task.key
    st.session_state[key] = chosen.pasted.get(chosen.task.key, "")

    def take() -> None:
        text = st.session_state[key]
        chosen.pasted[chosen.task.key] = text
        if text.strip():
            _take(chosen, Upload(PASTED, text.encode()))
        else:
            _take_away(chosen, pasted=True)

    st.text_area("Or paste it here", key=key, on_change=take, height=140)


def _use_example(chosen: TrainWork) -> None:
    """Go back to the task's own example, and empty the box and the field for a file."""
    chosen.emptied += 1
    chosen.pasted.pop(chosen.task.key, None)
    _take(chosen, None)


def _take_away(chosen: TrainWork, *, pasted: bool) -> None:
    """Go back to what was there before a file was removed, or the box emptied."""
    chosen.troubles.pop("train", None)
    if chosen.refused.pop(chosen.task.key, None) is not None:
        return
    if chosen.upload is not None and (chosen.upload.name == PASTED) == pasted:
        _take(chosen, None)


def _take(chosen: TrainWork, upload: Upload | None) -> None:
    """Take what was given, if it can be read; if not, say why, and everything stays as it was."""
    digest = hashlib.sha256(upload.content).hexdigest() if upload else None
    chosen.refused.pop(chosen.task.key, None)
    try:
        settings, told = fitting(replace(chosen.settings, upload=digest), upload)
        if upload is not None:
            task_data(settings, upload)
    except ValueError as error:
        what = "your text" if upload is None or upload.name == PASTED else f"your file “{upload.name}”"
        chosen.refused[chosen.task.key] = Refused(what, str(error))
        return
    chosen.choose(settings)
    if told:
        chosen.troubles[COLUMN] = told
    if upload is not None and digest is not None:
        chosen.keep_upload(digest, upload)
