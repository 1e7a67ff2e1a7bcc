"""A follow-up: one governed call that a conversation owes, now or later."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from domain.digest import digest
from domain.ids import ConversationId, TenantId, TurnId

State = Literal["waiting", "done", "called_off", "refused", "missed", "failed"]
"""`called_off`: what it was about is over; `refused` by policy; `missed`: its time went by; `failed`: tried in vain."""

NOTE, CONFIRMATION, RATING, CASE, WRITTEN_ANSWER = "note", "confirmation", "rating", "case", "written_answer"
"""The kinds that every conversation may owe; others are names of promises in a procedure's replies."""
OWN_KINDS = (NOTE, CONFIRMATION, RATING, CASE, WRITTEN_ANSWER)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What is owed: its kind, whose procedure it is, what it is `about`, and the facts that its words are made of.

    It is carried out from `due_at` on and pointless after `until`. `asks` says that the customer is asked something.
    """

    id: str
    tenant: TenantId
    customer_id: str
    conversation_id: ConversationId
    turn_id: TurnId
    procedure: str
    kind: str
    due_at: datetime
    made_at: datetime
    about: str = ""
    asks: bool = False
    until: datetime | None = None
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    state: State = "waiting"
    reason: str = ""
    attempts: int = 0
    done_at: datetime | None = None

    @property
    def is_promise(self) -> bool:
        """Whether the customer was told to expect it."""
        return self.kind not in OWN_KINDS


def name_follow_up(conversation_id: str, *parts: Any) -> str:
    """The id of what a turn owes: the same when the turn runs again after a crash."""
    return f"FU-{digest([conversation_id, *parts]).removeprefix('sha256:')[:24]}"
