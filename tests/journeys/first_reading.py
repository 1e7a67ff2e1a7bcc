"""What people write (`wordings/*.yaml`), and what the first reading of it leads to: understanding, policy, routing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from domain.ids import ConversationId, TenantId, TurnId
from domain.understanding import Understanding
from policy.engines.embedded import EmbeddedEngine
from router.memory.state import Memory, TurnState
from router.nodes import signals
from router.routes import Begin, Clarify, SmallTalk
from router.routing import Thresholds, choose
from understanding.reader import ReadContext, Reader

FOLDER = Path(__file__).parent / "wordings"
MOMENT = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wording:
    """One message as a customer writes it first, and what it must lead to: journeys, a person, or nothing at all.

    `wishes` are the journeys that it asks for; `instead` is another that leads to the same end.
    """

    journey: str
    text: str
    customer: str
    locale: str
    language: str
    wishes: frozenset[str]
    instead: frozenset[str] = frozenset()
    handoff: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """A wording taken to its journey's end: what is said after it, what is done, and the status that it leaves."""

    wording: Wording
    customer: str
    says: tuple[str, ...]
    done: tuple[str, ...]
    status: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a first message led to: the journeys begun or queued, a person's reason, or (neither) a question back."""

    wishes: frozenset[str] = frozenset()
    handoff: str = ""
    answer: str = ""

    @property
    def acts(self) -> bool:
        """Whether anything was begun or handed over."""
        return bool(self.wishes or self.handoff)

    def serves(self, wording: Wording) -> bool:
        """Whether this is what the customer wanted."""
        served = {wording.wishes, wording.instead or wording.wishes}
        return self.handoff == wording.handoff and self.wishes in served


def load_wordings() -> list[Wording]:
    """Every wording of every journey, in the order of the files."""
    return [wording for file in sorted(FOLDER.glob("*.yaml")) for wording in _wordings_of(file.stem, _read(file))]


def load_ways() -> list[Way]:
    """Every wording that is taken to the end."""
    return [way for file in sorted(FOLDER.glob("*.yaml")) for way in _ways_of(file.stem, _read(file))]


def _read(file: Path) -> dict[str, Any]:
    return yaml.safe_load(file.read_text("utf-8"))


def _wordings_of(journey: str, document: dict[str, Any]) -> Iterator[Wording]:
    usual = [document["wish"]] if "wish" in document else []
    for entry in document["wordings"]:
        row: dict[str, Any] = {"text": entry} if isinstance(entry, str) else entry
        yield Wording(
            journey=journey,
            text=row["text"],
            customer=document["customer"],
            locale=document.get("locale", "en"),
            language=row.get("language", "en"),
            wishes=frozenset(row.get("wishes", usual)),
            instead=frozenset(row.get("or", [])),
            handoff=document.get("handoff", ""),
        )


def _ways_of(journey: str, document: dict[str, Any]) -> Iterator[Way]:
    wordings = {wording.text: wording for wording in _wordings_of(journey, document)}
    for row in document.get("ends", []):
        wording = wordings[row["opening"]]
        customer, status = row.get("customer", wording.customer), row.get("status", "")
        yield Way(wording, customer, tuple(row["says"]), tuple(row["done"]), status)


async def read_first(reader: Reader, engine: EmbeddedEngine, wording: Wording) -> Reading:
    """Read a message as the router does at the start of a conversation: understand, ask policy, choose the way."""
    heard = reader.read(
        wording.text, locale=wording.locale, pending=None, now=MOMENT, context=ReadContext(currency="USD")
    )
    judged = await engine.escalate(signals(_opening_turn(heard), heard, 0))
    if judged["handoff"]:
        return Reading(handoff=judged["handoff"]["reason"])
    match choose(Memory(), heard, Thresholds(**judged["thresholds"]), lambda _: None):
        case Begin(wishes):
            return Reading(frozenset(wish.intent for wish in wishes))
        case SmallTalk(reply):
            return Reading(answer=reply)
        case Clarify(options):
            return Reading(answer=f"which of {options}" if options else "not understood")
        case route:
            return Reading(answer=type(route).__name__)


def _opening_turn(heard: Understanding) -> TurnState:
    memory = Memory(locale=heard.locale, moods=(heard.sentiment,))
    return TurnState(ConversationId("c"), TurnId("t"), TenantId("northwind-fibre"), "chat", MOMENT, memory)
