"""Hashed n-grams: what is counted, how it is weighed, where it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from wild import batches, real_texts

from smclassify.features.hashing import HashedEvidence, to_buckets
from smclassify.features.ngrams import CharNgrams, WordNgrams
from smclassify.features.view import feature_view
from smclassify.labels import LANGUAGES
from smclassify.text.batch import TextBatch
from smclassify.text.normalize import normalize
from smclassify.text.pipelines import blank_pipeline, tokenize

BOTH = pytest.mark.parametrize("make", [CharNgrams, WordNgrams])


def batch_of(texts: Iterable[str], language: str = "en") -> TextBatch:
    batch = normalize(list(texts))
    batch.languages = [language] * len(batch)
    return batch


def char_ngrams(text: str, low: int, high: int) -> list[str]:
    view = feature_view(normalize([text]))
    content = "".join(map(chr, view.codes.tolist()))[1:]
    found = [content[k : k + n] for n in range(low, high + 1) for k in range(len(content) - n + 1)]
    return [ngram for ngram in found if ngram != " "]


def word_ngrams(text: str, high: int, language: str = "en") -> list[tuple[str, ...]]:
    doc = tokenize(blank_pipeline(language), normalize([text]).texts[0])
    words = [token.lower_ for token in doc if not token.is_space]
    return [tuple(words[k : k + n]) for n in range(1, high + 1) for k in range(len(words) - n + 1)]


def rows(matrix: csr_matrix) -> list[list[float]]:
    """The values of each row, sorted: columns may be named in any order."""
    return [sorted(matrix.getrow(index).data.tolist()) for index in range(matrix.shape[0])]


def same(one: csr_matrix, other: csr_matrix) -> bool:
    return one.shape == other.shape and (one != other).nnz == 0


# --- what is counted ----------------------------------------------------------------------


@settings(max_examples=60)
@given(batches, st.integers(1, 3), st.integers(0, 3))
def test_every_character_n_gram_is_counted_once(texts: list[str], low: int, more: int) -> None:
    batch = batch_of(texts)
    ngrams = CharNgrams(low, low + more, bits=30)
    counted: list[Counter[int]] = [Counter() for _ in texts]
    for bucket, text in ngrams.buckets(batch):
        for key, index in zip(bucket.tolist(), text.tolist(), strict=True):
            counted[index][key] += 1
    for index, text in enumerate(texts):
        expected = Counter(char_ngrams(text, low, low + more))
        assert sorted(counted[index].values()) == sorted(expected.values())


@settings(max_examples=60)
@given(batches, st.integers(1, 3))
def test_every_word_n_gram_is_counted_once(texts: list[str], high: int) -> None:
    ngrams = WordNgrams(high, bits=30)
    counted: list[Counter[int]] = [Counter() for _ in texts]
    for bucket, text in ngrams.buckets(batch_of(texts)):
        for key, index in zip(bucket.tolist(), text.tolist(), strict=True):
            counted[index][key] += 1
    for index, text in enumerate(texts):
        expected = Counter(word_ngrams(text, high))
        assert sorted(counted[index].values()) == sorted(expected.values())


def test_words_count_whatever_their_case() -> None:
    ngrams = WordNgrams(min_df=1).fit(batch_of(["Hello World"]))
    lower, upper = (ngrams.transform(batch_of([text])) for text in ("hello world", "HELLO WORLD"))
    assert lower.nnz == 3 and same(lower, upper)


def test_the_order_of_words_counts() -> None:
    ngrams = WordNgrams(min_df=1).fit(batch_of(["good not bad"]))
    assert ngrams.transform(batch_of(["good not bad"])).nnz == 5
    assert ngrams.transform(batch_of(["bad not good"])).nnz == 3


def test_chinese_words_are_left_to_the_characters() -> None:
    batch = normalize(["好的 ok", "ok fine", "好的 ok", "ok fine"])
    batch.languages = ["zh", "en", "zh", "en"]
    matrix = WordNgrams(min_df=1).fit_transform(batch)
    assert np.diff(matrix.indptr).tolist() == [0, 3, 0, 3]


def test_no_n_gram_reaches_into_the_next_text() -> None:
    for ngrams in (CharNgrams(min_df=1), WordNgrams(min_df=1)):
        apart, alone = batch_of(["one", "two"]), [batch_of(["one"]), batch_of(["two"])]
        assert len(ngrams.fit(apart).idf_) == len(ngrams.fit(alone).idf_)


def test_an_n_gram_means_the_same_in_every_process() -> None:
    """Models on disk depend on these numbers."""
    hashes = np.array([0, 1, 2**63, 2**64 - 1], np.uint64)
    assert to_buckets(hashes, 3, 20).tolist() == [32500, 348969, 545171, 421621]
    assert (to_buckets(hashes, 3, 20) < 1 << 20).all()
    (char,) = [bucket.tolist() for bucket, _ in CharNgrams(2, 2).buckets(batch_of(["ab"]))]
    assert char == [781267, 590929, 310405]
    (word,) = [bucket.tolist() for bucket, _ in WordNgrams(1).buckets(batch_of(["ab cd"]))]
    assert word == [162778, 44741]


# --- what gets a column -------------------------------------------------------------------


def test_rare_n_grams_get_no_column() -> None:
    texts = ["free gift", "free lunch", "gift card card card"]
    ngrams = WordNgrams(high=1, min_df=2).fit(batch_of(texts))
    assert len(ngrams.idf_) == 2  # free, gift: card stands in one text only
    assert np.diff(ngrams.transform(batch_of(texts)).indptr).tolist() == [2, 1, 1]
    assert (ngrams.column_ >= 0).sum() == 2


@BOTH
def test_texts_without_a_known_n_gram_are_empty_rows(make: type[HashedEvidence]) -> None:
    ngrams = make(min_df=1).fit(batch_of(["free gift"]))
    matrix = ngrams.transform(batch_of(["zzz", "", "free", "你"]))
    assert [bool(len(row)) for row in rows(matrix)] == [False, False, True, False]
    assert matrix.shape == (4, len(ngrams.idf_))


@BOTH
def test_an_empty_batch_gives_no_rows(make: type[HashedEvidence]) -> None:
    ngrams = make(min_df=1).fit(batch_of(["free gift"]))
    assert ngrams.transform(batch_of([])).shape == (0, len(ngrams.idf_))
    assert len(ngrams.occurrences(batch_of([])).bucket) == 0


@BOTH
@pytest.mark.parametrize("texts", [[], [""], ["", " "]])
def test_texts_with_nothing_to_learn_give_no_columns(
    make: type[HashedEvidence], texts: list[str]
) -> None:
    ngrams = make(high=1, min_df=1).fit(batch_of(texts))
    assert ngrams.transform(batch_of(["a", "b c"])).shape == (2, 0)
    assert len(ngrams.occurrences(batch_of(["a"])).bucket) == 0


# --- how it is weighed --------------------------------------------------------------------

plain_words = st.lists(
    st.text("abcdefghij", min_size=1, max_size=6).filter(
        lambda word: not any(letter * 4 in word for letter in word)
    ),
    max_size=8,
).map(" ".join)
"""Texts that normalising and the view leave alone, as scikit-learn would read them."""


def by_scikit_learn(train: list[str], test: list[str], low: int, high: int) -> csr_matrix:
    train, test = ([f" {text} ".replace("  ", " ") for text in side] for side in (train, test))
    counter = CountVectorizer(analyzer="char", ngram_range=(low, high), lowercase=False)
    counts, later = counter.fit_transform(train), counter.transform(test)
    # A lone space is in every text and no n-gram of ours.
    kept = [column for ngram, column in counter.vocabulary_.items() if ngram != " "]
    weigher = TfidfTransformer(sublinear_tf=True, smooth_idf=True).fit(counts[:, kept])
    return weigher.transform(later[:, kept])


@settings(max_examples=60)
@given(
    st.lists(plain_words, min_size=1, max_size=6).filter(any),
    st.lists(plain_words, min_size=1, max_size=4),
    st.integers(1, 3),
)
def test_character_weights_are_scikit_learns(train: list[str], test: list[str], low: int) -> None:
    # With two spaces between them words of one letter are not taken for one set apart.
    wide = [[text.replace(" ", "  ") for text in side] for side in (train, test)]
    distinct = {ngram for text in wide[0] + wide[1] for ngram in char_ngrams(text, low, low + 2)}
    everything = CharNgrams(low, low + 2, bits=18, min_df=1).fit(batch_of(wide[0] + wide[1]))
    assume(len(everything.idf_) == len(distinct))  # no two n-grams share a bucket
    ngrams = CharNgrams(low, low + 2, bits=18, min_df=1).fit(batch_of(wide[0]))
    for ours, theirs in zip(wide, (train, test), strict=True):
        found, expected = (
            ngrams.transform(batch_of(ours)),
            by_scikit_learn(train, theirs, low, low + 2),
        )
        assert found.shape == expected.shape
        for mine, other in zip(rows(found), rows(expected), strict=True):
            np.testing.assert_allclose(mine, other, rtol=1e-5)


@pytest.mark.parametrize("language", ["en", "fr", "ko"])
@pytest.mark.parametrize("ngrams", [CharNgrams(bits=20), WordNgrams(bits=18)], ids=repr)
def test_weights_of_real_texts_are_scikit_learns(ngrams: HashedEvidence, language: str) -> None:
    """Counted by bucket, so that n-grams which share one are one to both."""
    batch = batch_of(real_texts(language)[:300], language)
    buckets: list[list[int]] = [[] for _ in range(len(batch))]
    for bucket, text in ngrams.buckets(batch):
        for key, index in zip(bucket.tolist(), text.tolist(), strict=True):
            buckets[index].append(key)
    counts = CountVectorizer(analyzer=buckets.__getitem__, min_df=2).fit_transform(
        range(len(batch))
    )
    expected = TfidfTransformer(sublinear_tf=True).fit_transform(counts)
    found = ngrams.fit_transform(batch)
    assert found.shape == expected.shape
    for mine, other in zip(rows(found), rows(expected), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-5)
    alike, wanted = (found @ found.T).toarray(), (expected @ expected.T).toarray()
    np.testing.assert_allclose(alike, wanted, atol=1e-5)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("bits", [16, 20])
def test_n_grams_spread_over_the_buckets_as_if_by_chance(language: str, bits: int) -> None:
    texts = real_texts(language)[:300]
    n_ngrams = len({ngram for text in texts for ngram in char_ngrams(text, 1, 5)})
    n_buckets = len(CharNgrams(bits=bits, min_df=1).fit(batch_of(texts, language)).idf_)
    size = 1 << bits
    by_chance = size * -np.expm1(-n_ngrams / size)
    assert n_buckets == pytest.approx(by_chance, rel=0.01)


@BOTH
@given(texts=batches)
@settings(max_examples=40)
def test_rows_have_unit_length_or_are_empty(make: type[HashedEvidence], texts: list[str]) -> None:
    matrix = make(bits=18, min_df=1).fit_transform(batch_of(texts))
    assert matrix.dtype == np.float32
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    filled = np.diff(matrix.indptr) > 0
    np.testing.assert_allclose(lengths[filled], 1, rtol=1e-5)
    assert (lengths[~filled] == 0).all()


@BOTH
@given(texts=batches)
@settings(max_examples=40)
def test_the_matrix_is_well_formed(make: type[HashedEvidence], texts: list[str]) -> None:
    matrix = make(bits=18, min_df=1).fit_transform(batch_of(texts))
    matrix.check_format()
    assert matrix.shape[0] == len(texts)
    for index in range(len(texts)):
        columns = matrix.indices[matrix.indptr[index] : matrix.indptr[index + 1]]
        assert (np.diff(columns) > 0).all()  # sorted, each once
    assert (matrix.data > 0).all()


# --- batches ------------------------------------------------------------------------------


@BOTH
@given(one=batches, other=batches)
@settings(max_examples=40)
def test_learning_batch_by_batch_is_learning_at_once(
    make: type[HashedEvidence], one: list[str], other: list[str]
) -> None:
    at_once = make(bits=18, min_df=2).fit(batch_of(one + other))
    by_batch = make(bits=18, min_df=2).fit(batch_of(texts) for texts in (one, [], other))
    assert np.array_equal(at_once.column_, by_batch.column_)
    assert np.array_equal(at_once.idf_, by_batch.idf_)


@BOTH
@given(texts=batches)
@settings(max_examples=40)
def test_a_row_does_not_know_its_neighbours(make: type[HashedEvidence], texts: list[str]) -> None:
    ngrams = make(bits=18, min_df=1).fit(batch_of(texts))
    together = ngrams.transform(batch_of(texts))
    for index, text in enumerate(texts):
        assert same(together.getrow(index), ngrams.transform(batch_of([text])))


@BOTH
def test_what_was_fitted_before_is_forgotten(make: type[HashedEvidence]) -> None:
    ngrams = make(min_df=1).fit(batch_of(["something else entirely"]))
    ngrams.fit(batch_of(["free"]))
    assert np.array_equal(ngrams.idf_, make(min_df=1).fit(batch_of(["free"])).idf_)


# --- occurrences --------------------------------------------------------------------------


@BOTH
@given(texts=batches)
@settings(max_examples=40)
def test_occurrences_are_what_the_matrix_counts(
    make: type[HashedEvidence], texts: list[str]
) -> None:
    batch = batch_of(texts)
    ngrams = make(bits=18, min_df=1).fit(batch)
    found = ngrams.occurrences(batch)
    counts = csr_matrix(
        (np.ones(len(found.bucket)), (found.text, found.bucket)),
        shape=(len(texts), len(ngrams.idf_)),
    )
    weights = csr_matrix(
        ((1 + np.log(counts.data)) * ngrams.idf_[counts.indices], counts.indices, counts.indptr),
        shape=counts.shape,
    )
    lengths = np.sqrt(np.asarray(weights.multiply(weights).sum(axis=1)).ravel())
    expected = weights.toarray() / np.where(lengths > 0, lengths, 1)[:, None]
    np.testing.assert_allclose(ngrams.transform(batch).toarray(), expected, rtol=1e-5, atol=1e-7)


@BOTH
@given(texts=batches)
@settings(max_examples=40)
def test_occurrences_lie_within_their_text(make: type[HashedEvidence], texts: list[str]) -> None:
    batch = batch_of(texts)
    found = make(bits=18, min_df=1).fit(batch).occurrences(batch)
    assert (found.begin <= found.end).all()
    assert (found.begin >= batch.starts[found.text]).all()
    assert (found.end <= batch.ends[found.text]).all()
    assert not any(
        "\0" in batch.joined[begin:end]
        for begin, end in zip(found.begin.tolist(), found.end.tolist(), strict=True)
    )


def test_an_occurrence_shows_the_words_it_is_made_of() -> None:
    batch = batch_of(["ignored", "Get FR33 stuff  NOW"])
    ngrams = WordNgrams(2, min_df=1).fit(batch_of(["free stuff"]))
    found = ngrams.occurrences(batch)
    shown = [
        batch.originals[text][slice(*batch.original_span(text, begin, end))]
        for text, begin, end in zip(
            found.text.tolist(),
            (found.begin - batch.starts[found.text]).tolist(),
            (found.end - batch.starts[found.text]).tolist(),
            strict=True,
        )
    ]
    assert shown == ["FR33", "stuff", "FR33 stuff"]


def test_n_grams_without_a_column_have_no_occurrence() -> None:
    ngrams = CharNgrams(1, 2, min_df=1).fit(batch_of(["ab"]))
    batch = batch_of(["xaby"])
    found = ngrams.occurrences(batch)
    shown = sorted(
        batch.joined[a:b] for a, b in zip(found.begin.tolist(), found.end.tolist(), strict=True)
    )
    assert shown == ["a", "ab", "b"]


# --- as scikit-learn estimators -----------------------------------------------------------


@pytest.mark.parametrize(
    ("ngrams", "params"),
    [
        (CharNgrams(2, 4, bits=12, min_df=5), {"low": 2, "high": 4, "bits": 12, "min_df": 5}),
        (WordNgrams(3, bits=10, min_df=4), {"high": 3, "bits": 10, "min_df": 4}),
    ],
)
def test_parameters_are_seen_copied_and_set(ngrams: HashedEvidence, params: dict[str, int]) -> None:
    assert ngrams.get_params() == params
    copied = clone(ngrams.fit(batch_of(["some words to learn"] * 5)))
    assert copied.get_params() == params
    assert not hasattr(copied, "idf_")
    assert clone(ngrams).set_params(bits=9).bits == 9


def test_a_small_table_still_works() -> None:
    texts = real_texts("en")[:50]
    matrix = CharNgrams(bits=4, min_df=1).fit_transform(batch_of(texts))
    assert matrix.shape == (50, 16)


def test_many_texts_do_not_overflow_the_keys() -> None:
    """Text number times columns passes 2**31 long before memory is short."""
    texts = ["free gift"] * 5_000
    ngrams = CharNgrams(1, 2, bits=20, min_df=1).fit(batch_of(texts))
    matrix = ngrams.transform(batch_of(texts))
    assert (np.diff(matrix.indptr) == len(ngrams.idf_)).all()
    assert ngrams.idf_ == pytest.approx(np.ones(len(ngrams.idf_)))
