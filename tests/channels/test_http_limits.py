"""A body means one thing or is refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.http.limits import parse_json

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(JSON, st.booleans())
def test_what_is_json_comes_out_as_it_is(value: Any, escaped: bool) -> None:
    assert parse_json(json.dumps(value, ensure_ascii=escaped).encode()) == value


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"\xff\xfe", "UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "UTF-8"),
        (b"{", "not JSON"),
        (b'{"a": 1} x', "not JSON"),
        (b"{'a': 1}", "not JSON"),
        (b'\xef\xbb\xbf{"a": 1}', "not JSON"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"a": {"b": 1, "b": 1}}', "twice"),
        (b'{"a": NaN}', "NaN"),
        (b"[-Infinity]", "Infinity"),
        (b"[" * 30_000 + b"]" * 30_000, "deeply"),
        (b'{"a": "\\u0000"}', "not text"),
        (b'{"\\u0000": 1}', "not text"),
        (b'["\\ud800"]', "not text"),
        (b"9" * 5000, "digits"),
    ],
)
def test_what_is_not_json_or_could_be_read_in_two_ways_is_refused_with_the_reason(body: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_json(body)


@given(st.binary(max_size=200))
def test_no_bytes_at_all_do_anything_but_parse_or_be_refused(body: bytes) -> None:
    try:
        parse_json(body)
    except ValueError:
        return
