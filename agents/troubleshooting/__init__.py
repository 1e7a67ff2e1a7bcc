"""Troubleshooting: connections that are down, slow or dropping, and questions about how things work."""
