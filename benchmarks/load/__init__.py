"""Load: many conversations at once, how they are answered, what they occupy, and what a second replica brings."""
