"""Taking secrets out of messages."""
