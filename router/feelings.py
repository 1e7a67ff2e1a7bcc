"""How customers feel about what they were told: words that wish nothing, and are met with sympathy."""

from domain.understanding import Understanding
from router.memory.state import Memory
from understanding.acts.reading import setting_of
from understanding.dialogue.social import asks_something, social_intent
from understanding.language.clauses import split_sentences
from understanding.language.phrases import phrase_pattern
from understanding.language.text import fold

UPSET = "sorry_upset"
"""The reply to somebody who only says how they feel about it."""
SORE = -0.3
"""The mood from which words that wish nothing are met with words of sympathy."""


def is_upset(heard: Understanding) -> bool:
    """Whether a message only says how its customer feels about what they were told."""
    feels = heard.act in ("frustration", "refusal") and heard.sentiment < 0
    return (feels or heard.sentiment <= SORE) and heard.answer != "yes" and "?" not in heard.text


def objects(memory: Memory, heard: Understanding) -> bool:
    """Whether a message minds what was said, where nothing was asked ("but I've waited so long")."""
    said = " ".join(fold(heard.text).split())
    minds = phrase_pattern("acts/signs", "objects").match(said) is not None
    return minds and heard.answer == "other" and not memory.options and not asks_something(heard.text)


def reply_to_refusal(memory: Memory, heard: Understanding) -> str:
    """What is said to somebody who turns something down while nothing waits: they may mind what they were only told.

    Nobody is told that nothing was done where something was.
    """
    said = next((text for role, text in reversed(memory.window) if role == "assistant"), "")
    if memory.parting.done:
        return "nothing_more"
    if heard.answer == "no":
        return "left_at_that"
    return UPSET if not heard.refused and setting_of(said) == "told" else "nothing_begun"


def closes_with_thanks(memory: Memory, heard: Understanding) -> bool:
    """Whether a message that wishes nothing ends with thanks ("ok, then I'll wait. thanks"): it turns nothing down."""
    sentences = split_sentences(heard.text)
    free = not memory.options and heard.answer != "yes" and len(sentences) > 1
    return free and social_intent(sentences[-1]) == "thanks"
