"""What a reply chooses of the things on offer."""

import pytest

from agents.answers import chooses_any, find_answer
from agents.procedure import Ask, Choice
from domain.understanding import Answer, Entity, Understanding

ASK = Ask("way", choices=(Choice("post", "By post"), Choice("mail", "By e-mail")))


def _reply(words: str, kind: str = "meant", value: object = "mail") -> Understanding:
    return Understanding(words, "en", entities=(Entity(kind, value, words),))


def test_a_name_that_is_said_counts_before_what_seems_to_be_meant() -> None:
    said, meant = _reply("by post, like a letter"), _reply("like a letter but on the computer")
    assert [found.value for each in (said, meant) if (found := find_answer(ASK, each.entities, each))] == [
        "post",
        "mail",
    ]


def test_what_was_meant_of_other_things_chooses_nothing() -> None:
    reply = _reply("the music", value="music")
    assert find_answer(ASK, reply.entities, reply) is None
    assert find_answer(ASK, reply.entities, None) is None


def test_who_wants_none_of_them_leaves_no_choice_to_us() -> None:
    heard = _reply("I don't want any of them", "availability", {"any": True})
    assert chooses_any(heard)
    assert not chooses_any(Understanding(heard.text, "en", entities=heard.entities, answer="no"))


@pytest.mark.parametrize(("words", "answer", "taken"), [("yes", "yes", None), ("Yes Please", "other", "Yes Please")])
def test_a_bare_yes_says_neither_who_nor_what(words: str, answer: Answer, taken: str | None) -> None:
    found = find_answer(Ask("who"), (), Understanding(text=words, locale="en", answer=answer))
    assert (found.value if found else None) == taken
