"""The enterprise system: subscriptions, bills, orders and visits."""
