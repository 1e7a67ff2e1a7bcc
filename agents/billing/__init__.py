"""Billing: everything about money on a customer's account."""
