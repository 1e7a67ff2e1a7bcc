"""The troubleshooting specialist."""

from agents.specialist import Specialist

SPECIALIST = Specialist(
    name="troubleshooting",
    summary="Finds out why a connection is down, slow or dropping and mends it, and answers how things work.",
)
