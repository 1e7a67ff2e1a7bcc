"""Evidence: what satisfies an obligation, bound to one exact call, used once, and expiring."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from domain.ids import ConversationId
from domain.vault import Tags
from storage.completeness import see_complete
from storage.tables.control import evidence
from storage.tagged_rows import see_vouched

EvidenceKind = Literal["confirmation", "verification", "approval"]


@dataclass(frozen=True, slots=True)
class Binding:
    """What a piece of evidence speaks for; any other byte of arguments, tool or policy makes it worthless."""

    tool: str
    tool_digest: str
    arguments_digest: str
    policy_revision: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One confirmation, verification or approval. `asked_at` is when its giver was asked.

    `pending_id` names the question that it answers; empty where nothing was asked.
    """

    id: str
    kind: EvidenceKind
    tenant: str
    conversation_id: ConversationId
    customer_id: str
    binding: Binding
    by: str
    at: datetime
    asked_at: datetime
    expires_at: datetime
    pending_id: str = ""

    def speaks_for(self, binding: Binding, now: datetime) -> bool:
        """Whether it is about exactly this call and still holds."""
        return self.binding == binding and self.expires_at > now


UNBOUND = Binding("", "", "", "")
"""A verification speaks for the customer, not for a call."""


_LOAD = (
    select(evidence)
    .where(evidence.c.conversation_id == bindparam("wanted"), evidence.c.used_by == "")
    .order_by(evidence.c.at)
)
_CONSUME = (
    update(evidence)
    .where(evidence.c.id.in_(bindparam("ids", expanding=True)))
    .where(evidence.c.used_by == "", evidence.c.expires_at > bindparam("now"))
    .values(used_by=bindparam("key"))
)


def new_evidence_id() -> str:
    """Make an id that nobody can guess."""
    return f"ev_{uuid4().hex}"


def load_evidence(connection: Connection, tags: Tags, conversation_id: ConversationId) -> list[Evidence]:
    """What a conversation holds that is not used up, oldest first.

    Raises:
        RecordBroken: a piece was changed or forged.
    """
    return [_read(tags, dict(row)) for row in connection.execute(_LOAD, {"wanted": conversation_id}).mappings()]


def give_evidence(connection: Connection, given: Evidence) -> None:
    """Keep a new piece of evidence."""
    row = asdict(given)
    connection.execute(insert(evidence).values(**row.pop("binding"), **row, used_by=""))


def consume_evidence(connection: Connection, tags: Tags, used: Sequence[Evidence], key: str, now: datetime) -> bool:
    """Use evidence up for one call, all of it or none; of any number of concurrent users one succeeds.

    Roll the transaction back where this says False.

    Raises:
        RecordBroken: a piece was changed, or one that was used up was put back.
    """
    if not used:
        return True
    scope = (used[0].conversation_id, used[0].tenant)
    see_complete(connection, tags, scope, evidence, evidence.c.conversation_id == scope[0])
    values = {"ids": [piece.id for piece in used], "now": now, "key": key}
    return connection.execute(_CONSUME, values).rowcount == len(used)


def extend_confirmation(connection: Connection, confirmations: Iterable[Evidence], expires_at: datetime) -> None:
    """Let the customer's yes hold while a supervisor thinks about the very same call."""
    ids = [piece.id for piece in confirmations if piece.expires_at < expires_at]
    if ids:
        connection.execute(update(evidence).where(evidence.c.id.in_(ids)).values(expires_at=expires_at))


def void_evidence(connection: Connection, conversation_id: str, tool: str, arguments_digest: str) -> None:
    """Destroy what was given for a call and not used."""
    columns = evidence.c
    connection.execute(
        delete(evidence).where(
            columns.conversation_id == conversation_id,
            columns.tool == tool,
            columns.arguments_digest == arguments_digest,
            columns.used_by == "",
        )
    )


def _read(tags: Tags, row: dict[str, Any]) -> Evidence:
    see_vouched(tags, "evidence", row)
    names = ("tool", "tool_digest", "arguments_digest", "policy_revision")
    del row["used_by"], row["mac"]
    return Evidence(binding=Binding(**{name: row.pop(name) for name in names}), **row)
