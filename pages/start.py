"""What is an LSTM, in one minute, and where do I go?"""

import streamlit as st

st.title("See how an LSTM works")
st.page_link("pages/cell.py", label="Open the cell")
