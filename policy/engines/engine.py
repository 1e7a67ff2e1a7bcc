"""What the gate asks of a policy engine."""

from typing import Any, Protocol

Document = dict[str, Any]
"""A JSON object: an input document (design section 4) or an answer of the policy."""


class PolicyEngine(Protocol):
    """Answers with one schema-valid decision, or says that there is none.

    An answer of `decide` has exactly the keys `effect`, `reasons`, `obligations`, `reserve` and `policy_revision` of
    the design, already checked (`policy.engines.answers`); a `reserve` also carries `limit_count` (int or None).
    """

    @property
    def revision(self) -> str:
        """The digest of the bundle's rules and data; every decision carries it as `policy_revision`."""
        ...

    async def decide(self, document: Document) -> Document:
        """Decide one proposed tool call.

        Raises:
            PolicyUnavailable: the answer is undefined, late, malformed or of another revision, or the document is not
                JSON; nothing may execute.
        """
        ...

    async def escalate(self, document: Document) -> Document:
        """Say whether a conversation goes to people (`handoff`, or None) and which `thresholds` hold for routing.

        Raises:
            PolicyUnavailable: see `decide`.
        """
        ...

    async def served(self) -> str:
        """The revision that the engine evaluates at this moment, as the engine itself says.

        Raises:
            PolicyUnavailable: it does not say.
        """
        ...

    async def close(self) -> None:
        """Let go of connections and memory; the engine answers no more."""
        ...
