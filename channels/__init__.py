"""What callers reach: the HTTP API, the web chat, and A2A."""
