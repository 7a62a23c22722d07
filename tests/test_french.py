"""spaCy's French with one expression written more shortly: the same tokens, without the wait."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokenizer import Tokenizer
from wild import real_texts, texts

from smclassify.text.french import Later, factored, french_defaults
from smclassify.text.normalize import normalize
from smclassify.text.pipelines import blank_pipeline

Match = Callable[[str], object]

HEADS = ("porte", "Porte", "ré", "anti", "entr", "grand", "grandes", "saut", "black", "états", "é")
MARKS = ("-", "‑", "–", "'", "’", "")
TAILS = ("clés", "de", "en", "l'air", "la", "à", "out", "unis", "abat", "х", "ß", "ÉTÉ", "3", ".")
compounds = st.lists(st.sampled_from((*HEADS, *MARKS, *TAILS)), min_size=1, max_size=7).map("".join)


@pytest.fixture(scope="module")
def ours() -> Match:
    return french_defaults().token_match


@pytest.fixture(scope="module")
def theirs() -> Match:
    """What spaCy compiles, letter for letter."""
    return re.compile(spacy_source()).match


def spacy_source() -> str:
    later = french_defaults().token_match.__self__
    assert len(later.pattern) > 1_000_000
    return str(later.pattern)


@pytest.fixture(scope="module")
def spacys(theirs: Match) -> Iterator[Tokenizer]:
    """The tokenizer of ``spacy.blank``, with the expression as spaCy compiles it."""
    tokenizer = spacy.blank("fr").tokenizer
    tokenizer.token_match = theirs
    yield tokenizer


def test_the_expression_is_a_hundredth_and_matches_the_same_words(
    ours: Match, theirs: Match
) -> None:
    assert len(factored(spacy_source())) < len(spacy_source()) / 50
    words = {word for text in real_texts("fr") for word in text.split()}
    matched = {word for word in words if theirs(word)}
    assert matched
    assert matched == {word for word in words if ours(word)}


@given(word=compounds)
def test_it_matches_the_same_compounds(ours: Match, theirs: Match, word: str) -> None:
    assert bool(ours(word)) == bool(theirs(word))


@pytest.mark.parametrize(
    ("word", "one"),
    [
        ("porte-clés", True),
        ("saut-de-ski", True),
        ("pet-en-l'air", True),
        ("entr'abat", True),
        ("ANTI-ÂGE", True),
        ("porte", False),
        ("l'été", False),
        ("aujourdhui", False),
    ],
)
def test_compounds_stay_one_token(ours: Match, word: str, *, one: bool) -> None:
    assert bool(ours(word)) is one


def test_the_tokens_are_those_of_spacy(spacys: Tokenizer) -> None:
    ours = blank_pipeline("fr").tokenizer
    for text in real_texts("fr"):
        assert [token.text for token in ours(text)] == [token.text for token in spacys(text)]


@given(text=texts | compounds)
def test_the_tokens_of_wild_texts_are_too(spacys: Tokenizer, text: str) -> None:
    clean = normalize([text]).texts[0][:200]
    ours = blank_pipeline("fr").tokenizer(clean)
    assert [token.text for token in ours] == [token.text for token in spacys(clean)]


def test_expressions_are_compiled_as_ever_afterwards() -> None:
    french_defaults()
    assert isinstance(re.compile("x" * 200_000), re.Pattern)


# --- alternatives put together --------------------------------------------------------------

LETTERS = "[" + "".join(map(chr, range(0x61, 0x61 + 26))) * 20 + "]"
PATTERN = "(?iu)" + "|".join(
    f"(?:{one})"
    for one in (f"^ab-{LETTERS}+$", f"^a(?:c|d)-{LETTERS}+$", f"^{LETTERS}+-(?:x|yz)-{LETTERS}*$")
)


def test_alternatives_with_the_same_letters_become_one() -> None:
    assert factored(PATTERN).count(LETTERS) == 3


@given(st.text("abcdxyzAB-", max_size=8))
def test_they_match_what_they_did(word: str) -> None:
    matched = re.compile(PATTERN).match(word)
    assert bool(re.compile(factored(PATTERN)).match(word)) == bool(matched)
    assert bool(Later(PATTERN).match(word)) == bool(matched)


@pytest.mark.parametrize("pattern", ["", "a|b", "(?i)(?:a)|(?:b)", "(?iu)(?:a)|b"])
def test_an_expression_of_another_form_stays_as_it_is(pattern: str) -> None:
    assert factored(pattern) == pattern
