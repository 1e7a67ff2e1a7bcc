"""Comparing policies on what really happened: recorded inputs decided again by another bundle."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from domain.errors import PolicyUnavailable
from policy.engines.engine import PolicyEngine
from policy.journal.recorded_decisions import RecordedDecision, rebind

NO_DECISION = "none"
"""The effect of a bundle that gives no usable answer: the gate would deny."""


@dataclass(frozen=True, slots=True)
class BundleAnswer:
    """What a bundle says to one input."""

    effect: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flip:
    """One decision that another bundle would take otherwise."""

    decision_id: str
    at: str
    tenant: str
    conversation_id: str
    customer_id: str
    call_id: str
    tool: str
    amount_minor: int | None
    before: BundleAnswer
    after: BundleAnswer


@dataclass
class Comparison:
    """What came of replaying. `unreadable` are decisions without an input: the gate's own refusals, or erased ones."""

    before_revision: str
    after_revision: str
    replayed: int = 0
    unreadable: int = 0
    flips: list[Flip] = field(default_factory=list[Flip])

    def by_tool(self) -> list[dict[str, Any]]:
        """Flips counted by tool and effects; each call's money counts once however often it was decided."""
        groups: dict[tuple[str, str, str], list[Flip]] = {}
        for flip in self.flips:
            groups.setdefault((flip.tool, flip.before.effect, flip.after.effect), []).append(flip)
        return [
            {"tool": tool, "from": before, "to": after, "decisions": len(flips), **money_of(flips)}
            for (tool, before, after), flips in sorted(groups.items())
        ]

    def as_json(self) -> dict[str, Any]:
        """Everything that was found."""
        return {
            "before_revision": self.before_revision,
            "after_revision": self.after_revision,
            "replayed": self.replayed,
            "unreadable": self.unreadable,
            "flipped": len(self.flips),
            "by_tool": self.by_tool(),
            "by_rule": [{"rule": rule, "decisions": count} for rule, count in self.by_rule().most_common()],
            "flips": [asdict(flip) for flip in self.flips],
        }

    def by_rule(self) -> Counter[str]:
        """Which rules made the difference: those that speak on one side only."""
        return Counter(rule for flip in self.flips for rule in {*flip.before.rules} ^ {*flip.after.rules})


def money_of(flips: Iterable[Flip]) -> dict[str, int]:
    """How many calls, of how many customers, about how much money."""
    calls = {(flip.conversation_id, flip.call_id): flip for flip in flips}
    return {
        "calls": len(calls),
        "customers": len({flip.customer_id for flip in calls.values()}),
        "amount_minor": sum(flip.amount_minor or 0 for flip in calls.values()),
    }


async def compare(
    recorded: AsyncIterator[RecordedDecision],
    changed: PolicyEngine,
    live: PolicyEngine | None = None,
    advance: Callable[[], None] = lambda: None,
) -> Comparison:
    """Decide each input again by a changed bundle; against what was recorded, or what a `live` bundle says today.

    Evidence counts as if it had been given under the bundle that is asked: the question is what the rules say.
    """
    found = Comparison(live.revision if live else "", changed.revision)
    async for one in recorded:
        advance()
        if not one.document:
            found.unreadable += 1
            continue
        found.replayed += 1
        before = await ask(live, one) if live else BundleAnswer(one.entry.effect, _sorted(one.entry.rules))
        after = await ask(changed, one)
        if before.effect != after.effect:
            found.flips.append(_flip(one, before, after))
    return found


async def ask(engine: PolicyEngine, one: RecordedDecision) -> BundleAnswer:
    """What a bundle says to a recorded input."""
    try:
        answer = await engine.decide(rebind(one.document, engine.revision))
    except PolicyUnavailable:
        return BundleAnswer(NO_DECISION, ())
    return BundleAnswer(answer["effect"], _sorted(reason["rule"] for reason in answer["reasons"]))


def _sorted(rules: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(rules)))


def _flip(one: RecordedDecision, before: BundleAnswer, after: BundleAnswer) -> Flip:
    entry = one.entry
    return Flip(
        decision_id=entry.decision_id,
        at=entry.at.isoformat(timespec="seconds"),
        tenant=entry.tenant,
        conversation_id=entry.conversation_id,
        customer_id=one.customer_id,
        call_id=one.call_id,
        tool=entry.tool,
        amount_minor=one.amount_minor,
        before=before,
        after=after,
    )
