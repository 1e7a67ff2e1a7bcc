"""Shaping what goes out: words for the ear, and text messages of counted length."""
