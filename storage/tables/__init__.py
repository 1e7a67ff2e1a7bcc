"""The tables of our own database."""
