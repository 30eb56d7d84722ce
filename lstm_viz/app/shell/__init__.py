"""What all pages share: the server and its routes, the address, widgets."""
