"""Outages as two systems see them: the network lists them, the billing system credits them."""

from datetime import datetime, timedelta

from mcp_servers.work import Row

ONE_DAY = timedelta(days=1)


def outage_days(outage: Row, now: datetime) -> int:
    """The days of an outage up to its end or now, each begun day counted."""
    start = datetime.fromisoformat(outage["started_at"])
    end = datetime.fromisoformat(outage["ended_at"]) if outage["ended_at"] else now
    return max(1, -((start - end) // ONE_DAY))


def credit_due(outage: Row) -> int:
    """The credit for an outage that has ended; nothing is due while it lasts."""
    if outage["ended_at"] is None:
        return 0
    return outage_days(outage, datetime.fromisoformat(outage["ended_at"])) * outage["credit_per_day_minor"]
