"""What a message does to what was just asked, offered or is pending."""

from typing import Literal

from domain.understanding import Understanding

Act = Literal[
    "answer", "correction", "refusal", "change_of_mind", "question", "new_wish", "asks_person", "thanks", "goodbye",
    "greeting", "frustration", "repeat_request",
]  # fmt: skip
_ANGRY = -0.3


def main_act(heard: Understanding, *, asked: bool) -> Act:
    """The one thing that a message does most of all; `asked` says that something was put to the customer."""
    named = heard.intents[0].name if heard.intents else ""
    wish: Act = "answer" if asked and heard.entities else "new_wish"
    found: list[tuple[bool, Act]] = [
        (heard.wants_person, "asks_person"),
        (heard.puzzled, "repeat_request"),
        (heard.changes_mind, "change_of_mind"),
        (heard.answer == "yes", "answer"),
        (heard.answer == "no", "refusal"),
        (named == "thanks", "thanks"),
        (named == "goodbye", "goodbye"),
        (named == "greeting", "greeting"),
        (heard.sentiment <= _ANGRY, "frustration"),
        ("?" in heard.text, "question"),
    ]
    said: list[Act] = [act for holds, act in found if holds]
    return said[0] if said else wish
