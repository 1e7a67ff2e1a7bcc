"""Amounts, references, codes and other names of things."""

import pytest

from understanding.entities.amounts import find_amounts
from understanding.entities.identifiers import find_identifiers
from understanding.language.text import clean


def amounts(text: str) -> list[int]:
    return [entity.value for entity in find_amounts(clean(text))]


def named(text: str) -> list[tuple[str, object]]:
    return [(entity.kind, entity.value) for entity in find_identifiers(clean(text), "USD")]


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("39.99", 3999), ("$40", 4000), ("40 dollars", 4000), ("39,99 €", 3999), ("forty dollars", 4000),
        ("1.234,56 EUR", 123456),
        ("$1,234.56", 123456), ("two hundred and fifty dollars", 25000), ("Rs 500", 50000),
        ("500 रुपये", 50000), ("50 bucks", 5000), ("1 000 €", 100000),
        ("80 cents", 80), ("$1.5k", 150000),
    ],
)  # fmt: skip
def test_an_amount_is_read_in_minor_units(text: str, minor: int):
    assert amounts(text) == [minor]


@pytest.mark.parametrize(
    "text",
    [
        "P-5002", "3999", "yes but only 30", "10 days", "50%", "300 mbps", "at 10.30", "version 2.10",
        "14.03.2027",
    ],
)  # fmt: skip
def test_a_number_without_a_currency_is_no_amount(text: str):
    assert amounts(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("P-5002", "reference", "P-5002"), ("p 5002", "reference", "P-5002"),
        ("payment p5002", "reference", "P-5002"), ("inv 3001", "reference", "INV-3001"),
        ("invoice 3001", "reference", "INV-3001"), ("wo-7001", "reference", "WO-7001"),
        ("O–9001", "reference", "O-9001"), ("d 8006", "reference", "D-8006"),
        ("c-1001", "customer_number", "C-1001"), ("123456", "code", "123456"),
        ("123 456", "code", "123456"), ("my code is 1 2 3 4 5 6", "code", "123456"),
        ("A.b+c@Example.co.uk.", "email", "a.b+c@example.co.uk"),
        ("+1 (415) 555-2671", "phone", "+14155552671"), ("the second one", "ordinal", 2),
        ("la segunda", "ordinal", 2), ("die zweite", "ordinal", 2), ("le deuxième", "ordinal", 2),
        ("दूसरा", "ordinal", 2), ("the last one", "ordinal", -1),
    ],
)  # fmt: skip
def test_what_names_one_thing_is_found(text: str, kind: str, value: object):
    assert named(text) == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    [
        "wait a second", "for the second time", "in 300 days", "$123456", "12345", "1234567", "plan s 24",
    ],
)  # fmt: skip
def test_what_names_nothing_is_left_alone(text: str):
    assert named(text) == []
