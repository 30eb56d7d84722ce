"""Controls to settings: the only home of session state, caches and the address bar."""
