"""spaCy's tokens of a whole batch, each distinct word tokenised once.

spaCy's rule-based tokenizer splits a text at white space and then treats every piece on its
own; so does its Chinese segmenter with every character. Comments repeat the same pieces
over and over: each distinct one goes through spaCy once, and the batch is put together
from the results with NumPy. The tokens are those of ``nlp(text)``, several times faster;
``tests/test_tokens.py`` holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.labels import LANGUAGES
from smclassify.text.batch import SEPARATOR, TextBatch
from smclassify.text.characters import SPACE
from smclassify.text.hashtable import HashTable
from smclassify.text.pieces import PieceTokenizer
from smclassify.text.pipelines import LONGEST_PIECE, OTHER

_CODES: Final = (*LANGUAGES, OTHER)
_BASE: Final = np.uint64(0x9E3779B97F4A7C15)
_POWERS: Final = np.cumprod(np.full(LONGEST_PIECE, _BASE, np.uint64))


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
    """The tokens of the pieces seen so far; a piece is known by its hash and its language."""

    def __init__(self) -> None:
        self._tokenizers: dict[int, PieceTokenizer] = {}
        self.clear()

    def clear(self) -> None:
        self.rows = HashTable()
        self.begin = np.zeros(1, np.int64)
        self.lower = np.zeros(0, np.uint64)
        self.offset = np.zeros(0, np.int8)
        self.size = np.zeros(0, np.int8)

    def add(self, keys: NDArray[np.uint64], language: int, pieces: list[str]) -> None:
        """Take in distinct pieces of a language that are not there yet."""
        if language not in self._tokenizers:
            self._tokenizers[language] = PieceTokenizer(_CODES[language])
        tokens = self._tokenizers[language].tokens(pieces)
        self.rows.add(keys)
        self.begin = np.append(self.begin, self.begin[-1] + np.cumsum(tokens.count))
        self.lower = np.append(self.lower, tokens.lower)
        self.offset = np.append(self.offset, tokens.offset.astype(np.int8))
        self.size = np.append(self.size, tokens.size.astype(np.int8))


class Tokenizer:
    """Tokenises batches with spaCy's blank pipelines.

    Parameters
    ----------
    max_pieces : int, default 400_000
        How many distinct pieces it remembers before it starts anew.
    """

    def __init__(self, max_pieces: int = 400_000) -> None:
        self._max_pieces = max_pieces
        self._cache = _PieceCache()

    def tokens(self, batch: TextBatch, without: Collection[str] = ()) -> Tokens:
        """Return the tokens of every text, by the pipeline of its language.

        Parameters
        ----------
        batch : TextBatch
        without : collection of str, default none
            Languages whose texts are left out, as if they had no tokens.
        """
        language = _language_index(batch)
        left_out = np.isin(language, [_CODES.index(code) for code in without])
        start, end = _pieces(batch, language, left_out)
        text = np.repeat(np.arange(len(batch)), _number_in(start, batch))
        rows = self._rows(batch, start, end, language[text])
        cache = self._cache
        begin = cache.begin[rows]
        count = cache.begin[rows + 1] - begin
        source = np.arange(int(count.sum())) + np.repeat(begin - np.cumsum(count) + count, count)
        return Tokens(
            cache.lower[source],
            np.repeat(start, count) + cache.offset[source],
            cache.size[source].astype(np.int64),
            np.repeat(text, count),
        )

    def _rows(
        self,
        batch: TextBatch,
        start: NDArray[np.int64],
        end: NDArray[np.int64],
        language: NDArray[np.int64],
    ) -> NDArray[np.int32]:
        """Return the cache row of each piece; those not met before go through spaCy."""
        cache = self._cache
        if len(cache.rows) > self._max_pieces:
            cache.clear()  # flat memory over any number of texts
        keys = _keys(batch.codes, start, end, language)
        rows = cache.rows.find(keys)
        missing = np.flatnonzero(rows < 0)
        if not len(missing):
            return rows
        new, first = np.unique(keys[missing], return_index=True)
        first = missing[first]
        for index in range(len(_CODES)):
            mine = np.flatnonzero(language[first] == index)
            if len(mine):
                spans = zip(start[first[mine]].tolist(), end[first[mine]].tolist(), strict=True)
                cache.add(new[mine], index, [batch.joined[a:b] for a, b in spans])
        rows[missing] = cache.rows.find(keys[missing])
        return rows


def _language_index(batch: TextBatch) -> NDArray[np.int64]:
    """Return whose pipeline each text goes through, as an index into ``_CODES``."""
    known = {code: index for index, code in enumerate(LANGUAGES)}
    other = len(LANGUAGES)
    found = [known.get(code, other) for code in batch.languages]
    return np.array(found or [other] * len(batch), np.int64)


def _pieces(
    batch: TextBatch, language: NDArray[np.int64], left_out: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the pieces are that spaCy treats on their own."""
    filled = (batch.classes & SPACE == 0) & (batch.codes != SEPARATOR)
    if left_out.any():
        filled &= np.repeat(~left_out, batch.lengths + 1)
    opens, closes = filled.copy(), filled.copy()
    opens[1:] &= ~filled[:-1]
    closes[:-1] &= ~filled[1:]
    by_character = (language == _CODES.index("zh")) & ~left_out
    if by_character.any():
        single = filled & np.repeat(by_character, batch.lengths + 1)
        opens |= single
        closes |= single
    return _in_short(np.flatnonzero(opens), np.flatnonzero(closes) + 1)


def _in_short(
    start: NDArray[np.int64], end: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pieces cut into parts of at most ``LONGEST_PIECE`` code points."""
    if int((end - start).max(initial=0)) <= LONGEST_PIECE:
        return start, end
    parts = -((start - end) // LONGEST_PIECE)
    piece = np.repeat(np.arange(len(start)), parts)
    nth = np.arange(len(piece)) - np.repeat(np.cumsum(parts) - parts, parts)
    start = start[piece] + nth * LONGEST_PIECE
    return start, np.minimum(start + LONGEST_PIECE, end[piece])


def _number_in(start: NDArray[np.int64], batch: TextBatch) -> NDArray[np.int64]:
    """Return how many of the positions lie in each text, shape (n,)."""
    return np.diff(np.searchsorted(start, np.append(batch.starts, len(batch.codes))))


def _keys(
    codes: NDArray[np.uint32],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    language: NDArray[np.int64],
) -> NDArray[np.uint64]:
    """Return a 64-bit polynomial hash of each piece and its language, never 0."""
    if not len(start):
        return np.zeros(0, np.uint64)
    size = end - start
    first = np.cumsum(size) - size
    within = np.arange(int(size.sum())) - np.repeat(first, size)
    terms = _POWERS[within] * (codes[within + np.repeat(start, size)] + np.uint64(1))
    hashes = np.add.reduceat(terms, first)
    seed = (size * len(_CODES) + language + 1).astype(np.uint64)
    hashes ^= (hashes >> np.uint64(32)) ^ (seed * _BASE)
    return np.maximum(hashes, np.uint64(1))
