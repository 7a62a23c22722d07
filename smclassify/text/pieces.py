"""What spaCy's tokenizer makes of pieces of text that nobody has met yet.

Real texts bring new words for ever. For each of them spaCy makes a ``Doc`` and an entry of
its vocabulary, only to find that a word is a word. What its rules do to a piece with one run
of letters depends on three things: whether those letters stand in a special case, which
signs are around them, and of which kind the outermost letters are (the rules ask for lower
and upper case, never for an r or a q). Letters in no special case are therefore one token,
and with the same signs around letters of the same kinds the tokens end at the same places:
spaCy is asked once for each such shape, and for every piece that is less simple.
``tests/test_pieces.py`` holds the result against ``nlp(text)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import IS_SPACE, LOWER
from spacy.lang import char_classes
from spacy.tokenizer import Tokenizer as RuleTokenizer
from spacy.vocab import Vocab

from smclassify.text.pipelines import blank_pipeline, token_attributes

_LETTERS: Final = re.compile(r"[^\W\d_]+")
# A dot before the letters could make them the end of a link, if all of them are lower case.
_ONE_WORD: Final = re.compile(r"(\.*|(?:[^\w.]|_)*)([^\W\d_]+)([\W_]*)")
_KINDS: Final = tuple(
    re.compile(f"[{letters}]")
    for letters in (
        char_classes.ALPHA,
        char_classes.ALPHA_LOWER,
        char_classes.ALPHA_UPPER,
        "A-Za-z",
    )
)
_LAST_LETTER: Final = "\uffff"
"""The rules for links know letters up to here."""

_FEW: Final = 2
"""So few Latin letters stand for themselves: rules name some, as in ``US$`` and ``'s``."""

_GETTERS: Final = "lex_attr_getters"
"""What a ``Vocab`` works out of a new word; public, though spaCy's stubs leave it out."""

_MOST_SHAPES: Final = 20_000

Shape = tuple[str, str | tuple[int, ...], str]
"""Signs before the letters, the letters as far as rules look at them, signs after them."""

_WORD: Final[Shape] = ("", "", "")
"""Nothing but letters, whichever they are."""

Cuts = tuple[slice, ...]
"""The tokens of a piece; an edge behind its letters is counted from its end."""


@dataclass(frozen=True)
class PieceTokens:
    """The tokens of some pieces, in order.

    Attributes
    ----------
    count : ndarray of int64, shape (n_pieces,)
        How many tokens each piece has.
    lower : ndarray of uint64, shape (T,)
        spaCy's ``LOWER`` id of each token.
    offset, size : ndarray of int64, shape (T,)
        Where in its piece each token begins, and its number of code points.
    """

    count: NDArray[np.int64]
    lower: NDArray[np.uint64]
    offset: NDArray[np.int64]
    size: NDArray[np.int64]


class PieceTokenizer:
    """Splits pieces as the blank pipeline of a language does.

    Parameters
    ----------
    language : str
        One that :func:`~smclassify.text.pipelines.blank_pipeline` knows.
    """

    def __init__(self, language: str) -> None:
        self._nlp = blank_pipeline(language)
        self._shapes = _Shapes(self._nlp.tokenizer)
        self._cuts: dict[Shape | None, Cuts] = {_WORD: (slice(0, None),)}

    def tokens(self, pieces: Sequence[str]) -> PieceTokens:
        """Return the tokens of pieces.

        Parameters
        ----------
        pieces : sequence of str, at least one
            Without white space, none empty, none longer than
            :data:`~smclassify.text.pipelines.LONGEST_PIECE`.
        """
        shapes = self._shapes.of(pieces)
        cuts = [self._cuts.get(shape) for shape in shapes]
        known = [index for index, found in enumerate(cuts) if found]
        unknown = [index for index, found in enumerate(cuts) if not found]
        tokens = self._cut([pieces[index] for index in known], [found for found in cuts if found])
        if not unknown:
            return tokens
        asked = [pieces[index] for index in unknown]
        answers = self._ask(asked)
        self._learn(asked, [shapes[index] for index in unknown], answers)
        return _in_order(known + unknown, tokens, answers)

    def _cut(self, pieces: list[str], cuts: list[Cuts]) -> PieceTokens:
        words = [piece[cut] for piece, found in zip(pieces, cuts, strict=True) for cut in found]
        ids = self._nlp.vocab.strings
        count = np.fromiter(map(len, cuts), np.int64, len(cuts))
        offset = np.array([cut.start for found in cuts for cut in found], np.int64)
        length = np.repeat(np.fromiter(map(len, pieces), np.int64, len(pieces)), count)
        return PieceTokens(
            count,
            np.fromiter((ids[word.lower()] for word in words), np.uint64, len(words)),
            np.where(offset < 0, offset + length, offset),
            np.fromiter(map(len, words), np.int64, len(words)),
        )

    def _ask(self, pieces: list[str]) -> PieceTokens:
        # A zone lets spaCy forget the strings again, or its vocabulary would grow for ever.
        with self._nlp.memory_zone(), _few_attributes(self._nlp.vocab):
            # Special cases, such as smileys, reach over a space but not over the end of a line.
            table = token_attributes(self._nlp, "\n".join(pieces)).astype(np.uint64)
        lower, index = table[:, 0], table[:, 1].astype(np.int64)
        lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
        starts = np.cumsum(lengths + 1) - lengths - 1
        piece = np.searchsorted(starts, index, side="right") - 1
        ends = np.append(index[1:], starts[-1] + lengths[-1])
        size = np.minimum(ends, starts[piece] + lengths[piece]) - index
        count = np.bincount(piece, minlength=len(pieces))
        return PieceTokens(count, lower, index - starts[piece], size)

    def _learn(self, pieces: list[str], shapes: list[Shape | None], tokens: PieceTokens) -> None:
        if len(self._cuts) > _MOST_SHAPES:
            self._cuts = {_WORD: self._cuts[_WORD]}
        spans = zip(tokens.offset.tolist(), (tokens.offset + tokens.size).tolist(), strict=True)
        for piece, shape, count in zip(pieces, shapes, tokens.count.tolist(), strict=True):
            found = list(islice(spans, count))
            if shape is not None:
                cuts = _cuts_of(found, len(shape[0]), len(shape[2]), len(piece))
                if cuts is not None:
                    self._cuts[shape] = cuts


def _in_order(pieces: list[int], *parts: PieceTokens) -> PieceTokens:
    """Return the tokens of parts as those of one whole.

    Parameters
    ----------
    pieces : list of int
        Which piece of the whole each piece of the parts is.
    *parts : PieceTokens
    """
    counts = np.concatenate([part.count for part in parts])
    count = np.zeros_like(counts)
    count[pieces] = counts
    order = np.argsort(np.repeat(pieces, counts), kind="stable")
    return PieceTokens(
        count,
        np.concatenate([part.lower for part in parts])[order],
        np.concatenate([part.offset for part in parts])[order],
        np.concatenate([part.size for part in parts])[order],
    )


def _cuts_of(spans: list[tuple[int, int]], before: int, after: int, length: int) -> Cuts | None:
    """Return the tokens of a piece as cuts, or None if one begins or ends within its letters."""
    if any(before < edge < length - after for span in spans for edge in span):
        return None
    return tuple(
        slice(
            start if start <= before else start - length,
            stop if stop <= before else stop - length or None,
        )
        for start, stop in spans
    )


class _Shapes:
    """Tells the shapes of pieces, by the rules of one tokenizer.

    Parameters
    ----------
    tokenizer : callable
        A tokenizer without rules, as that of Chinese, knows no shapes.
    """

    def __init__(self, tokenizer: object) -> None:
        self._rules = tokenizer if isinstance(tokenizer, RuleTokenizer) else None
        special = self._rules.rules if self._rules else {}
        self._special = frozenset(run for text in special for run in _LETTERS.findall(text))
        self._kind: dict[str, int] = {}
        self._plain: set[str] = set()
        self._looked_at: set[str] = set()

    def of(self, pieces: Sequence[str]) -> list[Shape | None]:
        """Return the shape of each piece, None for one that spaCy has to see itself."""
        if self._rules is None:
            return [None] * len(pieces)
        new = set().union(*pieces) - self._looked_at
        if new:
            self._looked_at |= new
            plain = {letter for letter in new if _is_plain(letter, self._rules)}
            self._plain |= plain
            self._kind |= {letter: _kind(letter) for letter in plain}
        return list(map(self._shape, pieces))

    def _shape(self, piece: str) -> Shape | None:
        if piece.isalpha():
            return _WORD if self._is_free(piece) else None
        match = _ONE_WORD.fullmatch(piece)
        if match is None:
            return None
        before, letters, after = match.groups()
        if not self._is_free(letters):
            return None
        if len(letters) <= _FEW and letters.isascii():
            return before, letters, after
        return before, tuple(map(self._kind.__getitem__, letters[:1] + letters[-2:])), after

    def _is_free(self, letters: str) -> bool:
        """Return whether no rule looks for just these letters, or for one of them."""
        return letters not in self._special and self._plain.issuperset(letters)


def _kind(letter: str) -> int:
    """Return in which of the rules' classes a letter is, as bits."""
    return sum(1 << bit for bit, kind in enumerate(_KINDS) if kind.match(letter))


def _is_plain(letter: str, rules: RuleTokenizer) -> bool:
    """Return whether no rule splits a word at this letter, as Korean ones do at its dot."""
    if not letter.isalpha() or letter > _LAST_LETTER:
        return False
    affixes = (rules.prefix_search, rules.suffix_search)
    within = (f"a{letter}a", f"A{letter}A")
    return not any(search(letter * 3) for search in affixes) and not any(
        True for word in within for _ in rules.infix_finditer(word)
    )


@contextmanager
def _few_attributes(vocab: Vocab) -> Iterator[None]:
    """Have spaCy work out of new words only what is asked of them: half the time.

    To be used within a memory zone, after which the words made within are gone.
    """
    every = getattr(vocab, _GETTERS)
    setattr(vocab, _GETTERS, {name: every[name] for name in (LOWER, IS_SPACE)})
    try:
        yield
    finally:
        setattr(vocab, _GETTERS, every)
