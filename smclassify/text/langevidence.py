"""The evidence within a script: n-grams and words, summed for all texts at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from smclassify.text.langtable import (
    BUCKET_SHIFT,
    FIRST_DIGIT,
    LONGEST_WORD,
    POWERS,
    ScriptProfile,
)


@dataclass(frozen=True)
class Stream:
    """Symbols of some texts, one after another, each text closed by a 0."""

    symbols: NDArray[np.uint8]
    starts: NDArray[np.int64]


def word_evidence(
    stream: Stream, profile: ScriptProfile
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Sum the weights of each text's words that a language is known by; count all its words.

    Returns
    -------
    evidence : ndarray of float32, shape (n, columns)
        A column for each language, then zeros as in the profile.
    n_words : ndarray of int64, shape (n,)
        Words with a letter in them.
    """
    symbols = stream.symbols
    inside = symbols > 0
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    if inside[0]:
        edges = np.concatenate([[0], edges])
    begin, end = edges[::2], edges[1::2]  # the closing 0 ends the last word
    first = np.searchsorted(begin, stream.starts)
    digits = np.flatnonzero(symbols >= FIRST_DIGIT)
    in_word = np.bincount(np.searchsorted(begin, digits, "right"), minlength=len(begin) + 1)[1:]
    spelled = in_word < end - begin
    n_words = np.add.reduceat(np.append(spelled, False), first, dtype=np.int64)
    n_words[first == np.append(first[1:], len(begin))] = 0  # reduceat has no empty sums
    row = _rows_of_words(_hashes(symbols, begin), profile)
    known = np.flatnonzero((row < len(profile.word_hashes)) & (end - begin <= LONGEST_WORD))
    starts = np.searchsorted(known, first)
    return _sum_rows(row[known], starts, profile.word_evidence), n_words


def _hashes(symbols: NDArray[np.uint8], begin: NDArray[np.intp]) -> NDArray[np.uint64]:
    """Return the hash of the word that begins at each position; the 0s after it add nothing."""
    if not len(begin):
        return np.zeros(0, np.uint64)
    letters = symbols[begin[0] :]
    first = (begin - begin[0]).astype(np.int32)
    sizes = np.diff(first, append=len(letters))
    place = np.arange(len(letters), dtype=np.int32) - np.repeat(first, sizes)
    product = POWERS.take(place, mode="clip") * letters
    total = np.cumsum(product)
    return np.diff(total[first + sizes - 1], prepend=np.uint64(0))


def _rows_of_words(hashes: NDArray[np.uint64], profile: ScriptProfile) -> NDArray[np.int64]:
    """Return where each hash stands among the known ones; their number, where it doesn't."""
    known = profile.word_hashes
    row = profile.word_buckets[(hashes >> np.uint64(BUCKET_SHIFT)).astype(np.intp)]
    for _ in range(profile.fullest_bucket):
        row = row + (known.take(row, mode="clip") < hashes)
    return np.where(known.take(row, mode="clip") == hashes, row, len(known))


def ngram_evidence(stream: Stream, profile: ScriptProfile) -> NDArray[np.float32]:
    """Sum each text's n-gram evidence, shape (n, columns), zeros as in the profile."""
    letters = stream.symbols * (stream.symbols < FIRST_DIGIT)
    gap = letters == 0
    double = np.zeros(len(gap), bool)
    double[1:] = gap[1:] & gap[:-1]
    double[stream.starts[1:] - 1] = False
    double[-1:] = False
    starts = stream.starts - np.searchsorted(np.flatnonzero(double), stream.starts)
    symbols = np.concatenate([[0, 0], letters[~double]]).astype(np.int32)
    gram = (symbols[:-2] * profile.size + symbols[1:-1]) * profile.size + symbols[2:]
    return _sum_rows(profile.row_of.take(gram, mode="wrap"), starts, profile.evidence)


def _sum_rows(
    rows: NDArray[np.integer], starts: NDArray[np.integer], evidence: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Sum the evidence of each text's rows, shape (n, columns)."""
    bounds = np.append(starts, len(rows)).astype(np.int32)
    ones = np.ones(len(rows), np.float32)
    matrix = sparse.csr_matrix((ones, rows.astype(np.int32), bounds), (len(starts), len(evidence)))
    return matrix @ evidence
