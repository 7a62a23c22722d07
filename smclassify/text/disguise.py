"""Words in disguise: look-alike letters, leetspeak, letters set apart.

Spammers write "frее" with Cyrillic letters, "fr33" with digits and "f r e e" with spaces.
Honest texts hold Russian words, order numbers and initials: each rule here says what keeps
it off those.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from smclassify.text.characters import HAN, HANGUL, LATIN, LETTER, LOOKALIKES
from smclassify.text.scan import Positions, Scan, runs
from smclassify.text.traits import (
    ASCII_LETTER,
    FOREIGN,
    LEET,
    LEET_SIGNS,
    MAYBE_WORD,
    NUMERIC,
    SETS_APART,
)

Edit = tuple[int, int, str]

_FOREIGN = "\u0370-\u03ff\u0400-\u052f"
_LATIN = "A-Za-z\u00c0-\u024f"
_HAS_FOREIGN = re.compile(f"[{_FOREIGN}]")
_FOREIGN_WORD = re.compile(f"[{_LATIN}{_FOREIGN}]+")
_LATIN_LETTER = re.compile(f"[{_LATIN}]")
_TRANSLATE = str.maketrans(LOOKALIKES)


def _read_words() -> dict[str, tuple[str, ...]]:
    """Return the words of ``hidden_words.toml`` by script."""
    path = Path(__file__).with_name("hidden_words.toml")
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {script: tuple(" ".join(lists.values()).split()) for script, lists in tables.items()}


_WORDS: Final = _read_words()
HIDDEN_WORDS: Final = frozenset(_WORDS["latin"])
"""Words worth hiding. Only these are read out of a disguise that an order number, a product
name or a typing slip could also wear."""

_DIGIT_LETTERS = str.maketrans(LEET_SIGNS, "oieastaseibl")
_LEET_WORD = re.compile(
    r"(?<![\w@#/.&$€-])(?=[A-Za-z0-9@$€!|]{0,19}[A-Za-z])(?=[A-Za-z]{0,19}[013457@$€!8|])"
    r"[A-Za-z013457@$€!8|]{3,20}(?![\w@/-]|\.\w)"
)
_LONGEST_WORD: Final = 20
_LEET_RUN = re.compile(r"[a-z](?:[01345$@7]|00|33)(?=[a-z])")

_MARK_CLASS = r"[ .\-_*·~|/]"

# Single letters set apart by the same mark, at least three of them; "J. K. Rowling" has two,
# "plan B" has one.
_SPACED_OUT = re.compile(
    rf"(?<![^\W_])[^\W\d_](?P<mark>{_MARK_CLASS})[^\W\d_](?:(?P=mark)[^\W\d_])+(?![^\W_])"
)
_HANGUL = re.compile("[\uac00-\ud7a3]")
# "il y a à boire", "y a t il": French has words of one letter.
_FRENCH_LETTER_WORDS = frozenset("aàyôt")
# "S/M/L" and "상·중·하" are lists.
_LISTING = frozenset("/·")

# Korean has many words of one syllable ("그 옷 안 사"), and two Chinese characters set apart
# are mostly two words, so with a plain space only what is worth hiding is joined.
_HIDDEN_CJK: Final = _WORDS["cjk"]
_CJK_PAIRS: Final = [word for word in _HIDDEN_CJK if len(word) == 2]
_SPACED_PAIR = re.compile(
    "|".join(
        rf"(?<![\uac00-\ud7a3\u4e00-\u9fff]){word[0]}{_MARK_CLASS}{{1,2}}{word[1]}"
        for word in _CJK_PAIRS
    )
)
_PAIR_FIRST = "".join(sorted({word[0] for word in _CJK_PAIRS}))
_PAIR_SECOND = "".join(sorted({word[1] for word in _CJK_PAIRS}))


def find_lookalikes(scan: Scan) -> Iterator[Edit]:
    """Yield the words that mix Latin with look-alike Cyrillic or Greek letters.

    In a text that is otherwise Latin, a word made of look-alikes alone counts too; a text
    with Cyrillic or Greek letters that look like nothing Latin is left as it is, except for
    its mixed words.
    """
    for start, end in scan.texts_with(scan.where(FOREIGN)):
        content = scan.joined[start:end]
        foreign = set(_HAS_FOREIGN.findall(content))
        all_alike = foreign <= LOOKALIKES.keys() and _LATIN_LETTER.search(content) is not None
        for word in _FOREIGN_WORD.finditer(content):
            mixed = _LATIN_LETTER.search(word[0]) is not None
            read = word[0].translate(_TRANSLATE)
            # "ohm μ" and "α-version": one letter that stands alone is a symbol.
            worth = (mixed or all_alike) and read != word[0] and len(read) > 1
            if worth and not _HAS_FOREIGN.search(read):
                yield start + word.start(), start + word.end(), read


@lru_cache(maxsize=4096)
def _read_leetspeak(word: str) -> str | None:
    """Return what a word with digits among its letters is meant to say, if anything."""
    lowered = word.lower()
    read = lowered.translate(_DIGIT_LETTERS)
    hidden = read if read in HIDDEN_WORDS else read.replace("i", "l")
    if hidden not in HIDDEN_WORDS:
        if not (word.islower() and word[0].isalpha() and sum(map(str.isalpha, word)) >= 3):
            return None
        if not _LEET_RUN.sub("", word).isalpha():
            return None
        hidden = read
    return hidden.upper() if word.isupper() else hidden


def _leet_starts(scan: Scan) -> Positions:
    """Return where a word with signs for letters could begin.

    Numbers alone ("in 2014") and the "!" that ends a sentence are passed over: they are the
    most, and nothing is ever read out of them.
    """
    signs = scan.where(LEET | NUMERIC)
    signs = signs[(scan.codes[signs] < 0x80) | scan.has(LEET, signs)]
    beside = scan.has(LATIN, signs - 1) | scan.has(LATIN, signs + 1)
    hot = signs[beside & scan.has(LEET, signs)]
    if not len(hot):
        return hot
    first, last = runs(signs)
    after_letter = scan.has(ASCII_LETTER, first - 1)
    exclaims = scan.is_one("!|", signs)
    others = signs[~exclaims]
    more = np.searchsorted(others, last, "right") > np.searchsorted(others, first)
    worth = scan.has(ASCII_LETTER, last + 1) | (after_letter & more)
    words = first[worth & after_letter & (signs == first)]
    for _ in range(_LONGEST_WORD):
        goes_on = scan.has(ASCII_LETTER, words - 1)
        if not goes_on.any():
            break
        words = words - goes_on
    # A word can begin with its sign ("$ale"), also right after an exclamation.
    bare = worth & np.where(signs == first, ~after_letter, scan.is_one("!|", signs - 1))
    return scan.within(np.sort(np.concatenate([words, signs[bare]])), hot)


def find_leetspeak(scan: Scan) -> Iterator[Edit]:
    """Yield words written with digits or signs for letters: "fr33", "m0ney", "ca$h".

    Lower-case words with single digits between letters are read as words; anything else
    ("MR418", "b2b", "mp3") only if a word worth hiding comes out.
    """
    for match in scan.matches(_LEET_WORD, _leet_starts(scan)):
        word = match[0].rstrip("!|")  # the sentence's, not the word's
        read = None if word.isalpha() else _read_leetspeak(word)
        if read is not None:
            yield match.start(), match.start() + len(word), read


def _joined_letters(match: re.Match[str]) -> str | None:
    letters = "".join(filter(str.isalpha, match[0]))
    if match["mark"] == " ":
        honest = _HANGUL.search(letters) or set(letters.lower()) <= _FRENCH_LETTER_WORDS
    else:
        honest = match["mark"] in _LISTING
    hides = letters.lower() in HIDDEN_WORDS or any(word in letters for word in _HIDDEN_CJK)
    return None if honest and not hides else letters


def _spaced_starts(scan: Scan) -> Positions:
    """Return where three single letters could begin that the same mark sets apart."""
    apart = scan.traits & np.uint32(SETS_APART) > 0
    word = scan.traits & np.uint32(MAYBE_WORD) > 0
    starts = np.flatnonzero(word[:-4] & apart[1:-3] & word[2:-2] & apart[3:-1] & word[4:])
    if not len(starts):
        return starts
    letters = [scan.has(LETTER, starts + ahead) for ahead in (0, 2, 4)]
    hot = starts[np.logical_and.reduce(letters)]
    return scan.within(starts[scan.codes[starts + 1] == scan.codes[starts + 3]], hot)


def _pair_starts(scan: Scan) -> Positions:
    """Return where the two signs of a word could begin with a mark or two between them."""
    apart = scan.traits & np.uint32(SETS_APART) > 0
    cjk = scan.traits & np.uint32(HAN | HANGUL) > 0
    starts = np.flatnonzero(cjk[:-1] & apart[1:])
    starts = starts[scan.is_one(_PAIR_FIRST, starts)]
    if not len(starts):
        return starts
    # The NUL at the end is neither a mark nor a sign.
    after_one = np.minimum(starts + 2, len(apart) - 1)
    after_two = np.minimum(starts + 3, len(apart) - 1)
    near = scan.is_one(_PAIR_SECOND, after_one) | scan.is_one(_PAIR_SECOND, after_two)
    return starts[near]


def find_spaced_out(scan: Scan) -> Iterator[Edit]:
    """Yield letters set apart that make a word: "f r e e", "카 톡", "加 微 信"."""
    for match in scan.matches(_SPACED_OUT, _spaced_starts(scan)):
        joined = _joined_letters(match)
        if joined is not None:
            yield match.start(), match.end(), joined
    for match in scan.matches(_SPACED_PAIR, _pair_starts(scan)):
        yield match.start(), match.end(), match[0][0] + match[0][-1]
