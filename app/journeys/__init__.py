"""Journeys: simulated customers talk to a whole house, and the end state of its systems judges how they were served."""
