"""Words in disguise: look-alike letters, leetspeak, letters set apart.

Spammers write "frее" with Cyrillic letters, "fr33" with digits and "f r e e" with spaces.
Honest texts hold Russian words, order numbers and initials: each rule here says what keeps
it off those.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from smclassify.text import characters
from smclassify.text.characters import LOOKALIKES
from smclassify.text.scan import Scan, shifted

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

_DIGIT_LETTERS = str.maketrans("013457@$€!8|", "oieastaseibl")
_LEET_WORD = re.compile(
    r"(?<![\w@#/.&$€-])(?=[A-Za-z0-9@$€!|]{0,19}[A-Za-z])(?=[A-Za-z]{0,19}[013457@$€!8|])"
    r"[A-Za-z013457@$€!8|]{3,20}(?![\w@/-]|\.\w)"
)
_LEET_RUN = re.compile(r"[a-z](?:[01345$@7]|00|33)(?=[a-z])")

_MARKS = " .-_*·~|/"
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
    foreign_letters = (scan.codes >= 0x370) & (scan.codes < 0x530)
    for start, end in scan.texts_with(foreign_letters):
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


def _read_leetspeak(word: str) -> str | None:
    """Return what a word with digits among its letters is meant to say, if anything."""
    lowered = word.lower()
    read = lowered.translate(_DIGIT_LETTERS)
    hidden = read if read in HIDDEN_WORDS else read.replace("i", "l")
    if hidden not in HIDDEN_WORDS:
        letters = sum(character.isalpha() for character in word)
        unmasked = _LEET_RUN.sub("", lowered).isalpha()
        if not (word.islower() and letters >= 3 and unmasked and lowered[0].isalpha()):
            return None
        hidden = read
    return hidden.upper() if word.isupper() else hidden


def find_leetspeak(scan: Scan) -> Iterator[Edit]:
    """Yield words written with digits or signs for letters: "fr33", "m0ney", "ca$h".

    Lower-case words with single digits between letters are read as words; anything else
    ("MR418", "b2b", "mp3") only if a word worth hiding comes out.
    """
    letters = characters.class_table()[scan.codes] & characters.LATIN > 0
    signs = scan.has("013457@$€!8|")
    hot = signs & (shifted(letters, 1) | shifted(letters, -1))
    for match in scan.matches(_LEET_WORD, hot):
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


def find_spaced_out(scan: Scan) -> Iterator[Edit]:
    """Yield letters set apart that make a word: "f r e e", "카 톡", "加 微 信"."""
    letters = characters.class_table()[scan.codes] & characters.LETTER > 0
    marks = scan.has(_MARKS)
    hot = (
        letters & shifted(marks, 1) & shifted(letters, 2) & shifted(marks, 3) & shifted(letters, 4)
    )
    for match in scan.matches(_SPACED_OUT, hot):
        joined = _joined_letters(match)
        if joined is not None:
            yield match.start(), match.end(), joined
    second = scan.has(_PAIR_SECOND)
    near = shifted(second, 2) | shifted(second, 3)
    for match in scan.matches(_SPACED_PAIR, scan.has(_PAIR_FIRST) & shifted(marks, 1) & near):
        yield match.start(), match.end(), match[0][0] + match[0][-1]
