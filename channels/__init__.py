"""The doors: the HTTP API, the web chat, and A2A."""
