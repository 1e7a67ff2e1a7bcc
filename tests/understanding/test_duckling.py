"""Duckling inside the process: it adds days that our grammar lacks, and never stops the process that asks it."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.understanding.test_slots_as_people_say_them import DAYS, FRIDAY, TIMES, missed
from understanding.entities import moments
from understanding.entities.dates import customer_today
from understanding.entities.duckling import duckling_available
from understanding.entities.moments import find_moments
from understanding.language.text import clean

needs_duckling = pytest.mark.skipif(not duckling_available(), reason="Duckling has no wheel for this platform")


def read(kind: str, text: str, locale: str) -> list[object]:
    today = customer_today(FRIDAY, "America/New_York", locale, "USD")
    return [entity.value for entity in find_moments(clean(text), today) if entity.kind == kind]


@pytest.mark.parametrize("present", [True, False])
def test_what_people_say_is_read_with_duckling_and_without(present: bool, monkeypatch: pytest.MonkeyPatch):
    if not present:
        monkeypatch.setattr(moments, "parse", lambda *_: ())
    assert missed(DAYS, lambda text, locale: read("date", text, locale)) == []
    assert missed(TIMES, lambda text, locale: read("time", text, locale)) == []


@needs_duckling
def test_duckling_reads_days_that_our_grammar_does_not_know():
    assert read("date", "the day before thanksgiving", "en") == ["2026-11-25"]


@needs_duckling
def test_a_longer_reading_of_duckling_goes_before_a_part_of_it():
    assert read("date", "second monday after christmas 2026", "en") == ["2027-01-04"]


@given(st.text(max_size=200))
def test_no_text_stops_the_process(text: str):
    for locale in ("en", "fr", "hi"):
        find_moments(clean(text), customer_today(datetime(2026, 11, 20, 12, tzinfo=UTC), "UTC", locale, "USD"))


@needs_duckling
def test_a_process_without_a_unicode_locale_reads_accents_all_the_same():
    asks = (
        "from datetime import datetime; from understanding.entities.duckling import parse; "
        "print(parse('le 4 décembre', 'fr', datetime(2026, 11, 20), 'time')[0].value['value'][:10])"
    )
    done = subprocess.run(
        [sys.executable, "-c", asks], env={"LC_ALL": "C"}, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "2026-12-04"
