"""Regular expressions: the filter that tells which are worth trying hides nothing."""

from __future__ import annotations

import random

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from smclassify.policy.regexes import RegexIndex
from smclassify.policy.rule import REGEX_OPTIONS
from smclassify.text.batch import TextBatch

Place = tuple[str, int, int, int]


def find(expressions: list[str], *texts: str) -> list[Place]:
    index = RegexIndex([(expression, expression) for expression in expressions])
    return sorted(index.find(TextBatch.from_texts(texts)))


def alone(expressions: list[str], *texts: str) -> list[Place]:
    """Return what RE2 finds without any filter."""
    return sorted(
        (expression, number, match.start(), match.end())
        for expression in expressions
        for number, text in enumerate(texts)
        for match in re2.compile(expression, REGEX_OPTIONS).finditer(text)
        if match.end() > match.start()
    )


def pieces(expression: str, text: str) -> list[str]:
    return [text[start:end] for _, _, start, end in find([expression], text)]


@pytest.mark.parametrize(
    ("expression", "text", "found"),
    [
        ("promo", "PROMO Promo", ["PROMO", "Promo"]),
        ("PROMO", "promo", ["promo"]),
        ("(?-i)PROMO", "promo PROMO", ["PROMO"]),
        ("été", "ÉTÉ", ["ÉTÉ"]),
        ("kelvin", "\u212aelvin", ["\u212aelvin"]),
        ("mass", "maſſ", ["maſſ"]),
        ("İstanbul", "İstanbul", ["İstanbul"]),
        ("σίσυφος", "ΣΊΣΥΦΟΣ", ["ΣΊΣΥΦΟΣ"]),
    ],
)
def test_case_does_not_matter_unless_the_expression_says_so(
    expression: str, text: str, found: list[str]
) -> None:
    assert pieces(expression, text) == found


@pytest.mark.parametrize(
    ("expression", "text", "found"),
    [
        ("^sale", "sale sale", ["sale"]),
        ("sale$", "sale sale", ["sale"]),
        ("(?m)^sale", "sale\nsale", ["sale", "sale"]),
        (r"\bsale\b", "wholesale sale", ["sale"]),
        (r"가격\s*인상", "곧 가격 인상, 가격인상", ["가격 인상", "가격인상"]),
        ("x*|sale", "sale xx", ["xx"]),
        ("a*", "baab", ["aa"]),
        (".", "\ud800!", ["\ud800", "!"]),
    ],
)
def test_anchors_and_empty_matches(expression: str, text: str, found: list[str]) -> None:
    assert pieces(expression, text) == found


def test_an_anchor_holds_at_each_text_of_a_batch() -> None:
    assert find(["^b$"], "b", "ab", "b") == [("^b$", 0, 0, 1), ("^b$", 2, 0, 1)]


def test_no_expressions_find_nothing() -> None:
    assert find([], "text") == []


@pytest.mark.parametrize(("number", "length"), [(1500, 12), (1500, 60)])
def test_thousands_of_expressions_are_each_found(number: int, length: int) -> None:
    # RE2 has no room for all of them in one filter.
    letters = random.Random(number).choices("abcdefghijklmnopqrstuvwxyz", k=number * length)
    words = ["".join(letters[at : at + length]) for at in range(0, len(letters), length)]
    expressions = [rf"{word}\b" for word in words]
    found = find(expressions, " ".join(words))
    assert {place[0] for place in found} == set(expressions)


def test_an_expression_that_goes_on_for_ever_ends() -> None:
    # Each of the matches looks through all of the rest.
    assert len(find(["[^\n]*z|a"], "a" * 100_000)) == 1000


_LEAVES = st.sampled_from(
    ["a", "ab", "S", "k", "é", "É", "İ", "ß", "가", "가나", "你", "1", " ", ".", r"\w", r"\s",
     "[ab]", "[^a]", r"\b", "^", "$", r"\p{L}", "(?-i:Ab)", "ſ"]
)  # fmt: skip


def _larger(smaller: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    group = smaller.map(lambda inner: f"(?:{inner})")
    return st.one_of(
        st.tuples(smaller, smaller).map("".join),
        st.tuples(smaller, smaller).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        st.tuples(group, st.sampled_from(["?", "*", "+", "{2}", "{0,3}", "+?"])).map("".join),
        smaller.map(lambda inner: f"(?i:{inner})"),
    )


_EXPRESSIONS = st.recursive(_LEAVES, _larger, max_leaves=8)


@given(
    st.lists(_EXPRESSIONS, min_size=1, max_size=5, unique=True),
    st.lists(st.text("aAbBsSſkK\u212aéÉiIİıßẞ가나你1 \n.", max_size=12), max_size=4),
)
def test_the_filter_never_hides_a_match(expressions: list[str], texts: list[str]) -> None:
    assert find(expressions, *texts) == alone(expressions, *texts)
