"""What happened in a conversation, in sentences for the people at the desk, with figures as the account has them."""

import re
from collections.abc import Mapping
from typing import Any

from agents.catalogue import Catalogue, is_read
from agents.procedure import End
from agents.specialist import Saying
from agents.wording import Forms, Voice
from domain.conversation import Action
from domain.errors import Misconfigured

OUTCOMES = {"succeeded": "Done", "failed": "Tried, and it failed", "refused": "Not done"}
ENDINGS = {"resolved": "settled", "declined": "nothing was changed"}
LONGEST = 240
"""Characters of what a customer was told that a line of the summary holds."""
_QUOTED = re.compile(r"(“[^”]*”)")
_THEIRS = ((r"\byour\b", "their"), (r"\bYour\b", "Their"), (r"\byou\b", "them"))


class DeskWords:
    """Words about one customer's conversation; `voice` has the account's currency and time zone."""

    def __init__(self, catalogue: Catalogue, voice: Voice) -> None:
        self._catalogue = catalogue
        self._voice = voice
        self._forms = Forms(voice)

    def title(self, procedure: str) -> str:
        """A journey's name, as of somebody else."""
        return _of_somebody(self._catalogue.title(procedure, self._voice)) if procedure else ""

    def account(self, action: Action, because: str) -> str:
        """What a call was to do, whether it did, and why it did not; empty for a look-up that went well."""
        if is_read(action.tool) and action.outcome == "succeeded":
            return ""
        told = f"{OUTCOMES[action.outcome]}: {self._forms.sentence_end(self.proposed(action.tool, action.arguments))}"
        return f"{told} {because}" if because and action.outcome != "succeeded" else told

    def proposed(self, tool: str, arguments: Mapping[str, Any], resource: Mapping[str, Any] | None = None) -> str:
        """What a call would do, without its full stop; `resource` is what the gate read of the thing it is about."""
        try:
            told = self._catalogue.phrase(tool, dict(arguments), dict(resource or {}), self._voice)
            return _of_somebody(told)
        except Misconfigured:
            return _plain(tool)

    def ending(self, procedure: str, end: End, reply: Saying) -> str:
        """How a journey ended, and what the customer was told then."""
        head = f"{self._forms.sentence(self.title(procedure))[:-1]}: {ENDINGS.get(end.kind, _plain(end.kind))}."
        try:
            told = self._catalogue.word(reply, self._voice) if reply.reply else ""
        except Misconfigured:
            return head
        told = " ".join(told.split())
        told = told if len(told) <= LONGEST else f"{told[:LONGEST].rsplit(' ', 1)[0]} …"
        return f"{head} They were told: {told}" if told else head

    def readable(self, facts: Mapping[str, Any]) -> dict[str, str]:
        """Facts by their names in words: amounts as money, days as days."""
        return {_plain(name.removesuffix("_minor")): self._shown(name, value) for name, value in facts.items()}

    def _shown(self, name: str, value: Any) -> str:
        if (name == "amount" or name.endswith("_minor")) and isinstance(value, int):
            return self._forms.money(value)
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            return self._forms.full_day(value)
        if isinstance(value, list | tuple):
            items: list[Any] = list(value)  # pyright: ignore[reportUnknownArgumentType]
            return self._forms.listing([self._shown(name, each) for each in items]) if items else "none"
        return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _plain(name: str) -> str:
    return name.rpartition(".")[2].replace("_", " ")


def _of_somebody(words: str) -> str:
    """Words said to a customer, as said about one; quoted words stay."""
    parts = _QUOTED.split(words)
    for pattern, other in _THEIRS:
        parts = [part if part.startswith("“") else re.sub(pattern, other, part) for part in parts]
    return "".join(parts)
