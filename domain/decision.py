"""The policy's answer to a tool call."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from domain.ids import DecisionId

ObligationType = Literal["mask", "notify", "disclose", "approvals"]


class Effect(StrEnum):
    """The six effects, strictest first: where several rules speak, the strictest wins."""

    DENY = "deny"
    HANDOFF = "handoff"
    STEP_UP = "step_up"
    CONFIRM = "confirm"
    APPROVE = "approve"
    ALLOW = "allow"


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that spoke (`payments/refund_cap`) and its message to a supervisor."""

    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class Obligation:
    """What must happen before or with the call.

    Mask result `fields` (JSON pointers), notify, disclose `text`, or have `count` different supervisors approve.
    """

    type: ObligationType
    fields: tuple[str, ...] = ()
    text: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Reserve:
    """An amount to take from a customer's window before the call executes; minor units of the tenant's currency."""

    bucket: str
    amount_minor: int
    limit_minor: int
    window_days: int
    limit_count: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One schema-valid answer of the policy; only an exact `allow` lets a call execute."""

    id: DecisionId
    effect: Effect
    reasons: tuple[Reason, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    reserve: Reserve | None = None
    policy_revision: str = ""

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that spoke."""
        return tuple(reason.rule for reason in self.reasons)

    @property
    def approvals_needed(self) -> int:
        """How many supervisors have to approve, where one has to."""
        return max((each.count for each in self.obligations if each.type == "approvals"), default=1)

    @property
    def rationale(self) -> str:
        """The reasons as one sentence for a supervisor."""
        return " ".join(reason.message for reason in self.reasons)
