"""One turn of a conversation: understood, routed to a specialist, answered, stored."""
