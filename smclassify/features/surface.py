"""What can be counted in a text without knowing a word of it: signs, runs, lengths.

Two kinds: things that stand somewhere (:data:`SPANS`, counted, and shown where they are)
and measures of the whole text (:data:`MEASURES`). All of them look at a batch at once,
through tables of character classes; what lies in a link or an e-mail doesn't count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, cached_property
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.features.view import FeatureView
from smclassify.text.batch import SEPARATOR, TextBatch
from smclassify.text.characters import (
    DIGIT,
    EMOJI,
    HAN,
    HANGUL,
    KANA,
    LETTER,
    SIZE,
    UPPER,
    WORD,
)
from smclassify.text.scan import shifted
from smclassify.text.spans import as_array, cover

Mask = NDArray[np.bool_]
Spans = NDArray[np.int64]
Values = NDArray[np.float64]

_SIGNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "!": "!",
        "?": "?",
        "marks": "!?",
        "pointers": "👉👇⬇➡→▶▷►☞👈☝👆🔗🔽⤵»",
        "quotes": '"«»「」『』',
        "endings": ".!?。…\n",
        "telephone": "-. ()/",
    }
)
_BITS: Final = {name: np.uint16(1 << place) for place, name in enumerate(_SIGNS)}
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
_SPREAD_TEXTS: Final = np.uint64(0xD6E8FEB86659FD93)


def runs(mask: Mask, shortest: int = 1) -> Spans:
    """Return where a mask holds without a break, at least ``shortest`` long, shape (k, 2)."""
    padded = np.zeros(len(mask) + 2, np.int8)
    padded[1:-1] = mask
    steps = np.diff(padded)
    first, last = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    found = np.column_stack([first, last])
    return found if shortest == 1 else found[last - first >= shortest]


@cache
def _sign_table() -> NDArray[np.uint16]:
    """Return which sets of signs each code point is in, as bits, shape (0x110000,)."""
    table = np.zeros(SIZE, np.uint16)
    for name, characters in _SIGNS.items():
        table[[ord(character) for character in characters]] |= _BITS[name]
    return table


class Surface:
    """A batch of texts and the character classes that the counts share."""

    def __init__(self, batch: TextBatch) -> None:
        self.batch = batch
        self.codes = batch.codes
        self.classes = batch.classes
        self.signs = _sign_table()[batch.codes]
        self.text = batch.text_index

    def has(self, signs: str) -> Mask:
        """Return which code points are in a set of :data:`_SIGNS`, outside addresses."""
        return (self.signs & _BITS[signs] > 0) & self.free

    def spans(self, kind: str) -> Spans:
        """Return the spans of a kind that normalising found, shape (k, 2)."""
        return self.batch.spans.get(kind, as_array([]))

    def each(self, signs: str) -> Spans:
        """Return a span for each sign of a set."""
        at = np.flatnonzero(self.has(signs))
        return np.column_stack([at, at + 1])

    @cached_property
    def free(self) -> Mask:
        """Which code points lie outside links, e-mails and mentions."""
        kinds = ("url", "email", "mention")
        return ~cover(len(self.codes), *(self.spans(kind) for kind in kinds))

    @cached_property
    def word(self) -> Mask:
        """Which code points are letters or digits, outside addresses."""
        return (self.classes & WORD > 0) & self.free

    @cached_property
    def emoji(self) -> Mask:
        """Which code points are emoji, and begin one: no joined part, no second flag letter."""
        emoji = (self.classes & EMOJI > 0) & self.free
        joiner = self.codes == 0x200D
        flag = (self.codes >= 0x1F1E6) & (self.codes < 0x1F200)
        return emoji & ~shifted(joiner, -1) & ~(flag & shifted(flag, -1))

    def total(self, mask: Mask) -> Values:
        """Return how many code points of each text a mask holds, shape (n,)."""
        return np.bincount(self.text[mask], minlength=len(self.batch)).astype(float)

    def number(self, spans: Spans) -> Values:
        """Return how many spans begin in each text, shape (n,)."""
        return np.bincount(self.text[spans[:, 0]], minlength=len(self.batch)).astype(float)

    def covered(self, kind: str) -> Values:
        """Return how many code points of each text lie in spans of a kind, shape (n,)."""
        spans = self.spans(kind)
        sizes = spans[:, 1] - spans[:, 0]
        return np.bincount(self.text[spans[:, 0]], sizes, len(self.batch)).astype(float)

    def length(self) -> Values:
        """Return the number of characters of each text, at least 1, shape (n,)."""
        return np.maximum(self.batch.lengths, 1).astype(float)


def _capital_words(surface: Surface) -> Spans:
    word = surface.word
    found = runs(word & (surface.classes & UPPER > 0), 3)
    # The end of every batch is a separator, so there is something after every run.
    first, after = found.T
    return found[~((first > 0) & word[first - 1]) & ~word[after]]


def _phone_numbers(surface: Surface) -> Spans:
    digit = (surface.classes & DIGIT > 0) & surface.free
    between = surface.has("telephone") & shifted(digit, -1)
    found = runs(digit | (between & shifted(digit, 1)), 9)
    if not len(found):
        return found
    digits = np.concatenate([[0], np.cumsum(digit)])
    n_digits = digits[found[:, 1]] - digits[found[:, 0]]
    return found[(n_digits >= 9) & (n_digits <= 15)]


def _opening_mentions(surface: Surface) -> Spans:
    """Return the mentions that a text opens with: it answers somebody."""
    mentions = surface.spans("mention")
    starts = surface.batch.starts[surface.text[mentions[:, 0]]]
    # Weibo puts 回复 before the name and a few more signs may be in the way.
    opening = mentions[:, 0] - starts <= 3
    return mentions[opening & ~_is_address(surface, mentions)]


def _mentions(surface: Surface) -> Spans:
    mentions = surface.spans("mention")
    return mentions[~_is_address(surface, mentions)]


def _is_address(surface: Surface, mentions: Spans) -> Mask:
    """Return which mentions only say to whom a text speaks."""
    return np.isin(mentions[:, 0], surface.spans("address")[:, 0])


def _numbers(surface: Surface) -> Spans:
    return runs((surface.classes & DIGIT > 0) & surface.free)


def _emoji(surface: Surface) -> Spans:
    at = np.flatnonzero(surface.emoji)
    return np.column_stack([at, at + 1])


def _capitals_share(surface: Surface) -> Values:
    latin = surface.classes & (LETTER | HAN | HANGUL | KANA) == LETTER
    letters = surface.total(latin & surface.free)
    capitals = surface.total((surface.classes & UPPER > 0) & surface.free)
    return capitals / np.maximum(letters, 1)


def _average_sentence(surface: Surface) -> Values:
    ends = surface.has("endings")
    last = surface.total(ends & ~shifted(ends, -1))
    return surface.length() / np.maximum(last, 1)


def _repeated_share(surface: Surface, view: FeatureView) -> Values:
    """Return which share of the 3-grams within a text's words it has already had."""
    filled = (view.codes != SEPARATOR) & (view.codes != ord(" "))
    at = np.flatnonzero(filled[:-2] & filled[1:-1] & filled[2:])
    text = view.text[at]
    keys = view.codes[at].astype(np.uint64) << np.uint64(42)
    keys ^= view.codes[at + 1].astype(np.uint64) << np.uint64(21)
    keys ^= view.codes[at + 2]
    n = len(surface.batch)
    again = np.bincount(text[repeats(keys, text)], minlength=n)
    return again / np.maximum(np.bincount(text, minlength=n), 1)


def repeats(keys: NDArray[np.uint64], text: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return where texts have keys that they have elsewhere too, for each key all but once.

    Keys are written into a table at a place that their hash says; who finds itself
    overwritten by its equal is a repetition, who finds another there tries again with those
    left, at another place. Sorting would take four times as long.

    Parameters
    ----------
    keys : ndarray of uint64, shape (k,)
    text : ndarray of int32, shape (k,)
        The text each one stands in.

    Returns
    -------
    ndarray of int64
        Indices into ``keys``.
    """
    found = [np.zeros(0, np.int64)]
    left = np.arange(len(keys))
    mixed = (keys ^ (text.astype(np.uint64) * _SPREAD_TEXTS)) * _SPREAD
    while len(left):
        bits = len(left).bit_length() + 1
        place = (mixed >> np.uint64(64 - bits)).view(np.int64)
        table = np.empty(1 << bits, np.int32)
        table[place] = np.arange(len(left), dtype=np.int32)
        winner = table[place]
        lost = np.flatnonzero(winner != np.arange(len(left)))
        mine, other = left[lost], left[winner[lost]]
        equal = (keys[mine] == keys[other]) & (text[mine] == text[other])
        found.append(mine[equal])
        left = mine[~equal]
        mixed = (mixed[lost[~equal]] ^ (mixed[lost[~equal]] >> np.uint64(29))) * _SPREAD
    return np.concatenate(found)


SPANS: Final[Mapping[str, Callable[[Surface], Spans]]] = MappingProxyType(
    {
        "links": lambda surface: surface.spans("url"),
        "mentions": _mentions,
        "opening_mentions": _opening_mentions,
        "hashtags": lambda surface: surface.spans("hashtag"),
        "prices": lambda surface: surface.spans("price"),
        "placeholders": lambda surface: surface.spans("placeholder"),
        "exclamations": lambda surface: surface.each("!"),
        "exclamation_runs": lambda surface: runs(surface.has("marks"), 2),
        "questions": lambda surface: surface.each("?"),
        "emoji": _emoji,
        "pointers": lambda surface: surface.each("pointers"),
        "numbers": _numbers,
        "phone_numbers": _phone_numbers,
        "capital_words": _capital_words,
        "quotes": lambda surface: surface.each("quotes"),
    }
)
"""Things that stand somewhere: name to where they stand in ``TextBatch.codes``."""

SHARES: Final = frozenset({"hashtag_share", "link_share", "capitals_share", "repeated_share"})
"""The measures that are a share from 0 to 1; all others are lengths."""

MEASURES: Final[Mapping[str, Callable[[Surface, FeatureView], Values]]] = MappingProxyType(
    {
        "hashtag_share": lambda surface, _: surface.covered("hashtag") / surface.length(),
        "link_share": lambda surface, _: surface.covered("url") / surface.length(),
        "capitals_share": lambda surface, _: _capitals_share(surface),
        "length": lambda surface, _: surface.batch.lengths.astype(float),
        "sentence_length": lambda surface, _: _average_sentence(surface),
        "repeated_share": _repeated_share,
    }
)
"""Measures of the whole text: name to values, shape (n,)."""
