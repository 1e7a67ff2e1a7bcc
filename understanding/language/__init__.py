"""How words are taken apart: their plain form, their language, their clauses."""
