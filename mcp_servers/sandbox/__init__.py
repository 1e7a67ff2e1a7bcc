"""The sandbox: the business systems, each on an SQLite file of its own, their seed, and what was "sent" from them."""
