"""A text's length as each platform counts it, and where it gets too long."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smclassify.policy.platform_length import measure, x_length
from smclassify.policy.platforms import check_platform


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("hello", 5),
        ("été", 3),
        ("e\u0301te\u0301", 3),
        ("안녕", 4),
        ("你好！", 6),
        ("😷", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("👩🏽‍🚀", 2),
        ("🇫🇷🇰🇷", 4),
        ("❤️", 2),
        ("https://example.com/a/very/long/path?with=query&and=more", 23),
        ("t.co", 23),
        ("see https://t.co/a now", 4 + 23 + 4),
    ],
)
def test_x_counts_as_twitter_text_does(text: str, length: int) -> None:
    assert x_length(text) == length


@given(
    st.text(
        st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters="."), max_size=400
    )
)
def test_x_counts_plain_ascii_one_by_one(text: str) -> None:
    text = text.replace("://", " ")
    assert x_length(text) == len(text)


@given(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=300))
def test_x_counts_korean_twice_and_says_where_it_gets_too_long(text: str) -> None:
    assert x_length(text) == 2 * len(text)
    found = check_platform(text, "x")
    if len(text) <= 140:
        assert found == []
    else:
        assert [(f.start, f.end) for f in found] == [(140, len(text))]
        assert x_length(text[: found[0].start]) <= 280


@pytest.mark.parametrize(
    ("count", "text", "length"),
    [
        ("characters", "가é😷", 3),
        ("bytes", "a가é😷", 1 + 3 + 2 + 4),
        ("utf16", "a가😷", 1 + 1 + 2),
        ("graphemes", "e\u0301가\u1112\u1161\u11ab", 3),
        ("graphemes", "👨‍👩‍👧‍👦🇫🇷❤️\r\n", 4),
        ("threads", "a가", 2),
        ("threads", "a😷👩🏽‍🚀", 1 + 4 + len("👩🏽‍🚀".encode())),
    ],
)
def test_each_way_of_counting(count: str, text: str, length: int) -> None:
    assert measure(text, count, 10_000) == (length, len(text))  # type: ignore[arg-type]


@given(
    st.text(max_size=300),
    st.sampled_from(["characters", "bytes", "utf16", "graphemes", "threads", "x"]),
    st.integers(0, 200),
)
def test_what_comes_before_the_cut_fits_and_nothing_is_cut_that_fits(
    text: str, count: str, limit: int
) -> None:
    length, cut = measure(text, count, limit)  # type: ignore[arg-type]
    assert 0 <= cut <= len(text)
    if length <= limit:
        assert cut == len(text)
    elif unicodedata.is_normalized("NFC", text):
        assert measure(text[:cut], count, limit)[0] <= limit  # type: ignore[arg-type]
