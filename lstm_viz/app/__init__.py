"""The Streamlit app: a shell around all pages, and one package a page."""
