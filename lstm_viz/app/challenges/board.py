"""What follows the hand on the Challenges page: the board, and the address once the hand lets go."""

from typing import Final

import streamlit as st

from lstm_viz.app.challenges.state import ChallengesState
from lstm_viz.app.challenges.view import board_record
from lstm_viz.app.shell.edits import take_edits
from lstm_viz.app.shell.linked_state import LinkedState
from lstm_viz.components.board import board
from lstm_viz.exchange.links.challenges import KEYS

LINKED: Final = LinkedState(
    "challenges_state",
    lambda: KEYS,
    ChallengesState.from_link,
    ChallengesState.follow,
    ChallengesState.link,
)
"""The state of this session, which follows the address."""

_BOARD: Final = "challenges_board"


def show_board(state: ChallengesState) -> None:
    """Show the attempt, and bring the address up to date."""
    history = state.history
    board(
        board_record(state)
        | {
            "reply": state.reply,
            "history": {
                "undo": bool(history.past),
                "redo": bool(history.future),
                "changed": history.has_changed,
            },
        },
        key=_BOARD,
        on_edit=lambda: take_edits(state, st.session_state[_BOARD]["edit"]),
        on_history=lambda: state.move(str(st.session_state[_BOARD]["history"])),
    )
    if not history.is_preview and LINKED.write_link():
        st.rerun(scope="app")
