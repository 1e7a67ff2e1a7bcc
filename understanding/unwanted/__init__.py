"""Wanting no messages: by rules over the parts that words play, and by what was learnt from sentences."""
