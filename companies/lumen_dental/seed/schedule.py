"""When the clinics treat patients, and who does."""

from datetime import timedelta

from mcp_servers.sandbox.slots import SlotSchedule

SCHEDULE = SlotSchedule(
    regions={"berlin-mitte": "Europe/Berlin", "hamburg-altona": "Europe/Berlin"},
    hours=(8, 9, 10, 11, 14, 15, 16),
    people=("Dr. Ines Albrecht", "Dr. Paul Winter", "Dr. Leyla Demir"),
    length=timedelta(minutes=45),
    weekdays=frozenset(range(5)),
)
"""The clinics with their time zone; from Monday to Friday."""
