"""The scheduling specialist."""

from agents.specialist import Specialist

SPECIALIST = Specialist(
    name="scheduling",
    summary="Books, moves and cancels technicians' visits, and says where technicians and orders are.",
)
