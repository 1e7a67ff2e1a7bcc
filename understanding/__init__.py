"""The embedded understanding: what a customer's message says, read by rules and a small classifier."""
