"""What a model is given to work on, and what came of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from agents.reply_checks import Finding, Grounds
from domain.calls import CallResult, Pending
from domain.conversation import Message

Propose = Callable[[str, dict[str, Any]], Awaitable[CallResult]]
"""Proposes a call of `server.tool` to whatever decides and executes it."""

LoopEnd = Literal["replied", "held", "refused", "handoff", "unfinished"]


@dataclass(frozen=True, slots=True)
class ToolOffer:
    """A tool that the specialist may propose: its name as `server.tool`, its text, its arguments' JSON Schema.

    One that is `public` reads nothing of anybody's; one that `changes` may leave something else than it was.
    """

    name: str
    description: str
    schema: dict[str, Any]
    public: bool = False
    changes: bool = True

    @property
    def wire_name(self) -> str:
        """The name in the only letters that endpoints take."""
        return self.name.replace(".", "__")


@dataclass(frozen=True, slots=True)
class Assignment:
    """A case for the model: the specialist's prompt, its tools, what was said, and what is known of the customer.

    `evidence` is what a reply could rest on before any tool was called; `facts` are told to the model and count too.
    """

    prompt: str
    tools: tuple[ToolOffer, ...]
    window: tuple[Message, ...]
    evidence: Grounds
    facts: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class LoopResult:
    """What came of it.

    replied: `reply` may be said. held: `pending` waits for evidence. refused: the policy said no twice. handoff: the
    policy gave the case to people. unfinished: the model failed, went in circles, or wrote what the checks do not let
    through (`findings`). `results` are all proposed calls, in order, whatever the end.
    """

    end: LoopEnd
    results: tuple[CallResult, ...]
    reply: str = ""
    pending: Pending | None = None
    findings: tuple[Finding, ...] = ()
