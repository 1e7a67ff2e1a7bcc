"""What a representative at another desk is told: the packet in sentences, and what was said before."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

LONGEST = 20_000
MOST_LINES = 60
WHO = {"customer": "Customer", "assistant": "Assistant", "system": "Assistant", "representative": "Representative"}
LACKED = {
    "confirm": "it waited for the customer's yes",
    "verify": "the customer had not been verified",
    "approve": "it waited for an approval",
}
PROOF = {"anonymous": "nobody knows who this is", "identified": "not verified", "authenticated": "signed in"}


def write_note(packet: Mapping[str, Any], said: Iterable[tuple[str, str]]) -> str:
    """The note: what to do first, why, for whom, what was settled, is open, was tried and refused, was said."""
    parts = [
        [f"**{packet.get('suggested_next_step') or 'Handed over.'}**"],
        list(_heading(packet)),
        _section("Settled", packet.get("summary") or ()),
        _section("Open", (_open_case(each) for each in packet.get("open_cases") or ())),
        _section("Tried", (each["account"] for each in packet.get("actions") or () if each.get("account"))),
        _section("Proposed by the assistant", (each["summary"] for each in packet.get("proposals") or ())),
        _section("Said so far", [f"{WHO.get(role, role)}: {text}" for role, text in said][-MOST_LINES:]),
    ]
    text = "\n\n".join("\n".join(each) for each in parts if each)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"


def _heading(packet: Mapping[str, Any]) -> Iterator[str]:
    customer: Mapping[str, Any] = packet.get("customer") or {}
    yield f"Why: {_plain(packet.get('reason', ''))}. Queue: {packet.get('queue', '')}, {packet.get('priority', '')}."
    if not customer:
        yield "Customer: not known."
        return
    proof = PROOF.get(customer.get("auth_level", ""), _plain(customer.get("auth_level", "")))
    flags = ", ".join(_plain(each) for each in customer.get("flags") or ())
    yield f"Customer: {customer.get('name') or ''} ({customer.get('id')}), {proof}{f'; {flags}' if flags else ''}."
    churn: Mapping[str, Any] = packet.get("churn_risk") or {}
    if churn.get("level", "none") != "none":
        yield f"Likely to leave: {churn['level']}."


def _open_case(case: Mapping[str, Any]) -> str:
    title = case.get("title") or _plain(str(case.get("procedure", "")).rpartition(".")[2])
    facts: Mapping[str, str] = case.get("known") or {}
    known = ", ".join(f"{name} {value}" for name, value in facts.items())
    parts = [title[:1].upper() + title[1:], f" “{case['words']}”" if case.get("words") else ""]
    parts.append(f" Known: {known}." if known else "")
    if case.get("account"):
        parts.append(f" Not done: {case['account']}; {LACKED.get(case.get('waiting_for', ''), 'it was cut off')}.")
    return "".join(parts)


def _section(title: str, lines: Iterable[str]) -> list[str]:
    found = [f"- {' '.join(each.split())}" for each in lines]
    return [f"**{title}**", *found] if found else []


def _plain(name: str) -> str:
    return name.replace("_", " ")
