"""What does each gate do to the memory, at this step?"""

import streamlit as st

from lstm_viz.presets import PRESETS, RANDOM
from lstm_viz.ui import cell_page
from lstm_viz.ui.style import page_style

page_style()
st.title("The cell", anchor=False)
st.markdown("**What does each gate do to the memory, at this step?** Step through the run, then change a weight.")

work = cell_page.workspace()


@st.fragment
def workbench() -> None:
    """Show the run, and everything about it that follows the hand."""
    pick, draw = st.columns([4, 1], vertical_alignment="bottom")
    with pick:
        cell_page.preset_picker(work)
    with draw, st.popover("Draw an input", icon=":material/show_chart:", width="stretch"):
        cell_page.draw_controls(work)
    if work.run.origin == RANDOM:
        cell_page.random_controls(work)
    else:
        st.markdown(PRESETS[work.run.origin].watch)

    trace = work.run.run()
    ghost = work.run.run_unclamped() if work.run.cell.clamp else None
    cell_page.show_stage(work, trace, ghost)

    st.header("Over time", anchor=False)
    cell_page.show_charts(work, trace, ghost)

    st.header("Take it with you", anchor=False)
    numbers, code, check = st.tabs(["Numbers", "Code", "Check against PyTorch"], on_change="rerun", key="cell_tabs")
    with numbers:
        if numbers.open:
            cell_page.show_numbers(work, trace)
    with code:
        if code.open:
            cell_page.show_code(work)
    with check:
        if check.open:
            cell_page.show_check(work)
    cell_page.write_link(work)


workbench()
