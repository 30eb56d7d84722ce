"""Figures: numbers become a ``plotly.graph_objects.Figure``. No arithmetic here, and no Streamlit."""
