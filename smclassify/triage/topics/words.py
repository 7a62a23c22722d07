"""Comments cut into words, in any mix of four languages, for finding out what they are about.

Each script is cut in its own way, wherever it stands: Latin letters into words, Hangul into
eojeols without their particles and the commonest endings, Han into characters. What is told of
as the same word has the same key: "Flights" and "flight", 배송이 and 배송은.
"""

from __future__ import annotations

import html
import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from operator import itemgetter
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

WORD: Final = 0
HAN: Final = 1
NUMBER: Final = 2
BREAK: Final = 3
END: Final = 4

FRONT: Final = 1
BACK: Final = 2
CONTENT: Final = 4

_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff"
_HANGUL: Final = "\uac00-\ud7a3\u3131-\u318e"
_LETTER: Final = rf"[^\W\d_{_HAN}{_HANGUL}]"
_DROPPED: Final = re.compile(r"(?:https?://|www\.)[^\s\0]+|@[\w.-]+")
_TOKEN: Final = re.compile(
    rf"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quelqu)'(?={_LETTER})|{_LETTER}+(?:'{_LETTER}+)*"
    rf"|[{_HANGUL}]+|[{_HAN}]|\d[\d.,:]*|[^\w\s#\"'“”«»*~-]",
    re.IGNORECASE,
)
_JAMO: Final = re.compile("[\u3131-\u318e]+")
LONGEST: Final = 2_000
TOGETHER: Final = 3_000_000

_DATA: Final = Path(__file__).with_name("words.toml")


@dataclass(frozen=True)
class Words:
    """The words of texts, one after another; after each text stands one of kind END.

    Attributes
    ----------
    vocabulary : tuple of str
        Every form that is written.
    form : ndarray of int64, shape (W,)
        Which of these each word is.
    key : ndarray of int64, shape (W,)
        The same for forms of a word.
    kind : ndarray of int8, shape (W,)
        WORD, HAN (one character), NUMBER, BREAK (punctuation) or END.
    use : ndarray of int8, shape (W,)
        Whether an n-gram may begin (FRONT) or end (BACK) with it, and whether it says
        something by itself (CONTENT).
    text : ndarray of int64, shape (W,)
        Which text it is in.
    """

    vocabulary: tuple[str, ...]
    form: NDArray[np.int64]
    key: NDArray[np.int64]
    kind: NDArray[np.int8]
    use: NDArray[np.int8]
    text: NDArray[np.int64]

    def written(self, start: int, end: int | None = None) -> list[str]:
        """Return some of the words as they were written."""
        return [self.vocabulary[form] for form in self.form[start:end].tolist()]


def words_of(texts: Sequence[str]) -> Words:
    """Cut texts into words; links and mentions are left out.

    Parameters
    ----------
    texts : sequence of str
        Comments, as they came. Of each no more than :data:`LONGEST` characters are looked at,
        and less if there are many: no more than :data:`TOGETHER` of all, or 100 of each.
    """
    longest = min(LONGEST, max(TOGETHER // max(len(texts), 1), 100))
    joined = "".join([text[:longest].replace("\0", " ") + "\0" for text in texts])
    joined = unicodedata.normalize("NFC", html.unescape(joined).replace("’", "'"))
    number: defaultdict[str, int] = defaultdict()
    number.default_factory = number.__len__  # a word that is new gets the next number
    found = map(itemgetter(0), _TOKEN.finditer(_DROPPED.sub(" ", joined)))
    form = np.fromiter(map(number.__getitem__, found), np.int64)
    keys: dict[str, int] = {}
    known = [_described(word) for word in number]
    key = np.array([keys.setdefault(name, len(keys)) for name, _, _ in known], np.int64)[form]
    kind = np.array([kind for _, kind, _ in known], np.int8)[form]
    use = np.array([use for _, _, use in known], np.int8)[form]
    ends = kind == END
    return Words(tuple(number), form, key, kind, use, np.cumsum(ends) - ends)


class _Lists:
    """What words.toml and spaCy's lists say of words."""

    def __init__(self) -> None:
        data = tomllib.loads(_DATA.read_text(encoding="utf-8"))
        sets = {name: frozenset(text.split()) for name, text in data.items()}
        self.negations = sets["negations"]
        self.negations_anywhere = sets["negations_anywhere"]
        self.stops = (_stop_words("en") | _stop_words("fr") | sets["chatty"]) - sets["telling"]
        self.korean_stops = sets["chatty_korean"]
        self.korean_syllables = sets["korean_syllables"]
        self.chinese_stops = (_stop_words("zh") | sets["chatty_chinese"]) - sets["telling"]
        self.verdicts = sets["verdicts"] | sets["spans"]
        self.han_function = frozenset(data["han_function"])
        self.han_never_first = frozenset(data["han_never_first"])
        self.han_never_last = frozenset(data["han_never_last"])
        self.tails = tuple(
            re.compile(f"(?:{'|'.join(sorted(sets[name]))})$") for name in ("particles", "endings")
        )


def _stop_words(language: str) -> frozenset[str]:
    """Return spaCy's stop words of a language, out of the file that holds nothing else.

    Imported by its name it brings the language's tokenizer along, for French two seconds' worth;
    a process that has no model loaded needs neither.

    Raises
    ------
    ImportError
        If spaCy has no such list.
    """
    package = find_spec("spacy")
    places = (package and package.submodule_search_locations) or ()
    folders = [str(Path(place, "lang", language)) for place in places]
    found = PathFinder.find_spec("stop_words", folders)
    if found is None or found.loader is None:
        raise ImportError(f"spaCy has no stop words of “{language}”")
    module = module_from_spec(found)
    found.loader.exec_module(module)
    return frozenset(module.STOP_WORDS)


@cache
def _lists() -> _Lists:
    return _Lists()


def empty_phrases() -> frozenset[str]:
    """Return the Chinese phrases that say nothing by themselves."""
    return _lists().chinese_stops


def verdicts() -> frozenset[str]:
    """Return what says that somebody is unhappy, or for how long, and not what with."""
    return _lists().verdicts


def _described(word: str) -> tuple[str, int, int]:
    """Return the key, kind and use of a word."""
    first = word[0]
    if first == "\0":
        return word, END, 0
    if first.isdecimal():
        return "0", NUMBER, 0
    if "\u3400" <= first <= "\u9fff":
        return word, HAN, _han_use(word)
    if not first.isalnum() or _JAMO.fullmatch(word):
        return word, BREAK, 0
    if first >= "\u3131":
        stem = _korean_stem(word)
        return stem, WORD, _use(word, _says_little(word, stem))
    lower = word.casefold()
    stem = _singular(lower)
    stopped = len(lower) == 1 or "'" in stem or not _lists().stops.isdisjoint((lower, stem))
    return stem, WORD, _use(lower, stopped)


def _use(word: str, stopped: bool) -> int:
    if word in _lists().negations_anywhere:
        return FRONT | BACK
    if word in _lists().negations or word.endswith("n't"):
        return FRONT
    return 0 if stopped else FRONT | BACK | CONTENT


def _han_use(character: str) -> int:
    lists = _lists()
    if character in lists.han_function:
        return 0
    front = 0 if character in lists.han_never_first else FRONT
    return CONTENT | front | (0 if character in lists.han_never_last else BACK)


def _singular(word: str) -> str:
    """Take the s off a plural (Harman 1991, "How effective is suffixing?"), English or French."""
    word = word.removesuffix("'s")
    if len(word) > 3 and word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if len(word) > 3 and word[-1] == "s" and not word.endswith(("us", "ss", "is")):
        return word[:-1]
    return word


def _says_little(word: str, stem: str) -> bool:
    """Whether an eojeol says nothing by itself."""
    if len(word) == 1:
        return word not in _lists().korean_syllables
    return not _lists().korean_stops.isdisjoint((word, stem))


def _korean_stem(word: str) -> str:
    """Take a particle or an ending off an eojeol, if two syllables or more are left."""
    for tail in _lists().tails:
        found = tail.search(word, 2)  # the leftmost one that reaches the end is the longest
        if found:
            return word[: found.start()]
    return word
