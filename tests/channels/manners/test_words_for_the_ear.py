"""What is said on the telephone: nothing for the eyes, short, and with every fact of the written reply."""

import re
from datetime import date, timedelta

import pytest
from babel.dates import format_date
from babel.numbers import format_currency, parse_decimal
from hypothesis import given
from hypothesis import strategies as st

from router.formatters import Addressee, formatter_of

LOCALES = ("en", "es", "de", "fr", "hi")
VOICE = formatter_of("voice")
DAY = {
    "en": "EEEE, MMMM d",
    "es": "EEEE d 'de' MMMM",
    "de": "EEEE, d. MMMM",
    "fr": "EEEE d MMMM",
    "hi": "EEEE, d MMMM",
}
MONEY = {"en": "dollars?", "es": "dólar", "de": "Dollar", "fr": "dollars?", "hi": "डॉलर"}


def spoken(text: str, locale: str = "en") -> str:
    return " ".join(VOICE.speak([text], Addressee(locale, currency="USD")))


SAID = [
    (
        "en",
        "I'm about to refund $39.99 for payment P-5002 to Visa •••• 4444. Shall I go ahead? (yes/no)",
        "I'm about to refund 39.99 dollars for payment P, 5 0 0 2 to Visa ending in 4 4 4 4. Shall I go ahead?",
    ),
    (
        "de",
        "Ich werde jetzt 39,99\u00a0$ für die Zahlung P-5002 erstatten. Soll ich das tun? (ja/nein)",
        "Ich werde jetzt 39,99 Dollar für die Zahlung P, 5 0 0 2 erstatten. Soll ich das tun?",
    ),
    ("de", "Freitag, 1. Dezember, 09:00. 2. Dezember auch.", "Freitag, 1. Dezember, 09:00. 2. Dezember auch."),
    (
        "en",
        "I could not send bill INV-3001. You can open it here: https://pay.example.com/i/INV-3001?x=1",
        "I could not send bill I N V, 3 0 0 1. You can open it here. I can send you the link as a message if you like.",
    ),
    (
        "en",
        "I have sent a code to a•••@example.com.",
        "I have sent a code to an address that begins with a, at example dot com.",
    ),
    ("en", "Open `http://192.168.1.1` and choose **Wi-Fi**.", "Open 192 dot 168 dot 1 dot 1 and choose Wi-Fi."),
    ("en", "Due on 2026-11-27 (overdue).", "Due on November 27, 2026, overdue."),
    ("fr", "Coût : 1\u202f234,50\u00a0$US.", "Coût : 1 234,50 dollars."),
    (
        "en",
        "**Resetting** it\nmends\nmost troubles.\n# Then\nCall us.",
        "Resetting it mends most troubles. Then. Call us.",
    ),
    ("hi", "बिल INV-3016 $51.99 का है", "बिल I N V, 3 0 1 6, 51.99 डॉलर का है।"),
    ("hi", "P-5002 के $39.99 लौटाना। (हाँ/नहीं)", "P, 5 0 0 2 के 39.99 डॉलर लौटाना।"),
]


@pytest.mark.parametrize(("locale", "text", "heard"), SAID)
def test_figures_and_marks_are_said_as_one_says_them(locale: str, text: str, heard: str) -> None:
    assert spoken(text, locale) == heard


def test_no_utterance_lists_more_than_three_things() -> None:
    entries = [f"{place}. P-500{place}, ${place}.00" for place in range(1, 6)]
    numbered = VOICE.speak([f"Which one do you mean? {'; '.join(entries)}."], Addressee(currency="USD"))
    lines = VOICE.speak(
        ["These are free:\n" + "\n".join(entries) + "\nWhich one suits you?"], Addressee(currency="USD")
    )
    plain = VOICE.speak(["You paid $1.00; $2.00; $3.00; $4.00."], Addressee(currency="USD"))
    assert [utterance.count("Number") for utterance in numbered] == [3, 2]
    assert [utterance.count("Number") for utterance in lines] == [3, 2]
    assert lines[1].endswith("Which one suits you?")
    assert [utterance.count("dollar") for utterance in plain] == [3, 1]


def test_a_long_sentence_is_taken_in_two_breaths() -> None:
    long = (
        "I have looked at the line to your house and at the router behind it, and I see that the line "
        "itself is fine today."
    )
    assert len(re.split(r"(?<=[.])\s", spoken(long))) == 2


REFERENCES = st.from_regex(r"(?:P|INV|WO|D|OF|CP)-[1-9][0-9]{1,5}", fullmatch=True)
AMOUNTS = st.integers(1, 9_999_999)
DAYS = st.dates(date(2020, 1, 1), date(2032, 1, 1))


@given(st.sampled_from(LOCALES), st.lists(st.tuples(REFERENCES, AMOUNTS, DAYS), min_size=1, max_size=5))
def test_every_amount_date_and_reference_can_be_heard(locale: str, facts: list[tuple[str, int, date]]) -> None:
    lines = [
        f"{place}. {reference}, {format_currency(minor / 100, 'USD', locale=locale)}, "
        f"{format_date(day, DAY[locale], locale=locale)}"
        for place, (reference, minor, day) in enumerate(facts, 1)
    ]
    heard = spoken(":\n" + "\n".join(lines), locale)
    assert re.findall(r"(?<!\w)((?:[A-Z] )*[A-Z]), ((?:\d )*\d)(?!\w)", heard) == [
        (" ".join(reference.partition("-")[0]), " ".join(reference.partition("-")[2])) for reference, _, _ in facts
    ]
    amounts = re.findall(rf"(?<=, )(\d+(?:[.,' ]\d{{3}})*(?:[.,]\d\d)?) {MONEY[locale]}", heard)
    assert [parse_decimal(amount.strip(), locale=locale) * 100 for amount in amounts] == [
        minor for _, minor, _ in facts
    ]
    for _, _, day in facts:
        assert format_date(day, DAY[locale], locale=locale) in heard


@given(st.sampled_from(LOCALES), st.text(max_size=300))
def test_anything_can_be_said_and_nothing_for_the_eyes_is_left(locale: str, text: str) -> None:
    heard = spoken(f"{text} https://pay.example.com/x **now**", locale)
    assert not re.search(r"https?://|\*\*|`|•", heard)


DICTATED = [
    ("uh, yes", "yes"),
    ("my customer number is C one zero zero one", "my customer number is C-1001"),
    ("it is P five zero zero two", "it is P-5002"),
    ("P as in Peter five zero zero two", "P-5002"),
    ("I N V three zero zero one please", "INV-3001 please"),
    ("invoice INV dash three zero zero one", "invoice INV-3001"),
    ("uh the code is one two three four five six", "the code is 123456"),
    ("euh oui", "oui"),
    ("ähm, ja bitte", "ja bitte"),
    ("double five zero two", "5502"),
    ("I have two kids and one dog", "I have two kids and one dog"),
    ("the one at three, one or two", "the one at three, one or two"),
]


@pytest.mark.parametrize(("said", "meant"), DICTATED)
def test_a_transcript_is_read_as_it_would_have_been_typed(said: str, meant: str) -> None:
    assert VOICE.hear(said) == meant


@given(st.integers(0, 60), DAYS)
def test_a_day_after_another_is_still_that_day(days: int, start: date) -> None:
    told = format_date(start + timedelta(days), DAY["de"], locale="de")
    assert told in spoken(f"Ihr Termin ist am {told}.", "de")
