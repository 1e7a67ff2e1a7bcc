"""What a conversation still owes after its turn: notes, confirmations, reminders, checks; kept, sent once, visible."""
