"""The Variants page: the family of gated cells, and several of them side by side."""

import streamlit as st

from lstm_viz.app.own_cell.section import show_own_cell
from lstm_viz.app.shell.style import page_style
from lstm_viz.app.variants import gallery, newer
from lstm_viz.app.variants.comparison import show_comparison
from lstm_viz.app.variants.sections import keep_controls, pick_section

page_style()
st.title("What if a gate were missing, tied, or could peek at the memory?", anchor=False)

keep_controls({**gallery.CONTROLS, **newer.CONTROLS})
SHOW = {
    "family": gallery.show_family,
    "new": newer.show_newer,
    "compare": show_comparison,
    "own": show_own_cell,
}
SHOW[pick_section()]()

st.header("Where this comes from", anchor=False)
st.markdown(
    """
The LSTM is by Hochreiter & Schmidhuber (1997), still without a forget gate, which Gers, Schmidhuber & Cummins
(2000) added; peepholes are from Gers & Schmidhuber (2000). Greff, Srivastava, Koutník, Steunebrink &
Schmidhuber (2017) compared V with eight cells that differ from it in one point: that is why NIG, NFG, NOG,
NIAF, NOAF, CIFG and FGR all have peepholes here, and NP, which is our plain LSTM, has none. The GRU is from
Cho et al. (2014), sLSTM from Beck et al. (2024), minGRU and minLSTM from Feng et al. (2024). The source of
every other cell stands below it, once it is opened.
"""
)
