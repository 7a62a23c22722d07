"""Hashed evidence: which n-grams a text holds, as one sparse matrix for a whole batch.

No vocabulary of strings and no Python loop over texts: an n-gram is hashed to a bucket, a
table says which column the bucket has (none, if training never met it often enough), and
equal ones come together by counting: laid out by column first and then by text, which is
a radix sort with two digits and takes time proportional to their number. After Weinberger
et al. 2009, "Feature hashing for large scale multitask learning"; weighted as by
scikit-learn's ``TfidfTransformer(sublinear_tf=True)``.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix

from smclassify.features.estimator import Transformer
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
    mixed = hashes ^ np.uint64(seed)
    mixed *= _MULTIPLIER
    mixed ^= mixed >> np.uint64(29)
    mixed *= _MULTIPLIER
    mixed >>= np.uint64(64 - bits)
    return mixed.view(np.int64)


class HashedEvidence(Transformer):
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
    def entries(
        self, batch: TextBatch, table: NDArray[np.int32] | None
    ) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int32]]]:
        """Yield (entry, text) of the n-grams, some at a time.

        Parameters
        ----------
        batch : TextBatch
        table : ndarray of int32, shape (2 ** bits,), optional
            The entry of each bucket, by default the bucket itself; n-grams whose entry is
            negative are left out.
        """

    @abstractmethod
    def occurrences(self, batch: TextBatch) -> Occurrences:
        """Return the n-grams that have a column, with their spans; bucket is the column."""

    def buckets(self, batch: TextBatch) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int32]]]:
        """Yield (bucket, text) of all n-grams, some at a time."""
        return self.entries(batch, None)

    def fit(self, X: TextBatch | Iterable[TextBatch], y: object = None) -> Self:
        """Learn which n-grams are common enough, and how rare each is.

        Parameters
        ----------
        X : TextBatch or iterable of TextBatch
            Training texts; several batches keep memory flat.
        y : ignored
        """
        frequency = np.zeros(1 << self.bits, np.int64)
        n_texts = 0
        for batch in [X] if isinstance(X, TextBatch) else X:
            counts = _counted(self.buckets(batch), (len(batch), 1 << self.bits))
            frequency += np.bincount(counts.indices, minlength=1 << self.bits)
            n_texts += len(batch)
        kept = np.flatnonzero(frequency >= self.min_df)
        self.column_ = np.full(1 << self.bits, -1, np.int32)
        self.column_[kept] = np.arange(len(kept), dtype=np.int32)
        self.idf_ = (np.log((1 + n_texts) / (1 + frequency[kept])) + 1).astype(np.float32)
        return self

    def transform(self, X: TextBatch) -> csr_matrix:
        """Return unit-length tf-idf rows of a batch, shape (n, n_columns), float32."""
        counted = _counted(self.entries(X, self.column_), (len(X), len(self.idf_)))
        per_text = np.diff(counted.indptr)
        values = self.idf_[counted.indices].astype(np.float64)
        # Nearly all n-grams stand in a text once, and the logarithm of one is nothing.
        often = np.flatnonzero(counted.data > 1)
        values[often] *= 1 + np.log(counted.data[often])
        squares = np.bincount(np.repeat(np.arange(len(X)), per_text), values * values, len(X))
        norms = np.sqrt(squares)
        values /= np.repeat(norms, per_text)
        counted.data = values.astype(np.float32)
        return counted


def _counted(
    entries: Iterable[tuple[NDArray[np.int32], NDArray[np.int32]]], shape: tuple[int, int]
) -> csr_matrix:
    """Return how often each text has each entry, the entries of a text in rising order."""
    none = np.zeros(0, np.int32)
    columns, texts = zip((none, none), *entries, strict=True)
    column, text = np.concatenate(columns), np.concatenate(texts)
    counts = coo_matrix((np.ones(len(column), np.int32), (text, column)), shape=shape)
    # Not so, but it keeps SciPy from looking for equal ones before they stand together.
    counts.has_canonical_format = True
    by_text = counts.tocsc().tocsr()
    by_text.sum_duplicates()
    return by_text
