"""The Cell page: what does each gate do to the memory, at this step? One run, from every side."""

import streamlit as st

from lstm_viz.app.cell.actions import LINKED, open_stop
from lstm_viz.app.cell.controls import show_controls
from lstm_viz.app.cell.export import show_take_away
from lstm_viz.app.cell.stage import show_run, show_stop
from lstm_viz.app.path.actions import current
from lstm_viz.app.shell.style import page_style

page_style()
guide = current("cell")
st.title("What does each gate do to the memory, at this step?", anchor=False)

state = LINKED.read()
if guide is not None and not guide.whole:
    open_stop(state, guide)
    # While a dial is dragged, what the stop shows is drawn anew, and nothing else.
    st.fragment(show_stop)(state)
    st.stop()

show_controls(state)
# While a weight is dragged, the stage and the charts are drawn anew, and nothing else.
st.fragment(show_run)(state)

st.header("Three things to try", anchor=False)
st.markdown(
    """
1. **Let it leak faster.** In *A memory that leaks*, go to step 4 and pull the bias *b* of the forget gate
   down to 0. Without a flag f is now 0.50: every step halves the memory. What is C at step 5?
2. **Hold the gate open.** Set the forget gate to *held open (1)*. Nothing is ever forgotten: what is written
   at steps 1, 6 and 11 adds up (at step 6 it is negative). The row *C, gates free* shows C without that.
3. **Make it hold.** Set the forget gate free again; type 20 for its *b* and −40 for its weight on the flag.
   Now f is 1.00 between the flags, and C still drifts. Which gate lets the new values seep in, and which two
   weights shut it?
"""
)

st.header("What each gate does", anchor=False)
st.markdown(
    r"""
The cell carries two things from step to step: the **cell state** $C$, its memory, and the **hidden state**
$h$, its output. Three **gates**, each a number from 0 to 1 for every unit, decide what happens to the memory.
Each gate, and the candidate, sees the same two things: the input $x_t$ and the output of the step before,
$h_{t-1}$.

| | equation | what it does |
|---|---|---|
| **forget gate** | $f_t = \sigma(W_f x_t + U_f h_{t-1} + b_f)$ | how much of the old memory is kept |
| **input gate** | $i_t = \sigma(W_i x_t + U_i h_{t-1} + b_i)$ | how much of the candidate is written |
| **candidate** | $\tilde C_t = \tanh(W_C x_t + U_C h_{t-1} + b_C)$ | what could be written, from −1 to 1 |
| **cell state** | $C_t = f_t \cdot C_{t-1} + i_t \cdot \tilde C_t$ | what is kept, plus what is written |
| **output gate** | $o_t = \sigma(W_o x_t + U_o h_{t-1} + b_o)$ | how much of the memory is shown |
| **hidden state** | $h_t = o_t \cdot \tanh(C_t)$ | what the outside, and the gates at the next step, see |

$\sigma(z) = 1/(1 + e^{-z})$ squeezes any number into 0 to 1: a large positive $z$ opens a gate, a large
negative one shuts it. The equation of $C_t$ is the heart: with $f_t = 1$ and $i_t = 0$ the memory passes
through unchanged, for as long as the gates stay so.

The LSTM is by Hochreiter & Schmidhuber (1997); its forget gate was added by Gers, Schmidhuber & Cummins
(2000). PyTorch's [`nn.LSTM`](https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html) computes the
same equations.
"""
)

st.header("Take it with you", anchor=False)
show_take_away(state)
