"""Amounts, days, times and references of a reply, held against the results, in every way that people write them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from babel.dates import format_date, format_time
from babel.numbers import format_currency
from hypothesis import assume, example, given
from hypothesis import strategies as some

from agents.reply_checks import Grounds, check, figures

LOCALES = ("en", "es", "de", "fr", "hi")
TODAY = date(2026, 11, 24)

amounts = some.integers(1, 99_999_999)
locales = some.sampled_from(LOCALES)
days = some.dates(date(2001, 1, 1), date(2040, 12, 31))


def money(minor: int, locale: str, currency: str = "USD") -> str:
    """An amount as our templates write it."""
    return format_currency(Decimal(minor) / 100, currency, locale=locale)


def kinds(reply: str, **evidence: object) -> list[str]:
    """The kinds of findings."""
    return [finding.kind for finding in check(reply, Grounds(**evidence))]  # type: ignore[arg-type]


@given(amounts, locales, some.sampled_from(("USD", "EUR", "INR", "GBP")))
def test_an_amount_of_a_result_may_be_named_in_every_locale(minor: int, locale: str, currency: str) -> None:
    assert kinds(f"X {money(minor, locale, currency)}.", tool_results=({"amount_minor": minor},)) == []


@given(amounts, amounts, locales)
def test_an_amount_of_no_result_is_found_in_every_locale(minor: int, other: int, locale: str) -> None:
    assume(minor != other)
    assert kinds(f"X {money(other, locale)} X.", tool_results=({"amount_minor": minor},)) == ["amount"]


@given(amounts, locales, locales)
def test_an_amount_is_the_same_figure_in_every_spelling(minor: int, one: str, other: str) -> None:
    assert figures(money(minor, one)) == figures(money(minor, other)) == {("amount", (minor,))}


@given(days, locales, some.sampled_from(("full", "long", "medium", "short")))
def test_a_day_of_a_result_may_be_named_in_every_locale_and_length(day: date, locale: str, length: str) -> None:
    written = format_date(day, length, locale=locale)
    assert kinds(f"X {written}, X", tool_results=({"due_on": day.isoformat()},), locale=locale) == []


@given(days, some.integers(1, 400), locales, some.sampled_from(("full", "long", "medium")))
@example(date(2001, 1, 1), 365, "fr", "medium")
def test_another_day_is_found_in_every_locale_and_length(day: date, later: int, locale: str, length: str) -> None:
    written = format_date(day + timedelta(later), length, locale=locale)
    assert "date" in kinds(f"X {written}, X", tool_results=({"due_on": day.isoformat()},), locale=locale)


@given(days, locales)
def test_a_weekday_must_be_one_of_the_days(day: date, locale: str) -> None:
    for offset in range(7):
        written = format_date(day + timedelta(offset), "EEEE", locale=locale)
        found = kinds(f"X {written} X", tool_results=({"due_on": day.isoformat()},))
        assert found == ([] if offset == 0 else ["date"])


@given(some.times(), locales)
def test_a_time_of_a_result_may_be_named(time: datetime, locale: str) -> None:
    at = datetime(2026, 11, 24, time.hour, time.minute, tzinfo=UTC)
    written = format_time(at.time(), "short", locale=locale)
    assert kinds(f"X {written} X", tool_results=({"starts_at": at.isoformat()},)) == []
    assert kinds(f"X {written} X", tool_results=({"starts_at": (at + timedelta(minutes=7)).isoformat()},)) == ["time"]


@given(some.text(max_size=300))
def test_no_text_breaks_the_checks(text: str) -> None:
    check(text, Grounds(tool_results=({"note": text},), customer_words=(text,), today=TODAY))


@pytest.mark.parametrize(
    ("written", "minor"),
    [
        ("$39.99", 3999),
        ("39.99 USD", 3999),
        ("USD 1,234.50", 123450),
        ("39,99 US$", 3999),
        ("1.234,50 $", 123450),
        ("1 234,50 $US", 123450),
        ("₹1,23,456.78", 12345678),
        ("₹३९.९९", 3999),
        ("३९.९९ रुपये", 3999),
        ("40 dollars", 4000),
        ("40 Euro", 4000),
        ("50 cents", 50),
        ("39.99", 3999),
        ("$ 40", 4000),
    ],
)
def test_every_common_spelling_of_an_amount_is_read(written: str, minor: int) -> None:
    assert figures(f"It is {written} now") == {("amount", (minor,))}


def test_an_amount_in_words_cannot_be_checked_and_so_is_found() -> None:
    assert kinds("We owe you five hundred dollars.", tool_results=({"amount_minor": 50000},)) == ["amount"]
    assert kinds("Le debemos quinientos euros.") == ["amount"]


@pytest.mark.parametrize(
    "reply",
    [
        "You mentioned $500, and I see no such payment.",
        "Usted mencionó 500 US$ y no veo ese pago.",
        "Sie haben 500 $ genannt, ich sehe keine solche Zahlung.",
        "Vous avez mentionné 500 $US, je ne vois pas ce paiement.",
        "आपने 500 $ बताया, ऐसा कोई भुगतान नहीं है।",
    ],
)
def test_the_customers_figures_may_be_repeated_only_as_theirs(reply: str) -> None:
    assert kinds(reply, customer_words=("give me back 500",)) == []
    assert kinds(reply, customer_words=("give me my money",)) == ["amount"]
    assert kinds("The amount is $500.", customer_words=("give me back 500",)) == ["amount"]


def test_references_links_and_numbers_must_come_from_a_result() -> None:
    known = ({"payment_id": "P-5001", "url": "https://pay.example/l/abc123", "phone": "+1 555 010 0222"},)
    assert kinds("P-5001: https://pay.example/l/abc123, +1 555 010 0222.", tool_results=known) == []
    assert kinds("P-5002.", tool_results=known) == ["reference"]
    assert kinds("Pay at https://pay.example/l/other.", tool_results=known) == ["link"]
    assert kinds("Confirmation number 8837261.", tool_results=known) == ["reference"]
    assert kinds("Call +1 555 010 9999.", tool_results=known) == ["reference"]


def test_a_share_must_come_from_a_result() -> None:
    offer = ({"discount_percent": 15, "months": 6},)
    assert kinds("You get 15 % off for 6 months.", tool_results=offer) == []
    assert kinds("You get 20% off.", tool_results=offer) == ["percent"]


def test_tomorrow_is_checked_against_today() -> None:
    visit = ({"starts_at": "2026-11-25T09:00:00+00:00"},)
    for word in ("tomorrow", "mañana", "morgen", "demain", "कल"):
        assert kinds(f"X {word}.", tool_results=visit, today=TODAY) == []
        assert kinds(f"X {word}.", tool_results=visit, today=TODAY + timedelta(3)) == ["date"]
        assert kinds(f"X {word}.", tool_results=visit) == ["date"]


def test_a_time_is_read_in_the_customers_timezone() -> None:
    visit = ({"starts_at": "2026-11-25T02:30:00+00:00"},)
    evening = "Your time is 9:30 PM on November 24."
    assert kinds(evening, tool_results=visit, timezone="America/New_York") == []
    assert kinds(evening, tool_results=visit) == ["time", "date"]


def test_words_that_look_like_figures_are_left_alone() -> None:
    assert kinds("We are here 24/7. You may ask me 2 things; step 1 is to wait 30 seconds, 6 months at most.") == []
