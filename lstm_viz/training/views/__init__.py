"""What a page says and shows of trainings, without Streamlit: names, sentences, and the gates over time."""
