"""The contract of a specialist: its procedures, and how a case of one is carried forward by a turn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from agents.procedure import Case, End, Facts
from agents.replay import ProcedureFunction
from agents.wording import Text
from domain.calls import CallResult, Pending, ToolCall
from domain.decision import Decision


class ToolCaller(Protocol):
    """A way to propose tool calls. Its holder cannot tell that, how or by whom they are governed."""

    async def call(self, call: ToolCall) -> CallResult:
        """Propose one call and say what became of it; proposing the same call again never acts twice."""
        ...

    async def consider(self, call: ToolCall, procedure: str) -> Decision:
        """Say what the policy would decide if that procedure proposed the call and the customer had said yes to it."""
        ...

    def bars(self, name: str) -> bool:
        """Whether whoever asks may not have that journey, or tool, so that it is not offered."""
        ...

    def withholds(self, tool: str) -> bool:
        """Whether a call is not even proposed: the journey can do without it, and its asker may not have it."""
        ...


@dataclass(frozen=True, slots=True)
class Procedure:
    """One journey of a specialist: `name` is `specialist.folder`, `text` its written form for people and models.

    One that is `open_to_strangers` (its module says `OPEN_TO_STRANGERS = True`) needs nobody to have been identified.
    """

    name: str
    function: ProcedureFunction
    text: str
    replies: Mapping[str, Mapping[str, Text]]
    open_to_strangers: bool = False


@dataclass(frozen=True, slots=True)
class Specialist:
    """An AI agent of ours. `summary` says in a sentence what it is for; `prompt` sets tone and scope for a model.

    `unasked` are the procedures that no customer asks for: the router begins them where their moment has come.
    """

    name: str
    summary: str
    prompt: str = ""
    procedures: Mapping[str, Procedure] = field(default_factory=dict[str, Procedure])
    unasked: Mapping[str, Procedure] = field(default_factory=dict[str, Procedure])


@dataclass(frozen=True, slots=True)
class Saying:
    """Something to be said: a reply's key in a procedure's `replies.yaml` (or the generic ones) and its facts."""

    reply: str
    facts: Facts = field(default_factory=Facts)
    procedure: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """The case waits for the customer's answer to a question, already among the sayings.

    `offers` names the procedure that it offers without having been asked, if it does.
    """

    slot: str
    offers: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """The case waits for evidence to the call that `pending` names."""

    pending: Pending


@dataclass(frozen=True, slots=True)
class Delegated:
    """Another procedure is to be run first, with these facts."""

    procedure: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finished:
    """The case is over."""

    end: End


Stop = Asked | Held | Delegated | Finished


@dataclass(frozen=True, slots=True)
class CaseProgress:
    """How far a case came in this turn: what to say, what was proposed, and why it stopped.

    `agreed` is the fingerprint of the call that the customer said yes to when it was offered; empty where there is
    none.
    """

    case: Case
    sayings: tuple[Saying, ...]
    results: tuple[CallResult, ...]
    stop: Stop
    agreed: str = ""
