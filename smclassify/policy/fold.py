"""Writing a text so that spellings that mean the same are the same, place by place.

Whoever writes a phrase into a policy doesn't think of capitals, of the two apostrophes or of
the traditional form of a simplified character. All of these are folded here, one character
for one, so that a place in the folded text is a place in the text.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

CJK: Final = re.compile(
    "[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff]"
)
_SPACES: Final = (*map(ord, "\t\x0b\x0c\u00a0\u1680\u202f\u205f\u3000"), *range(0x2000, 0x200B))
_APOSTROPHES: Final = tuple(map(ord, "‘’‛ʼ`´"))
_QUOTES: Final = tuple(map(ord, "“”„‟"))
_HYPHENS: Final = tuple(map(ord, "\u2010\u2011"))
_ASCII: Final = str.maketrans("\t\x0b\x0c`", "   '")


_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
"""Half a character, as broken JSON holds; neither RE2 nor spaCy can take it."""


def whole_characters(text: str) -> str:
    """Return a text, of the same length, without half characters."""
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)


def has_cjk(text: str) -> bool:
    """Return whether a text is written, at least partly, in Han, Hangul or kana."""
    return CJK.search(text) is not None


def fold(text: str) -> str:
    """Fold case, width, apostrophes, spaces and Chinese script without changing the length.

    The few letters whose lower case is longer than they are lose what doesn't fit.
    """
    if text.isascii():
        return text.lower().translate(_ASCII)
    return text.translate(_changes())


def fold_codes(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Fold an array of code points, of any shape."""
    table = _table()
    folded = table[np.minimum(codes, len(table) - 1)]
    beyond = codes >= len(table)
    return np.where(beyond, codes, folded) if beyond.any() else folded


def decoded(codes: NDArray[np.uint32]) -> str:
    """Return code points as a string."""
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")


@cache
def _table() -> NDArray[np.uint32]:
    """Return what to write for each character of the basic plane.

    The traditional characters are those of OpenCC (https://github.com/BYVoid/OpenCC,
    ``TSCharacters``); of several simplified forms the usual one, its first, is taken.
    """
    lower = "".join([chr(code).lower()[0] for code in range(0x10000)])
    table = np.frombuffer(lower.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint32)
    listed = files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text("utf-8")
    for line in listed.splitlines():
        traditional, _, forms = line.partition("\t")
        form = forms.split(" ")[0]
        if len(traditional) == len(form) == 1 and max(traditional, form) < "\U00010000":
            table[ord(traditional)] = ord(form)
    for code in range(0xFF01, 0xFF5F):
        table[code] = ord(chr(code - 0xFEE0).lower())
    table[list(_SPACES)] = ord(" ")
    for kin, plain in ((_APOSTROPHES, "'"), (_QUOTES, '"'), (_HYPHENS, "-")):
        table[list(kin)] = ord(plain)
    # What one step leads to may itself be written otherwise.
    return table[table]


@cache
def _changes() -> dict[int, int]:
    """Return the characters that :func:`_table` changes, and to what, for short texts."""
    table = _table()
    changed = np.flatnonzero(table != np.arange(len(table)))
    return dict(zip(changed.tolist(), table[changed].tolist(), strict=True))
