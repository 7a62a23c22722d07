"""The feature space: everything the heads see of a text, as one sparse matrix.

    [ character n-grams | word n-grams | style | language ]

One space serves all languages and both tasks; each head has a weight for each column.
"""

from __future__ import annotations

from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from smclassify.features.estimator import Transformer
from smclassify.features.ngrams import CharNgrams, WordNgrams
from smclassify.features.style import StyleCounts
from smclassify.labels import LANGUAGES
from smclassify.text.batch import TextBatch

LARGEST_STYLE: Final = 10.0
"""Bound of a style feature, in root mean squares over the training texts."""


class FeatureSpace(Transformer):
    """Character and word n-grams, style and language side by side.

    Parameters
    ----------
    char_high : int, default 4
        Largest order of the character n-grams.
    word_high : int, default 2
        Largest order of the word n-grams.
    min_df : int, default 5
        An n-gram needs to stand in so many training texts.
    char_bits, word_bits : int, default 20 and 18
        The hash tables have two to the power of these entries.
    word_weight, style_weight, language_weight : float
        How much each block counts beside the character n-grams.

    Attributes
    ----------
    char_, word_, style_ : fitted transformers
    """

    def __init__(
        self,
        *,
        char_high: int = 4,
        word_high: int = 2,
        min_df: int = 5,
        char_bits: int = 20,
        word_bits: int = 18,
        word_weight: float = 0.5,
        style_weight: float = 0.02,
        language_weight: float = 0.3,
    ) -> None:
        self.char_high = char_high
        self.word_high = word_high
        self.min_df = min_df
        self.char_bits = char_bits
        self.word_bits = word_bits
        self.word_weight = word_weight
        self.style_weight = style_weight
        self.language_weight = language_weight

    def new_blocks(self) -> tuple[CharNgrams, WordNgrams]:
        """Return the n-gram transformers, not yet fitted."""
        char = CharNgrams(high=self.char_high, bits=self.char_bits, min_df=self.min_df)
        word = WordNgrams(high=self.word_high, bits=self.word_bits, min_df=self.min_df)
        return char, word

    def fit(self, X: TextBatch, y: object = None) -> Self:
        """Learn the n-grams worth a column and the scales of the style features."""
        char, word = self.new_blocks()
        self.char_ = char.fit(X)
        self.word_ = word.fit(X)
        self.style_ = StyleCounts().fit(X)
        return self

    @property
    def bounds_(self) -> tuple[int, int, int, int]:
        """First column after each block: character, word, style, language."""
        char = len(self.char_.idf_)
        word = char + len(self.word_.idf_)
        style = word + len(self.style_.get_feature_names_out())
        return char, word, style, style + len(LANGUAGES) + 1

    @property
    def n_features_(self) -> int:
        """Number of columns."""
        return self.bounds_[-1]

    def transform(self, X: TextBatch) -> csr_matrix:
        """Return the matrix of a batch, shape (n, n_features), float32."""
        blocks = [
            self.char_.transform(X),
            self.word_.transform(X) * np.float32(self.word_weight),
            csr_matrix(self._style(X) * np.float32(self.style_weight)),
            csr_matrix(self._languages(X) * np.float32(self.language_weight)),
        ]
        return hstack(blocks, format="csr", dtype=np.float32)

    def _style(self, batch: TextBatch) -> NDArray[np.float32]:
        """Return the style features, bounded, whatever a text repeats a million times."""
        return np.clip(self.style_.transform(batch), -LARGEST_STYLE, LARGEST_STYLE)

    def _languages(self, batch: TextBatch) -> NDArray[np.float32]:
        """Return one column a language and one for all others, shape (n, 5)."""
        index = {code: column for column, code in enumerate(LANGUAGES)}
        found = [index.get(code, len(LANGUAGES)) for code in batch.languages]
        onehot = np.zeros((len(batch), len(LANGUAGES) + 1), np.float32)
        onehot[np.arange(len(found)), found] = 1
        return onehot
