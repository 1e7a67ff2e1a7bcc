"""When technicians can come, and who they are."""

from mcp_servers.sandbox.slots import SlotSchedule

HOURS = (8, 10, 13, 15, 17)
SCHEDULE = SlotSchedule(
    regions={
        "east": "America/New_York",
        "central": "America/Chicago",
        "mountain": "America/Denver",
        "west": "America/Los_Angeles",
    },
    hours=HOURS,
    people=("Alex Moreno", "Dana Fischer", "Jordan Blake", "Priscilla Obi", "Sam Whitaker", "Yuki Arai"),
)
"""The regions that crews serve, with their time zones."""
