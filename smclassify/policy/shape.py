"""The shape of a draft that only pushes: links and hashtags for words, shouting."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.policy.hits import Hit
from smclassify.policy.schema import Policy
from smclassify.text.batch import SEPARATOR, TextBatch

_WORDS_ENOUGH: Final = 12
"""Letters beside a link from which on something has been said."""

_SHARE: Final = 0.5
_HASHTAGS: Final = 8
_SHOUTED: Final = 0.5
_SHOUTED_LETTERS: Final = 24
_SHOUTED_WORDS: Final = 3
_LONGEST_WORD: Final = 20
"""Letters; what is longer is a key or a link."""

_CAPITAL, _SMALL, _NO_WORD, _BETWEEN = range(1, 5)
_LAST_LATIN: Final = 0x24F
_FIRST_SYLLABLE: Final = 0x3040
_LAST_SYLLABLE: Final = 0xD7A3
_LETTERS_A_SYLLABLE: Final = 3
"""What a Chinese character or a Korean syllable is worth."""

_LETTERS_ABROAD: Final = (
    (0xC0, 0x1FFF),
    (_FIRST_SYLLABLE, _LAST_SYLLABLE),
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
)
_NO_PROSE: Final = ("url", "email", "mention", "hashtag", "placeholder")


def _covered(batch: TextBatch, *kinds: str) -> NDArray[np.int64]:
    """Return how many characters of each text stand in spans of some kinds."""
    covered = np.zeros(len(batch), np.int64)
    for kind in kinds:
        spans = batch.spans.get(kind)
        if spans is not None and len(spans):
            sizes = spans[:, 1] - spans[:, 0]
            covered += np.bincount(batch.text_of(spans[:, 0]), sizes, minlength=len(batch)).astype(
                np.int64
            )
    return covered


def _letters(batch: TextBatch) -> NDArray[np.int64]:
    """Return how many letters each text has outside links, mentions and hashtags."""
    codes = batch.codes
    letter = ((codes | 32) >= ord("a")) & ((codes | 32) <= ord("z"))
    # Neither arrows nor emoji, nor Chinese punctuation, say anything.
    for first, last in _LETTERS_ABROAD:
        letter |= (codes >= first) & (codes <= last)
    return _sums(batch, letter & ~_in_spans(batch, "url", "hashtag", "mention"))


class BareLinkRecognizer:
    """A link with next to nothing said about it."""

    rule = "bare-link"
    label = "spammy"
    reason = "link_dump"
    severity = "block"

    def find(self, batch: TextBatch, policy: Policy) -> Iterator[Hit]:
        """Return the texts that are a link and hardly a word."""
        linked = batch.count_spans("url") > 0
        for text in np.flatnonzero(linked & (_letters(batch) < _WORDS_ENOUGH)).tolist():
            yield Hit(self.rule, text, *_first(batch, "url", text))


class LinkShareRecognizer:
    """A text that is mostly links, hashtags and mentions."""

    rule = "mostly-links"
    label = "spammy"
    reason = "link_dump"
    severity = "warn"

    def find(self, batch: TextBatch, policy: Policy) -> Iterator[Hit]:
        """Return the texts of which half or more is links, hashtags and mentions."""
        covered = _covered(batch, "url", "hashtag", "mention")
        several = batch.count_spans("url") + batch.count_spans("hashtag") > 1
        mostly = several & (covered >= _SHARE * np.maximum(batch.lengths, 1))
        for text in np.flatnonzero(mostly).tolist():
            share = f"{covered[text] / batch.lengths[text]:.0%}"
            yield Hit(self.rule, text, 0, 0, details={"share": share})


class HashtagWallRecognizer:
    """A wall of hashtags."""

    rule = "hashtag-wall"
    label = "spammy"
    reason = "hashtag_stuffing"
    severity = "block"

    def find(self, batch: TextBatch, policy: Policy) -> Iterator[Hit]:
        """Return the texts with more hashtags than anybody reads."""
        counts = batch.count_spans("hashtag")
        for text in np.flatnonzero(counts > _HASHTAGS).tolist():
            details = {"count": str(counts[text])}
            yield Hit(self.rule, text, *_first(batch, "hashtag", text), details=details)


class ShoutingRecognizer:
    """A text in capitals."""

    rule = "shouting"
    label = "spammy"
    reason = "hard_sell"
    severity = "warn"

    def find(self, batch: TextBatch, policy: Policy) -> Iterator[Hit]:
        """Return the texts whose words are mostly in capitals.

        Keys, product codes and account numbers are no words: what holds a digit or is too
        long for one isn't counted, and neither are links, tags and placeholders.
        """
        many = _sums(batch, _kinds(batch) == _CAPITAL) >= _SHOUTED_LETTERS
        rows = np.flatnonzero(many)
        if len(rows):
            for text in rows[_shouted(batch.take(rows.tolist()))].tolist():
                yield Hit(self.rule, text, 0, 0)


def _shouted(batch: TextBatch) -> NDArray[np.bool_]:
    """Return which texts have their words mostly in capitals."""
    kinds = _kinds(batch)
    # A word ends at a space, and every Chinese character and Korean syllable is one.
    syllable = (batch.codes >= _FIRST_SYLLABLE) & (batch.codes <= _LAST_SYLLABLE)
    word = np.cumsum((kinds == _BETWEEN) | syllable)
    no_word = (kinds == _NO_WORD) | _in_spans(batch, *_NO_PROSE)
    capital, small = kinds == _CAPITAL, kinds == _SMALL
    capitals = np.bincount(word, capital)
    letters = capitals + np.bincount(word, small)
    spelled = (np.bincount(word, no_word) == 0) & (letters <= _LONGEST_WORD)
    said = spelled[word]
    first = np.flatnonzero(np.diff(word, prepend=-1))  # of each word, its first place
    loud_word = np.zeros(len(word), bool)
    loud_word[first] = (spelled & (capitals > 1))[word[first]]
    loud = _sums(batch, capital & said)
    enough = (loud >= _SHOUTED_LETTERS) & (_sums(batch, loud_word) >= _SHOUTED_WORDS)
    calm = _sums(batch, small & said) + _LETTERS_A_SYLLABLE * _sums(batch, syllable)
    return enough & (loud >= _SHOUTED * (loud + calm))


def _in_spans(batch: TextBatch, *kinds: str) -> NDArray[np.bool_]:
    """Return which characters stand in spans of some kinds."""
    edges = np.zeros(len(batch.codes) + 1, np.int64)
    for kind in kinds:
        spans = batch.spans.get(kind)
        if spans is not None and len(spans):
            np.add.at(edges, spans[:, 0], 1)
            np.add.at(edges, spans[:, 1], -1)
    return np.cumsum(edges)[:-1] > 0


def _sums(batch: TextBatch, counted: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return how many characters of each text are counted."""
    return np.bincount(batch.text_index, counted, minlength=len(batch)).astype(np.int64)


def _kinds(batch: TextBatch) -> NDArray[np.uint8]:
    return _kinds_of_letters()[np.minimum(batch.codes, _LAST_LATIN + 1)]


@cache
def _kinds_of_letters() -> NDArray[np.uint8]:
    """Return, for each character up to the last Latin one and any beyond, what it is to a word."""
    kinds = np.zeros(_LAST_LATIN + 2, np.uint8)
    for code in range(_LAST_LATIN + 1):
        character = chr(code)
        if character.isupper():
            kinds[code] = _CAPITAL
        elif character.islower():
            kinds[code] = _SMALL
        elif character.isdigit() or character == "_":
            kinds[code] = _NO_WORD
        elif character.isspace() or code == SEPARATOR:
            kinds[code] = _BETWEEN
    return kinds


def _first(batch: TextBatch, kind: str, text: int) -> tuple[int, int]:
    spans = batch.spans[kind]
    start, end = spans[int(np.searchsorted(spans[:, 0], batch.starts[text]))].tolist()
    base = int(batch.starts[text])
    return start - base, end - base
