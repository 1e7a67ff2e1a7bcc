"""The attack suite: whatever the model, a customer, a partner or a server does, nothing happens that policy forbids."""
