"""The evidence within a script: n-grams and words, summed for all texts at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from smclassify.text.langtable import FIRST_DIGIT, LONGEST_WORD, POWERS, ScriptProfile


@dataclass(frozen=True)
class Stream:
    """Symbols of some texts, one after another, each text closed by a 0."""

    symbols: NDArray[np.uint8]
    starts: NDArray[np.int64]

    def keep(self, wanted: NDArray[np.bool_]) -> Stream:
        """Drop symbols, of no text the closing 0."""
        kept_before: NDArray[np.int64] = np.cumsum(wanted) - wanted
        return Stream(self.symbols[wanted], kept_before[self.starts])


def word_evidence(
    stream: Stream, profile: ScriptProfile
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Sum the weights of each text's words that a language is known by; count all its words.

    Returns
    -------
    evidence : ndarray of float32, shape (n, languages)
    n_words : ndarray of int64, shape (n,)
        Words with a letter in them.
    """
    symbols = stream.symbols
    inside = symbols > 0
    before = np.concatenate([[False], inside[:-1]])
    begin = np.flatnonzero(inside & ~before)
    end = np.flatnonzero(before & ~inside)
    length = end - begin
    letters = np.flatnonzero(inside)
    place = letters - np.repeat(begin, length)
    product = symbols[letters] * POWERS[np.minimum(place, LONGEST_WORD - 1)]
    word_starts = np.cumsum(length) - length
    hashes = np.add.reduceat(product, word_starts)
    spelled = np.minimum.reduceat(symbols[letters], word_starts) < FIRST_DIGIT
    known = profile.word_hashes
    row = np.searchsorted(known, hashes)
    row[row == len(known)] = 0
    row = np.where((known[row] == hashes) & (length <= LONGEST_WORD), row, len(known))
    first = np.searchsorted(begin, stream.starts)
    n_words = np.add.reduceat(np.append(spelled, False), first, dtype=np.int64)
    n_words[first == np.append(first[1:], len(begin))] = 0  # reduceat has no empty sums
    return _sum_rows(row, first, profile.word_evidence), n_words


def ngram_evidence(stream: Stream, profile: ScriptProfile) -> NDArray[np.float32]:
    """Sum each text's n-gram evidence, shape (n, languages)."""
    letters = Stream(np.where(stream.symbols < FIRST_DIGIT, stream.symbols, 0), stream.starts)
    gap = letters.symbols == 0
    double = np.concatenate([[False], gap[1:] & gap[:-1]])
    ends = np.concatenate([stream.starts[1:], [len(gap)]]) - 1
    double[ends] = False
    tidy = letters.keep(~double)
    symbols = np.concatenate([[0, 0], tidy.symbols]).astype(np.int32)
    gram = (symbols[:-2] * profile.size + symbols[1:-1]) * profile.size + symbols[2:]
    return _sum_rows(profile.row_of[gram], tidy.starts, profile.evidence)


def _sum_rows(
    rows: NDArray[np.integer], starts: NDArray[np.integer], evidence: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Sum the evidence of each text's rows, shape (n, columns)."""
    bounds = np.concatenate([starts, [len(rows)]]).astype(np.int64)
    ones = np.ones(len(rows), np.float32)
    matrix = sparse.csr_matrix((ones, rows.astype(np.int32), bounds), (len(starts), len(evidence)))
    return matrix @ evidence
