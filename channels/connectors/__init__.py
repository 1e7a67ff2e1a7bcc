"""Doors to other channels: each connector says how messages come in and how ours go out."""
