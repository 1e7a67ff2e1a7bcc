"""The schema of our own database, step by step."""
