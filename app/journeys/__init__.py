"""Journeys: simulated customers talk to a whole application; its systems' end state judges how they were served."""
