"""The HTTP door: channel front ends send a customer's words in and get replies and events out."""
