"""The handoff specialist."""

from agents.specialist import Specialist

SPECIALIST = Specialist(
    name="handoff",
    summary="Brings in a person, with everything that they need to go on where the assistant stopped.",
)
