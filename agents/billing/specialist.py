"""The billing specialist."""

from agents.specialist import Specialist

SPECIALIST = Specialist(
    name="billing",
    summary="Explains bills, takes payments, gives money back that is due, and keeps contact details up to date.",
)
