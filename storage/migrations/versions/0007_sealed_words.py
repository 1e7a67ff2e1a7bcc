"""A key for each conversation, and its words sealed with it"""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from domain.errors import Misconfigured
from domain.vault import Cipher, Vault, place_of

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BATCH = 500
SEALED: tuple[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    ("turns", ("id",), ("conversation_id", "id"), ("text", "result", "request")),
    ("messages", ("conversation_id", "number"), ("conversation_id", "number"), ("text",)),
    ("events", ("conversation_id", "id"), ("conversation_id", "id"), ("data",)),
    ("handoffs", ("conversation_id",), ("conversation_id",), ("packet",)),
    ("feedback", ("id",), ("conversation_id", "id"), ("comment",)),
    ("follow_ups", ("id",), ("id",), ("facts",)),
    ("calls", ("key",), ("key",), ("arguments", "data", "error")),
    ("pending_actions", ("id",), ("id",), ("arguments", "summary", "decision_reason")),
    ("a2a_tasks", ("id",), ("id",), ("result",)),
)
"""Each table with the columns of its key, those that name a value's place, and those that are sealed.

The journal is not among them: its entries stay as they were hashed.
"""
JSON_COLUMNS = {"turns.request", "events.data", "handoffs.packet"}
JSON_TEXTS = {"calls.arguments", "calls.data", "pending_actions.arguments"}


def upgrade() -> None:
    op.create_table(
        "data_keys",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=True),
        sa.Column("erasure", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id"),
    )
    op.create_index("data_keys_of_customer", "data_keys", ["tenant", "customer_id"])
    connection, vault = op.get_bind(), context.config.attributes["vault"]
    _seal_conversations(connection, vault)
    for name, key, place, columns in SEALED:
        _seal_table(connection, vault, name, key, place, columns)
    # Digests of what holds a verification code can be tried out.
    connection.execute(sa.text("UPDATE calls SET arguments_digest = '' WHERE tool = 'crm.check_verification'"))


def downgrade() -> None:
    raise Misconfigured("what was sealed is not laid open again: restore a copy from before")


def _seal_conversations(connection: sa.Connection, vault: Vault) -> None:
    table = sa.table("conversations", *map(sa.column, ("id", "tenant", "memory", "pending")))
    for row in _read(connection, table, ("id",)):
        memory: dict[str, Any] = json.loads(row["memory"])
        customer: dict[str, str] = memory.get("customer") or {}
        box = vault.own_box(connection, row["id"], row["tenant"], customer.get("id", ""))
        sealed = {
            name: box.seal(place_of(f"conversations.{name}", row["id"]), row[name] or "")
            for name in ("memory", "pending")
        }
        connection.execute(sa.update(table).where(table.c.id == row["id"]).values(sealed))


def _seal_table(
    connection: sa.Connection,
    vault: Vault,
    name: str,
    key: tuple[str, ...],
    place: tuple[str, ...],
    columns: tuple[str, ...],
) -> None:
    names = dict.fromkeys((*key, *place, "conversation_id", *columns))
    typed = [sa.column(one, sa.JSON() if f"{name}.{one}" in JSON_COLUMNS else None) for one in names]
    table = sa.table(name, *typed)
    for row in _read(connection, table, key):
        box = vault.own_box(connection, row["conversation_id"], "")  # pyright: ignore[reportArgumentType]
        row_place = [row[one] for one in place]
        sealed = {one: _seal(box, f"{name}.{one}", row_place, row[one]) for one in columns}
        connection.execute(sa.update(table).where(*(table.c[one] == row[one] for one in key)).values(sealed))


def _seal(box: Cipher, column: str, row: list[Any], value: Any) -> Any:
    place = place_of(column, *row)
    if column in JSON_COLUMNS:
        return box.seal_json(place, value)
    if column in JSON_TEXTS:
        return json.dumps(box.seal_json(place, json.loads(value)))
    return None if value is None else box.seal(place, value)


def _read(connection: sa.Connection, table: Any, key: tuple[str, ...]) -> Iterator[Any]:
    """Every row, a batch at a time, by its key."""
    columns = [table.c[name] for name in key]
    query, last = sa.select(table).order_by(*columns).limit(BATCH), None
    while True:
        after = query if last is None else query.where(sa.tuple_(*columns) > sa.tuple_(*(last[name] for name in key)))
        rows = connection.execute(after).mappings().all()
        yield from rows
        if len(rows) < BATCH:
            return
        last = rows[-1]
