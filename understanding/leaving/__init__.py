"""Hears that somebody who waits for a person cannot stay, and by which way they want the answer."""
