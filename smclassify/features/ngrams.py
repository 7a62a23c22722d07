"""The two kinds of n-grams: of characters, which carry the morphology of every language and
survive slips and slang, and of spaCy's tokens, which tell words from parts of words.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from smclassify.features.hashing import HashedEvidence, Occurrences, to_buckets
from smclassify.features.view import FeatureView, feature_view
from smclassify.text.batch import SEPARATOR, TextBatch
from smclassify.text.tokens import Tokenizer, Tokens

_STEP = np.uint64(0x100000001B3)
_ROTATE = np.uint64(23)
_SPACE = ord(" ")
_BLOCK = 1 << 15
"""So many characters are hashed at once: their hashes stay in the processor's cache."""


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

    def _blocks(
        self, view: FeatureView
    ) -> Iterator[tuple[int, slice, NDArray[np.int64], NDArray[np.bool_]]]:
        """Yield (n, where they begin, buckets, which of them are n-grams), block by block."""
        inside = view.codes != SEPARATOR
        for start in range(0, len(view.codes), _BLOCK):
            stop = min(start + _BLOCK, len(view.codes))
            codes = view.codes[start : stop + self.high - 1].astype(np.uint64)
            codes += np.uint64(1)
            hashes = np.zeros(len(codes), np.uint64)
            valid = inside[start : start + len(codes)]
            for n in range(1, min(self.high, len(codes)) + 1):
                size = len(codes) - n + 1
                hashes = hashes[:size]
                hashes *= _STEP
                hashes += codes[n - 1 :]
                valid = valid[:size] & valid[-size:] if n > 1 else valid
                if n >= self.low:
                    heads = slice(start, min(stop, start + size))
                    here = valid[: heads.stop - start]
                    if n == 1:  # a lone space is in every text
                        here = here & (view.codes[heads] != _SPACE)
                    yield n, heads, to_buckets(hashes[: len(here)], n, self.bits), here

    def entries(
        self, batch: TextBatch, table: NDArray[np.int32] | None
    ) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int32]]]:
        """Yield (entry, text) of the n-grams, those of one order and stretch at a time."""
        view = feature_view(batch)
        for _, heads, bucket, valid in self._blocks(view):
            entry = bucket.astype(np.int32) if table is None else table[bucket]
            known = np.flatnonzero(valid & (entry >= 0))
            yield entry[known], view.text[heads][known]

    def occurrences(self, batch: TextBatch) -> Occurrences:
        """Return the n-grams that have a column, with their spans; bucket is the column."""
        view = feature_view(batch)
        parts = []
        for n, heads, bucket, valid in self._blocks(view):
            column = self.column_[bucket]
            known = np.flatnonzero(valid & (column >= 0))
            head = known + heads.start
            part = (column[known], view.text[head], view.begin[head], view.end[head + n - 1])
            parts.append((n, part))
        # Order by order, whatever the blocks: sums of evidence depend on it in the last digit.
        return _joined([part for _, part in sorted(parts, key=itemgetter(0))])


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
        tokens: Tokens = tokenizer.tokens(batch, without=("zh",))
        return tokens

    def _orders(self, tokens: Tokens) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.int64]]]:
        """Yield (n, index of first token, bucket) for each order n."""
        hashes = np.zeros(len(tokens.lower), np.uint64)
        for n in range(1, min(self.high, len(tokens.lower)) + 1):
            size = len(tokens.lower) - n + 1
            hashes = hashes[:size]
            rotated = (hashes << _ROTATE) | (hashes >> (np.uint64(64) - _ROTATE))
            hashes = rotated * _STEP ^ tokens.lower[n - 1 :]
            first = np.flatnonzero(tokens.text[:size] == tokens.text[n - 1 :])
            yield n, first, to_buckets(hashes[first], n, self.bits)

    def entries(
        self, batch: TextBatch, table: NDArray[np.int32] | None
    ) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int32]]]:
        """Yield (entry, text) of the n-grams, one order n after another."""
        tokens = self._tokens(batch)
        for _, first, bucket in self._orders(tokens):
            entry = bucket.astype(np.int32) if table is None else table[bucket]
            known = np.flatnonzero(entry >= 0)
            yield entry[known], tokens.text[first[known]].astype(np.int32)

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
    return Occurrences(
        bucket.astype(np.int64), text.astype(np.int32), begin.astype(np.int64), end.astype(np.int64)
    )
