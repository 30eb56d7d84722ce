"""The entry point: ``streamlit run app.py`` imports it once for the server, and runs it for every visit."""

import os
from pathlib import Path

# Before NumPy is loaded, and for PyTorch and the workers after it. Two threads wait for each other at the end
# of every product of matrices: where something else has a core, 200 products of 128 × 128 took up to 3.7 s,
# and in one thread 0.4 s. OpenBLAS, OpenMP, MKL and Apple's Accelerate read these.
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = os.environ["VECLIB_MAXIMUM_THREADS"] = "1"

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
    icon = Path(__file__).parent / "docs" / "icon.svg"
    st.set_page_config(page_title="lstm-viz", page_icon=str(icon), layout="wide")
    pages = [
        st.Page("pages/start.py", title="Start", icon=":material/home:", default=True),
        st.Page("pages/cell.py", title="Cell", icon=":material/memory:"),
        st.Page("pages/challenges.py", title="Challenges", icon=":material/flag:"),
        st.Page("pages/gradients.py", title="Gradients", icon=":material/trending_down:"),
        st.Page("pages/variants.py", title="Variants", icon=":material/compare:"),
        st.Page("pages/train.py", title="Train", icon=":material/model_training:"),
    ]
    st.navigation(pages, position="top").run()
