"""Wishes that do harm or take effect at once begin only where they are plain: named in words, and not asked about."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from domain.understanding import Intent
from understanding.acts.wishing import concepts_of, wavers
from understanding.language.clauses import split_sentences
from understanding.language.phrases import phrase_lists, phrase_pattern
from understanding.language.text import fold

QUESTION = "troubleshooting.answer_question"
"""The intent of a question that the articles answer."""
_ASKED_ABOUT = 0.5
"""The confidence of a wish that is to be asked about: enough to ask, too little to begin."""


def only_plain(intents: Iterable[Intent], words: str, needs: Mapping[str, frozenset[str]]) -> tuple[Intent, ...]:
    """The intents of these words; one whose `needs` they do not name is to be asked about.

    One of which they only ask what would follow, or what it costs, is a question, and comes as that.
    """
    return tuple(_judge(intent, words, needs[intent.name]) if intent.name in needs else intent for intent in intents)


def asks_what_follows(words: str) -> bool:
    """Whether words ask for a fact about something before it is decided: its cost, its length, its consequences."""
    said = " ".join(fold(words).split())
    asked = "?" in said or phrase_pattern("acts/signs", "asks").match(said) is not None
    return asked and phrase_pattern("acts/signs", "consequences").search(said) is not None


def _only_asks(words: str, needs: frozenset[str]) -> bool:
    """Whether words only ask what would follow; what is to end is asked about by any sentence, others by their own."""
    if "is_back" in needs:
        return False  # it is a question of its own
    own = [] if "ends" in needs else [each for each in split_sentences(words) if _names(each, needs)]
    return all(map(asks_what_follows, own or [words]))


def _judge(intent: Intent, words: str, needs: frozenset[str]) -> Intent:
    if _only_asks(words, needs):
        return replace(intent, name=QUESTION, rival="", rival_confidence=0.0)
    if "sends" in needs and (_asks_of_it(words) or _names_other_papers(words)):
        return _to_be_asked(intent)
    if _names(words, needs):
        return _to_be_asked(intent) if "ends" in needs and ponders(words) else intent
    if intent.rival and intent.rival_confidence > _ASKED_ABOUT:
        return Intent(intent.rival, intent.rival_confidence)
    return _to_be_asked(intent)


def _asks_of_it(words: str) -> bool:
    """Whether words are a question that asks for nothing to be sent ("do my bills come by email?")."""
    said = " ".join(fold(words).split())
    asked = "?" in said or phrase_pattern("acts/signs", "asks").match(said) is not None
    return asked and phrase_pattern("acts/signs", "requests").search(said) is None


def _names_other_papers(words: str) -> bool:
    """Whether words want papers that are no bill: nothing is sent in their place."""
    said = " ".join(fold(words).split())
    other = phrase_pattern("acts/signs", "other_papers").search(said) is not None
    return other and "bill" not in concepts_of(words)


def ponders(words: str) -> bool:
    """Whether words only weigh something ("I'm thinking of leaving") and nowhere say that it is wanted."""
    said = " ".join(fold(words).split())
    if wavers(words):
        return True
    weighs, wants = (phrase_pattern("acts/signs", group).search(said) for group in ("ponders", "wants"))
    return weighs is not None and wants is None


def _to_be_asked(intent: Intent) -> Intent:
    return replace(intent, confidence=min(intent.confidence, _ASKED_ABOUT))


def _names(words: str, needs: frozenset[str]) -> bool:
    """Whether words name one of these concepts, or say what one of these groups of phrases does (`signs.yaml`)."""
    said, groups = " ".join(fold(words).split()), needs.intersection(phrase_lists("acts/signs"))
    if "sends" in groups and concepts_of(words).isdisjoint({"bill", "copy", "email", "contact_detail"}):
        return False  # "send it again" names nothing
    return not needs.isdisjoint(concepts_of(words)) or any(
        phrase_pattern("acts/signs", group).search(said) for group in groups
    )
