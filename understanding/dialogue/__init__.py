"""What a message does: answers, greets, asks for a person, complains."""
