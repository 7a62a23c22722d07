"""What each code point could be the beginning of: one look-up for all steps of normalising.

Nearly every step looks for something that hardly any text has. :func:`trait_table` says of
each code point which of them it could concern, beside its classes, so that one pass over a
batch finds the few places worth a second look. A trait promises no more than that: whoever
asks for it still looks closely.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.text.characters import (
    DIGIT,
    INVISIBLE,
    LETTER,
    PUNCTUATION,
    SIZE,
    SPACE,
    class_table,
    expansions,
    fold_table,
)

CLASSES: Final = (1 << 11) - 1
"""The bits that are the classes of ``characters.py``."""

# Traits of common characters, to be looked at beside a rarer one.
MAYBE_WORD: Final = 1 << 11
"""Everything that ``\\w`` matches, and little else."""
SETS_APART: Final = 1 << 12
"""What a spammer puts between the letters of a word: :data:`MARKS`."""
PRICE_SIGN: Final = 1 << 13
"""What a currency begins with: :data:`CURRENCIES`."""
ASCII_LETTER: Final = 1 << 14

# Traits of rare characters: from NOTED on, what a step begins at.
NOTED: Final = 1 << 16
FOLDS: Final = 1 << 16
"""Has a compatibility form of one character."""
EXPANDS: Final = 1 << 17
"""Stands for several characters."""
COMBINES: Final = 1 << 18
"""Belongs on the character before it, or is part of a Hangul syllable."""
FOREIGN: Final = 1 << 19
"""Greek or Cyrillic: may pass for Latin."""
NUMERIC: Final = 1 << 20
"""Everything that ``\\d`` matches, and little else."""
LEET: Final = 1 << 21
"""A sign that can stand for a letter: :data:`LEET_SIGNS`."""
OTHER: Final = 1 << 22
"""Invisible, or one of the characters that :meth:`Scan.where` is asked for."""

MARKS: Final = " .-_*·~|/"
CURRENCIES: Final = "$€£¥₩元块塊원만천%eEuUgGrRwWdDpP"
LEET_SIGNS: Final = "013457@$€!8|"
_OTHER_SIGNS: Final = "&@#.,:$€£¥₩{%<*[【［〔"
_COMBINING: Final = ((0x0300, 0x0370), (0x1100, 0x1200), (0x20D0, 0x2100), (0x3099, 0x309B))
_FOREIGN: Final = (0x0370, 0x0530)
# ``characters.py`` doesn't tell letters from digits in the scripts beyond the first plane.
_UNCLASSED: Final = (0x10000, SIZE)


@cache
def trait_table() -> NDArray[np.uint32]:
    """Return the classes and traits of every code point as bits, shape (0x110000,)."""
    classes = class_table()
    table = classes.astype(np.uint32)
    table[0x80:][classes[0x80:] & (SPACE | PUNCTUATION) == 0] |= MAYBE_WORD
    table[:0x80][classes[:0x80] & (LETTER | DIGIT) > 0] |= MAYBE_WORD
    table[ord("_")] |= MAYBE_WORD
    table[:0x80][classes[:0x80] & LETTER > 0] |= ASCII_LETTER
    table[classes & DIGIT > 0] |= NUMERIC
    table[slice(*_UNCLASSED)][classes[slice(*_UNCLASSED)] == 0] |= NUMERIC
    table[classes & INVISIBLE > 0] |= OTHER
    table[fold_table() != np.arange(SIZE, dtype=np.uint32)] |= FOLDS
    for block in _COMBINING:
        table[slice(*block)] |= COMBINES
    table[slice(*_FOREIGN)] |= FOREIGN
    for characters, trait in (
        (MARKS, SETS_APART),
        (CURRENCIES, PRICE_SIGN),
        (LEET_SIGNS, LEET),
        (_OTHER_SIGNS, OTHER),
        ("".join(expansions()), EXPANDS),
    ):
        table[[ord(character) for character in characters]] |= trait
    return table
