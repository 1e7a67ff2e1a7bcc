"""What a customer wants, told by a classifier over the procedures' examples."""
