"""The retention specialist."""

from agents.specialist import Specialist

SPECIALIST = Specialist(
    name="retention",
    summary="Cancels subscriptions, changes plans up or down, and takes complaints.",
)
