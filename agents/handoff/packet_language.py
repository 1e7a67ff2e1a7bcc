"""A context packet in the language of whoever reads it: its sentences are made anew from its facts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.handoff.desk_words import DeskWords
from agents.procedure import End
from agents.specialist import Saying
from domain.conversation import Action

MOST_FACTS = 2000
"""Characters of facts that are kept of one ending."""


@dataclass(frozen=True, slots=True)
class SettledCase:
    """How a journey ended, as far as its sentence can be made again: `reply` and `facts` are what was said then."""

    procedure: str
    kind: str
    reply: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def said(self, words: DeskWords) -> str:
        """The sentence about it."""
        return words.ending(self.procedure, self.kind, Saying(self.reply, dict(self.facts), self.procedure))


def settle(procedure: str, end: End) -> SettledCase:
    """How a journey ended; what is no plain fact, or too much, is not kept."""
    try:
        told = json.dumps(dict(end.facts))
    except (TypeError, ValueError):
        return SettledCase(procedure, end.kind)
    if len(told) > MOST_FACTS:
        return SettledCase(procedure, end.kind)
    return SettledCase(procedure, end.kind, end.reply, json.loads(told))


def reword(
    packet: Mapping[str, Any], settled: Sequence[SettledCase], words: DeskWords, before: DeskWords
) -> dict[str, Any]:
    """The packet with its sentences in the language of `words`; `before` are the words that it was written in.

    Names and figures stay what they are. Lines of the summary of which no facts are kept stay as they are written.
    """
    if packet.get("erased"):
        return dict(packet)
    known = {each.said(before): each for each in settled}
    return {
        **packet,
        "summary": [known[line].said(words) if line in known else line for line in packet["summary"]],
        "suggested_next_step": words.next_step(packet["reason"], proposed=bool(packet["proposals"])),
        "open_cases": [_open(each, words) for each in packet["open_cases"]],
        "actions": [_action(each, words, before) for each in packet["actions"]],
        "proposals": [
            {**each, "summary": words.proposed(each["tool"], each["arguments"])} for each in packet["proposals"]
        ],
    }


def _open(case: Mapping[str, Any], words: DeskWords) -> dict[str, Any]:
    account = words.proposed(case["tool"], case["arguments"]) if case["tool"] else ""
    return {**case, "title": words.title(case["procedure"]), "known": words.readable(case["facts"]), "account": account}


def _action(told: Mapping[str, Any], words: DeskWords, before: DeskWords) -> dict[str, Any]:
    """The rule's own reason, in policy's words, is what stands after the sentence."""
    action = Action(**{name: told[name] for name in Action.__slots__})
    because = told["account"].removeprefix(before.account(action, "")).strip()
    return {**told, "account": words.account(action, words.reason(because))}
