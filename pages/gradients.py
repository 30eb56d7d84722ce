"""The Gradients page: why a plain RNN forgets, and what exactly the LSTM changes. All of it is measured."""

import streamlit as st

from lstm_viz.app.gradients.actions import finish, open_page
from lstm_viz.app.gradients.curves import show_curves
from lstm_viz.app.gradients.details import show_details
from lstm_viz.app.shell.style import page_style

page_style()
st.title("Why does a plain RNN forget, and what exactly does the LSTM change?", anchor=False)

PROSE = r"""
**What is measured.** Each network reads the same random input, and the loss looks at its last state only. The
curve is the size of $\partial L/\partial h_t$ at every step back, relative to the end: how strongly a change
at that step is felt by the loss, and so how much the network can learn from it. Of a cell that does not carry
its output on, such as SRU, the loss looks at the memory instead.

**The plain RNN** multiplies the gradient by $W_h$, transposed, and by the slope of its activation at every
step back. The slope is at most 1, so one step lengthens the gradient at most by a factor as large as the
**largest singular value** of $W_h$: where that is below 1, the gradient must vanish. The **eigenvalues** say
what many steps of $W_h$ alone come to. Even where all of them lie inside the unit circle, slopes that change
from step to step *can* make the gradient explode.

**The LSTM** has a second way, along the memory, where every step multiplies by $f_t$. There the gradient
vanishes as well, unless the forget gate is open.
"""

state = open_page()
# While a dial is dragged, the controls and the curves are drawn anew, and nothing else.
st.fragment(show_curves)(state, PROSE)
show_details(state)

st.header("Three things to try", anchor=False)
st.markdown(
    """
1. **Open the forget gate.** From *As PyTorch initialises them*, pull the forget bias slowly from 0 to 5.
   Where does the LSTM's curve leave the RNN's behind?
2. **Make the RNN explode, and then vanish.** Take *Radius 1.5: the input decides*, set the input scale to 0,
   and turn it slowly up to 3. The weights stay the same; what changes?
3. **Count on one seed, and be wrong.** Set the seeds to 1, then to 20: how wide is the band?
"""
)

st.header("Where this comes from", anchor=False)
st.markdown(
    """
Hochreiter (1991) and Bengio, Simard & Frasconi (1994) found that gradients vanish or explode. Pascanu,
Mikolov & Bengio (2013) gave the bound by the largest singular value, and clipped the gradient by its norm.
The forget gate is from Gers, Schmidhuber & Cummins (2000), the advice to start it with a bias of 1 from
Jozefowicz, Zaremba & Sutskever (2015), chrono biases from Tallec & Ollivier (2018).
"""
)

finish(state)
