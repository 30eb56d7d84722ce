"""What is shown in place of a page whose libraries are not installed."""

from collections.abc import Sequence

import streamlit as st


def show_training_is_not_installed(missing: Sequence[str]) -> None:
    """Take the place of the Train page, for want of some libraries, at least one."""
    *others, last = missing
    names = f"{', '.join(others)} and {last}" if others else last
    st.title("How do the gates come to behave so?", anchor=False)
    st.info(
        "Training is not installed on this server; all other pages work without it. It needs PyTorch and a "
        f"few more libraries. Not found: {names}. To install them, stop the server, run this command, and "
        "start the server again:",
        icon=":material/download:",
    )
    st.code("pip install 'lstm-viz[app,train]'", language="bash")
