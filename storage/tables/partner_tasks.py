"""The tables of the A2A door: whose contexts and tasks there are, and which message belongs to which task."""

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

from storage.tables.conversations import Moment
from storage.tables.tags import tag_column

metadata = MetaData()

contexts = Table(
    "a2a_contexts",
    metadata,
    Column("tenant", String(80), primary_key=True),
    Column("partner", String(255), primary_key=True),
    Column("id", String(128), primary_key=True),
    Column("conversation_id", String(40), nullable=False),
    Column("customer_id", String(64), nullable=False),
    Column("live_task", String(64), nullable=False),
    tag_column(),
)

tasks = Table(
    "a2a_tasks",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("tenant", String(80), nullable=False),
    Column("partner", String(255), nullable=False),
    Column("context_id", String(128), nullable=False),
    Column("conversation_id", String(40), nullable=False),
    Column("messages_before", Integer, nullable=False),
    Column("actions_before", Integer, nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("state", String(40), nullable=False),
    Column("cancelled", Boolean, nullable=False),
    Column("result", Text),
    Column("seen", Integer, nullable=False, default=0, server_default="0"),
    Column("output_modes", String(64)),
    tag_column(),
    Index("a2a_tasks_of_partner", "tenant", "partner", "changed_at"),
)

messages = Table(
    "a2a_messages",
    metadata,
    Column("tenant", String(80), primary_key=True),
    Column("partner", String(255), primary_key=True),
    Column("context_id", String(128), primary_key=True),
    Column("id", String(128), primary_key=True),
    Column("task_id", String(64), nullable=False, index=True),
    Column("said_as", String(60), nullable=False),
    tag_column(),
)

push_configs = Table(
    "a2a_push_configs",
    metadata,
    Column("target", String(40), primary_key=True),
    Column("tenant", String(80), nullable=False),
    Column("partner", String(255), nullable=False),
    Column("task_id", String(64), nullable=False),
    Column("id", String(128), nullable=False),
    Column("conversation_id", String(40), nullable=False, index=True),
    Column("content", Text, nullable=False),
    Column("told", String(80), nullable=False, server_default=""),
    tag_column(),
    UniqueConstraint("task_id", "id"),
)
"""Where a partner is told of a task: `target` names it among deliveries, `id` is the partner's own name for it.

`content` is sealed with the conversation's key: address, token, credentials. `told` is a digest of what was told last.
"""
