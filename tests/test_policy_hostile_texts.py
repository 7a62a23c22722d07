"""Texts made to do harm, against a policy with rules of every kind."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smclassify.findings import Finding
from smclassify.policy.checker import PolicyChecker
from smclassify.policy.schema import Policy
from smclassify.text.prepare import prepare

LONG = 120
"""Seconds. What hangs takes hours; what doesn't takes a few even on a busy machine."""

EVERYTHING = {
    "brand_names": ["Tarrowmere"],
    "handles": ["@tarrowmere"],
    "competitors": ["Pedalworks"],
    "confidential": ["Project Osprey", {"term": "Falcon", "until": "2099-01-01"}],
    "forbidden": ["cheap", {"term": "世界第一", "message": "No."}],
    "languages": ["en"],
    "link_domains": ["maps.example"],
    "tone": {"fr": "vous", "ko": "해요체", "zh": "您"},
    "required": [
        {"name": "disclosure", "when": ["partner"], "phrases": ["#ad"], "message": "m"},
        {"name": "terms", "phrases": ["terms apply"], "message": "m"},
    ],
    "rule": [
        {"name": "one-letter", "phrases": ["a", "é", "가", "x … y … z … w"], "message": "m"},
        {"name": "denied", "phrases": ["a", "aa", "가"], "unless_negated": True, "message": "m"},
        {"name": "excused", "phrases": ["harpoon"], "unless": ["not … a", "!a"],
         "near": ["a", "0"], "unless_negated": True, "message": "m"},
        {"name": "expression", "regex": ["(a+)+$", "(a|aa)+b", "(.*)(.*)(.*)x", "(!|!!)+ok",
                                         r"\\p{M}{3}x", "[^a]*[^b]*[^c]*Q"], "message": "m"},
        {"name": "tokens", "message": "m", "patterns": [
            [{"LOWER": "a"}, {"LOWER": "a", "OP": "+"}, {"LOWER": "b"}],
            [{"IS_PUNCT": True, "OP": "+"}, {"LOWER": "z"}],
            [{"LOWER": "aa"}, {"IS_ALPHA": True, "OP": "{0,5}"}, {"LOWER": "b"}]]},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def checker() -> PolicyChecker:
    return PolicyChecker(Policy.model_validate(EVERYTHING))


@pytest.fixture(autouse=True)
def bounded() -> Iterator[None]:
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < LONG


def found_in(checker: PolicyChecker, text: str, language: str = "en") -> list[Finding]:
    return found_in_batch(checker, [text], language)[0]


def found_in_batch(
    checker: PolicyChecker, texts: list[str], language: str = "en"
) -> list[list[Finding]]:
    found = checker.check(prepare(texts, [language] * len(texts)), platforms=["x"] * len(texts))
    for text, findings in zip(texts, found, strict=True):
        for one in findings:
            assert 0 <= one.start <= one.end <= len(text)
    return found


N = 100_000
TEXTS = {
    "one letter": "a" * N,
    "one word": "a " * (N // 2),
    "one capital": "A" * N,
    "combining marks": "e" + "\u0301" * N,
    "emoji": "🎉" * N,
    "joined emoji": "👨\u200d👩\u200d👧" * (N // 5),
    "half characters": "\ud800" * N,
    "half characters and letters": "\udc00a" * (N // 2),
    "exclamation marks": "!" * 20_000,
    "exclamations": "a! " * (N // 3),
    "right-to-left overrides": "\u202e" * N,
    "right-to-left marks": "a\u200f" * (N // 2),
    "digits": "0" * N,
    "numbers": "1 " * (N // 2),
    "at signs": "a@" * (N // 2),
    "hashtags": "#a " * (N // 3),
    "links": "http://a.b " * (N // 11),
    "half links": "www." * (N // 4),
    "dots": "a." * (N // 2),
    "hyphens": "a-" * (N // 2),
    "braces": "{{a " * (N // 4),
    "brackets": "[" * N,
    "NUL": "\0" * N,
    "empty lines": "\n" * N,
    "spaces": " " * N,
    "Hangul": "가" * N,
    "Han": "你" * N,
    "half numbers of accounts": "GB82 " * (N // 5),
    "names": "John Smith " * (N // 11),
    "passwords": "password: " * (N // 10),
    "competitors": "Pedalworks, " * (N // 12),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_of_one_thing_over_and_over_comes_to_an_end(
    checker: PolicyChecker, text: str
) -> None:
    """And what is wrong elsewhere in the batch is still found."""
    before, after = "Project Osprey at last", "[LINK] harpoon! a"
    first, _, last = found_in_batch(checker, [before, text, after])
    assert "confidential-term" in {one.rule for one in first}
    assert "placeholder" in {one.rule for one in last}


@pytest.mark.parametrize("filler", ["!", "🎉", "\u0301", "\u202e", " ", "a ", "\ud800", "가"])
def test_a_slip_is_found_behind_however_much_of_one_thing(
    checker: PolicyChecker, filler: str
) -> None:
    text = filler * 20_000 + "\nThis is Project Osprey."
    (found,) = [one for one in found_in(checker, text) if one.rule == "confidential-term"]
    assert text[found.start : found.end] == "Project Osprey"


@given(st.text(max_size=300), st.sampled_from(["en", "fr", "ko", "zh", "unknown"]))
def test_whatever_a_text_holds_findings_lie_within_it(
    checker: PolicyChecker, text: str, language: str
) -> None:
    assert "terms" in {one.rule for one in found_in(checker, text, language)} or "erms" in text


def test_a_hundred_thousand_phrases_work() -> None:
    phrases = [f"word{n} gone" for n in range(99_900)] + [f"w{n} … gone" for n in range(100)]
    rule = {"name": "many", "phrases": phrases, "message": "m"}
    checker = PolicyChecker(Policy.model_validate({"rule": [rule]}))
    text = "So word99899 gone, and w7 is now gone. But word100000 gone is not."
    found = [one for one in found_in(checker, text) if one.rule == "many"]
    assert [text[one.start : one.end] for one in found] == ["word99899 gone", "w7 is now gone"]


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("a", "a banana, A", ["a", "A"]),
        ("가", "가 지금 가", ["가", "가"]),
        ("店", "店小二在店里", ["店", "店"]),
        ("é", "é eé", ["é"]),
        ("7", "7 17 7", ["7", "7"]),
        ("c++", "We like C++!", ["C++"]),
    ],
)
def test_a_phrase_of_next_to_nothing_is_found_as_a_word(
    phrase: str, text: str, found: list[str]
) -> None:
    rule = {"name": "short", "phrases": [phrase], "message": "m"}
    checker = PolicyChecker(Policy.model_validate({"rule": [rule]}))
    hits = [one for one in found_in(checker, text) if one.rule == "short"]
    assert [text[one.start : one.end] for one in hits] == found


@pytest.mark.parametrize("operator", ["*", "+", "{0,5}"])
def test_a_repeated_token_is_found_and_never_takes_for_ever(operator: str) -> None:
    pattern = [{"LOWER": "very"}, {"LOWER": "very", "OP": operator}, {"LOWER": "cheap"}]
    rule = {"name": "much", "patterns": [pattern], "message": "m"}
    checker = PolicyChecker(Policy.model_validate({"rule": [rule]}))
    text = "very " * 10_000 + "cheap"
    (found,) = [one for one in found_in(checker, text) if one.rule == "much"]
    assert text[found.start : found.end] == "very " * 6 + "cheap"
