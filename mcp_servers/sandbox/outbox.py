"""The outbox: where the sandbox keeps the messages that a real system would have sent."""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mcp_servers.sandbox.files import Sandbox
from mcp_servers.work import Work, instant


def send(work: Work, *, channel: str, recipient: str, template: str, text: str, code: str = "") -> str:
    """Send a message to the call's customer and return its number; it is sent only if the whole call succeeds.

    `code` is shown in clear in the sandbox alone: a real backend sends the text and keeps only the code's hash.
    """
    message_id = work.number("M")
    work.change(
        "INSERT INTO outbox (tenant, message_id, customer_id, at, channel, recipient, template, text, code) "
        "VALUES (:tenant, :message_id, :customer, :at, :channel, :recipient, :template, :text, :code)",
        message_id=message_id,
        at=instant(work.now),
        channel=channel,
        recipient=recipient,
        template=template,
        text=text,
        code=code,
    )
    return message_id


def read_outbox(sandbox: Sandbox, tenant: str, customer_id: str | None = None) -> list[dict[str, Any]]:
    """The messages "sent" to a tenant's customer, or to all of them, oldest first."""
    sql = (
        "SELECT at, customer_id, channel, template, text, code FROM outbox WHERE tenant = ? "
        "AND (? IS NULL OR customer_id = ?) ORDER BY at, rowid"
    )
    names = ("at", "customer_id", "channel", "template", "text", "code")
    rows = sandbox["crm"].read(lambda database: database.execute(sql, (tenant, customer_id, customer_id)).fetchall())
    return [dict(zip(names, row, strict=True)) for row in rows]


@dataclass(frozen=True, slots=True)
class DueMessage:
    """A message of the outbox that a connector is to carry; `begun` says that it may have been carried already."""

    tenant: str
    message_id: str
    channel: str
    recipient: str
    template: str
    text: str
    at: datetime
    attempts: int
    begun: bool


CLAIM_S = 60.0
"""A message that a process began to carry, and was not heard of for so long, is another process's."""
_SINCE = ("*", "since")
_WAITING = """
SELECT o.tenant, o.message_id, o.channel, o.recipient, o.template, o.text, o.at, coalesce(c.attempts, 0), c.state
FROM outbox o LEFT JOIN carried c ON c.tenant = o.tenant AND c.message_id = o.message_id
WHERE o.at >= ? AND (c.state IS NULL OR (c.state IN ('waiting', 'sending') AND c.due <= ?)) ORDER BY o.at, o.rowid
"""
_PUT = """
INSERT INTO carried (tenant, message_id, state, attempts, due, error) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (tenant, message_id) DO UPDATE SET state = excluded.state, attempts = excluded.attempts,
due = excluded.due, error = excluded.error
"""


def claim_waiting(
    database: sqlite3.Connection, carried: Collection[tuple[str, str]], now: datetime, limit: int
) -> list[DueMessage]:
    """Messages of these tenants and channels to be carried now, each claimed by the caller alone.

    What was "sent" before anything was carried the first time stays in the outbox for good.
    """
    since = database.execute("SELECT due FROM carried WHERE tenant = ? AND message_id = ?", _SINCE).fetchone()
    begins = instant(datetime.fromtimestamp(since[0], UTC)) if since else instant(now)
    rows = database.execute(_WAITING, (begins, now.timestamp())).fetchall()
    found = [_read_waiting(row) for row in rows if (row[0], row[2]) in carried][:limit]
    for each in found:
        settle(database, each, "sending", now.timestamp() + CLAIM_S)
    return found


def begin_carrying(database: sqlite3.Connection, now: datetime) -> None:
    """Have messages carried from now on, where none were before."""
    known = database.execute("SELECT 1 FROM carried WHERE tenant = ? AND message_id = ?", _SINCE).fetchone()
    if known is None:
        database.execute(_PUT, (*_SINCE, "marked", 0, now.timestamp(), ""))


def _read_waiting(row: tuple[Any, ...]) -> DueMessage:
    tenant, message_id, channel, recipient, template, text, at, attempts, state = row
    moment = datetime.fromisoformat(at)
    return DueMessage(tenant, message_id, channel, recipient, template, text, moment, attempts, state == "sending")


def settle(database: sqlite3.Connection, waiting: DueMessage, state: str, due: float = 0.0, error: str = "") -> None:
    """Keep how a message stands: sending, waiting for another try at `due`, sent, refused or expired."""
    attempts = waiting.attempts + (state != "sending")
    database.execute(_PUT, (waiting.tenant, waiting.message_id, state, attempts, due, error[:200]))
