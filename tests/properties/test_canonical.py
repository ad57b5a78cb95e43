"""Our canonical bytes are RFC 8785's, and nothing outside the allowed values gets through."""

from __future__ import annotations

import unicodedata

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from dalil.errors import Bug, WrongValue
from dalil.values.canonical import MAX_INTEGER, JsonValue, canonical_bytes, check_canonical, parse_canonical

texts = st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: unicodedata.normalize("NFC", text))
keys = st.text(st.characters(min_codepoint=1, max_codepoint=126))
scalars = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | texts
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4))


@given(values)
def test_the_bytes_are_those_of_the_general_library(value: JsonValue) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)


@given(values)
def test_what_is_written_reads_back_the_same(value: JsonValue) -> None:
    check_canonical(value)
    assert parse_canonical(canonical_bytes(value)) == value


@pytest.mark.parametrize("data", [b'{"a": 1}', b'{"b":1,"a":2}', b"1.0", b'"e\xcc\x81"', b"{", b"\xff", b"[" * 100_000])
def test_bytes_in_any_other_form_are_refused(data: bytes) -> None:
    with pytest.raises(WrongValue):
        parse_canonical(data)


@pytest.mark.parametrize("value", [1.5, MAX_INTEGER + 1, {"ü": 1}, {1: 2}, "e\u0301", b"bytes"])
def test_values_that_are_never_signed_are_refused(value: object) -> None:
    with pytest.raises(WrongValue):
        check_canonical(value)


def test_half_a_character_and_what_json_does_not_have_are_told_apart() -> None:
    with pytest.raises(WrongValue, match="UTF-8"):
        canonical_bytes("\ud800")
    with pytest.raises(Bug, match="outside JSON"):
        canonical_bytes(object())
