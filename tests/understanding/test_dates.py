"""Days and times as people say them, seen from Friday, 20 November 2026, in New York."""

from datetime import UTC, date, datetime

import pytest

from understanding.entities.clock_times import find_times
from understanding.entities.dates import Today, customer_today, find_dates
from understanding.entities.moments import find_moments, without_since
from understanding.language.text import clean

FRIDAY = datetime(2026, 11, 20, 12, tzinfo=UTC)


def days(text: str, locale: str = "en", currency: str = "USD") -> list[str]:
    today = customer_today(FRIDAY, "America/New_York", locale, currency)
    return [entity.value for entity in find_dates(clean(text), today)]


def times(text: str) -> list[str]:
    return [entity.value for entity in find_times(clean(text))]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("tomorrow", "2026-11-21"), ("the day after tomorrow", "2026-11-22"), ("the 14th", "2026-12-14"),
        ("no, the 14th", "2026-12-14"),
        ("next Tuesday", "2026-11-24"), ("on Friday", "2026-11-27"), ("in 3 days", "2026-11-23"),
        ("in two weeks", "2026-12-04"),
        ("March 14th", "2027-03-14"), ("14 March", "2027-03-14"), ("dec 3", "2026-12-03"),
        ("2026-12-01", "2026-12-01"), ("11/23/2026", "2026-11-23"),
        ("mañana", "2026-11-21"), ("pasado mañana", "2026-11-22"), ("el próximo martes", "2026-11-24"),
        ("el 24", "2026-11-24"), ("14 de marzo", "2027-03-14"),
        ("morgen", "2026-11-21"), ("übermorgen", "2026-11-22"), ("in drei Tagen", "2026-11-23"),
        ("am Freitag", "2026-11-27"), ("am 24.", "2026-11-24"),
        ("14. März", "2027-03-14"), ("demain", "2026-11-21"), ("après-demain", "2026-11-22"),
        ("dans 3 jours", "2026-11-23"), ("le 24", "2026-11-24"),
        ("kal", "2026-11-21"), ("कल", "2026-11-21"), ("parso", "2026-11-22"), ("परसों", "2026-11-22"),
        ("24 तारीख", "2026-11-24"), ("somvar", "2026-11-23"),
        ("yesterday", "2026-11-19"),
    ],
)  # fmt: skip
def test_a_day_is_found(text: str, day: str):
    assert days(text) == [day]


def test_three_four_is_march_in_the_united_states_and_april_elsewhere():
    assert days("3/4") == ["2027-03-04"]
    assert days("3/4", "de", "EUR") == ["2027-04-03"]


def test_the_customers_day_counts_and_not_the_servers():
    late = datetime(2026, 11, 21, 3, tzinfo=UTC)
    assert customer_today(late, "America/New_York", "en", "USD") == Today(date(2026, 11, 20), month_first=True)
    assert customer_today(late, "nowhere/else", "en", "USD").day == date(2026, 11, 21)


@pytest.mark.parametrize(
    "text",
    [
        "I may go", "guten Morgen", "for the third time", "at one point", "the 2nd one", "INV-3001", "39.99",
        "por la mañana", "31/02/2027", "mon compte",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_day_is_none(text: str):
    assert days(text) == []


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("at 3pm", "15:00"), ("9:30", "09:30"), ("at 7", "07:00"), ("at 6", "18:00"), ("um 10 Uhr", "10:00"),
        ("à 14h30", "14:30"), ("a las 3 de la tarde", "15:00"),
        ("5 baje", "17:00"), ("in the afternoon", "afternoon"), ("por la mañana", "morning"),
        ("subah", "morning"), ("शाम", "evening"), ("12 am", "00:00"),
    ],
)  # fmt: skip
def test_a_time_is_found(text: str, time: str):
    assert times(text) == [time]


@pytest.mark.parametrize(
    "text",
    ["slow since like monday", "ça rame depuis lundi", "geht seit gestern Abend nicht", "no funciona desde el lunes"],
)
def test_the_day_since_when_something_is_so_is_no_day_that_is_wished_for(text: str) -> None:
    today = customer_today(FRIDAY, "America/New_York", "en", "USD")
    assert find_moments(without_since(text), today) == []


def test_one_of_several_times_is_no_minute() -> None:
    today = customer_today(FRIDAY, "America/New_York", "en", "USD")
    assert find_moments("the three o'clock one", today)[0].value == "15:00"
