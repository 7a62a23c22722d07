"""Words that speak for or against a label: reading ``lexicons.toml``.

Where an entry may stand depends on the script of its edges. A Latin edge must be the edge
of a word. A Hangul entry must begin an eojeol; the particles follow it. Han may stand
anywhere. Marks change that:

======== ==================================================================
``~x``   may begin in the middle of a word
``x*``   the word may go on (Latin)
``x|``   the word must end here (Hangul)
``=x``   only as typed, not also without its accents
``!x``   counts for nothing, and hides shorter entries that begin within it
======== ==================================================================
"""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.labels import LANGUAGES
from smclassify.text.characters import (
    HAN,
    HANGUL,
    KANA,
    WORD,
    class_table,
    feature_table,
    fold_table,
)

ANY: Final = "any"
"""The key of entries that speak in every language, such as emoji."""

ANY_BIT: Final = 1 << len(LANGUAGES)
EVERY_BIT: Final = 2 * ANY_BIT - 1
LANGUAGE_BITS: Final = {language: 1 << place for place, language in enumerate(LANGUAGES)}

# Between two groups of word characters there is a boundary, as in "dm주세요" and "加v信".
LATIN_GROUP, HANGUL_GROUP, JAMO_GROUP, HAN_GROUP = 1, 2, 3, 4
_JAMO = slice(0x3131, 0x318F)
_BEGIN_MARKS, _END_MARKS = "!~=", "*|"


@dataclass(frozen=True)
class Lexicon:
    """One list of words.

    Attributes
    ----------
    name : str
        The name of its feature.
    one, many, none : str
        What a user reads: "a superlative", "superlatives", "no superlatives".
    words : dict of str to list of str
        Language code (or :data:`ANY`) to entries, marks included.
    """

    name: str
    one: str
    many: str
    none: str
    words: dict[str, list[str]]


@dataclass(frozen=True)
class Entry:
    """One spelling of one word, ready to be looked for.

    Attributes
    ----------
    text : str
        Its characters as features see them.
    lexicon : int
        Index of its lexicon.
    languages : int
        The languages it speaks in, as bits.
    before, after : bool
        Whether it must begin, or end, at the edge of a word.
    counts : bool
        False for an entry that only hides others.
    """

    text: str
    lexicon: int
    languages: int
    before: bool
    after: bool
    counts: bool


@cache
def lexicons() -> tuple[Lexicon, ...]:
    """Return the lexicons, in the order of the file."""
    path = Path(__file__).with_name("lexicons.toml")
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Lexicon(
            name,
            table["one"],
            table["many"],
            table.get("none", f"no {table['many']}"),
            {key: table[key] for key in (*LANGUAGES, ANY) if key in table},
        )
        for name, table in found.items()
    )


@cache
def groups() -> NDArray[np.uint8]:
    """Return the group of word characters of each code point, 0 for none, shape (0x110000,)."""
    classes = class_table()
    table = np.zeros(len(classes), np.uint8)
    table[classes & WORD > 0] = LATIN_GROUP
    table[classes & HANGUL > 0] = HANGUL_GROUP
    table[_JAMO] = JAMO_GROUP
    table[classes & (HAN | KANA) > 0] = HAN_GROUP
    return table


@cache
def _folding() -> dict[int, int]:
    """Return what features see of each character in the file, where it differs."""
    texts = (word for lexicon in lexicons() for words in lexicon.words.values() for word in words)
    codes = np.array([ord(character) for character in set().union(*texts)], np.int64)
    folded = feature_table()[fold_table()[codes]]
    return dict(zip(codes.tolist(), folded.tolist(), strict=True))


def _without_accents(word: str) -> str:
    opened = unicodedata.normalize("NFD", word.replace("œ", "oe").replace("æ", "ae"))
    return unicodedata.normalize("NFC", "".join(c for c in opened if not 0x300 <= ord(c) < 0x370))


def spellings(entry: str) -> list[str]:
    """Return the ways an entry is looked for, marks removed: as typed and without accents."""
    word, marks, _ = _unmarked(entry)
    return list(dict.fromkeys((word, word if "=" in marks else _without_accents(word))))


def _unmarked(entry: str) -> tuple[str, str, str]:
    """Return the word, the marks before it and those after it."""
    begun = entry.lstrip(_BEGIN_MARKS)
    word = begun.rstrip(_END_MARKS)
    return word, entry[: len(entry) - len(begun)], begun[len(word) :]


def read_entry(entry: str, lexicon: int, languages: int) -> list[Entry]:
    """Return the spellings of an entry, with what its marks ask for.

    Parameters
    ----------
    entry : str
        As it stands in the file, marks included.
    lexicon : int
        Index of its lexicon.
    languages : int
        The languages it speaks in, as bits.
    """
    _, begin, end = _unmarked(entry)
    found = []
    for word in spellings(entry):
        text = word.translate(_folding())
        first, last = groups()[ord(text[0])], groups()[ord(text[-1])]
        before = first in (LATIN_GROUP, HANGUL_GROUP, JAMO_GROUP) and "~" not in begin
        after = "|" in end or (last == LATIN_GROUP and "*" not in end)
        found.append(Entry(text, lexicon, languages, before, after, "!" not in begin))
    return found


def all_entries() -> list[Entry]:
    """Return every spelling of every entry; what is alike in two languages comes once."""
    unique: dict[Entry, int] = {}
    for index, lexicon in enumerate(lexicons()):
        for language, words in lexicon.words.items():
            bits = EVERY_BIT if language == ANY else LANGUAGE_BITS[language]
            for entry in (e for word in words for e in read_entry(word, index, 0)):
                unique[entry] = unique.get(entry, 0) | bits
    return [replace(entry, languages=bits) for entry, bits in unique.items()]
