"""What those who run the service are told, as it happens: kinds, outcomes and seconds, never anybody's words."""

from collections.abc import Iterable
from typing import Protocol


class Metrics(Protocol):
    """Counts what the system does. No argument may hold an id or words: each is one of a few known values."""

    def conversation_opened(self, channel: str) -> None:
        """A conversation began."""
        ...

    def conversation_closed(self, channel: str) -> None:
        """A conversation ended, by whoever's wish."""
        ...

    def turn_ended(self, kind: str, outcome: str, seconds: float) -> None:
        """A turn is stored and took so long; `outcome` is the conversation's status then, or `failed`."""
        ...

    def procedure_ended(self, procedure: str, outcome: str) -> None:
        """A procedure came to its end: `resolved`, `declined` or `handoff`."""
        ...

    def target_missed(self, queue: str) -> None:
        """Nobody took a conversation within the target of its queue; `urgent` has one of its own."""
        ...

    def handed_off(self, queue: str, reason: str) -> None:
        """A conversation was put into a queue for people."""
        ...

    def decided(self, effect: str, rules: Iterable[str]) -> None:
        """A proposed call was decided, by these rules."""
        ...

    def policy_answered(self, question: str, outcome: str, seconds: float) -> None:
        """The policy engine was asked and was `answered` or `unavailable` after so long."""
        ...

    def tool_called(self, tool: str, outcome: str, seconds: float) -> None:
        """A `server.tool` was called: `succeeded`, `failed`, `refused` or `unavailable`."""
        ...

    def lease_taken_over(self) -> None:
        """A conversation was taken over from a process that died or froze."""
        ...


class Unmeasured:
    """Nobody listens: for commands and tests."""

    def conversation_opened(self, channel: str) -> None:
        """See `Metrics`."""

    def conversation_closed(self, channel: str) -> None:
        """See `Metrics`."""

    def turn_ended(self, kind: str, outcome: str, seconds: float) -> None:
        """See `Metrics`."""

    def procedure_ended(self, procedure: str, outcome: str) -> None:
        """See `Metrics`."""

    def target_missed(self, queue: str) -> None:
        """See `Metrics`."""

    def handed_off(self, queue: str, reason: str) -> None:
        """See `Metrics`."""

    def decided(self, effect: str, rules: Iterable[str]) -> None:
        """See `Metrics`."""

    def policy_answered(self, question: str, outcome: str, seconds: float) -> None:
        """See `Metrics`."""

    def tool_called(self, tool: str, outcome: str, seconds: float) -> None:
        """See `Metrics`."""

    def lease_taken_over(self) -> None:
        """See `Metrics`."""
