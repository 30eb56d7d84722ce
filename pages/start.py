"""What is an LSTM, in one minute, and where do I go?"""

import streamlit as st

from lstm_viz.presets import DEFAULT, PRESETS
from lstm_viz.ui.style import page_style

page_style()
st.title("See how an LSTM works, and trust what you see", anchor=False)

words, picture = st.columns([3, 2], gap="large", vertical_alignment="center")
with words:
    st.markdown(
        """
A **long short-term memory** (LSTM) is a small machine that reads a sequence step by step and keeps a **memory** of what
it has read. At every step it decides three things, each with a gate that can stand anywhere between shut (0) and open (1):

- the **forget gate**: how much of the memory is kept;
- the **input gate**: how much of the new is written into it;
- the **output gate**: how much of the memory is shown.

So memory = *what is kept* + *what is written*. Because keeping is a plain multiplication by a number near 1, an LSTM can
hold something for hundreds of steps. Whether it does so depends on the weights: change one, and see.
"""
    )
    st.page_link(
        "pages/cell.py",
        label="**Step through the cell**",
        icon=":material/play_circle:",
        query_params={"preset": DEFAULT},
    )
with picture:
    st.latex(
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
    st.caption("The whole LSTM. Every number that you meet here was computed by these six lines.")

st.header("One cell, many behaviours", anchor=False)
st.markdown("The same six equations do all of this; only the weights differ. Each link opens a finished run.")
columns = st.columns(2, gap="large")
for number, (key, preset) in enumerate(PRESETS.items()):
    with columns[number % 2]:
        st.page_link("pages/cell.py", label=f"**{preset.title}**", query_params={"preset": key})
        st.markdown(preset.watch)

st.header("For teachers", anchor=False)
st.markdown(
    """
- Every run has its own link: set up what you want to show, press the link button above the cell, and hand it out. Whoever
  opens it sees the same weights, the same input and the same step.
- Keys on the Cell page: **←** and **→** step, **Home** and **End** jump, **Space** plays and pauses, **Ctrl+Z** undoes.
- Nothing is uploaded, and nobody needs an account.
"""
)
