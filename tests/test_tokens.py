"""The tokens of a batch are spaCy's, whatever the text, its language and its neighbours."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from wild import batches, real_texts

from smclassify.labels import LANGUAGES
from smclassify.text.batch import TextBatch
from smclassify.text.normalize import normalize
from smclassify.text.pipelines import LONGEST_PIECE, OTHER, blank_pipeline, tokenize
from smclassify.text.tokens import Tokenizer, Tokens

ALL = (*LANGUAGES, OTHER)
Found = list[tuple[int, int, int]]


def batch_of(texts: list[str], languages: list[str]) -> TextBatch:
    batch = normalize(texts)
    batch.languages = languages
    return batch


def by_spacy(text: str, language: str) -> Found:
    """(LOWER, offset, length) of each token that is no white space."""
    doc = tokenize(blank_pipeline(language), text)
    return [(token.lower, token.idx, len(token)) for token in doc if not token.is_space]


def by_us(tokens: Tokens, batch: TextBatch, index: int) -> Found:
    mine = tokens.text == index
    start = tokens.start[mine] - batch.starts[index]
    return list(
        zip(tokens.lower[mine].tolist(), start.tolist(), tokens.size[mine].tolist(), strict=True)
    )


@pytest.mark.parametrize("language", ALL)
def test_real_texts_have_spacys_tokens(language: str) -> None:
    texts = real_texts(language if language != OTHER else "fr")
    batch = batch_of(list(texts), [language] * len(texts))
    tokens = Tokenizer().tokens(batch)
    for index, text in enumerate(batch.texts):
        assert by_us(tokens, batch, index) == by_spacy(text, language)


@given(batches, st.data())
def test_wild_texts_have_spacys_tokens(texts: list[str], data: st.DataObject) -> None:
    languages = [data.draw(st.sampled_from(ALL)) for _ in texts]
    batch = batch_of(texts, languages)
    tokens = Tokenizer().tokens(batch)
    for index, (text, language) in enumerate(zip(batch.texts, languages, strict=True)):
        assert by_us(tokens, batch, index) == by_spacy(text, language)


SHARED = Tokenizer(max_pieces=40)


@given(batches, st.sampled_from(ALL))
@example(["don't", "can't don't"], "en")
def test_what_was_read_before_does_not_matter(texts: list[str], language: str) -> None:
    batch = batch_of(texts, [language] * len(texts))
    fresh, used = Tokenizer().tokens(batch), SHARED.tokens(batch)
    for name in ("lower", "start", "size", "text"):
        assert np.array_equal(getattr(fresh, name), getattr(used, name)), name


@given(batches, st.sampled_from(ALL))
def test_a_text_does_not_know_its_neighbours(texts: list[str], language: str) -> None:
    batch = batch_of(texts, [language] * len(texts))
    together = Tokenizer().tokens(batch)
    for index, text in enumerate(texts):
        alone = batch_of([text], [language])
        assert by_us(Tokenizer().tokens(alone), alone, 0) == by_us(together, batch, index)


@given(batches, st.sampled_from(ALL))
def test_tokens_cover_all_but_white_space_in_order(texts: list[str], language: str) -> None:
    batch = batch_of(texts, [language] * len(texts))
    tokens = Tokenizer().tokens(batch)
    end = tokens.start + tokens.size
    assert (tokens.start[1:] >= end[:-1]).all()
    assert (batch.text_of(tokens.start) == tokens.text).all()
    spans = zip(tokens.start.tolist(), end.tolist(), strict=True)
    covered = "".join(batch.joined[a:b] for a, b in spans)
    assert covered == "".join("".join(text.split()) for text in batch.texts)


def test_each_language_has_its_own_tokens() -> None:
    texts = ["l'eau don't", "l'eau don't", "好的 ok", "좋아요!"]
    batch = batch_of(texts, ["fr", "en", "zh", "ko"])
    tokens = Tokenizer().tokens(batch)
    words = [
        [batch.joined[a : a + n] for a, n in zip(tokens.start, tokens.size, strict=True)][
            slice(*np.searchsorted(tokens.text, [index, index + 1]))
        ]
        for index in range(4)
    ]
    assert words == [
        ["l'", "eau", "don'", "t"],
        ["l'eau", "do", "n't"],
        ["好", "的", "o", "k"],
        ["좋아요", "!"],
    ]


def test_lower_ids_are_those_of_the_string_store() -> None:
    batch = batch_of(["HELLO hello"], ["en"])
    lower = Tokenizer().tokens(batch).lower
    assert lower.tolist() == [blank_pipeline("en").vocab.strings.add("hello")] * 2


@pytest.mark.parametrize("languages", [["unknown", "de"], ["xx", "xx"], []])
def test_other_languages_go_through_the_multi_language_pipeline(languages: list[str]) -> None:
    batch = batch_of(["Guten Tag, don't!", "ok"], languages)
    tokens = Tokenizer().tokens(batch)
    assert by_us(tokens, batch, 0) == by_spacy("Guten Tag, don't!", OTHER)


@pytest.mark.parametrize("texts", [[], [""], ["", "  ", "\n"]])
def test_no_words_give_no_tokens(texts: list[str]) -> None:
    tokens = Tokenizer().tokens(batch_of(texts, ["en"] * len(texts)))
    for column in (tokens.lower, tokens.start, tokens.size, tokens.text):
        assert len(column) == 0
    assert tokens.lower.dtype == np.uint64


@pytest.mark.parametrize("language", ALL)
@pytest.mark.parametrize("text", ["!" * 20_000, "(" * 20_000, "a." * 10_000, "ab " * 20_000])
def test_a_long_text_is_cut_into_short_pieces(text: str, language: str) -> None:
    batch = batch_of([text], [language])
    tokens = Tokenizer().tokens(batch)
    assert by_us(tokens, batch, 0) == by_spacy(batch.texts[0], language)
    assert int(tokens.size.max()) <= LONGEST_PIECE


def test_the_pieces_remembered_stay_few() -> None:
    tokenizer = Tokenizer(max_pieces=100)
    cache = tokenizer._cache
    sizes = []
    for start in range(0, 2_000, 50):
        text = " ".join(f"word{number}" for number in range(start, start + 50))
        batch = batch_of([text], ["en"])
        assert by_us(tokenizer.tokens(batch), batch, 0) == by_spacy(text, "en")
        sizes.append((len(cache.rows), len(cache.lower), len(cache.begin)))
    assert max(pieces for pieces, _, _ in sizes) <= 150
    assert min(pieces for pieces, _, _ in sizes[1:]) == 50  # it began anew
    assert all(begin == pieces + 1 for pieces, _, begin in sizes)


@pytest.mark.parametrize("language", ALL)
def test_spacys_vocabulary_does_not_grow_with_the_texts(language: str) -> None:
    strings = blank_pipeline(language).vocab.strings
    Tokenizer().tokens(batch_of(["first words"], [language]))
    before = len(strings)
    text = " ".join(f"unheard{number}of" for number in range(3_000))
    Tokenizer().tokens(batch_of([text], [language]))
    assert len(strings) == before


def test_a_piece_met_twice_is_remembered_once() -> None:
    tokenizer = Tokenizer()
    tokenizer.tokens(batch_of(["good good", "good"], ["en", "en"]))
    tokenizer.tokens(batch_of(["good"], ["en"]))
    assert len(tokenizer._cache.rows) == 1
    tokenizer.tokens(batch_of(["good"], ["fr"]))
    assert len(tokenizer._cache.rows) == 2


@given(batches, st.data())
def test_languages_left_out_have_no_tokens_and_change_no_others(
    texts: list[str], data: st.DataObject
) -> None:
    languages = [data.draw(st.sampled_from(ALL)) for _ in texts]
    batch = batch_of(texts, languages)
    every, some = Tokenizer().tokens(batch), Tokenizer().tokens(batch, without=("zh", "fr"))
    kept = np.array([languages[text] not in ("zh", "fr") for text in every.text.tolist()], bool)
    for name in ("lower", "start", "size", "text"):
        assert np.array_equal(getattr(every, name)[kept], getattr(some, name)), name


def test_one_piece_in_two_languages_is_two() -> None:
    tokenizer = Tokenizer()
    first = tokenizer.tokens(batch_of(["can't l'eau"], ["en"]))
    second = tokenizer.tokens(batch_of(["can't l'eau"], ["fr"]))
    assert first.size.tolist() == [2, 3, 5]
    assert second.size.tolist() == [4, 1, 2, 3]
