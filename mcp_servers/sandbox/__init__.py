"""The sandbox: the business systems' one SQLite file, its seed, and what was "sent" from it."""
