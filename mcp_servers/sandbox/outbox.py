"""The outbox: where the sandbox keeps the messages that a real system would have sent."""

from typing import Any

from mcp_servers.sandbox.database import Sandbox
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
    rows = sandbox.read(lambda database: database.execute(sql, (tenant, customer_id, customer_id)).fetchall())
    return [dict(zip(names, row, strict=True)) for row in rows]
