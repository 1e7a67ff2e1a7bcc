"""Other companies' desks: conversations are handed to them, and what is done there counts here."""
