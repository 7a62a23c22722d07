"""spaCy's tokens of a whole batch, each distinct word tokenised once.

spaCy's rule-based tokenizer splits a text at white space and then treats every piece on its
own; so does its Chinese segmenter with every character. Comments repeat the same pieces
over and over: each distinct one goes through spaCy once, and the batch is put together
from the results with NumPy. The tokens are those of ``nlp(text)``, several times faster;
``tests/test_tokens.py`` holds the two against each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smclassify.labels import LANGUAGES
from smclassify.text.batch import SEPARATOR, TextBatch
from smclassify.text.characters import SPACE, class_table
from smclassify.text.pipelines import LONGEST_PIECE, OTHER, blank_pipeline, token_attributes

_BASE = np.uint64(0x9E3779B97F4A7C15)
# pow(_BASE, -1, 2**64): lets a piece's hash be taken from differences of one running sum.
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 2**64))


@dataclass(frozen=True)
class Tokens:
    """The tokens of a batch, in order.

    Attributes
    ----------
    lower : ndarray of uint64, shape (T,)
        spaCy's ``LOWER`` id of each token: the hash of its lower-case form, the same in
        every process.
    start : ndarray of int64, shape (T,)
        Index of its first code point in ``TextBatch.codes``.
    size : ndarray of int64, shape (T,)
        Its number of code points.
    text : ndarray of int64, shape (T,)
        Which text it is in.
    """

    lower: NDArray[np.uint64]
    start: NDArray[np.int64]
    size: NDArray[np.int64]
    text: NDArray[np.int64]


class _PieceCache:
    """The tokens of the pieces seen so far, of one language."""

    def __init__(self, language: str, max_pieces: int) -> None:
        self.language = language
        self.max_pieces = max_pieces
        self.clear()

    def clear(self) -> None:
        self.row_of: dict[int, int] = {}
        self.lower = np.zeros(0, np.uint64)
        self.offset = np.zeros(0, np.int64)
        self.size = np.zeros(0, np.int64)
        self.begin = np.zeros(1, np.int64)

    def rows(
        self, keys: list[int], pieces: list[tuple[int, int]], joined: str
    ) -> NDArray[np.int64]:
        """Return the cache row of each key; pieces not met before go through spaCy."""
        if len(self.row_of) > self.max_pieces:
            self.clear()  # flat memory over any number of texts
        new = [k for k, key in enumerate(keys) if key not in self.row_of]
        if new:
            self._add([keys[k] for k in new], [joined[slice(*pieces[k])] for k in new])
        row_of = self.row_of
        return np.fromiter((row_of[key] for key in keys), np.int64, len(keys))

    def _add(self, keys: list[int], pieces: list[str]) -> None:
        nlp = blank_pipeline(self.language)
        lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
        starts = np.concatenate([[0], np.cumsum(lengths + 1)[:-1]])
        # A zone lets spaCy forget the strings again, or its vocabulary would grow for ever.
        with nlp.memory_zone():
            table = token_attributes(nlp, " ".join(pieces)).astype(np.uint64)
        lower, index = table[:, 0], table[:, 1].astype(np.int64)
        piece = np.searchsorted(starts, index, side="right") - 1
        ends = np.append(index[1:], starts[-1] + lengths[-1])
        size = np.minimum(ends, starts[piece] + lengths[piece]) - index
        counts = np.bincount(piece, minlength=len(pieces))
        first_row = len(self.begin) - 1
        self.row_of.update(zip(keys, range(first_row, first_row + len(keys)), strict=True))
        self.lower = np.concatenate([self.lower, lower])
        self.offset = np.concatenate([self.offset, index - starts[piece]])
        self.size = np.concatenate([self.size, size])
        self.begin = np.concatenate([self.begin, self.begin[-1] + np.cumsum(counts)])


class Tokenizer:
    """Tokenises batches with spaCy's blank pipelines.

    Parameters
    ----------
    max_pieces : int, default 200_000
        How many distinct pieces a language remembers before it starts anew.
    """

    def __init__(self, max_pieces: int = 200_000) -> None:
        codes = (*LANGUAGES, OTHER)
        self._caches = {code: _PieceCache(code, max_pieces) for code in codes}

    def tokens(self, batch: TextBatch) -> Tokens:
        """Return the tokens of every text, by the pipeline of its language."""
        start, end = _pieces(batch)
        text = batch.text_of(start)
        hashes = _piece_hashes(batch.codes, start, end)
        language = _language_index(batch)[text]
        parts = []
        for index, cache in enumerate(self._caches.values()):
            mine = np.flatnonzero(language == index)
            if len(mine):
                parts.append(_gather(cache, hashes[mine], start[mine], end[mine], batch.joined))
        if not parts:
            none = np.zeros(0, np.int64)
            return Tokens(none.astype(np.uint64), none, none, none)
        lower, at, size = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.argsort(at, kind="stable")
        return Tokens(lower[order], at[order], size[order], batch.text_of(at[order]))


def _language_index(batch: TextBatch) -> NDArray[np.int64]:
    known = {code: index for index, code in enumerate(LANGUAGES)}
    other = len(LANGUAGES)
    found = [known.get(code, other) for code in batch.languages]
    return np.array(found or [other] * len(batch), np.int64)


def _pieces(batch: TextBatch) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the pieces are that spaCy treats on their own."""
    classes = class_table()[batch.codes]
    blank = (classes & SPACE > 0) | (batch.codes == SEPARATOR)
    before = np.concatenate([[True], blank[:-1]])
    after = np.concatenate([blank[1:], [True]])
    index = np.arange(len(blank))
    run_start = np.maximum.accumulate(np.where(before | blank, index, 0))
    cut = (index - run_start) % LONGEST_PIECE == 0
    before = before | cut
    after = after | np.concatenate([cut[1:], [True]])
    chinese = np.array([code == "zh" for code in batch.languages] or [False] * len(batch), bool)
    if chinese.any():
        single = np.repeat(chinese, batch.lengths + 1)
        before, after = before | single, after | single
    return np.flatnonzero(~blank & before), np.flatnonzero(~blank & after) + 1


def _piece_hashes(
    codes: NDArray[np.uint32], start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """Return a 64-bit polynomial hash of each piece, from one running sum."""
    powers = np.cumprod(np.full(len(codes), _BASE, np.uint64))
    sums = np.concatenate(
        [np.zeros(1, np.uint64), np.cumsum((codes + 1).astype(np.uint64) * powers)]
    )
    inverse = np.cumprod(np.full(len(codes), _INVERSE, np.uint64))
    hashes = (sums[end] - sums[start]) * inverse[start]
    return hashes ^ (hashes >> np.uint64(32)) ^ (end - start).astype(np.uint64)


def _gather(
    cache: _PieceCache,
    hashes: NDArray[np.uint64],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    joined: str,
) -> tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.int64]]:
    """Return (LOWER, start, size) of all tokens of one language's pieces."""
    keys, first, inverse = np.unique(hashes, return_index=True, return_inverse=True)
    pieces = list(zip(start[first].tolist(), end[first].tolist(), strict=True))
    rows = cache.rows(keys.tolist(), pieces, joined)[inverse]
    begin, count = cache.begin[rows], cache.begin[rows + 1] - cache.begin[rows]
    piece = np.repeat(np.arange(len(start)), count)
    within = np.arange(len(piece)) - np.repeat(np.cumsum(count) - count, count)
    source = begin[piece] + within
    return cache.lower[source], start[piece] + cache.offset[source], cache.size[source]
