"""The feature space: n-grams, style and language side by side."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.sparse import csr_matrix
from sklearn.base import clone
from wild import batches, real_texts, texts

from smclassify.features.space import LARGEST_STYLE, FeatureSpace
from smclassify.features.style import feature_names
from smclassify.labels import LANGUAGES
from smclassify.text.batch import TextBatch
from smclassify.text.normalize import normalize

SMALL = {"char_high": 3, "char_bits": 14, "word_bits": 12, "min_df": 2}


def batch_of(given_texts: list[str], languages: list[str] | str = "en") -> TextBatch:
    batch = normalize(given_texts)
    batch.languages = [languages] * len(batch) if isinstance(languages, str) else list(languages)
    return batch


def training() -> TextBatch:
    found = [(text, code) for code in LANGUAGES for text in real_texts(code)[:100]]
    return batch_of([text for text, _ in found], [code for _, code in found])


@pytest.fixture(scope="module")
def space() -> FeatureSpace:
    return FeatureSpace(**SMALL).fit(training())


def blocks(space: FeatureSpace, matrix: csr_matrix) -> dict[str, np.ndarray]:
    edges = (0, *space.bounds_)
    names = ("char", "word", "style", "language")
    dense = matrix.toarray()
    return {
        name: dense[:, start:end]
        for name, start, end in zip(names, edges[:-1], edges[1:], strict=True)
    }


TEXTS = ["Soooo good!!! 😀", "10% off 👉 example.com", "안녕하세요 고객님", "你好", "", "zzz"]


def test_blocks_stand_side_by_side(space: FeatureSpace) -> None:
    batch = batch_of(TEXTS, ["en", "fr", "ko", "zh", "unknown", "de"])
    found = blocks(space, space.transform(batch))
    char, word = space.char_.transform(batch), space.word_.transform(batch)
    np.testing.assert_array_equal(found["char"], char.toarray())
    np.testing.assert_allclose(found["word"], word.toarray() * space.word_weight, rtol=1e-6)
    style = np.clip(space.style_.transform(batch), -LARGEST_STYLE, LARGEST_STYLE)
    np.testing.assert_allclose(found["style"], style * space.style_weight, rtol=1e-6)


def test_bounds_say_where_each_block_ends(space: FeatureSpace) -> None:
    char, word, style, language = space.bounds_
    assert char == len(space.char_.idf_)
    assert word - char == len(space.word_.idf_)
    assert style - word == len(feature_names())
    assert language - style == len(LANGUAGES) + 1
    assert space.n_features_ == language == space.transform(batch_of(["a"])).shape[1]
    assert min(char, word - char) > 0


@pytest.mark.parametrize("language", [*LANGUAGES, "unknown", "de", "xx"])
def test_each_language_has_a_column_and_all_others_share_one(
    space: FeatureSpace, language: str
) -> None:
    (row,) = blocks(space, space.transform(batch_of(["a"], language)))["language"]
    column = LANGUAGES.index(language) if language in LANGUAGES else len(LANGUAGES)
    expected = np.zeros(len(LANGUAGES) + 1)
    expected[column] = space.language_weight
    np.testing.assert_allclose(row, expected)


def test_a_batch_without_languages_says_nothing_about_them(space: FeatureSpace) -> None:
    batch = normalize(["some text"])
    assert not blocks(space, space.transform(batch))["language"].any()


def test_weights_scale_their_block_and_no_other(space: FeatureSpace) -> None:
    batch = training()
    heavier = FeatureSpace(
        **SMALL,
        word_weight=2 * space.word_weight,
        style_weight=3 * space.style_weight,
        language_weight=4 * space.language_weight,
    )
    plain = blocks(space, space.transform(batch))
    heavy = blocks(heavier, heavier.fit(batch).transform(batch))
    for name, times in (("char", 1), ("word", 2), ("style", 3), ("language", 4)):
        np.testing.assert_allclose(heavy[name], plain[name] * times, rtol=1e-5)


@pytest.mark.parametrize("text", ["😀" * 10_000, "!" * 100_000, "a.com " * 5_000, "#a " * 5_000])
def test_no_text_can_shout_down_the_others(space: FeatureSpace, text: str) -> None:
    found = blocks(space, space.transform(batch_of([text])))
    assert np.linalg.norm(found["char"]) <= 1 + 1e-5
    assert np.abs(found["style"]).max() <= LARGEST_STYLE * space.style_weight + 1e-6


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\0"])
def test_a_text_with_nothing_in_it_has_finite_features(space: FeatureSpace, text: str) -> None:
    matrix = space.transform(batch_of([text]))
    assert matrix.shape == (1, space.n_features_)
    assert np.isfinite(matrix.data).all()
    found = blocks(space, matrix)
    assert not found["char"].any() and not found["word"].any()


def test_an_empty_batch_gives_no_rows(space: FeatureSpace) -> None:
    assert space.transform(batch_of([])).shape == (0, space.n_features_)


@settings(max_examples=50)
@given(batches)
def test_a_row_does_not_know_its_neighbours(space: FeatureSpace, wild: list[str]) -> None:
    together = space.transform(batch_of(wild))
    for index, text in enumerate(wild):
        alone = space.transform(batch_of([text]))
        assert (together.getrow(index) != alone).nnz == 0


@settings(max_examples=50)
@given(texts)
def test_any_text_has_finite_features(space: FeatureSpace, wild: str) -> None:
    matrix = space.transform(batch_of([wild]))
    assert matrix.dtype == np.float32 and matrix.format == "csr"
    assert np.isfinite(matrix.data).all()


def test_learning_twice_learns_the_same() -> None:
    one, other = (FeatureSpace(**SMALL).fit(training()) for _ in range(2))
    assert (one.transform(training()) != other.transform(training())).nnz == 0


def test_parameters_are_seen_copied_and_set(space: FeatureSpace) -> None:
    assert SMALL.items() <= space.get_params().items()
    copied = clone(space)
    assert copied.get_params() == space.get_params()
    assert not hasattr(copied, "char_")
    assert copied.set_params(min_df=7).new_blocks()[0].min_df == 7


def test_parameters_reach_the_n_grams() -> None:
    made = FeatureSpace(char_high=4, word_high=3, min_df=9, char_bits=10, word_bits=11)
    char, word = made.new_blocks()
    assert char.get_params() == {"low": 1, "high": 4, "bits": 10, "min_df": 9}
    assert word.get_params() == {"high": 3, "bits": 11, "min_df": 9}
