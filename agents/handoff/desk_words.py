"""What happened in a conversation, in sentences for the people at the desk, with figures as the account has them.

Texts in their language are in `desk_texts.yaml`, those for what rules say in `agents/rules.yaml`.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from agents.catalogue import Catalogue
from agents.folders import Replies, complete, read_yaml
from agents.handoff.rule_sentences import say_reason
from agents.specialist import Saying
from agents.wording import Forms, Voice
from agents.wording.forms import is_read
from domain.conversation import Action
from domain.decision import Decision, Effect
from domain.errors import Misconfigured

_TEXTS = Path(__file__).parent / "desk_texts.yaml"
LONGEST = 240
"""Characters of what a customer was told that a line of the summary holds."""
_QUOTED = re.compile(r"(“[^”]*”)")
_THEIRS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "en": ((r"\byour\b", "their"), (r"\bYour\b", "Their"), (r"\byou\b", "them")),
    "de": ((r"\bIhr(e|en|em|er|es)?\b", r"ihr\1"), (r"\bSie\b", "sie"), (r"\bIhnen\b", "ihnen")),
    "es": ((r"\busted\b", "el cliente"),),
    "fr": ((r"\bvotre\b", "leur"), (r"\bVotre\b", "Leur"), (r"\bvos\b", "leurs"), (r"\bvous\b", "leur")),
    "hi": ((r"आपक(ा|ी|े)", r"उनक\1"), (r"आपको", "उन्हें"), (r"\bआप\b", "वे")),
}
"""How what is said to a customer is said about one, by language."""


class DeskWords:
    """Words about one customer's conversation; `voice` has the account's currency and time zone."""

    def __init__(self, catalogue: Catalogue, voice: Voice) -> None:
        self._catalogue = catalogue
        self._voice = voice
        self._forms = Forms(voice)

    def text(self, key: str) -> str:
        """A text of `desk_texts.yaml` in the reader's language."""
        return str(_texts()[key][self._voice.language])

    def next_step(self, reason: str, *, proposed: bool) -> str:
        """What to do first, by why the conversation came."""
        wanted = "next.proposed" if proposed else f"next.{reason}"
        return self.text(wanted if wanted in _texts() else "next.asked_for_person")

    def reason(self, message: str) -> str:
        """Why a rule decided as it did; as policy wrote it where there is no sentence for that."""
        return say_reason(self._catalogue.rules, message, self._voice)

    def refusal(self, decision: Decision) -> str:
        """Why there is nothing to see: what the rules say, or that it could not be read although it was allowed."""
        allowed = decision.effect is Effect.ALLOW
        told = "" if allowed else " ".join(self.reason(each.message) for each in decision.reasons)
        return told or self.text("not_read")

    def title(self, procedure: str) -> str:
        """A journey's name, as of somebody else."""
        return self._of_somebody(self._catalogue.title(procedure, self._voice)) if procedure else ""

    def account(self, action: Action, because: str) -> str:
        """What a call was to do, whether it did, and why it did not; empty for a look-up that went well."""
        if is_read(action.tool) and action.outcome == "succeeded":
            return ""
        outcome = self.text(f"outcomes.{action.outcome}")
        told = f"{outcome}: {self._forms.sentence_end(self.proposed(action.tool, action.arguments))}"
        return f"{told} {because}" if because and action.outcome != "succeeded" else told

    def proposed(self, tool: str, arguments: Mapping[str, Any], resource: Mapping[str, Any] | None = None) -> str:
        """What a call would do, without its full stop; `resource` is what the gate read of the thing it is about."""
        try:
            told = self._catalogue.phrase(tool, dict(arguments), dict(resource or {}), self._voice)
            return self._of_somebody(told)
        except Misconfigured:
            return _plain(tool)

    def retold(self, tool: str, arguments: Mapping[str, Any], told: str) -> str:
        """What a call would do, where that was `told` in English with more than its arguments; else that."""
        if self._voice.language == "en" or tool not in self._catalogue.tools:
            return told
        try:
            return self._of_somebody(self._catalogue.phrase(tool, dict(arguments), {}, self._voice))
        except Misconfigured:
            return told

    def ending(self, procedure: str, kind: str, reply: Saying) -> str:
        """How a journey ended, and what the customer was told then."""
        ended = self.text(f"endings.{kind}") if f"endings.{kind}" in _texts() else _plain(kind)
        head = f"{self._forms.sentence(self.title(procedure))[:-1]}: {ended}."
        try:
            told = self._catalogue.word(reply, self._voice) if reply.reply else ""
        except Misconfigured:
            return head
        told = " ".join(told.split())
        told = told if len(told) <= LONGEST else f"{told[:LONGEST].rsplit(' ', 1)[0]} …"
        return f"{head} {self.text('told').format(told=told)}" if told else head

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
            return (
                self._forms.listing([self._shown(name, each) for each in items]) if items else self.text("values.none")
            )
        return self.text("values.yes" if value else "values.no") if isinstance(value, bool) else str(value)

    def _of_somebody(self, words: str) -> str:
        """Words said to a customer, as said about one; quoted words stay."""
        parts = _QUOTED.split(words)
        for pattern, other in _THEIRS[self._voice.language]:
            parts = [part if part.startswith("“") else re.sub(pattern, other, part) for part in parts]
        return "".join(parts)


@cache
def _texts() -> Replies:
    return complete(read_yaml(_TEXTS), "agents/handoff/desk_texts.yaml")


def _plain(name: str) -> str:
    return name.rpartition(".")[2].replace("_", " ")
