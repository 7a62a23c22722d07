"""Finding phrases character by character, for scripts that tokens serve badly.

Chinese is written without spaces, and Korean glues particles to nouns and is spaced as
its writer likes. So a phrase is looked for in all texts of a batch at once, with spaces
that may or may not be there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from smclassify.policy.schema import GAP

CJK: Final = re.compile(
    "[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff]"
)
_HANGUL: Final = re.compile("[\uac00-\ud7a3]")
_WORD: Final = re.compile(r"[0-9A-Za-z\u00c0-\u024f_]")

_SENTENCE_GAP: Final = "[^.!?。！？…\\n\x00]{0,10}?"

_PARTICLES: Final = re.compile(
    "(?:은|는|이|가|을|를|의|에|와|과|랑|로|도|만|나|님|씨|들|께|측|사|제|용|형|식|별|"
    "에서|에게|한테|으로|이랑|까지|부터|보다|처럼|마다|조차|밖에|이나|이며|이고|이란|라는|이라|"
    "입니다|입니까|이에요|예요|이야|인데|인가|였|이었|하|되|했|됐|해|된|될|할|한)"
)
"""What may follow a Korean noun: particles, the copula, light verbs, a few suffixes."""


class Script(StrEnum):
    """What a phrase is written in; only texts that hold some of it need be searched."""

    HANGUL = "hangul"
    HAN = "han"
    LATIN = "latin"
    """Latin letters, and everything that is neither Hangul, Han nor kana."""


def script_of(text: str) -> Script:
    """Return the script of the first Hangul, Han or kana in a text, else Latin."""
    found = CJK.search(text)
    if found is None:
        return Script.LATIN
    return Script.HANGUL if _HANGUL.match(found.group()) else Script.HAN


def fold(text: str) -> str:
    """Lower-case a text without changing its length.

    ``İ`` is the one character whose lower case is longer than itself.
    """
    return text.replace("İ", "I").lower()


def has_cjk(text: str) -> bool:
    """Return whether a phrase is written, at least partly, in Han, Hangul or kana."""
    return CJK.search(text) is not None


@dataclass(frozen=True, slots=True)
class CharacterPhrase:
    """A phrase made ready for searching in folded text.

    Attributes
    ----------
    head : str
        What the phrase begins with, without space or gap; ``str.find`` looks for this.
    pattern : re.Pattern
        The whole phrase.
    noun : bool
        Whether the phrase is a name, which in Korean ends where its word ends or where a
        particle begins.
    """

    head: str
    pattern: re.Pattern[str]
    noun: bool

    @classmethod
    def compile(cls, phrase: str, *, noun: bool = False) -> CharacterPhrase:
        """Make a phrase of the policy file ready for searching."""
        parts = [part.split() for part in fold(phrase).split(GAP)]
        spaced = [r"[^\S\n]*".join(map(re.escape, words)) for words in parts]
        return cls(parts[0][0], re.compile(_SENTENCE_GAP.join(spaced)), noun)

    def find(self, folded: str) -> Iterator[tuple[int, int]]:
        """Yield where the phrase stands in a folded text, ``end`` exclusive."""
        at = folded.find(self.head)
        while at >= 0:
            found = self.pattern.match(folded, at)
            if found is not None and self._stands_alone(folded, at, found.end()):
                yield at, found.end()
                at = folded.find(self.head, found.end())
            else:
                at = folded.find(self.head, at + 1)

    def _stands_alone(self, folded: str, start: int, end: int) -> bool:
        first, before = folded[start], folded[start - 1 : start]
        last, after = folded[end - 1], folded[end : end + 1]
        if before and _WORD.match(first) and _WORD.match(before):
            return False
        if after and _WORD.match(last) and _WORD.match(after):
            return False
        if _HANGUL.match(first) and before and _HANGUL.match(before):
            return False
        if self.noun and _HANGUL.match(last) and after and _HANGUL.match(after):
            return _PARTICLES.match(folded, end) is not None
        return True
