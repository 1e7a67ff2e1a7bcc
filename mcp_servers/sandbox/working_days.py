"""Working days, Monday to Friday."""

from datetime import date, timedelta


def add_working_days(day: date, count: int) -> date:
    """The day that many working days later."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day
