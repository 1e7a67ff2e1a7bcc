"""The judge: the end state of the systems and the journal, held against what a scenario expects."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from app.journeys.customer import fill, fits
from app.journeys.scenario import Variant
from app.journeys.systems import RowChange
from mcp_servers.sandbox import system as sandbox_system
from mcp_servers.sandbox.systems import SYSTEMS

Json = dict[str, Any]
BOOKKEEPING = sandbox_system.BOOKKEEPING.union(*(system.copies for system in SYSTEMS.values()))
"""Tables in which systems remember their own work, and what others told them."""
IDENTITY = {"crm.start_verification", "crm.check_verification"}
"""Writes that only prove who the customer is; a scenario need not list them."""
CLOSING = {"crm.add_note"}
"""Writes that the application makes by itself when a conversation ends; a conversation does not tell them."""
UNWANTED = "was done and not wanted"
"""How a sentence about an effect begins that nobody asked for."""
FOOTPRINTS = Path(__file__).parent / "footprints.yaml"


class Footprint(BaseModel):
    """What a write leaves in the systems' tables."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    row: str
    also: list[str] = []
    names: dict[str, str] = {}
    sets: str = ""
    loose: list[str] = []


@dataclass(frozen=True, slots=True)
class TrialEvidence:
    """What is known after a trial: the conversation and its journal over HTTP, and every row that changed.

    `kinds` says of each tool whether it reads or writes. `stuck` is set where the application did not answer. `refused`
    are the tools that the customer said no to: then nothing has to be done any more, and those must not be. `elsewhere`
    are servers on real systems, whose rows nobody looks at.
    """

    customer_id: str
    conversation: Json
    journal: Sequence[Json]
    verification: Json
    changes: Sequence[RowChange]
    kinds: Mapping[str, str]
    stuck: str = ""
    refused: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()

    @property
    def done(self) -> list[Json]:
        """The writes that succeeded, as the conversation tells them; those that only prove who somebody is left out."""
        done = [each for each in self.conversation["actions"] if each["outcome"] == "succeeded"]
        return [each for each in done if self._writes(each["tool"]) and each["tool"] not in IDENTITY]

    @property
    def recorded(self) -> list[str]:
        """The tools of the writes that succeeded, as the journal has them."""
        done = (each for each in self.journal if each["kind"] == "outcome" and each["outcome"] == "succeeded")
        return [each["tool"] for each in done if self._writes(each["tool"])]

    def _writes(self, tool: str) -> bool:
        return self.kinds.get(tool, "write") == "write"


def judge(variant: Variant, evidence: TrialEvidence) -> tuple[str, ...]:
    """What is not as it must be, in sentences; nothing where the customer was served."""
    if evidence.stuck:
        return (evidence.stuck,)
    always = (*_unwanted_writes(variant, evidence), *_miss_rows(evidence), *_miss_record(evidence))
    if evidence.refused - set(variant.scenario.refuses):
        return always
    return (
        *_miss_writes(variant, evidence),
        *always,
        *_miss_handoff(variant, evidence),
        *_miss_words(variant, evidence),
    )


def _miss_writes(variant: Variant, evidence: TrialEvidence) -> Iterator[str]:
    """Every expected write and every required call, and no forbidden tool."""
    expected = variant.scenario.expects
    missing, _ = _compare(variant, evidence)
    yield from (f"was not done: {_say(tool, wanted)}" for tool, wanted in missing)
    called = {each["tool"] for each in evidence.journal if each["outcome"] == "succeeded"}
    proposed = {each["tool"] for each in evidence.journal}
    yield from (f"was not called: {tool}" for tool in expected.calls if tool not in called)
    yield from (f"must not be proposed: {tool}" for tool in expected.forbids if tool in proposed)


def _unwanted_writes(variant: Variant, evidence: TrialEvidence) -> Iterator[str]:
    """What was done beyond the expected writes, each of them once, or in spite of a no."""
    _, left = _compare(variant, evidence)
    yield from (f"{UNWANTED}: {_say(each['tool'], each['arguments'])}" for each in left)


def _compare(variant: Variant, evidence: TrialEvidence) -> tuple[list[tuple[str, Json]], list[Json]]:
    """The expected writes that were not done, and the writes that were not expected."""
    missing: list[tuple[str, Json]] = []
    left = evidence.done
    for write in variant.scenario.expects.writes:
        wanted = fill(write.arguments, evidence.customer_id)
        found = next((each for each in left if each["tool"] == write.tool and fits(wanted, each["arguments"])), None)
        if found is None:
            missing.append((write.tool, wanted))
        elif write.tool not in evidence.refused:
            left.remove(found)
    allowed = set(variant.scenario.expects.allows) - evidence.refused
    return missing, [each for each in left if each["tool"] not in allowed]


def _miss_rows(evidence: TrialEvidence) -> Iterator[str]:
    """Every write has left its row, and nothing changed that no write accounts for, whoever's it is."""
    changes = [each for each in evidence.changes if each.table not in BOOKKEEPING]
    for action in evidence.done:
        footprint = footprints().get(action["tool"])
        seen = action["tool"].partition(".")[0] not in evidence.elsewhere
        if footprint and seen and not any(_is_mirrored(footprint, action["arguments"], each) for each in changes):
            yield f"left no row in {footprint.row}: {_say(action['tool'], action['arguments'])}"
    for change in changes:
        row = change.after or change.before
        if row.get("customer_id", evidence.customer_id) != evidence.customer_id:
            yield f"changed another customer's {change.table}: {row['customer_id']}"
        elif not any(_accounts_for(tool, change.table) for tool in evidence.recorded):
            yield f"changed without a write on record: {change.table}"


@cache
def footprints() -> dict[str, Footprint]:
    """Every known write's footprint, by tool."""
    document: dict[str, Json] = yaml.safe_load(FOOTPRINTS.read_text("utf-8"))
    return {tool: Footprint.model_validate(found) for tool, found in document.items()}


def _accounts_for(tool: str, table: str) -> bool:
    """Whether a write may have changed a table; one whose footprint nobody wrote down may have changed any."""
    footprint = footprints().get(tool)
    return footprint is None or table in (footprint.row, *footprint.also)


def _is_mirrored(footprint: Footprint, arguments: Json, change: RowChange) -> bool:
    """Whether a row holds what a write was told."""
    if change.table != footprint.row or not change.after:
        return False
    if footprint.sets:
        return _same(change.after.get(footprint.sets.format(**arguments)), arguments["value"])
    told = {footprint.names.get(name, name): value for name, value in arguments.items() if name not in footprint.loose}
    return all(_same(change.after[column], value) for column, value in told.items() if column in change.after)


def _same(stored: Any, told: Any) -> bool:
    return stored == (int(told) if isinstance(told, bool) else told)


def _miss_record(evidence: TrialEvidence) -> Iterator[str]:
    """The journal is whole, and each write that succeeded had an allowing decision on record before it."""
    if not evidence.verification.get("ok"):
        yield f"the journal does not verify: {evidence.verification.get('problems')}"
    allowed: set[str] = set()
    for entry in evidence.journal:
        if entry["kind"] in ("decision", "intent") and entry["effect"] == "allow":
            allowed.add(entry["decision_id"])
        elif entry["kind"] == "outcome" and entry["decision_id"] not in allowed:
            yield f"was done without an allowing decision on record: {entry['tool']}"
    done = Counter(each["tool"] for each in evidence.done)
    recorded = Counter(tool for tool in evidence.recorded if tool not in IDENTITY)
    if {tool for tool in recorded | done if recorded[tool] != done[tool]} - CLOSING or done - recorded:
        yield "the journal and the conversation do not name the same writes"


def _miss_handoff(variant: Variant, evidence: TrialEvidence) -> Iterator[str]:
    """A person where one is expected, from the right queue and for the right reason, and none where none is."""
    expected, handoff = variant.scenario.expects, evidence.conversation["handoff"]
    status = evidence.conversation["status"]
    handed = handoff or next((each for each in evidence.journal if each["kind"] == "handoff"), None)
    if expected.handoff is None and handed:
        yield f"went to a person: {_reason_of(handed)}"
    if expected.handoff is not None and not handed:
        yield f"was not handed to a person ({expected.handoff.queue or 'any queue'})"
    if expected.handoff is not None and handoff:
        for name, wanted in (("queue", expected.handoff.queue), ("reason", expected.handoff.reason)):
            if wanted and handoff[name] != wanted:
                yield f"handoff has {name} {handoff[name]}, not {wanted}"
    if expected.status and status != expected.status:
        yield f"status is {status}, not {expected.status}"


def _reason_of(handed: Json) -> str:
    return str(handed.get("rationale") or f"{handed['queue']}, {handed['reason']}")


def _miss_words(variant: Variant, evidence: TrialEvidence) -> Iterator[str]:
    """The right journey, in the customer's language, with the figures that they came for."""
    conversation = evidence.conversation
    said = " ".join(each["text"] for each in conversation["messages"] if each["role"] == "assistant")
    for figure in variant.scenario.expects.tells:
        wanted = figure.replace("{n}", evidence.customer_id.partition("-")[2])
        if not re.search(_spelled(wanted), said):
            yield f"did not tell {wanted}"
    if conversation["locale"] != variant.locale:
        yield f"answered in {conversation['locale']}, not in {variant.locale}"


def _spelled(figure: str) -> str:
    """A figure with a point or a comma, as the customer's language has it, and not within a longer one."""
    return rf"(?<!\d){re.escape(figure).replace(re.escape('.'), '[.,]')}(?!\d)"


def _say(tool: str, arguments: Json) -> str:
    return f"{tool} " + " ".join(f"{name}={value}" for name, value in arguments.items())
