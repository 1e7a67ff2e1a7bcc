"""What a model wrote, held against what happened, and against the language in which it was to be written."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from agents.reply_checks import Finding, Grounds, check

TellLanguage = Callable[[str, str], str]
"""The language of a text, given the one that is expected; that one unless the words are clearly of another."""
_SHOWN = 60


def expect(_text: str, expected: str) -> str:
    """Tell no languages apart."""
    return expected


@dataclass(frozen=True, slots=True)
class Scrutiny:
    """The checks of one model's words."""

    tell_language: TellLanguage = expect

    def check_reply(self, reply: str, evidence: Grounds, draft: str = "") -> tuple[Finding, ...]:
        """Find what is wrong with words for the customer; a draft in another language may stay in it."""
        told = self.tell_language(reply, evidence.locale)
        fits = told == evidence.locale or (draft and self.tell_language(draft, evidence.locale) == told)
        foreign = () if fits else (Finding("language", reply[:_SHOWN]),)
        return (*check(reply, evidence), *foreign)

    def check_message(self, words: str, evidence: Grounds) -> tuple[Finding, ...]:
        """Find what is wrong with a message to the customer; what a reply must disclose is not its business."""
        return self.check_reply(words, replace(evidence, disclosures_required=()))

    def check_note(self, words: str, evidence: Grounds) -> tuple[Finding, ...]:
        """Find what is wrong with words that people of ours will read and believe: claims of deeds, invented figures.

        The customer's own figures may be noted down, since a note says what the customer said.
        """
        return check(words, replace(evidence, disclosures_required=()), reported=True)
