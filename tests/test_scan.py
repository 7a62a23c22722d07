"""A pattern is tried only where it could begin, and finds what it would find everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from wild import batches

from smclassify.text import disguise, normalize, placeholders, spans
from smclassify.text.batch import TextBatch
from smclassify.text.characters import SIZE, SPACE, class_table, expansions, fold_table
from smclassify.text.scan import Scan, ranges, runs, shifted
from smclassify.text.traits import (
    COMBINES,
    EXPANDS,
    FOLDS,
    MAYBE_WORD,
    NOTED,
    NUMERIC,
    OTHER,
    trait_table,
)

# What the patterns look for, in pieces, so that chance puts it together in every way.
PIECES = """www. x com .com .fr .kr http:// https:// :// @ a@b.co # tag $5 5€ 원 fr33 m0ney ! !! | 1
2 8 $ € f.r.e.e 카 톡 加 微 信 - &amp; &#36; 👩 {name} {{ }} [LINK] [ ] % %A% < *|X|* ${ } е А Ж αβ
é \u0301 \u0300 \u1112\u1161\u11ab か\u3099 ÷ ² ① ſ \u212a İ ı . .. , 3.5 10 e E euro
dollars _ / : · * ~ ÿ À 가 好 𐒠 co.uk example.com user me ABC""".split()  # noqa: SIM905 - a list of pieces reads best as words
texts = st.lists(st.sampled_from([*PIECES, " ", "  ", "\n"]), max_size=14).map("".join)


def scan_of(*texts: str) -> Scan:
    return Scan(TextBatch.from_texts(texts).codes)


# --- nothing is missed --------------------------------------------------------------------

# A text is looked at only if a common form of the thing is in it; put there, all are found.
CASES: dict[str, tuple[re.Pattern[str], Callable[[Scan], NDArray[np.intp]], str]] = {
    "link": (spans.URL, spans._url_starts, "a.b "),
    "e-mail": (spans.EMAIL, spans._email_starts, ""),
    "price": (spans.PRICE, spans._price_starts, "5% "),
    "marked": (placeholders._MARKED, placeholders._marked_starts, ""),
    "bracketed": (placeholders._BRACKETED, placeholders._bracketed_starts, ""),
    "composed": (normalize._COMPOSED, normalize._composed_starts, ""),
    "spaced out": (disguise._SPACED_OUT, disguise._spaced_starts, "a b c? "),
    "spaced pair": (disguise._SPACED_PAIR, disguise._pair_starts, ""),
}


@pytest.mark.parametrize("case", CASES)
@given(st.lists(texts, min_size=1, max_size=3))
@example(["x" * 80 + ".com", "a" * 70 + "@b.co", "1" * 30 + "€"])
@example([".".join(["label"] * 8) + ".com", "f o o b a r", "wwww.x.com http://www.x.fr"])
def test_where_it_could_begin_leaves_out_no_match(case: str, texts: list[str]) -> None:
    pattern, starts, common = CASES[case]
    texts = [common + text for text in texts]
    scan = scan_of(*texts)
    found = [match.group() for match in scan.matches(pattern, starts(scan))]
    assert found == [match.group() for text in texts for match in pattern.finditer(text)]


@given(texts)
@example("wow!!!fr33 and great! $ale !m0ney mp3!x 100% 3asy a1b3 !!! 8ad")
def test_leetspeak_is_found_wherever_it_could_begin(text: str) -> None:
    text = f"a1 {text}"
    expected = [
        (match.start(), match.start() + len(word), read)
        for match in disguise._LEET_WORD.finditer(text)
        for word in [match[0].rstrip("!|")]
        if not word.isalpha() and (read := disguise._read_leetspeak(word)) is not None
    ]
    assert list(disguise.find_leetspeak(scan_of(text))) == expected


# --- traits -------------------------------------------------------------------------------


def all_with(trait: int) -> set[int]:
    return set(np.flatnonzero(trait_table() & np.uint32(trait)).tolist())


@pytest.mark.parametrize(
    ("trait", "pattern"), [(MAYBE_WORD, r"\w"), (NUMERIC, r"\d"), (SPACE, r"\s")]
)
def test_a_trait_leaves_out_nothing_that_a_pattern_matches(trait: int, pattern: str) -> None:
    everything = "".join(map(chr, range(SIZE)))
    assert {ord(found) for found in re.findall(pattern, everything)} <= all_with(trait)


def test_plain_letters_and_spaces_are_not_noted() -> None:
    assert (trait_table()[[ord(letter) for letter in "aZé가好か ?"]] < NOTED).all()


def test_traits_hold_the_classes() -> None:
    low = trait_table() & np.uint32(normalize.CLASSES)
    assert (low == class_table()).all()


def test_what_folds_or_expands_is_noted() -> None:
    assert {ord(character) for character in expansions()} == all_with(EXPANDS)
    assert all_with(FOLDS) == set(np.flatnonzero(fold_table() != np.arange(SIZE)).tolist())
    assert {0x301, 0x1161, 0x20E3, 0x3099} <= all_with(COMBINES)
    assert {0x200B, 0x200D, ord("@"), ord("&")} <= all_with(OTHER)


# --- the tools ----------------------------------------------------------------------------


def test_a_pattern_runs_only_where_it_could_begin() -> None:
    scan = scan_of("xa", "aa", "", "ax")
    matches = scan.matches(re.compile("a"), np.array([1, 4, 7]))
    assert [match.start() for match in matches] == [1, 4, 7]
    assert list(scan.matches(re.compile("a"), np.array([], np.intp))) == []


def test_matches_do_not_overlap() -> None:
    scan = scan_of("aaaaa")
    matches = scan.matches(re.compile("aa"), np.arange(5))
    assert [match.start() for match in matches] == [0, 2]


def test_a_pattern_that_could_match_anything_stays_within_its_text() -> None:
    scan = scan_of("ab", "cd")
    matches = scan.matches(re.compile(r"[\s\S]+"), np.array([3]))
    assert [match.group() for match in matches] == ["cd"]


def test_a_scan_says_where_noted_characters_are() -> None:
    scan = scan_of("a@b", "@", "5.")
    assert scan.where(characters="@").tolist() == [1, 4]
    assert scan.where(NUMERIC, ".").tolist() == [6, 7]
    assert scan.is_one("ab", np.array([0, 1, 2, -1])).tolist() == [True, False, True, False]
    assert scan.has(MAYBE_WORD, np.array([0, 1, -1])).tolist() == [True, False, False]


def test_positions_within_the_texts_that_have_a_hot_one() -> None:
    scan = scan_of("ab", "cd", "ef")
    every = np.arange(9)
    assert scan.within(every, np.array([1, 7])).tolist() == [0, 1, 2, 6, 7, 8]
    assert scan.within(every, np.array([], np.intp)).tolist() == []
    assert list(scan.texts_with(np.array([3, 4]))) == [(3, 5)]


def test_a_scan_of_some_texts_notes_nothing_in_the_others() -> None:
    scan = scan_of("a@b", "c@d", "@")
    part = scan.only(np.array([4]))
    assert part.where(characters="@").tolist() == [5]
    assert scan.where(characters="@").tolist() == [1, 5, 8]
    assert part.joined == scan.joined


@given(batches)
def test_a_scan_needs_no_more_than_the_code_points(texts: list[str]) -> None:
    batch = TextBatch.from_texts(texts)
    scan = Scan(batch.codes)
    assert scan.joined == batch.joined
    assert scan.ends.tolist() == batch.ends.tolist()


@given(st.sets(st.integers(0, 30)))
def test_runs_have_the_bounds_of_consecutive_positions(positions: set[int]) -> None:
    first, last = runs(np.array(sorted(positions), np.intp))
    for at, start, end in zip(sorted(positions), first.tolist(), last.tolist(), strict=True):
        assert start <= at <= end
        assert set(range(start, end + 1)) <= positions
        assert start - 1 not in positions and end + 1 not in positions


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 4)), max_size=5))
def test_ranges_are_the_positions_of_stretches(stretches: list[tuple[int, int]]) -> None:
    expected = [k for start, length in stretches for k in range(start, start + length)]
    first = np.array([start for start, _ in stretches], np.intp)
    lengths = np.array([length for _, length in stretches], np.intp)
    assert ranges(first, lengths).tolist() == expected


@given(st.lists(st.booleans(), max_size=6), st.integers(-8, 8))
def test_shifted_looks_ahead_or_back(mask: list[bool], by: int) -> None:
    expected = [0 <= k + by < len(mask) and mask[k + by] for k in range(len(mask))]
    assert shifted(np.array(mask, bool), by).tolist() == expected
