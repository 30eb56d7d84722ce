"""The project's own tools: setting up, serving the app, driving a browser, screenshots."""
