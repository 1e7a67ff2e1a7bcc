"""What tests of memory, closing and follow-ups share: a clock that can be moved, and looks into what was sent."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from router.memory.follow_up import FollowUp
from router.memory.follow_up_book import FollowUpBook
from tests.house_guest import Guest
from tests.sandbox_files import open_systems


class Clock:
    """A clock that stands still until it is moved; it begins at noon in New York on the day of the test."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(hour=17, minute=0, second=0, microsecond=0)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)


async def mails(guest: Guest, customer_id: str, *templates: str) -> list[str]:
    """The texts of messages that were sent to a customer, of these kinds."""
    items = (await guest.fetch("channel", f"/v1/sandbox/outbox?customer_id={customer_id}"))["items"]
    return [item["text"] for item in items if item["template"] in templates]


async def look_after(guest: Guest) -> None:
    """Do what is due for conversations between their turns."""
    for job in ("follow-ups", "idle-conversations"):
        await guest.house.jobs.run(job)


async def owed(guest: Guest, customer_id: str, kind: str = "") -> list[FollowUp]:
    """The customer's follow-ups, of one kind or all."""
    found = await FollowUpBook(guest.house.control.transactions).browse(customer_id=customer_id)
    return [each for each in found if not kind or each.kind == kind]


def sandbox(guest: Guest, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Look into the business systems, or change them as somebody else would."""
    with closing(open_systems(guest.house.settings.data)) as database, database:
        return database.execute(sql, values).fetchall()


def notes(guest: Guest, customer_id: str) -> list[tuple[str, str]]:
    """The assistant's notes on the customer's CRM record, each with its disposition, oldest first."""
    query = (
        "SELECT summary, disposition FROM interactions WHERE customer_id = ? AND channel = 'note' "
        "AND author = 'assistant' ORDER BY rowid"
    )
    return [(text, disposition) for text, disposition in sandbox(guest, query, customer_id)]
