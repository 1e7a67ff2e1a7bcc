"""What a conversation remembers, and how it is kept: the state, its rows, and what it still owes."""
