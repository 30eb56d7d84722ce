"""The Gradients page: why a plain RNN forgets, and what exactly the LSTM changes. Measured, not asserted."""

import streamlit as st

from lstm_viz.app.gradients import details as gradients_details
from lstm_viz.app.gradients import page as gradients_page
from lstm_viz.app.shell.style import page_style

page_style()
st.title("Why does a plain RNN forget, and what exactly does the LSTM change?", anchor=False)

chosen = gradients_page.work()


@st.fragment
def follows_the_hand() -> None:
    """Show the dials and the curves: all that is measured anew while a dial is dragged."""
    gradients_page.show_controls(chosen)
    flows = gradients_page.measure_flows(chosen)
    gradients_page.show_flows(chosen, flows)
    circle, words = st.columns(2, gap="large", vertical_alignment="center")
    with circle:
        gradients_page.show_eigenvalues(chosen.settings)
    words.markdown(
        r"""
**What is measured.** Each network reads the same random input and the loss looks at its last state only. The
curve is the size of $\partial L/\partial h_t$ at every step back, relative to the end: how strongly a change
at that step is felt by the loss, and so how much the network can learn from it.

**The plain RNN** multiplies by $W_h$ and by the slope of tanh at every step back. The slope is at most 1, so
the eigenvalues of $W_h$ are all that can keep the gradient up: well inside the circle it vanishes; outside it
*may* explode.

**The LSTM** has a second way, along the memory, where every step multiplies by $f_t$. It vanishes as well,
unless the forget gate is open.
"""
    )
    gradients_page.follow_up(chosen)


follows_the_hand()

gradients_details.show_details(chosen)

st.header("Three things to try", anchor=False)
st.markdown(
    """
1. **Open the forget gate.** From *As PyTorch initialises them*, pull the forget bias slowly from 0 to 5.
   Where does the LSTM's curve leave the RNN's behind?
2. **Make the RNN explode, and then not.** Take *A radius of 1.5 explodes* and turn the input scale from 0 to
   3. The weights stay the same; what changes?
3. **Count on one seed, and be wrong.** Set the seeds to 1, then to 20: how wide is the band?
"""
)

st.header("Where this comes from", anchor=False)
st.markdown(
    """
Hochreiter (1991) and Bengio, Simard & Frasconi (1994) found that gradients vanish; Pascanu, Mikolov & Bengio
(2013) described exploding and clipping. The forget gate is from Gers, Schmidhuber & Cummins (2000), the
advice to start it with a bias of 1 from Jozefowicz, Zaremba & Sutskever (2015), chrono biases from Tallec &
Ollivier (2018).
"""
)

gradients_page.finish(chosen)
