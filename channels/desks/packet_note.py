"""What people at another desk are told, in their language: the packet in sentences, and what was said before."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from agents.folders import Replies, complete, read_yaml

LONGEST = 20_000
MOST_LINES = 60
_TEXTS = Path(__file__).parent / "note_texts.yaml"


class NoteWords:
    """Notes in one language. Figures and sentences of a packet are in it already: see `OtherDesks.packet`."""

    def __init__(self, language: str, terms: Mapping[str, str]) -> None:
        """`terms` are what the desk's page calls kinds of things in that language."""
        self._language = language
        self._terms = terms

    def text(self, key: str, **facts: object) -> str:
        """A text of `note_texts.yaml`."""
        return str(_texts()[key][self._language]).format(**facts)

    def write(self, packet: Mapping[str, Any], said: Iterable[tuple[str, str]]) -> str:
        """The note: what to do first, why, for whom, what was settled, is open, was tried and refused, was said."""
        parts = [
            [f"**{packet.get('suggested_next_step') or self.text('heading')}**"],
            list(self._heading(packet)),
            self._section("settled", packet.get("summary") or ()),
            self._section("open", (self._open_case(each) for each in packet.get("open_cases") or ())),
            self._section("tried", (each["account"] for each in packet.get("actions") or () if each.get("account"))),
            self._section("proposed", (each["summary"] for each in packet.get("proposals") or ())),
            self._section("said", [f"{self._who(role)}: {text}" for role, text in said][-MOST_LINES:]),
        ]
        text = "\n\n".join("\n".join(each) for each in parts if each)
        return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"

    def _heading(self, packet: Mapping[str, Any]) -> Iterator[str]:
        customer: Mapping[str, Any] = packet.get("customer") or {}
        named = {name: self._term(packet.get(name, "")) for name in ("reason", "queue", "priority")}
        yield self.text("why", **named)
        if not customer:
            yield self.text("unknown")
            return
        level = customer.get("auth_level") or "anonymous"
        proof = self.text(f"proof.{level}") if f"proof.{level}" in _texts() else _plain(level)
        flags = ", ".join(self._term(each) for each in customer.get("flags") or ())
        proof = f"{proof}; {flags}" if flags else proof
        yield self.text("customer", name=customer.get("name") or "", number=customer.get("id"), proof=proof)
        churn: Mapping[str, Any] = packet.get("churn_risk") or {}
        if churn.get("level", "none") != "none":
            yield self.text("churn", level=self._term(churn["level"]))

    def _open_case(self, case: Mapping[str, Any]) -> str:
        title = case.get("title") or _plain(str(case.get("procedure", "")).rpartition(".")[2])
        facts: Mapping[str, str] = case.get("known") or {}
        known = ", ".join(f"{name} {value}" for name, value in facts.items())
        parts = [title[:1].upper() + title[1:], f"“{case['words']}”" if case.get("words") else ""]
        parts.append(self.text("known", facts=known) if known else "")
        if case.get("account"):
            lacked = f"lacked.{case.get('waiting_for') or 'cut_off'}"
            because = self.text(lacked if lacked in _texts() else "lacked.cut_off")
            parts.append(self.text("not_done", account=case["account"], because=because))
        return " ".join(filter(None, parts))

    def _section(self, title: str, lines: Iterable[str]) -> list[str]:
        found = [f"- {' '.join(each.split())}" for each in lines]
        return [f"**{self.text(title)}**", *found] if found else []

    def _who(self, role: str) -> str:
        return self.text(f"who.{role if role in ('customer', 'representative') else 'assistant'}")

    def _term(self, name: str) -> str:
        return self._terms.get(name) or _plain(name)


@cache
def _texts() -> Replies:
    return complete(read_yaml(_TEXTS), "channels/desks/note_texts.yaml")


def _plain(name: str) -> str:
    return name.replace("_", " ")
