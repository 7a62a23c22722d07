"""Hashed evidence: which n-grams a text holds, as one sparse matrix for a whole batch.

No vocabulary of strings and no Python loop over texts: an n-gram is hashed to a bucket, a
table says which column the bucket has (none, if training never met it often enough), one
sort puts equal ones together. After Weinberger et al. 2009, "Feature hashing for large
scale multitask learning"; weighted as by scikit-learn's
``TfidfTransformer(sublinear_tf=True)``.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, TransformerMixin

from smclassify.text.batch import TextBatch

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Occurrences:
    """N-grams of a batch, where they stand.

    Attributes
    ----------
    bucket : ndarray of int64, shape (K,)
        What each one is hashed to.
    text : ndarray of int32, shape (K,)
        The text it stands in.
    begin, end : ndarray of int64, shape (K,)
        Its span in ``TextBatch.codes``.
    """

    bucket: NDArray[np.int64]
    text: NDArray[np.int32]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]


def to_buckets(hashes: NDArray[np.uint64], seed: int, bits: int) -> NDArray[np.int64]:
    """Spread 64-bit hashes over ``2 ** bits`` buckets (Fibonacci hashing, twice)."""
    mixed = (hashes ^ np.uint64(seed)) * _MULTIPLIER
    mixed ^= mixed >> np.uint64(29)
    mixed *= _MULTIPLIER
    return (mixed >> np.uint64(64 - bits)).astype(np.int64)


class HashedEvidence(TransformerMixin, BaseEstimator):
    """Base of the hashed n-gram transformers; a subclass says what the n-grams are.

    Parameters
    ----------
    bits : int
        N-grams are hashed to ``2 ** bits`` buckets.
    min_df : int
        A bucket gets a column if at least so many training texts have it.

    Attributes
    ----------
    column_ : ndarray of int32, shape (2 ** bits,)
        The column of each bucket, -1 for none.
    idf_ : ndarray of float32, shape (n_columns,)
        Smoothed inverse document frequency of each column.
    """

    def __init__(self, bits: int, min_df: int) -> None:
        self.bits = bits
        self.min_df = min_df

    @abstractmethod
    def buckets(self, batch: TextBatch) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int32]]]:
        """Yield (bucket, text) of the n-grams, one order n after another."""

    @abstractmethod
    def occurrences(self, batch: TextBatch) -> Occurrences:
        """Return the n-grams that have a column, with their spans; bucket is the column."""

    def _keys(self, batch: TextBatch, table: NDArray[np.int32], width: int) -> NDArray[np.int64]:
        """Return ``text * width + table[bucket]`` of every n-gram the table knows, sorted."""
        parts = [np.zeros(0, np.int64)]
        for bucket, text in self.buckets(batch):
            column = table[bucket]
            known = column >= 0
            parts.append(text[known].astype(np.int64) * width + column[known])
        keys = np.concatenate(parts)
        keys.sort()
        return keys

    def fit(self, X: TextBatch | Iterable[TextBatch], y: object = None) -> Self:
        """Learn which n-grams are common enough, and how rare each is.

        Parameters
        ----------
        X : TextBatch or iterable of TextBatch
            Training texts; several batches keep memory flat.
        y : ignored
        """
        frequency = np.zeros(1 << self.bits, np.int64)
        everything = np.arange(1 << self.bits, dtype=np.int32)
        n_texts = 0
        for batch in [X] if isinstance(X, TextBatch) else X:
            keys = self._keys(batch, everything, 1 << self.bits)
            distinct = keys[_firsts(keys)] & ((1 << self.bits) - 1)
            frequency += np.bincount(distinct, minlength=1 << self.bits)
            n_texts += len(batch)
        kept = np.flatnonzero(frequency >= self.min_df)
        self.column_ = np.full(1 << self.bits, -1, np.int32)
        self.column_[kept] = np.arange(len(kept), dtype=np.int32)
        self.idf_ = (np.log((1 + n_texts) / (1 + frequency[kept])) + 1).astype(np.float32)
        return self

    def transform(self, X: TextBatch) -> csr_matrix:
        """Return unit-length tf-idf rows of a batch, shape (n, n_columns), float32."""
        width = max(1, len(self.idf_))
        keys = self._keys(X, self.column_, width)
        first = _firsts(keys)
        counts = np.diff(np.append(first, len(keys)))
        text, column = np.divmod(keys[first], width)
        values = (1 + np.log(counts)) * self.idf_[column]
        norms = np.sqrt(np.bincount(text, values * values, minlength=len(X)))
        norms[norms == 0] = 1
        values = (values / norms[text]).astype(np.float32)
        indptr = np.searchsorted(text, np.arange(len(X) + 1)).astype(np.int32)
        shape = (len(X), len(self.idf_))
        return csr_matrix((values, column.astype(np.int32), indptr), shape=shape)


def _firsts(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each run of equal keys begins."""
    changed = np.ones(len(keys), bool)
    changed[1:] = keys[1:] != keys[:-1]
    return np.flatnonzero(changed)
