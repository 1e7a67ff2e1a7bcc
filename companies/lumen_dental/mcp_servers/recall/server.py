"""The practice's own server: reminders of check-ups, and guardians who are on the line, on a database of its own."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from mcp_servers.arguments import CustomerId, Day, Switch
from mcp_servers.toolset import Toolset
from mcp_servers.work import Work, instant

from . import models

ON_LINE_FOR = timedelta(minutes=30)
SCHEMA = """
CREATE TABLE IF NOT EXISTS reminders (
  tenant TEXT NOT NULL, customer_id TEXT NOT NULL, active INTEGER NOT NULL, next_on TEXT,
  PRIMARY KEY (tenant, customer_id)
) STRICT;
CREATE TABLE IF NOT EXISTS guardians (
  tenant TEXT NOT NULL, customer_id TEXT NOT NULL, name TEXT NOT NULL, noted_at TEXT NOT NULL,
  PRIMARY KEY (tenant, customer_id)
) STRICT;
"""
tools = Toolset(
    "recall",
    title="Recall",
    instructions="Reminders of check-ups, and who is on the line for a patient under age.",
    schema=SCHEMA,
)


@tools.read
def get_reminder(work: Work, customer_id: CustomerId) -> models.Reminder:
    """Say whether and when the patient is reminded of their next check-up."""
    row = work.find("SELECT active, next_on FROM reminders WHERE tenant = :tenant AND customer_id = :customer") or {}
    return models.Reminder(customer_id=work.customer, active=bool(row.get("active", False)), next_on=row.get("next_on"))


@tools.write(idempotent=True)
def set_reminder(work: Work, customer_id: CustomerId, value: Switch, next_on: Day | None = None) -> models.Reminder:
    """Switch the reminder of the next check-up on, for a day, or off."""
    work.change(
        "INSERT INTO reminders (tenant, customer_id, active, next_on) VALUES (:tenant, :customer, :active, :next_on) "
        "ON CONFLICT (tenant, customer_id) DO UPDATE SET active = excluded.active, next_on = excluded.next_on",
        active=int(value),
        next_on=next_on.isoformat() if value and next_on else None,
    )
    return get_reminder(work, customer_id)


@tools.read
def get_guardian(work: Work, customer_id: CustomerId) -> models.Guardian:
    """Say whether a guardian of the patient was noted to be on the line within the last half hour."""
    row = work.find("SELECT name, noted_at FROM guardians WHERE tenant = :tenant AND customer_id = :customer")
    if row is None:
        return models.Guardian(customer_id=work.customer, on_line=False, name="", noted_at=None)
    recent = row["noted_at"] >= instant(work.now - ON_LINE_FOR)
    return models.Guardian(customer_id=work.customer, on_line=recent, name=row["name"], noted_at=row["noted_at"])


@tools.write()
def note_guardian(
    work: Work,
    customer_id: CustomerId,
    name: Annotated[str, Field(min_length=2, max_length=80, description="The guardian's name, as they gave it.")],
) -> models.Guardian:
    """Note the guardian who is on the line with a patient under age."""
    work.change(
        "INSERT INTO guardians (tenant, customer_id, name, noted_at) VALUES (:tenant, :customer, :name, :now) "
        "ON CONFLICT (tenant, customer_id) DO UPDATE SET name = excluded.name, noted_at = excluded.noted_at",
        name=name,
        now=instant(work.now),
    )
    return get_guardian(work, customer_id)
