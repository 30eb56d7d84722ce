"""The Start page: what an LSTM is, in one minute, and where to go from here."""

import streamlit as st

from lstm_viz.app.shell.style import page_style
from lstm_viz.settings.presets import DEFAULT, PRESETS

page_style()
st.title("See how an LSTM works, and trust what you see", anchor=False)

words, equations = st.columns([4, 3], gap="medium", vertical_alignment="center")
words.markdown(
    """
A **long short-term memory** (LSTM) is a small machine that reads a sequence step by step and keeps a
**memory** of what it has read. At every step it decides three things, each with a gate between shut (0) and
open (1):

- the **forget gate**: how much of the memory is kept;
- the **input gate**: how much of the candidate, the new value, is written into it;
- the **output gate**: how much of the memory is shown.

The memory after a step is *what was kept* plus *what was written*, and nothing else. With the forget gate
near 1 and the input gate near 0 it passes through almost unchanged, step after step. Where the gates stand
depends on the weights and on what the cell reads. Change a weight, and see.
"""
)
words.page_link(
    "pages/cell.py",
    label="**Step through a cell that remembers**",
    icon=":material/play_circle:",
    query_params={"preset": DEFAULT},
)
equations.latex(
    r"""
\begin{aligned}
f_t &= \sigma(W_f x_t + U_f h_{t-1} + b_f) \\
i_t &= \sigma(W_i x_t + U_i h_{t-1} + b_i) \\
\tilde C_t &= \tanh(W_C x_t + U_C h_{t-1} + b_C) \\
C_t &= f_t \cdot C_{t-1} + i_t \cdot \tilde C_t \\
o_t &= \sigma(W_o x_t + U_o h_{t-1} + b_o) \\
h_t &= o_t \cdot \tanh(C_t)
\end{aligned}
"""
)
equations.markdown("The whole LSTM. Every gate and state on the Cell page is computed by these six lines.")

st.header("One cell, many behaviours", anchor=False)
st.markdown(
    "The same six equations do all of this; only the weights and the input differ. Each title opens a run."
)
cards = [place for _ in range(0, len(PRESETS), 3) for place in st.columns(3)]
for card, (key, preset) in zip(cards, PRESETS.items(), strict=False):
    with card.container(border=True, height="stretch"):
        st.page_link(
            "pages/cell.py",
            label=f"**{preset.title}**",
            icon=":material/arrow_forward:",
            query_params={"preset": key},
        )
        st.markdown(preset.watch)

st.header("Beyond the one cell", anchor=False)
FURTHER = (
    (
        "Gradients",
        "pages/gradients.py",
        ":material/trending_down:",
        "Why does a plain RNN forget, and what exactly does the LSTM change?",
        "How gradients shrink and grow on their way back through time, measured on networks that you choose.",
    ),
    (
        "Variants",
        "pages/variants.py",
        ":material/compare:",
        "What if a gate were missing, tied, or could peek at the memory?",
        "Up to four cells side by side on the same input: LSTMs of all kinds, GRUs, a plain RNN.",
    ),
    (
        "Train",
        "pages/train.py",
        ":material/model_training:",
        "How do the gates come to behave so?",
        "A PyTorch network learns a task, or your own data, while you watch its gates.",
    ),
)
for card, (name, page, icon, question, answer) in zip(st.columns(len(FURTHER)), FURTHER, strict=True):
    with card.container(border=True, height="stretch"):
        # A longer label would be cut where a card is narrow.
        st.page_link(page, label=f"**{name}**", icon=icon)
        st.markdown(f"*{question}* {answer}")

st.header("For teachers", anchor=False)
st.markdown(
    """
- Every run has its own link. Set up what you want to show, press the link button above the cell, and hand it
  out: whoever opens it sees the same weights, the same input and the same step.
- Keys on the Cell page: **←** and **→** step, **Home** and **End** jump, **Space** plays and pauses,
  **Ctrl+Z** undoes.
- Nobody needs an account. What is set on a page lives in its link; only trained networks are kept, on this
  server, under a name that nobody can guess.
"""
)
