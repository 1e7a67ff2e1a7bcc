"""The customer relationship system: who customers are, what they agreed to, and what was said."""
