"""What would have been decided otherwise: with more evidence, or for another amount."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

from domain.errors import PolicyUnavailable
from policy.engines.engine import Document, PolicyEngine
from policy.journal.recorded_decisions import amount_of

MAX_STEPS = 6
NEEDS = {"confirm": "the customer's yes", "step_up": "a fresh verification code", "approve": "a supervisor's approval"}
TWO = "the approval of two supervisors"
ENDS = {"allow": "it executes", "deny": "it is denied", "handoff": "it goes to a person", "none": "nothing is decided"}
MOST = {"confirm": 1, "step_up": 1, "approve": 2}
"""How often each can be given: two different supervisors may be needed."""


@dataclass(frozen=True, slots=True)
class Way:
    """What a call needs, in order, and how it ends with all of that given: allow, deny, handoff or none."""

    needs: tuple[str, ...]
    end: str

    @property
    def words(self) -> str:
        """The way in words."""
        approvals = self.needs.count("approve")
        wanted = [NEEDS[need] for need in dict.fromkeys(self.needs)]
        needs = " and ".join(wanted).replace(NEEDS["approve"], NEEDS["approve"] if approvals < 2 else TWO)
        return f"it needs {needs}; then {ENDS[self.end]}" if needs else ENDS[self.end]


@dataclass(frozen=True, slots=True)
class Boundary:
    """From here to the next boundary the way is another one. `upto_minor` is None for all larger amounts."""

    from_minor: int
    upto_minor: int | None
    way: Way


async def find_way(engine: PolicyEngine, document: Document) -> Way:
    """Follow a call from its sign-in on, without confirmation or approval, giving whatever it asks for."""
    present = copy.deepcopy(document)
    present["evidence"] = {**present["evidence"], "confirmation": None, "approval": None}
    needs: list[str] = []
    for _ in range(MAX_STEPS):
        effect = await _effect(engine, present)
        if effect not in NEEDS:
            return Way(tuple(needs), effect)
        if needs.count(effect) == MOST[effect]:  # what was asked for was given, and is not enough
            return Way(tuple(needs), "none")
        needs.append(effect)
        _give(present, needs, engine.revision)
    return Way(tuple(needs), "none")


async def find_boundaries(
    engine: PolicyEngine, document: Document, limits: Mapping[str, Any]
) -> tuple[Boundary | None, Boundary | None]:
    """The nearest smaller and the nearest larger amounts for which the call would go another way.

    Amounts are tried at every limit that the policy or the call's subject names, as it is, halved, and less what went
    back before.
    """
    amount = amount_of(document)
    if amount is None or amount < 1:
        return None, None
    marks = sorted({mark for mark in _marks(document, limits) if mark > 0} | {amount})
    ways = {mark: await find_way(engine, _with_amount(document, mark)) for mark in marks}
    beyond = await find_way(engine, _with_amount(document, marks[-1] + 1))
    index = marks.index(amount)
    return _below(marks[: index + 1], ways), _above(marks[index:], ways, beyond)


def _below(marks: list[int], ways: Mapping[int, Way]) -> Boundary | None:
    here = ways[marks[-1]]
    for place in range(len(marks) - 2, -1, -1):
        if ways[marks[place]] != here:
            same = [mark for mark in marks[:place] if ways[mark] != ways[marks[place]]]
            return Boundary(same[-1] + 1 if same else 1, marks[place], ways[marks[place]])
    return None


def _above(marks: list[int], ways: Mapping[int, Way], beyond: Way) -> Boundary | None:
    here = ways[marks[0]]
    for before, mark in pairwise(marks):
        if ways[mark] != here:
            last = next((low for low, high in pairwise(marks) if low >= mark and ways[high] != ways[mark]), None)
            return Boundary(before + 1, last or (marks[-1] if beyond != ways[mark] else None), ways[mark])
    return Boundary(marks[-1] + 1, None, beyond) if beyond != here else None


async def _effect(engine: PolicyEngine, document: Document) -> str:
    try:
        return str((await engine.decide(document))["effect"])
    except PolicyUnavailable:
        return "none"


def _give(document: Document, needs: list[str], revision: str) -> None:
    """Put what was asked for last into the input, as the gate would."""
    customer, need = document["principal"].get("customer"), needs[-1]
    if need == "step_up":
        if customer is not None:
            customer.update(auth_level="strong", auth_age_s=0)
        return
    approvers = [f"supervisor {number}" for number in range(1, needs.count("approve") + 1)]
    document["evidence"]["confirmation" if need == "confirm" else "approval"] = {
        "at": document["now"],
        "by": approvers[0] if need == "approve" else (customer or {}).get("id", "customer"),
        "approvers": approvers,
        "arguments_digest": document["call"]["arguments_digest"],
        "policy_revision": revision,
        "expires_at": "9999-12-31T23:59:59.000Z",
    }


def _with_amount(document: Document, amount: int) -> Document:
    changed = copy.deepcopy(document)
    changed["call"]["arguments"]["amount_minor"] = amount
    return changed


def _marks(document: Document, limits: Mapping[str, Any]) -> Iterator[int]:
    before = document.get("facts", {}).get("goodwill_minor_30d", 0)
    for mark in (*_amounts(limits), *_amounts(document.get("resource", {}))):
        yield from (mark, mark // 2, mark - before if isinstance(before, int) else mark)


def _amounts(value: Any, name: str = "") -> Iterator[int]:
    """Every amount in minor units below a value."""
    if isinstance(value, Mapping):
        for inner_name, inner in cast(Mapping[str, Any], value).items():
            yield from _amounts(inner, inner_name)
    elif isinstance(value, list):
        for inner in cast(list[Any], value)[:50]:
            yield from _amounts(inner, name)
    elif type(value) is int and name.endswith("_minor"):
        yield value
