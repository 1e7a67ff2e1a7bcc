"""The tables of conversations: append-only words and events, one row of bounded memory per conversation."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

from storage.tables.tags import tag_column

metadata = MetaData()


class Moment(TypeDecorator[datetime]):
    """A time in UTC, aware on every database; SQLite forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


conversations = Table(
    "conversations",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("tenant", String(80), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("status", String(30), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("memory", Text, nullable=False),
    Column("pending", Text),
    Column("events", Integer, nullable=False, default=0),
    Column("messages", Integer, nullable=False, default=0),
    Column("customer_id", String(64), nullable=False, server_default=""),
    Column("last_at", Moment),
    Column("subject", String(120), nullable=False, server_default=""),
    Column("standing", String(20), nullable=False, server_default=""),
    Column("external_key", String(80)),
    tag_column(),
    Index("conversations_of_customer", "tenant", "customer_id", "created_at"),
    Index("idle_conversations", "status", "last_at"),
    Index("conversations_by_time", "tenant", "created_at"),
    Index("conversations_by_external_key", "tenant", "external_key"),
    Index(
        "open_external_keys",
        "tenant",
        "channel",
        "external_key",
        unique=True,
        sqlite_where=text("status <> 'closed'"),
        postgresql_where=text("status <> 'closed'"),
    ),
)
"""`customer_id` is empty until it is sure; `subject` and `standing` are what an earlier contact is known by.
`external_key` is a keyed digest of the channel's own id, None where it gave none."""

turns = Table(
    "turns",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("conversation_id", String(40), nullable=False),
    Column("number", Integer, nullable=False),
    Column("client_message_id", String(128), nullable=False),
    Column("text", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("at", Moment, nullable=False),
    Column("request", JSON, nullable=False),
    Column("result", Text),
    tag_column(),
    UniqueConstraint("conversation_id", "client_message_id"),
    Index("turns_by_conversation", "conversation_id", "number"),
    Index(
        "unfinished_turns",
        "conversation_id",
        "at",
        sqlite_where=text("result IS NULL"),
        postgresql_where=text("result IS NULL"),
    ),
)

messages = Table(
    "messages",
    metadata,
    Column("conversation_id", String(40), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("id", String(60), nullable=False),
    Column("role", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
    tag_column(),
)

events = Table(
    "events",
    metadata,
    Column("conversation_id", String(40), primary_key=True),
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("data", JSON, nullable=False),
    tag_column(),
)

handoffs = Table(
    "handoffs",
    metadata,
    Column("conversation_id", String(40), primary_key=True),
    Column("tenant", String(80), nullable=False, index=True),
    Column("queue", String(30), nullable=False),
    Column("priority", String(10), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("waiting_since", Moment, nullable=False),
    Column("packet", JSON, nullable=False),
    Column("state", String(20), nullable=False),
    Column("claimed_by", String(120), nullable=False, default=""),
    Column("claimed_at", Moment),
    tag_column(),
    Index("handoffs_of_queue", "tenant", "queue", "state"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("conversation_id", String(40), nullable=False, index=True),
    Column("score", Integer, nullable=False),
    Column("comment", Text, nullable=False),
    Column("at", Moment, nullable=False),
    tag_column(),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("conversation_id", String(40), nullable=False),
    Column("message", Integer, nullable=False, default=0),
    Column("name", Text, nullable=False),
    Column("media_type", String(40), nullable=False),
    Column("size", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("content", LargeBinary, nullable=False),
    tag_column(),
    Index("attachments_of_conversation", "conversation_id", "message"),
)
"""Files that customers sent. `message` is the number of the message that names it, 0 before there is one."""

follow_ups = Table(
    "follow_ups",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("tenant", String(80), nullable=False),
    Column("customer_id", String(64), nullable=False),
    Column("conversation_id", String(40), nullable=False, index=True),
    Column("turn_id", String(40), nullable=False),
    Column("procedure", String(120), nullable=False),
    Column("kind", String(60), nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("about", String(120), nullable=False),
    Column("asks", Boolean, nullable=False),
    Column("until", Moment),
    Column("facts", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("leased_until", Moment),  # of version 0.2, whose replicas write it while they are replaced; then it goes
    Column("done_at", Moment),
    tag_column(),
    Index("due_follow_ups", "state", "due_at"),
    Index("follow_ups_of_customer", "tenant", "customer_id", "about"),
)
"""What conversations still owe. `facts` is JSON, emptied once the follow-up is over."""
