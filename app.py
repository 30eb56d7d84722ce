"""The entry point: ``streamlit run app.py`` imports it once for the server, and runs it for every visit."""

import os

# Before NumPy is loaded. With a thread for every core, products of matrices wait for each other on a machine
# that has something else to do: the heat map of a small network then takes 50 times as long.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import streamlit as st

from lstm_viz.app.shell import server

app = st.App(
    __file__,
    lifespan=server.lifespan,
    routes=server.routes(),
    middleware=server.middleware(),
    on_script_error=server.on_script_error,
)

if __name__ == "__main__":
    st.set_page_config(page_title="lstm-viz", page_icon="docs/icon.svg", layout="wide")
    pages = [
        st.Page("pages/start.py", title="Start", icon=":material/home:", default=True),
        st.Page("pages/cell.py", title="Cell", icon=":material/memory:"),
        st.Page("pages/gradients.py", title="Gradients", icon=":material/trending_down:"),
        st.Page("pages/variants.py", title="Variants", icon=":material/compare:"),
        st.Page("pages/train.py", title="Train", icon=":material/model_training:"),
    ]
    st.navigation(pages, position="top").run()
