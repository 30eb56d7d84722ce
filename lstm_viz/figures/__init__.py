"""Numbers to drawings: Plotly figures as plain data. Nothing is computed here, and nothing is shown."""
