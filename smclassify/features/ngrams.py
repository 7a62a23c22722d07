"""The two kinds of n-grams: of characters, which carry the morphology of every language and
survive slips and slang, and of spaCy's tokens, which tell words from parts of words.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from smclassify.features.hashing import HashedEvidence, Occurrences, to_buckets
from smclassify.features.view import FeatureView, feature_view
from smclassify.text.batch import SEPARATOR, TextBatch
from smclassify.text.tokens import Tokenizer, Tokens

_STEP = np.uint64(0x100000001B3)
_ROTATE = np.uint64(23)
_SPACE = ord(" ")


class CharNgrams(HashedEvidence):
    """Character n-grams, of all orders from ``low`` to ``high``, across word boundaries.

    A rolling hash gives all n-grams of one order from those of the order before.

    Parameters
    ----------
    low, high : int, default 1 and 5
        The smallest and the largest order n.
    bits : int, default 20
        See :class:`~smclassify.features.hashing.HashedEvidence`.
    min_df : int, default 2
        See there.
    """

    def __init__(self, low: int = 1, high: int = 5, bits: int = 20, min_df: int = 2) -> None:
        super().__init__(bits, min_df)
        self.low = low
        self.high = high

    def _orders(
        self, view: FeatureView
    ) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.int64]]]:
        """Yield (n, index of first character, bucket) for each order."""
        codes = view.codes.astype(np.uint64) + np.uint64(1)
        inside = view.codes != SEPARATOR
        valid, hashes = inside, np.zeros(len(codes), np.uint64)
        for n in range(1, min(self.high, len(codes)) + 1):
            size = len(codes) - n + 1
            hashes = hashes[:size] * _STEP + codes[n - 1 :]
            valid = valid[:size] & inside[n - 1 :]
            if n >= self.low:
                # A lone space is in every text.
                first = np.flatnonzero(valid & (view.codes[:size] != _SPACE) if n == 1 else valid)
                yield n, first, to_buckets(hashes[first], n, self.bits)

    def buckets(self, batch: TextBatch) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int32]]]:
        """Yield (bucket, text) of the n-grams, one order n after another."""
        view = feature_view(batch)
        for _, first, bucket in self._orders(view):
            yield bucket, view.text[first]

    def occurrences(self, batch: TextBatch) -> Occurrences:
        """Return the n-grams that have a column, with their spans; bucket is the column."""
        view = feature_view(batch)
        parts = []
        for n, first, bucket in self._orders(view):
            column = self.column_[bucket]
            known = column >= 0
            head = first[known]
            parts.append((column[known], view.text[head], view.begin[head], view.end[head + n - 1]))
        return _joined(parts)


class WordNgrams(HashedEvidence):
    """N-grams of spaCy's tokens, by their lower-case form.

    Chinese is left out: its tokens are characters, of which the character n-grams tell.

    Parameters
    ----------
    high : int, default 2
        The largest order n.
    bits : int, default 18
        See :class:`~smclassify.features.hashing.HashedEvidence`.
    min_df : int, default 2
        See there.
    """

    def __init__(self, high: int = 2, bits: int = 18, min_df: int = 2) -> None:
        super().__init__(bits, min_df)
        self.high = high

    def _tokens(self, batch: TextBatch) -> Tokens:
        # Not a parameter: it only remembers what spaCy said, and is not part of the model.
        tokenizer = self.__dict__.setdefault("_tokenizer", Tokenizer())
        tokens: Tokens = tokenizer.tokens(batch)
        chinese = np.array([code == "zh" for code in batch.languages] or [False] * len(batch), bool)
        kept = ~chinese[tokens.text]
        if kept.all():
            return tokens
        columns = (tokens.lower, tokens.start, tokens.size, tokens.text)
        return Tokens(*(column[kept] for column in columns))

    def _orders(self, tokens: Tokens) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.int64]]]:
        """Yield (n, index of first token, bucket) for each order."""
        hashes = np.zeros(len(tokens.lower), np.uint64)
        for n in range(1, min(self.high, len(tokens.lower)) + 1):
            size = len(tokens.lower) - n + 1
            hashes = hashes[:size]
            rotated = (hashes << _ROTATE) | (hashes >> (np.uint64(64) - _ROTATE))
            hashes = rotated * _STEP ^ tokens.lower[n - 1 :]
            first = np.flatnonzero(tokens.text[:size] == tokens.text[n - 1 :])
            yield n, first, to_buckets(hashes[first], n, self.bits)

    def buckets(self, batch: TextBatch) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int32]]]:
        """Yield (bucket, text) of the n-grams, one order n after another."""
        tokens = self._tokens(batch)
        for _, first, bucket in self._orders(tokens):
            yield bucket, tokens.text[first].astype(np.int32)

    def occurrences(self, batch: TextBatch) -> Occurrences:
        """Return the n-grams that have a column, with their spans; bucket is the column."""
        tokens = self._tokens(batch)
        parts = []
        for n, first, bucket in self._orders(tokens):
            column = self.column_[bucket]
            known = column >= 0
            head = first[known]
            last = head + n - 1
            end = tokens.start[last] + tokens.size[last]
            parts.append((column[known], tokens.text[head], tokens.start[head], end))
        return _joined(parts)


def _joined(parts: list[tuple[NDArray, NDArray, NDArray, NDArray]]) -> Occurrences:
    none = np.zeros(0, np.int64)
    bucket, text, begin, end = (
        np.concatenate(column) for column in zip(*parts or [(none,) * 4], strict=True)
    )
    return Occurrences(bucket.astype(np.int64), text.astype(np.int32), begin, end)
