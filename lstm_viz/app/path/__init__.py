"""The guided path: a coach beside the page that a stop is on."""
