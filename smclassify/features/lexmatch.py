"""Finding the words of all lexicons in a whole batch at once.

A table of the entries' first two characters says at which positions an entry could begin
and how long it could be. From there one rolling 64-bit hash grows a character a step, for
all positions at once, and is looked up among the hashes of the entries of that length. A
few times on the way another table says which entries begin with what has been read, and
most positions are done with. No loop over texts or words, and no tokens: all four languages
go through the same pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.features.lexicons import (
    ANY_BIT,
    EVERY_BIT,
    LANGUAGE_BITS,
    Entry,
    all_entries,
    groups,
    lexicons,
)
from smclassify.features.view import FeatureView
from smclassify.labels import UNKNOWN_LANGUAGE
from smclassify.text.batch import SEPARATOR
from smclassify.text.characters import SIZE

Ints = NDArray[np.int64]

LONGEST: Final = 31
"""The longest entry, in characters: lengths are kept as bits of 32."""

_PRIME: Final = np.uint64(0x9E3779B97F4A7C15)
_PAIR_BITS: Final = 18
_TOP_BITS: Final = 18

_WITHIN: Final = np.uint8(1)
_AT_EDGE: Final = np.uint8(2)

_LOOKING_AHEAD: Final = (3, 5, 8)
"""After so many characters the entries that begin with them are looked up."""


@dataclass(frozen=True)
class Hits:
    """Where the entries of the lexicons stand in a batch.

    Attributes
    ----------
    lexicon : ndarray of int64, shape (K,)
        Index of the lexicon.
    text : ndarray of int64, shape (K,)
        The text it stands in.
    start, end : ndarray of int64, shape (K,)
        Where it stands in ``TextBatch.codes``, ``end`` exclusive.
    """

    lexicon: Ints
    text: Ints
    start: Ints
    end: Ints


@dataclass(frozen=True)
class _Openings:
    """Which lengths an entry can have that begins with some character, or pair, as bits."""

    single: NDArray[np.uint32]
    pair: NDArray[np.uint32]

    def at(self, codes: NDArray[np.uint32], pairs: Ints) -> NDArray[np.uint32]:
        return self.single[codes] | self.pair[pairs]


@dataclass(frozen=True)
class _Gates:
    """Whether any entry begins so: ``_WITHIN``, ``_AT_EDGE`` or both; small enough to be fast."""

    single: NDArray[np.uint8]
    pair: NDArray[np.uint8]

    @classmethod
    def of(cls, within: _Openings, at_edge: _Openings) -> _Gates:
        """Return the gates of two kinds of openings."""
        return cls(
            _WITHIN * (within.single > 0) | _AT_EDGE * (at_edge.single > 0),
            _WITHIN * (within.pair > 0) | _AT_EDGE * (at_edge.pair > 0),
        )


@dataclass(frozen=True)
class _Table:
    """The entries of all lexicons, ready to be looked up; rows in the order of the hashes."""

    within: _Openings  # of entries that may begin in the middle of a word
    at_edge: _Openings  # of those that may not
    gates: _Gates
    ahead: NDArray[np.uint32]  # which lengths entries have that begin with a hash, as bits
    possible: NDArray[np.bool_]  # whether some hash has these top bits
    hashes: NDArray[np.uint64]
    first_row: Ints
    n_rows: Ints
    lexicon: Ints
    languages: Ints
    before: NDArray[np.bool_]
    after: NDArray[np.bool_]
    counts: NDArray[np.bool_]


def _grow(hashes: NDArray[np.uint64], codes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Add a character to each hash."""
    grown = (hashes ^ (codes + np.uint64(1))) * _PRIME
    return grown ^ (grown >> np.uint64(29))


def _top(hashes: NDArray[np.uint64]) -> Ints:
    return (hashes >> np.uint64(64 - _TOP_BITS)).astype(np.int64)


def _codes_of(entries: Sequence[Entry]) -> NDArray[np.uint32]:
    """Return the entries' code points, each row filled up with 0, shape (n, LONGEST)."""
    filled = "".join([entry.text.ljust(LONGEST, chr(SEPARATOR)) for entry in entries])
    return np.frombuffer(filled.encode("utf-32-le"), "<u4").reshape(-1, LONGEST)


def _hashes_of(codes: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Return the hash of each row, shape (n,)."""
    hashes = np.zeros(len(codes), np.uint64)
    for column in codes.T.astype(np.uint64):
        hashes = np.where(column != SEPARATOR, _grow(hashes, column), hashes)
    return hashes


def _pair(first: NDArray[np.uint32], second: NDArray[np.uint32]) -> Ints:
    """Return a small number for each pair of characters; a collision only costs time."""
    mixed = first * np.uint32(0x9E3779B1) + second * np.uint32(0x85EBCA6B)
    return (mixed >> np.uint32(32 - _PAIR_BITS)).astype(np.int64)


def _openings(codes: NDArray[np.uint32]) -> _Openings:
    single, pair = np.zeros(SIZE, np.uint32), np.zeros(1 << _PAIR_BITS, np.uint32)
    lengths = np.count_nonzero(codes, axis=1)
    bits = np.uint32(1) << lengths.astype(np.uint32)
    alone = lengths == 1
    np.bitwise_or.at(single, codes[alone, 0], bits[alone])
    np.bitwise_or.at(pair, _pair(codes[~alone, 0], codes[~alone, 1]), bits[~alone])
    return _Openings(single, pair)


def _ahead(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return by the top bits of a hash which lengths entries that begin so can have, as bits."""
    table = np.zeros(1 << _TOP_BITS, np.uint32)
    lengths = np.count_nonzero(codes, axis=1)
    for begun in _LOOKING_AHEAD:
        longer = lengths >= begun
        bits = np.uint32(1) << lengths[longer].astype(np.uint32)
        np.bitwise_or.at(table, _top(_hashes_of(codes[longer, :begun])), bits)
    return table


@cache
def _table() -> _Table:
    entries = all_entries()
    codes = _codes_of(entries)
    values = _hashes_of(codes)
    order = np.argsort(values, kind="stable")
    hashes, first, size = np.unique(values[order], return_index=True, return_counts=True)
    before = np.array([entry.before for entry in entries])
    within, at_edge = _openings(codes[~before]), _openings(codes[before])
    return _Table(
        within,
        at_edge,
        _Gates.of(within, at_edge),
        _ahead(codes),
        np.bincount(_top(hashes), minlength=1 << _TOP_BITS) > 0,
        hashes,
        first.astype(np.int64),
        size.astype(np.int64),
        np.array([entry.lexicon for entry in entries], np.int64)[order],
        np.array([entry.languages for entry in entries], np.int64)[order],
        before[order],
        np.array([entry.after for entry in entries])[order],
        np.array([entry.counts for entry in entries])[order],
    )


def _edges(view: FeatureView) -> NDArray[np.bool_]:
    """Return before which characters a word can begin or end, shape (M + 1,)."""
    group = groups()[view.codes]
    edge = np.ones(len(group) + 1, bool)
    edge[1:-1] = (group[1:] != group[:-1]) | (group[1:] == 0)
    return edge


def _candidates(
    codes: NDArray[np.uint32], edge: NDArray[np.bool_], table: _Table
) -> Iterator[tuple[Ints, int, Ints]]:
    """Yield (positions, length, which hash) of the entries that stand there, by length."""
    # Every text of a view ends with a space, so no entry begins at the very last character.
    head = codes[:-1]
    pairs = _pair(head, codes[1:])
    gates = table.gates.single[head] | table.gates.pair[pairs]
    position = np.flatnonzero(gates & (_WITHIN + _AT_EDGE * edge[:-2]))
    head, pairs, edges = head[position], pairs[position], edge[position]
    lengths = table.within.at(head, pairs)
    lengths[edges] |= table.at_edge.at(head[edges], pairs[edges])
    hashes = np.zeros(len(position), np.uint64)
    for length in range(1, LONGEST + 1):
        alive = (lengths >> np.uint32(length) > 0) & (position + length <= len(codes))
        if not alive.all():
            position, lengths, hashes = position[alive], lengths[alive], hashes[alive]
        if not len(position):
            return
        hashes = _grow(hashes, codes[position + length - 1].astype(np.uint64))
        if length in _LOOKING_AHEAD:
            lengths &= table.ahead[_top(hashes)]
        due = np.flatnonzero(lengths >> np.uint32(length) & np.uint32(1))
        # A search costs twenty times a look at a table, and nearly all would be in vain.
        due = due[table.possible[_top(hashes[due])]]
        found = np.searchsorted(table.hashes, hashes[due])
        found[found == len(table.hashes)] = 0
        right = table.hashes[found] == hashes[due]
        yield position[due[right]], length, found[right]


def language_bits(languages: Sequence[str], n: int) -> Ints:
    """Return which languages' entries apply to each text, as bits, shape (n,).

    Those of all languages where the language is unknown; where it is one that the lexicons
    don't have, only those that speak in every language.
    """
    if not languages:
        return np.full(n, EVERY_BIT, np.int64)
    known = dict.fromkeys(languages, ANY_BIT) | LANGUAGE_BITS
    known |= dict.fromkeys(("", UNKNOWN_LANGUAGE), EVERY_BIT)
    return np.fromiter(map(known.__getitem__, languages), np.int64, n)


def _apart(
    lexicon: Ints, start: Ints, end: Ints, counts: NDArray[np.bool_]
) -> tuple[Ints, Ints, Ints]:
    """Return lexicon, start and end of the hits when those of one lexicon that overlap are one.

    The first, and of those the longest, decides whether they count.
    """
    # One number for each hit sorts as lexicon, start and falling end would.
    width = int(end.max(initial=0)) + 1
    order = np.argsort((lexicon * width + start) * (LONGEST + 1) - (end - start), kind="stable")
    lexicon, start, end = lexicon[order], start[order], end[order]
    # With the lexicons laid one after another on a line, one running maximum serves all.
    shift = lexicon * width
    reach = np.maximum.accumulate(end + shift)
    opens = np.ones(len(order) + 1, bool)
    opens[1:-1] = start[1:] + shift[1:] >= reach[:-1]
    first, last = np.flatnonzero(opens[:-1]), np.flatnonzero(opens[1:])
    counted = counts[order][first]
    first, last = first[counted], last[counted]
    return lexicon[first], start[first], reach[last] - shift[last]


def find(view: FeatureView, languages: Sequence[str]) -> Hits:
    """Find every entry of every lexicon in a batch.

    Parameters
    ----------
    view : FeatureView
        The folded characters of the batch.
    languages : sequence of str
        The language of each text; empty when nobody has asked.

    Returns
    -------
    Hits
        Lexicon by lexicon, in the order of the texts; hits of one lexicon don't overlap.
    """
    table = _table()
    edge = _edges(view)
    none = np.zeros(0, np.int64)
    found = list(_candidates(view.codes, edge, table)) if len(view.codes) else []
    start = np.concatenate([none, *(position for position, _, _ in found)])
    length = np.concatenate([none, *(np.full(len(p), n, np.int64) for p, n, _ in found)])
    which = np.concatenate([none, *(index for _, _, index in found)])
    # A word that stands in several lexicons is a hit of each.
    rows = table.n_rows[which]
    within = np.arange(rows.sum()) - np.repeat(np.cumsum(rows) - rows, rows)
    row = np.repeat(table.first_row[which], rows) + within
    start, end = np.repeat(start, rows), np.repeat(start + length, rows)
    fits = language_bits(languages, view.n_texts)[view.text[start]] & table.languages[row] > 0
    fits &= edge[start] | ~table.before[row]
    fits &= edge[end] | ~table.after[row]
    start, end, row = start[fits], end[fits], row[fits]
    lexicon, start, end = _apart(table.lexicon[row], start, end, table.counts[row])
    return Hits(
        lexicon,
        view.text[start].astype(np.int64),
        view.begin[start].astype(np.int64),
        view.end[end - 1].astype(np.int64),
    )


def count(view: FeatureView, languages: Sequence[str]) -> Ints:
    """Return how often each text has words of each lexicon, shape (n, number of lexicons)."""
    hits = find(view, languages)
    width = len(lexicons())
    cells = np.bincount(hits.text * width + hits.lexicon, minlength=view.n_texts * width)
    return cells.reshape(view.n_texts, width)
