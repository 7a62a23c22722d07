"""Pieces that spaCy isn't asked about have the tokens that it would give them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from spacy.tokenizer import Tokenizer as RuleTokenizer
from wild import real_texts

from smclassify.labels import LANGUAGES
from smclassify.text.normalize import normalize
from smclassify.text.pieces import PieceTokenizer
from smclassify.text.pipelines import LONGEST_PIECE, OTHER, blank_pipeline

RULED = ("en", "fr", "ko", OTHER)
"""Languages whose tokenizer goes by rules; the Chinese one splits characters."""

Found = list[tuple[int, int, int]]
SIGNS = "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~…·°§«»“”‘’、。！？♥★😀\u0301\u00d7\u02c6"


def by_spacy(piece: str, language: str) -> Found:
    """(LOWER, offset, size) of each token of a piece that stands alone."""
    doc = blank_pipeline(language).tokenizer(piece)
    return [(token.lower, token.idx, len(token)) for token in doc]


def by_us(pieces: list[str], tokenizer: PieceTokenizer) -> list[Found]:
    tokens = tokenizer.tokens(pieces)
    each = zip(tokens.lower.tolist(), tokens.offset.tolist(), tokens.size.tolist(), strict=True)
    found = [[next(each) for _ in range(n)] for n in tokens.count.tolist()]
    assert not list(each)
    return found


def words_of_all_languages() -> list[str]:
    """Every piece of the project's own texts, of all languages."""
    texts = [text for language in LANGUAGES for text in real_texts(language)[:600]]
    pieces = {piece[:LONGEST_PIECE] for text in normalize(texts).texts for piece in text.split()}
    return sorted(pieces)


@pytest.mark.parametrize("language", RULED)
def test_real_words_have_spacys_tokens_in_whatever_language_they_are_read(language: str) -> None:
    tokenizer = PieceTokenizer(language)
    pieces = words_of_all_languages()
    assert len(pieces) > 10_000
    for first in range(0, len(pieces), 500):  # what is learned of some holds for the later ones
        some = pieces[first : first + 500]
        assert by_us(some, tokenizer) == [by_spacy(piece, language) for piece in some]


SHARED = {language: PieceTokenizer(language) for language in RULED}
signs = st.text(SIGNS, max_size=4)
letters = st.text(st.characters(categories=["L"]), min_size=1, max_size=8) | st.text(
    "abKmsSUTußéÉøŒкмЖ가나ㆍªµ中の", min_size=1, max_size=8
)
pieces_of_one_word = st.tuples(signs, letters, signs).map("".join)


@given(st.lists(pieces_of_one_word, min_size=1, max_size=12), st.sampled_from(RULED))
@example(["US$", "us$", "usa$", "CA$", "C$"], "en")
@example(["can", "can.", "cant", "(Dr.", "pm.", "Pm."], "en")
@example(["가ㆍ나", "가나", "가나."], "ko")
@example(["….word", "….Word", "….woRd", "×.shop", "×.sHop"], "en")
@example(["-elle", "elle-", "l'", "qu’", "aujourd'"], "fr")
@example(["abc.", "ABC.", "AbC.", "abC.", "A.", "a.", "ABc."], "xx")
def test_wild_words_have_spacys_tokens(pieces: list[str], language: str) -> None:
    assert by_us(pieces, SHARED[language]) == [by_spacy(piece, language) for piece in pieces]


@pytest.mark.parametrize("language", RULED)
def test_every_special_case_is_left_to_spacy(language: str) -> None:
    tokenizer = blank_pipeline(language).tokenizer
    assert isinstance(tokenizer, RuleTokenizer)
    cases = [rule for rule in tokenizer.rules if len(rule.split()) == 1 and rule == rule.strip()]
    around = [f"({case})" for case in cases] + [f"{case}!" for case in cases]
    pieces = [*cases, *around]
    assert by_us(pieces, PieceTokenizer(language)) == [by_spacy(p, language) for p in pieces]


def test_a_piece_does_not_know_its_neighbours() -> None:
    """In a text spaCy takes the first two for one smiley, and forgets the second's own."""
    pieces = ["!(", "=]'#A", "![", "=]'#B"]
    assert by_us(pieces, PieceTokenizer("en")) == [by_spacy(piece, "en") for piece in pieces]


def asked(tokenizer: PieceTokenizer, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every piece that spaCy is asked about from now on."""
    seen: list[str] = []
    ask = tokenizer._ask

    def noted(pieces: list[str]) -> object:
        seen.extend(pieces)
        return ask(pieces)

    monkeypatch.setattr(tokenizer, "_ask", noted)
    return seen


def test_spacy_is_asked_once_for_each_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    tokenizer = PieceTokenizer("en")
    seen = asked(tokenizer, monkeypatch)
    tokenizer.tokens(["plain", "Words", "étés", "한국어"])
    assert seen == []
    for piece in ("frauds.", "apples.", "(nice", "(good", "word!!!", "more!!!", "FRAUDS.", "ABBA."):
        tokenizer.tokens([piece])
    assert seen == ["frauds.", "(nice", "word!!!", "FRAUDS."]


def test_what_is_less_simple_goes_to_spacy_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    tokenizer = PieceTokenizer("en")
    seen = asked(tokenizer, monkeypatch)
    hard = ["don't", "3km", "a.example.com", "well-known", "US$", "Dr."]
    for piece in hard:
        tokenizer.tokens([piece])
        tokenizer.tokens([piece])
    assert set(hard) - set(seen) == set()


def test_chinese_is_split_into_characters() -> None:
    found = by_us(["好", "a", "！"], PieceTokenizer("zh"))
    assert found == [by_spacy(piece, "zh") for piece in ("好", "a", "！")]


@pytest.mark.parametrize("language", RULED)
def test_spacys_own_attributes_are_there_again_afterwards(language: str) -> None:
    vocab = blank_pipeline(language).vocab
    PieceTokenizer(language).tokens(["something-less", "3simple..."])
    assert vocab["unheard-of"].shape_ == "xxxx-xx"
    assert vocab["something-less"].shape_ == "xxxx-xxxx"
