"""Text messages: counted as networks count them, short, whole, and cut where words end."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.formatters import Addressee, formatter_of
from router.formatters.outgoing.plain import unmarked
from router.formatters.outgoing.segments import count_segments, is_narrow

SMS = formatter_of("sms")
COUNTED = [
    ("a" * 160, 1),
    ("a" * 161, 2),
    ("a" * 306, 2),
    ("a" * 307, 3),
    ("€" * 80, 1),
    ("€" * 81, 2),
    ("हाँ" + "न" * 67, 1),
    ("न" * 71, 2),
    ("न" * 134, 2),
    ("न" * 135, 3),
    ("😀" * 35, 1),
    ("😀" * 36, 2),
    ("", 1),
]


@pytest.mark.parametrize(("text", "segments"), COUNTED)
def test_segments_are_counted_as_the_network_does(text: str, segments: int) -> None:
    assert count_segments(text) == segments


def test_a_turn_is_one_message_in_the_narrow_alphabet_where_it_can_be() -> None:
    confirm = "I'm about to refund $39.99 for payment P-5002 to Mastercard •••• 4444. Shall I go ahead? (yes/no)"
    (message,) = SMS.speak(["Thank you – that’s confirmed.", confirm], Addressee(currency="USD"))
    assert message.endswith("to Mastercard *4444. Shall I go ahead? (yes/no)")
    assert is_narrow(message)


def test_politeness_goes_first_and_facts_stay() -> None:
    replies = [
        "Good news: it was approved.",
        "$39.99 for payment P-5002 is refunded to Mastercard •••• 4444. It arrives by Friday, November 27.",
        "Your service ends on November 30, 2026. Your final bill is $12.00.",
        "Is there anything else I can help with?",
    ]
    (message,) = SMS.speak(replies, Addressee(currency="USD"))
    assert message == (
        "It was approved. $39.99 for payment P-5002 is refunded to Mastercard *4444. "
        "It arrives by Friday, November 27. Your service ends on November 30, 2026. Your final bill is $12.00."
    )


def test_lists_and_marks_of_articles_survive_as_plain_words() -> None:
    steps = (
        "**Restart** it:\n1. Pull the plug, wait `30` seconds.\n2. Put it back.\n" + "3. Wait a little while.\n" * 18
    )
    messages = SMS.speak([steps], Addressee(currency="USD"))
    assert messages[0].startswith("Restart it: 1. Pull the plug, wait 30 seconds. 2. Put it back.")
    assert not any(re.search(r"\d\. \(\d/\d\)$", message) for message in messages)


def test_a_short_message_keeps_its_manners() -> None:
    assert SMS.speak(["Thank you.", "Is there anything else?"], Addressee(currency="USD")) == (
        "Thank you. Is there anything else?",
    )


def test_who_speaks_is_told_whatever_the_length() -> None:
    told = "Hello. I am an automated assistant, and you can ask for a person at any time. How can I help?"
    messages = SMS.speak([told, "You owe $5.00. " * 40], Addressee(currency="USD"))
    assert "I am an automated assistant, and you can ask for a person at any time." in messages[0]


FACTS = st.from_regex(r"(?:P|INV)-[1-9][0-9]{3}|\$[1-9][0-9]{0,3}\.[0-9]{2}|November [12][0-9]", fullmatch=True)
WORDS = st.text("abcdefgh äñ।", min_size=1, max_size=400)


@given(st.lists(st.tuples(WORDS, FACTS), min_size=1, max_size=12), st.sampled_from(["en", "hi"]))
def test_long_replies_are_split_between_words_and_lose_no_fact(told: list[tuple[str, str]], locale: str) -> None:
    replies = [f"{words} {fact} end." for words, fact in told]
    messages = SMS.speak(replies, Addressee(locale, currency="USD"))
    bodies = [re.sub(r" \(\d+/\d+\)$", "", message) for message in messages]
    together = " ".join(bodies)
    assert [found for _, found in told] == re.findall(r"(?:P|INV)-\d{4}|\$\d+\.\d\d|November \d\d", together)
    assert len(messages) == 1 or all(
        message.endswith(f"({place}/{len(messages)})") for place, message in enumerate(messages, 1)
    )
    longest = max(len(word) for reply in replies for word in re.split(r"[ ]", reply))
    assert longest > 100 or all(count_segments(message) <= 3 for message in messages)


def test_abbreviations_are_read_but_never_a_yes_or_no() -> None:
    assert SMS.hear("pls refund me, u charged 2x") == "please refund me, you charged 2x"
    assert [SMS.hear(word) for word in ("y", "n", "k", "ok", "a.u@example.com")] == [
        "y",
        "n",
        "k",
        "ok",
        "a.u@example.com",
    ]


def test_entries_of_a_list_are_told_apart_in_one_line() -> None:
    text = "These are free:\n1. Sunday at 1:00 PM\n2. Monday at 8:00 AM\nWhich one suits you?"
    (told,) = SMS.speak((text,), Addressee(currency="USD"))
    assert told == "These are free: 1. Sunday at 1:00 PM; 2. Monday at 8:00 AM. Which one suits you?"


def test_a_german_day_is_never_cut_in_two() -> None:
    told = "Für den Ausfall vom Samstag, 10. Oktober, gibt es eine Gutschrift. " * 12
    assert not [message for message in SMS.speak((told,), Addressee("de", currency="EUR")) if "10. (" in message]


def test_french_marks_of_quotation_leave_no_space_inside() -> None:
    assert SMS.speak(("La remise «\u00a0Bienvenue\u00a0» a pris fin.",), Addressee("fr", currency="EUR")) == (
        'La remise "Bienvenue" a pris fin.',
    )


def test_a_line_that_goes_on_indented_is_one_line() -> None:
    assert unmarked("- Red and\n  blinking: no.\n- Off: none.") == "- Red and blinking: no.\n- Off: none."
