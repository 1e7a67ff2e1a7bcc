"""The tables of connectors: who is told of conversations' events, and what of each event is still to be sent."""

from sqlalchemy import Column, Double, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

from storage.tables.control import Instant, Json
from storage.tables.tags import tag_column

metadata = MetaData()

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("tenant", String(80), nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("description", String(200), nullable=False),
    Column("events", Json, nullable=False),
    Column("state", String(12), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("secret", Text, nullable=False),
    Column("previous_secret", Text, nullable=False),
    Column("previous_until", Instant),
    Column("created_at", Instant, nullable=False),
    tag_column(),
)
"""`state` is active or disabled, `reason` why it was disabled. Secrets are sealed with the webhook's own key.
`previous_secret` signs as well until `previous_until`."""

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("tenant", String(80), nullable=False),
    Column("target", String(80), nullable=False),
    Column("conversation_id", String(40), nullable=False, index=True),
    Column("event_id", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Double, nullable=False),
    Column("made_at", Double, nullable=False),
    Column("done_at", Double),
    Column("status", Integer, nullable=False),
    Column("error", String(200), nullable=False),
    Column("reference", String(64), nullable=False, server_default="", index=True),
    Column("remote", String(20), nullable=False, server_default=""),
    UniqueConstraint("target", "conversation_id", "event_id"),
    Index("due_deliveries", "state", "target", "due_at"),
    Index("deliveries_of_conversation", "target", "conversation_id", "state", "event_id"),
)
"""Which event goes where: `target` is a webhook's id or a connector's name. Its words are read from the events.

`state` is waiting, delivered, dead (given up) or dropped (its words are gone). Times are in seconds since 1970,
`due_at` is 0 for at once. `status` is the last HTTP status, 0 where there was none; `error` has nobody's words in it.
`reference` is what the other side calls it, `?` while it is not known whether it took it; `remote` how it stands there.
"""

arrivals = Table(
    "arrivals",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("tenant", String(80), nullable=False),
    Column("connector", String(64), nullable=False),
    Column("sender", String(80), nullable=False),
    Column("conversation_id", String(40), nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("at", Double, nullable=False),
    Column("content", Text, nullable=False),
    Index("arrivals_of_conversation", "conversation_id", "at"),
    Index("arrivals_of_sender", "connector", "sender", "at"),
    Index("waiting_arrivals", "state", "at"),
)
"""Messages that came in by a connector: `key` is a digest of the other side's own id, so that each begins one turn.

`sender` is a keyed digest, emptied after a day. `state` is waiting, handled or failed. `content` is sealed with the
conversation's key: how to answer, and the screened words until they are handled. `at` is in seconds since 1970.
"""

opt_outs = Table(
    "opt_outs",
    metadata,
    Column("connector", String(64), primary_key=True),
    Column("receiver", String(64), primary_key=True),
    Column("tenant", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    tag_column(),
)
"""Who wrote STOP: nothing is sent to them by that connector until they write START. `receiver` is a digest."""
