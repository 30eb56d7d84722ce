"""Lessons as data: stops and what they check, and the challenges. Needs no Streamlit."""
