"""Finding any number of phrases in all texts of a batch at once.

The texts are folded (:mod:`smclassify.policy.fold`), their spaces are taken out, and one
automaton (:mod:`smclassify.policy.automaton`) finds every place where a phrase may begin, in
one pass whose time doesn't grow with the number of phrases. Each place
is then looked at in the text as it is: in scripts that put spaces between words the words
must be whole and the spaces there; in Chinese and Korean, spaces are as the writer likes,
and particles may follow a Korean word.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import re2
from numpy.typing import NDArray

from smclassify.policy.automaton import Encoded, Words
from smclassify.policy.expression import Expression
from smclassify.policy.fold import decoded, fold, fold_codes, has_cjk, whole_characters
from smclassify.policy.rule import GAP
from smclassify.text.batch import SEPARATOR, TextBatch

WORD: Final = "0-9A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u052f\u1e00-\u1fff"
"""The letters of the scripts that put spaces between words, for a character class."""

_WORD: Final = re.compile(f"[{WORD}]")
_HANGUL: Final = re.compile("[\uac00-\ud7a3]")
_LETTERS: Final = (_WORD, _HANGUL)
_REACH: Final = 600
"""How far behind its head the rest of a phrase may end."""

_SEPARATOR: Final = chr(SEPARATOR)
_WORDS_BETWEEN: Final = r"(?: +[^\s\x00.!?,;:()\"“”«»…]+){0,4}? +"
_CHARACTERS_BETWEEN: Final = "[^.!?。！？…\n\x00]{0,10}?"

_PARTICLES: Final = re.compile(
    # Particles, titles and suffixes, up to four; with them the word is over.
    "(?:은|는|이|가|을|를|의|에|와|과|랑|로|도|만|나|님|씨|들|께|께서|측|사|제|용|형|식|별|네|쪽|뿐|요|"
    "엔|론|야|여|에서|에게|에게서|한테|으로|로서|로써|으로서|으로써|이랑|까지|부터|보다|보단|처럼|"
    "만큼|대로|마다|조차|밖에|이나|라도|이라도|이라|이라며|이니|이니까|니까|든지|이든|이든지|에선|에겐|으론|하고|이고|고|며|이며|라고|이라고|"
    "이란|란|라는|이라는|라면|이라면|라서|이라서|이다|다|네요|이네요|죠|이죠|지만|이지만|인데|인가)"
    "{1,4}(?![\uac00-\ud7a3])"
    # The copula and light verbs, which go on as they like.
    "|입니다|입니까|이에요|예요|이야|인데|인가|였|이었|이잖|랍니다|이랍니다|라니|이라니|"
    "하|되|했|됐|해|된|될|할|한"
)
"""What may follow a Korean noun: particles, the copula, light verbs, a few suffixes."""

_PLURAL: Final = "es|s|x"
_PLURAL_BEHIND: Final = re.compile(f"(?:{_PLURAL})(?![{WORD}])")
"""What a name or term may end in without becoming another word, in English and French."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase made ready for searching in folded text.

    Attributes
    ----------
    rule : str
        Whose phrase it is.
    head : str
        The words before the first gap, folded.
    tail : Expression or None
        The gap and what follows; its first group is where the phrase ends.
    spaced : bool
        Whether its spaces have to stand in the text, as in scripts that use them.
    noun : bool
        Whether it is a name or term: an ending of the plural may follow, and in Korean
        nothing but a particle.
    needed : tuple of str
        Words without which there is no tail: to look for them is cheaper than to search.
    """

    rule: str
    head: str
    tail: Expression | None
    spaced: bool
    noun: bool
    needed: tuple[str, ...] = ()

    @classmethod
    def compile(cls, phrase: str, rule: str, *, noun: bool = False) -> Phrase:
        """Make a phrase of the policy file ready for searching."""
        # As the texts are: composed, so that a file written on a Mac finds its words too.
        composed = unicodedata.normalize("NFC", phrase)
        head, *rest = (" ".join(part.split()) for part in fold(composed).split(GAP))
        spaced = not has_cjk(composed)
        if not rest:
            return cls(rule, head, None, spaced, noun)
        tail = _tail(rest, spaced=spaced, noun=noun)
        return cls(rule, head, tail, spaced, noun, tuple(" ".join(rest).split()))

    def end(self, folded: str, start: int, end: int) -> int | None:
        """Return where the phrase ends whose head stands at a place, or ``None``.

        Parameters
        ----------
        folded : str
            Folded texts.
        start, end : int
            Where the head's characters are, with any spaces between them.
        """
        if not self._begins(folded, start, end):
            return None
        if self.tail is not None:
            return None if _cut(folded, end) else self._tail_end(folded, end)
        if not _cut(folded, end):
            return self._ends_word(folded, end)
        if self.noun and self.spaced and (plural := _PLURAL_BEHIND.match(folded, end)):
            return plural.end()
        return None

    def _begins(self, folded: str, start: int, end: int) -> bool:
        if _continues(folded, start - 1):
            return False
        if self.spaced:
            return " ".join(folded[start:end].split()) == self.head
        # A space within two syllables makes two words of them: 사과 is not in "이 사 과제".
        torn = len(self.head) == 2 < end - start and all(map(_HANGUL.match, self.head))
        return not torn

    def _tail_end(self, folded: str, end: int) -> int | None:
        assert self.tail is not None
        behind = folded[end : end + _REACH].partition(_SEPARATOR)[0]
        if not all(word in behind for word in self.needed):
            return None
        behind = whole_characters(behind)
        found = self.tail.compiled.match(behind)
        return self._ends_word(folded, end + found.end(1)) if found else None

    def _ends_word(self, folded: str, end: int) -> int | None:
        inside = _HANGUL.match(folded, end - 1) and _HANGUL.match(folded, end)
        if self.noun and inside and _PARTICLES.match(folded, end) is None:
            return None
        return end


def _tail(parts: Iterable[str], *, spaced: bool, noun: bool) -> Expression:
    """Return an expression of what follows a phrase's head.

    RE2 sees to it that no number of gaps can take for ever.
    """
    between = _WORDS_BETWEEN if spaced else _CHARACTERS_BETWEEN
    blank = " +" if spaced else " *"
    whole = ""
    for part in parts:
        whole += between + blank.join(map(re2.escape, part.split()))
    if _WORD.match(whole[-1]) is None:
        return Expression(f"({whole})")
    plural = f"(?:{_PLURAL})??" if noun and spaced else ""
    return Expression(f"({whole}{plural})(?:[^{WORD}]|$)")


def _continues(folded: str, before: int) -> bool:
    """Return whether the character at ``before`` and the next are of one word."""
    if before < 0:
        return False
    return any(kind.match(folded, before) and kind.match(folded, before + 1) for kind in _LETTERS)


def _cut(folded: str, end: int) -> bool:
    """Return whether a word of a script with spaces goes on at ``end``."""
    return _WORD.match(folded, end - 1) is not None and _WORD.match(folded, end) is not None


class Folded(NamedTuple):
    """The texts of a batch, folded; worked out once for all that is looked for in them.

    Attributes
    ----------
    text : str
        ``batch.joined`` folded; the places are the same.
    compact : Encoded
        The same without spaces. A line's end stays: no phrase reaches over it.
    places : ndarray of int64, shape (n,)
        Where in ``text`` each character of ``compact`` stands.
    """

    text: str
    compact: Encoded
    places: NDArray[np.int64]


def fold_batch(batch: TextBatch) -> Folded:
    """Fold the texts of a batch, once for all who ask."""
    known: Folded | None = batch.memo.get(__name__)
    if known is None:
        folded = fold_codes(batch.codes)
        places = np.flatnonzero(folded != ord(" "))
        compact = Encoded.of(decoded(folded[places]))
        known = batch.memo[__name__] = Folded(decoded(folded), compact, places)
    return known


class PhraseIndex:
    """All phrases of a policy, ready to be looked for.

    Parameters
    ----------
    phrases : iterable of Phrase
    """

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        by_head: dict[str, list[Phrase]] = defaultdict(list)
        for phrase in phrases:
            by_head[phrase.head.replace(" ", "")].append(phrase)
        self._heads = Words(by_head)

    def find(self, batch: TextBatch, folded: Folded) -> Iterator[tuple[str, int, int, int]]:
        """Yield (rule, text, start, end) of every place, offsets in the clean text.

        Parameters
        ----------
        batch : TextBatch
        folded : Folded
            What :func:`fold_batch` gives for the batch.
        """
        places = folded.places
        starts: list[int] = batch.starts.tolist()
        for first, last, group in self._heads.find(folded.compact):
            start, end = int(places[first]), int(places[last]) + 1
            for phrase in group:
                reached = phrase.end(folded.text, start, end)
                if reached is not None:
                    text = bisect_right(starts, start) - 1
                    yield phrase.rule, text, start - starts[text], reached - starts[text]
