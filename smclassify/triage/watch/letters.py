"""The letters and digits of texts, as near copies are told by them, for many texts at once.

Compatibility forms are folded (NFKC), cases are one, digits are all the same, traditional Han is
simplified; links, mentions and all that is neither letter nor digit is left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.text import characters

LONGEST: Final = 5_000
"""Characters of a text that are looked at."""

_DROPPED: Final = re.compile(r"(?:https?://|www\.)[^\s\0]+|@[\w.-]+")

_CODE: Final = np.uint32((1 << 21) - 1)
_CJK: Final = np.uint32(1 << 30)
_HARD: Final = np.uint32(1 << 31)
"""Of a character whose NFKC hangs on its neighbours, or is more than one letter."""

# Blocks of characters of which most fold by themselves, whatever stands beside them. Nothing in
# them joins the character before it but combining marks and jamo, which are found one by one.
_LOOKED_AT: Final = (
    (0x0000, 0x0300),
    (0x2000, 0x2C00),
    (0x3000, 0x3400),
    (0xF900, 0xFB00),
    (0xFE00, 0xFE10),
    (0xFF00, 0xFFF0),
    (0x1F000, 0x1FB00),
)
# Blocks whose characters all stay what they are: Han, Hangul syllables, private use.
_STABLE: Final = ((0x3400, 0xA000), (0xAC00, 0xD7A4), (0xE000, 0xF900))
_JOINING_JAMO: Final = range(0x1160, 0x1200)


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters and digits of n texts, one text after another.

    Attributes
    ----------
    codes : ndarray of uint32, shape (L,)
        What each one is folded to.
    is_cjk : ndarray of bool, shape (L,)
        Whether it is a Han, Hangul or Kana letter.
    bounds : ndarray of int64, shape (n + 1,)
        Where each text begins, and where the last one ends.
    """

    codes: NDArray[np.uint32]
    is_cjk: NDArray[np.bool_]
    bounds: NDArray[np.int64]


def letters_of(texts: Sequence[str]) -> Letters:
    """Return the letters and digits of texts, of the first :data:`LONGEST` characters of each."""
    cut = [_without_links(text[:LONGEST].replace("\0", " ")) for text in texts]
    raw = _code_points(cut)
    folded = _folds()[raw]
    hard = np.flatnonzero(folded & _HARD)
    if len(hard):
        for place in dict.fromkeys(np.searchsorted(np.flatnonzero(raw == 0), hard).tolist()):
            cut[place] = unicodedata.normalize("NFKC", cut[place])
        raw = _code_points(cut)
        folded = _folds()[raw]
    kept = np.flatnonzero(folded & _CODE)
    letters = folded[kept]
    bounds = np.concatenate([[0], np.searchsorted(kept, np.flatnonzero(raw == 0))])
    return Letters(letters & _CODE, (letters & _CJK) != 0, bounds)


def _without_links(text: str) -> str:
    if "@" in text or "://" in text or "www." in text:
        return _DROPPED.sub(" ", text)
    return text


def _code_points(texts: Iterable[str]) -> NDArray[np.uint32]:
    """Return the code points of texts, a NUL after each."""
    joined = "\0".join([*texts, ""])
    return np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4")


@cache
def _folds() -> NDArray[np.uint32]:
    """Return what each code point is folded to, shape (0x110000,), with bits above the code.

    0 for what is no letter or digit. What is :data:`_HARD` is what it is once NFKC has been done.
    """
    codes = characters.feature_table()
    classes = characters.class_table()[codes]
    cjk = (classes & (characters.HAN | characters.HANGUL | characters.KANA)) != 0
    kept = cjk | ((classes & characters.WORD) != 0)
    table = np.where(kept, codes | np.where(cjk, _CJK, np.uint32(0)), np.uint32(0))
    easy = np.zeros(len(table), bool)
    for begin, end in _STABLE:
        easy[begin:end] = True
    by_nfkc = table.copy()
    for code in chain.from_iterable(range(*block) for block in _LOOKED_AT):
        becomes = [ord(one) for one in unicodedata.normalize("NFKC", chr(code))]
        letters = table[becomes][table[becomes] != 0]
        alone = not any(map(_joins, becomes))
        easy[code] = alone and (len(becomes) == 1 or not len(letters))
        if easy[code]:
            by_nfkc[code] = letters[0] if len(letters) else 0
    by_nfkc[~easy] |= _HARD
    return by_nfkc


def _joins(code: int) -> bool:
    """Whether a character may become one with the character before it, or change places."""
    return unicodedata.combining(chr(code)) != 0 or code in _JOINING_JAMO
