"""How many characters are hashed at once changes nothing of what is found."""

from __future__ import annotations

import numpy as np
import pytest
from wild import real_texts

from smclassify.features import ngrams
from smclassify.features.ngrams import CharNgrams
from smclassify.labels import LANGUAGES
from smclassify.text.batch import TextBatch
from smclassify.text.normalize import normalize


def some_texts() -> TextBatch:
    return normalize([text for code in LANGUAGES for text in real_texts(code)[:20]])


@pytest.mark.parametrize("block", [1, 2, 3, 7, 100, 4096])
def test_n_grams_across_the_edge_of_a_block_are_found(
    block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = CharNgrams(1, 4, bits=18, min_df=2).fit(some_texts())
    monkeypatch.setattr(ngrams, "_BLOCK", block)
    by_block = CharNgrams(1, 4, bits=18, min_df=2).fit(some_texts())
    assert np.array_equal(at_once.column_, by_block.column_)
    assert np.array_equal(at_once.idf_, by_block.idf_)


@pytest.mark.parametrize("block", [1, 3, 50])
def test_occurrences_come_in_the_same_order(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = CharNgrams(1, 4, bits=18, min_df=2).fit(some_texts())
    expected = fitted.occurrences(some_texts())
    monkeypatch.setattr(ngrams, "_BLOCK", block)
    found = fitted.occurrences(some_texts())
    assert len(found.bucket) > 10_000
    for name in ("bucket", "text", "begin", "end"):
        assert np.array_equal(getattr(found, name), getattr(expected, name)), name
