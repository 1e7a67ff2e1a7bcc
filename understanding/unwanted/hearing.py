"""Hears that a customer wants no messages: rules over the parts that words play, and what was learnt from sentences.

Either alone errs: rules miss what is said without a "no" ("spare me your surveys"), and what was learnt knows no scope
("do not stop my reminders"). What both say is obeyed, and what one of them says is asked about.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from zlib import crc32

from understanding.dialogue.social import without_greeting
from understanding.intents.classifier import Classifier
from understanding.intents.examples import IN_ORDER, Example, load_examples
from understanding.language.clauses import split_sentences
from understanding.unwanted.rules import STOP_MESSAGES, Unwanted, hear_unwanted, speaks_of_messages, teaches_silence

EXAMPLES = Path(__file__).parent / "examples"
HEAD = "unwanted"
_LABEL, _OTHER = "stop_messages", "other"
_EVERY = 4
"""One in so many sentences of other intents is learnt from."""
_WORTH_A_LOOK = 0.1
"""Below this share of the words' opinion the sentence model is not asked: most messages are about something else."""
_ASKED = 0.85
"""From where what no rule heard is asked about."""
_LITTLE = 3
"""Words in which messages have to be named."""
_ALONE = 0.965
"""From where a single word ("unsubscribe") is obeyed where nothing was asked that it may answer."""
_WITH_RULE = 0.6
"""From where what a rule heard is obeyed; below it is asked about, and below `_DENIED` it is something else."""
_DENIED = 0.15


def lessons(examples: Iterable[Example]) -> tuple[Example, ...]:
    """What is learnt from: sentences of our own, those of the intent, and some of every other intent."""
    own = set(load_examples([EXAMPLES]))
    for example in examples:
        stops = example.intent == STOP_MESSAGES
        if stops or crc32(example.text.encode()) % _EVERY == 0:
            own.add(replace(example, intent=_LABEL if stops else _OTHER))
    return tuple(sorted(own, key=IN_ORDER))


def silencing(examples: tuple[Example, ...]) -> Callable[[str], bool]:
    """Which intents stop messages: ours, and one that is taught by words that want none, such as a company's own."""

    @cache
    def silences(name: str) -> bool:
        return name == STOP_MESSAGES or teaches_silence([each.text for each in examples if each.intent == name])

    return silences


class UnwantedReader:
    """Reads whether messages are unwanted.

    `silences` says which intents stop messages: what they look like is decided here, and not by the likeness of words.
    """

    def __init__(
        self,
        classifier: Classifier,
        silences: Callable[[str], bool] = lambda name: name == STOP_MESSAGES,
    ) -> None:
        self._classifier = classifier
        self.silences = silences

    def hear(self, text: str, channel: str) -> Unwanted | None:
        """What a message asks for that wants no messages; None where it does not say so."""
        ruled = hear_unwanted(text, channel)
        if ruled is not None and ruled.keyword:
            return ruled
        sentences = [without_greeting(sentence) for sentence in split_sentences(text)]
        shares = [self.share(sentence) for sentence in sentences]
        highest = max((*shares, self.share(text) if len(sentences) > 1 else 0.0), default=0.0)
        if ruled is not None and highest >= _WITH_RULE:
            return ruled
        if ruled is None and highest >= _ALONE and len(text.split()) == 1:
            return Unwanted(text, sure=False, alone=True)
        asked = highest >= _DENIED if ruled is not None else highest >= _ASKED and not _says_little(text)
        return Unwanted(text, sure=False) if asked else None

    def share(self, text: str) -> float:
        """How likely it is that these words want no messages (0 to 1)."""
        by_words = self._classifier.shares_by_words(text)[_LABEL]
        return by_words if by_words < _WORTH_A_LOOK else self._classifier.shares(text)[_LABEL]


def _says_little(text: str) -> bool:
    """Whether a few words name nothing of messages: "no more" may be about anything."""
    return len(text.split()) <= _LITTLE and not speaks_of_messages(text)
