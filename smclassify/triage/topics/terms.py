"""The words and short phrases of comments, and which of them set some comments apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import xlogy

from smclassify.triage.topics import words
from smclassify.triage.topics.words import Words, empty_phrases, words_of

OUTSIDE: Final = 20_000
"""Texts that others are held against; of more, evenly spaced ones are taken."""

SIGNIFICANT: Final = 2.58
"""Standard errors that a term must lie above zero (1 in 200 by chance)."""

_LONGEST_WORDS: Final = 3
_LONGEST_HAN: Final = 4
_CARRIES: Final = 0.5
_COVERED: Final = 0.75
_SEEN: Final = 2_000
_BASE: Final = np.uint64(0x9E3779B97F4A7C15)
_HALF: Final = np.uint64(32)

Keys = NDArray[np.uint64]


@dataclass(frozen=True)
class _Grams:
    """The n-grams of one length: at each word, the one that begins there.

    Attributes
    ----------
    n : int
        Their length in words, or Han characters.
    at : ndarray of int64, shape (K,)
        The words they begin at.
    key : ndarray of uint64, shape (K,)
        The same for the same words.
    fit : ndarray of bool, shape (K,)
        Whether they begin and end with words that say something.
    """

    n: int
    at: NDArray[np.int64]
    key: Keys
    fit: NDArray[np.bool_]

    def only(self, some: NDArray[np.int64]) -> _Grams:
        """Return some of them."""
        return _Grams(self.n, self.at[some], self.key[some], self.fit[some])


def _all_grams(found: Words) -> Iterator[_Grams]:
    """Yield the n-grams of each length, and one length more than is told of."""
    han = found.kind == words.HAN
    whole = found.kind < words.BREAK
    key = _mixed(np.zeros(len(han), np.uint64), found.key)
    content = (found.use & words.CONTENT) != 0
    front, back = (found.use & words.FRONT) != 0, (found.use & words.BACK) != 0
    at = np.flatnonzero(whole)
    key, says = key[at], content[at]
    for n in range(1, _LONGEST_HAN + 2):
        last = at + n - 1
        fit = says & front[at] & back[last] & (~han[at] | (n > 1))
        yield _Grams(n, at, key, fit)
        longer = last + 1
        on = (longer < len(han)) & (n < np.where(han[at], _LONGEST_HAN, _LONGEST_WORDS) + 1)
        at, key, says, longer = at[on], key[on], says[on], longer[on]
        on = whole[longer] & (han[longer] == han[at])
        at, longer = at[on], longer[on]
        key, says = _mixed(key[on], found.key[longer]), says[on] | content[longer]


def _mixed(key: Keys, more: NDArray[np.int64]) -> Keys:
    mixed = (key + more.astype(np.uint64) + np.uint64(1)) * _BASE
    return mixed ^ (mixed >> _HALF)


def _keys_of(found: Words, phrases: Iterable[str]) -> Keys:
    """Return the keys of single words, or of phrases in Han."""
    key = np.zeros(len(found.vocabulary), np.int64)
    key[found.form] = found.key
    key_of = dict(zip(map(str.casefold, found.vocabulary), key.tolist(), strict=True))
    keys = []
    for phrase in sorted(phrases):
        pieces = list(phrase) if "\u3400" <= phrase[0] <= "\u9fff" else [phrase]
        if all(piece in key_of for piece in pieces):
            mixed = np.zeros(1, np.uint64)
            for piece in pieces:
                mixed = _mixed(mixed, np.array([key_of[piece]]))
            keys.append(mixed)
    return np.concatenate([np.zeros(0, np.uint64), *keys])


class Terms:
    """The n-grams of texts that may stand for what they say.

    One to three words, or two to four Han characters, that begin and end with a word that
    says something. One that nearly always is part of the same longer one is left out: "速度"
    beside "送餐速度".

    Parameters
    ----------
    texts : sequence of str, length n
        Comments, as they came.
    least : int
        Texts that a term must stand in.
    without : set of str
        Words, or phrases in Han, that are no terms by themselves.

    Attributes
    ----------
    matrix : csr_matrix of float32, shape (n, m)
        1 where a text holds a term.
    """

    def __init__(
        self, texts: Sequence[str], least: int = 2, without: AbstractSet[str] = frozenset()
    ) -> None:
        self._words = words_of(texts)
        self._kept: list[tuple[_Grams, Keys]] = []
        self._columns: list[tuple[int, int]] = []
        rows, columns = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        self._empty = _keys_of(self._words, empty_phrases() | without)
        shorter: _Grams | None = None
        for grams in chain(_all_grams(self._words), [None]):
            if shorter is not None:
                keys = self._chosen(shorter, grams, least)
                which, mine = _places(keys, shorter)
                rows.append(self._words.text[shorter.at[mine]])
                columns.append(which + len(self._columns))
                self._columns += [(len(self._kept), k) for k in range(len(keys))]
                self._kept.append((shorter.only(mine), keys))
            shorter = grams
        shape = (len(texts), len(self._columns))
        where = (np.concatenate(rows), np.concatenate(columns))
        counts = sparse.csr_matrix((np.ones(len(where[0]), np.float32), where), shape)
        counts.data[:] = 1.0
        self.matrix = counts

    def _chosen(self, grams: _Grams, longer: _Grams | None, least: int) -> Keys:
        """Return the keys of the n-grams of one length that are terms."""
        told = np.where(
            self._words.kind[grams.at] == words.HAN,
            grams.n <= _LONGEST_HAN,
            grams.n <= _LONGEST_WORDS,
        )
        fit = grams.fit & told
        text = self._words.text[grams.at[fit]]
        pairs = np.argsort(grams.key[fit], kind="stable")  # the texts are in order already
        key, text = grams.key[fit][pairs], text[pairs]
        new = (np.diff(key, prepend=~key[:1]) != 0) | (np.diff(text, prepend=-1) != 0)
        keys, seen = np.unique(key[new], return_counts=True)
        keys = keys[seen >= least]
        if longer is not None:
            keys = keys[~self._carried(keys, grams, longer)]
        return keys[~np.isin(keys, self._empty)]

    def _carried(self, keys: Keys, grams: _Grams, longer: _Grams) -> NDArray[np.bool_]:
        """Return which n-grams nearly always stand in the same longer one."""
        longest = np.zeros(len(keys))
        total = np.bincount(_places(keys, grams)[0], minlength=len(keys))
        at, key = longer.at[longer.fit], longer.key[longer.fit]
        _, inverse, counts = np.unique(key, return_inverse=True, return_counts=True)
        key_at = np.zeros(len(self._words.key) + 1, np.uint64)
        key_at[grams.at] = grams.key
        for shift in (0, 1):
            inner = key_at[at + shift]
            which, mine = _find(keys, inner)
            np.maximum.at(longest, which, counts[inverse[mine]])
        return np.asarray(longest > _CARRIES * total)

    def __len__(self) -> int:
        return len(self._columns)

    def keys_of(self, column: int) -> tuple[int, ...]:
        """Return the keys of the words of a term."""
        grams, start = self._first(column)[:2]
        return tuple(self._words.key[start : start + grams.n].tolist())

    def name(self, column: int) -> str:
        """Return a term as it is written most often."""
        grams, start, places = self._first(column)
        glue = "" if self._words.kind[start] == words.HAN else " "
        forms = Counter(
            glue.join(self._words.written(at, at + grams.n))
            for at in grams.at[places[:_SEEN]].tolist()
        )
        usual = max(forms.values())
        if (
            "\uac00" <= self._words.written(start, start + 1)[0] <= "\ud7a3"
        ):  # rather without its particle
            usual = min(usual, max(2, forms.total() // 20))
        return min(
            (form for form in forms if forms[form] >= usual),
            key=lambda form: (len(form), -forms[form], form),
        )

    def _first(self, column: int) -> tuple[_Grams, int, NDArray[np.int64]]:
        length, row = self._columns[column]
        grams, keys = self._kept[length]
        places = np.flatnonzero(grams.key == keys[row])
        return grams, int(grams.at[places[0]]), places


def _find(keys: Keys, wanted: Keys) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows of sorted keys that are wanted, and by which."""
    if not len(keys):
        none = np.zeros(0, np.int64)
        return none, none
    where = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    mine = np.flatnonzero(keys[where] == wanted)
    return where[mine], mine


def _places(keys: Keys, grams: _Grams) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return _find(keys, grams.key)


def likelihood_ratio(
    inside: NDArray[np.float64], n_inside: int, outside: NDArray[np.float64], n_outside: int
) -> NDArray[np.float64]:
    """Return by how many standard errors terms are likelier inside than outside.

    The signed root of the likelihood ratio G² (Dunning 1993, Computational Linguistics 19:61-74).
    What complaints are about, a product or a symptom, often stands in no other comment, and the
    error of log-odds has no bound there.

    Parameters
    ----------
    inside, outside : ndarray, shape (m,)
        Texts that hold each term.
    n_inside, n_outside : int
        Texts there are.
    """
    held, total = inside + outside, max(n_inside + n_outside, 1)
    gain = np.zeros(len(held))
    for count, of, n in ((inside, held, n_inside), (outside, held, n_outside)):
        for seen, there in ((count, of), (n - count, total - of)):
            gain += xlogy(seen, np.maximum(seen, 1) * total / np.maximum(there * n, 1))
    sign = np.sign(inside * n_outside - outside * n_inside)
    return np.asarray(sign * np.sqrt(np.maximum(2 * gain, 0.0)))


def distinct(terms: Terms, ranked: Sequence[int], rows: Any, most: int) -> list[int]:
    """Return the first of ranked terms that don't tell the same twice.

    Parameters
    ----------
    terms : Terms
        Where they are from.
    ranked : sequence of int
        Columns, the best first.
    rows : csc_matrix
        The texts that matter, with all columns.
    most : int
        How many at most.
    """
    chosen: list[tuple[int, set[int], set[int]]] = []
    for column in ranked:
        keys = set(terms.keys_of(column))
        held = set(rows.indices[rows.indptr[column] : rows.indptr[column + 1]].tolist())
        if not any(_same(keys, held, k, h) for _, k, h in chosen):
            chosen.append((column, keys, held))
        if len(chosen) == most:
            break
    return [column for column, _, _ in chosen]


def _same(keys: set[int], held: set[int], others: set[int], theirs: set[int]) -> bool:
    if keys <= others or others <= keys:
        return True
    common = len(held & theirs) / max(min(len(held), len(theirs)), 1)
    return bool(keys & others) and common >= _COVERED


def stand_out(inside: Sequence[str], outside: Sequence[str], most: int = 8) -> tuple[str, ...]:
    """Return the terms that set some comments apart from others, the most telling first.

    By :func:`likelihood_ratio`; only what stands in at least two of them and in one in twenty
    (in 20, if they are many).

    Parameters
    ----------
    inside : sequence of str
        The comments to be told of.
    outside : sequence of str
        The others; of more than :data:`OUTSIDE`, evenly spaced ones.
    most : int
        Terms wanted.
    """
    inside, outside = _spaced(inside), _spaced(outside)
    n, m = len(inside), len(outside)
    terms = Terms([*inside, *outside])
    rows = terms.matrix[:n].tocsc()
    ins, out = (np.asarray(part.sum(axis=0)).ravel() for part in (rows, terms.matrix[n:]))
    score = likelihood_ratio(ins.astype(np.float64), n, out.astype(np.float64), m)
    fit = np.flatnonzero((ins >= min(max(2, n / 20), 20)) & (score >= SIGNIFICANT))
    ranked = fit[np.argsort(-score[fit], kind="stable")].tolist()
    return tuple(terms.name(column) for column in distinct(terms, ranked, rows, most))


def _spaced(texts: Sequence[str]) -> list[str]:
    if len(texts) <= OUTSIDE:
        return list(texts)
    return [texts[int(k)] for k in np.linspace(0, len(texts) - 1, OUTSIDE)]
