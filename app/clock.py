"""The one place that looks at the wall clock."""

from datetime import UTC, datetime


def tell_time() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)
