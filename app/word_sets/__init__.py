"""Sets of words that strangers said, and how the understanding does on each of them."""
