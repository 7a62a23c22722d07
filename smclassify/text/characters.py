"""Character tables: one NumPy look-up per code point instead of one call per character.

Built once, on first use, from Python's own Unicode data; the few facts Unicode doesn't
hold (look-alike letters, which compatibility forms must stay) are written here.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SIZE = 0x110000

# Classes, one bit each, so that a code point can be in several.
LETTER = 1
DIGIT = 2
UPPER = 4
SPACE = 8
EMOJI = 16
HAN = 32
HANGUL = 64
KANA = 128
LATIN = 256
INVISIBLE = 512
PUNCTUATION = 1024
WORD = LETTER | DIGIT

# Blocks in which anything compatible, combining, cased or invisible is found. Looping over
# these only, not over all of Unicode, keeps the first text fast.
_SCANNED = (
    (0x0000, 0x3400),
    (0xA000, 0xAC00),
    (0xF900, 0x10000),
    (0x1D400, 0x1D800),
    (0x1F100, 0x1F200),
)

_EMOJI_RANGES = (
    (0x231A, 0x231C),
    (0x23E9, 0x23FB),
    (0x2600, 0x27C0),
    (0x2B05, 0x2B08),
    (0x2B1B, 0x2B1D),
    (0x2B50, 0x2B51),
    (0x2B55, 0x2B56),
    (0x1F000, 0x1F100),
    (0x1F1E6, 0x1F200),
    (0x1F300, 0x1FB00),
)

_INVISIBLE = (
    0x00AD,  # soft hyphen
    0x034F,  # combining grapheme joiner
    0x061C,  # Arabic letter mark
    0x115F,
    0x1160,  # Hangul fillers
    0x17B4,
    0x17B5,
    *range(0x180B, 0x1810),
    *range(0x200B, 0x2010),  # zero-width space to right-to-left mark
    *range(0x202A, 0x202F),  # bidirectional embeddings and overrides
    *range(0x2060, 0x2070),  # word joiner, isolates, invisible operators
    0x3164,  # Hangul filler
    *range(0xFE00, 0xFE10),  # variation selectors
    0xFEFF,
    0xFFA0,
    *range(0x1F3FB, 0x1F400),  # skin tones say nothing about the text
    *range(0xE0000, 0xE01F0),  # tags and variation selectors supplement
)

ZERO_WIDTH_JOINER = 0x200D

# NFKC would turn these into something else than they mean: ㅋㅋ into leading consonants that
# no keyboard types, m² into m2, a list's ① into a bare 1.
_KEEP = frozenset(
    chain(
        range(0x3131, 0x318F),
        (0xB2, 0xB3, 0xB9),
        range(0x2070, 0x2090),
        range(0x2460, 0x249C),
        range(0x24EA, 0x2500),
        range(0x3260, 0x326E),
    )
)

_EXTRA_SINGLE = {
    "\u2018": "'",
    "\u2019": "'",
    "\u02bc": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u2010": "-",
    "\u2212": "-",
    "\u2028": "\n",
    "\u2029": "\n",
    "\x85": "\n",
    "\x0b": "\n",
    "\x0c": "\n",
    "ı": "i",
    "ʀ": "R",
    "ɢ": "G",
    "ɪ": "I",
    "ɴ": "N",
    "ʙ": "B",
    "ʜ": "H",
    "ʟ": "L",
    "ᴀ": "A",
    "ᴄ": "C",
    "ᴅ": "D",
    "ᴇ": "E",
    "ᴊ": "J",
    "ᴋ": "K",
    "ᴍ": "M",
    "ᴏ": "O",
    "ᴘ": "P",
    "ᴛ": "T",
    "ᴜ": "U",
    "ᴠ": "V",
    "ᴡ": "W",
    "ᴢ": "Z",
    "ꜰ": "F",
    "ꜱ": "S",
}
# Parenthesised, negative circled and negative squared capitals are letters in disguise.
_EXTRA_SINGLE |= {chr(0x1F110 + k): chr(65 + k) for k in range(26)}
_EXTRA_SINGLE |= {chr(0x1F150 + k): chr(65 + k) for k in range(26)}
_EXTRA_SINGLE |= {chr(0x1F170 + k): chr(65 + k) for k in range(26)}
_EXTRA_SINGLE |= {chr(0x249C + k): chr(97 + k) for k in range(26)}

# Cyrillic and Greek letters that look like a Latin one (after Unicode TR39's confusables,
# kept to what a reader can't tell apart).
LOOKALIKES = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХаеѕіјорсухԁԛԝһΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανρικ",
        "ABESIJKMHOPCTYXaesijopcyxdqwhABEZHIKMNOPTYXoavpik",
        strict=True,
    )
)


def _scanned() -> chain[int]:
    return chain.from_iterable(range(*block) for block in _SCANNED)


@cache
def fold_table() -> NDArray[np.uint32]:
    """Return the one-to-one compatibility folding, shape (0x110000,)."""
    table = np.arange(SIZE, dtype=np.uint32)
    for code in _scanned():
        if code in _KEEP:
            continue
        character = chr(code)
        # Half-width jamo name the jamo they stand for; full NFKC would go one step too far.
        if 0xFFA1 <= code <= 0xFFDC:
            decomposition = unicodedata.decomposition(character)
            folded = chr(int(decomposition.split()[1], 16)) if decomposition else character
        else:
            folded = unicodedata.normalize("NFKC", character)
        if len(folded) == 1:
            table[code] = ord(folded)
    table[0xD800:0xE000] = 0xFFFD  # half of a character that came without its other half
    for source, target in _EXTRA_SINGLE.items():
        table[ord(source)] = ord(target)
    return table[table]  # ‑ folds to ‐, and that to -


@cache
def expansions() -> dict[str, str]:
    """Return the compatibility characters that stand for several, such as ﬁ, ㈜ and ㎏."""
    wanted = chain(range(0x2100, 0x2190), range(0x320E, 0x3400), range(0xFB00, 0xFB07))
    found = {}
    for character in map(chr, wanted):
        folded = unicodedata.normalize("NFKC", character)
        if len(folded) > 1 and "\u2044" not in folded:
            found[character] = folded
    for keep in "™℠":
        found.pop(keep, None)
    return found


def _mark(table: NDArray[np.uint16], ranges: tuple[tuple[int, int], ...], bits: int) -> None:
    for start, stop in ranges:
        table[start:stop] |= bits


@cache
def class_table() -> NDArray[np.uint16]:
    """Return the classes of every code point as bits, shape (0x110000,)."""
    table = np.zeros(SIZE, np.uint16)
    for code in _scanned():
        category = unicodedata.category(chr(code))
        if category[0] == "L":
            table[code] |= LETTER | (UPPER if category == "Lu" else 0)
        elif category == "Nd":
            table[code] |= DIGIT
        elif category[0] in "PS":
            table[code] |= PUNCTUATION
        if chr(code).isspace():
            table[code] |= SPACE
    _mark(table, ((0x3400, 0xA000), (0xF900, 0xFB00), (0x20000, 0x32000)), HAN | LETTER)
    _mark(table, ((0x4E00, 0xA000), (0x3005, 0x3008)), HAN | LETTER)
    _mark(table, ((0xAC00, 0xD7A4),), HANGUL | LETTER)
    _mark(table, ((0x1100, 0x1200), (0x3131, 0x318F), (0xA960, 0xA980), (0xD7B0, 0xD800)), HANGUL)
    _mark(table, ((0x3041, 0x3100), (0x31F0, 0x3200)), KANA)
    _mark(table, _EMOJI_RANGES, EMOJI)
    table[0x30FB] &= ~np.uint16(KANA)  # the middle dot separates names in any script
    latin = np.zeros(SIZE, bool)
    for block in ((0x41, 0x250), (0x1E00, 0x1F00)):
        latin[slice(*block)] = True
    table[latin & (table & LETTER > 0)] |= LATIN
    table[list(_INVISIBLE)] |= INVISIBLE
    return table


@cache
def feature_table() -> NDArray[np.uint32]:
    """Return the folding that features see: lower case, simplified Han, digits as 0.

    Shape (0x110000,), applied after :func:`fold_table`.
    """
    table = np.arange(SIZE, dtype=np.uint32)
    for code in _scanned():
        lowered = chr(code).lower()
        if len(lowered) == 1:
            table[code] = ord(lowered)
    classes = class_table()
    table[classes & DIGIT > 0] = ord("0")
    table[classes & SPACE > 0] = ord(" ")
    pairs = Path(__file__).with_name("traditional.txt").read_text(encoding="utf-8").split("\n")
    for pair in filter(None, pairs):
        table[ord(pair[0])] = ord(pair[1])
    return table
