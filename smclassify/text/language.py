"""Which language each text of a batch is in: the whole batch at once, always the same.

The script decides where it can (Hangul, Han, kana, Greek, ...); where several languages
share one (Latin, Cyrillic, Arabic, Devanagari), the 1- to 3-gram profiles of langdetect
1.0.9 do, as a Markov model over all characters of a text where langdetect draws n-grams at
random. Short comments get two more voices: a list of words that a reader knows at a glance,
and a prior that leans to the languages our users have.

Profiles and clean-up after: Nakatani Shuyo, "Language Detection Library for Java" (2010),
https://github.com/shuyo/language-detection.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.text.batch import TextBatch
from smclassify.text.langevidence import Stream, ngram_evidence, word_evidence
from smclassify.text.langtable import (
    BMP,
    FIRST_DIGIT,
    LanguageTable,
    ScriptProfile,
    load_table,
)

_MASKED: Final = ("url", "email", "mention")

NGRAM_TRUST: Final = 0.8
"""How much of the n-grams' log-likelihood counts: neighbours repeat each other a little."""
WORD_TRUST: Final = 3.0
"""Nats for a word that a reader knows the language by: one in twenty says it wrongly."""
SURE: Final = 0.4
"""A language less likely than this is not named."""
SURE_OF_A_WORD: Final = 0.7
"""The same, where a single word is all there is."""

_DENSITY: Final = {"han": 4.0, "hangul": 4.0, "kana": 3.0, "latin": 1.0}
_OTHER_DENSITY: Final = 2.0
"""How many Latin letters one of another script weighs in a mixed text. More than it says in
words: people drop Latin names into any language, seldom the other way round."""
_CAPITALISED: Final = 0.4
"""What a Latin letter of a capitalised word weighs in a mixed text: it may be a brand."""
_FEW_KANA: Final = 0.15
"""Kana per Han sign from which on a text is Japanese."""


@dataclass(frozen=True)
class LanguageGuess:
    """The language of each text of a batch.

    Attributes
    ----------
    indices : ndarray of int16, shape (n,)
        Where each text's language stands in ``names``.
    names : tuple of str
        Language codes (ISO 639-1), and ``"unknown"``.
    confidence : ndarray of float32, shape (n,)
        From 0 to 1; 0 where the language is unknown.
    """

    indices: NDArray[np.int16]
    names: tuple[str, ...]
    confidence: NDArray[np.float32]

    @property
    def codes(self) -> list[str]:
        """The language code of each text."""
        names = np.array(self.names, dtype=object)
        return names[self.indices].tolist()

    def __len__(self) -> int:
        return len(self.indices)


class LanguageDetector:
    """Tells the language of every text of a batch.

    Parameters
    ----------
    table : LanguageTable, optional
        The compiled profiles; the shipped ones by default.
    """

    def __init__(self, table: LanguageTable | None = None) -> None:
        self.table = table or load_table()
        self._latin = self.table.number_of("latin")
        density = [_DENSITY.get(script, _OTHER_DENSITY) for script in self.table.scripts]
        self._density = np.array([0.0, *density], np.float32)
        self._family = np.arange(len(self._density), dtype=np.uint8)
        self._family[self.table.number_of("kana")] = self.table.number_of("han")
        self._alone_counts = np.isin(["", *self.table.scripts], ["latin", "han", "hangul"])

    def detect(self, batch: TextBatch) -> LanguageGuess:
        """Tell the language of every text.

        Parameters
        ----------
        batch : TextBatch
            Its URLs, addresses and mentions are passed over, where its spans name them;
            hashtags too, unless a text has nothing else.

        Returns
        -------
        LanguageGuess
        """
        table = self.table
        scripts = self._scripts(batch)
        letters = self._count(batch, scripts)
        winner, share = self._winning_script(batch, scripts, letters)
        indices = table.language_of_script[winner]
        indices[winner == 0] = -1
        confidence = share.astype(np.float32)
        for number, profile in table.profiles.items():
            texts = np.flatnonzero(winner == number)
            if len(texts):
                column, sure = self._by_ngrams(batch, scripts, texts, number, profile)
                indices[texts] = profile.languages[column]
                confidence[texts] *= sure
        doubtful = (confidence == 0) | (indices < 0)
        indices[doubtful] = len(table.names) - 1
        confidence[doubtful] = 0.0
        return LanguageGuess(indices, table.names, confidence)

    # --- scripts --------------------------------------------------------------------------

    def _scripts(self, batch: TextBatch) -> NDArray[np.uint8]:
        """Return the script of each character; 0 for what says nothing about the language."""
        codes = batch.codes
        scripts = self.table.script_of[np.minimum(codes, BMP - 1)]
        scripts[(codes >= 0x20000) & (codes < 0x40000)] = self.table.number_of("han")
        for kind in _MASKED:
            scripts[_inside(batch.spans.get(kind), len(codes))] = 0
        tags = _inside(batch.spans.get("hashtag"), len(codes))
        if tags.any():
            other = np.add.reduceat((scripts > 0) & ~tags, batch.starts, dtype=np.int64)
            scripts[tags & np.repeat(other > 0, batch.lengths + 1)] = 0
        # A letter of a script that is alone among others is part of a face: (°д°), ಠ_ಠ.
        lonely = np.ones(len(scripts), bool)
        family = self._family[scripts]
        same = family[1:] == family[:-1]
        lonely[1:] &= ~same
        lonely[:-1] &= ~same
        scripts[lonely & ~self._alone_counts[scripts]] = 0
        return scripts

    def _count(self, batch: TextBatch, scripts: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Count each text's letters by script, shape (n, scripts + 1); column 0 is empty."""
        width = len(self.table.scripts) + 1
        at = np.flatnonzero(scripts)
        cell = np.repeat(np.arange(len(batch)) * width, batch.lengths + 1)[at] + scripts[at]
        return np.bincount(cell, minlength=len(batch) * width).reshape(-1, width)

    def _winning_script(
        self, batch: TextBatch, scripts: NDArray[np.uint8], letters: NDArray[np.int64]
    ) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Return the script of each text (0: none) and its share of the weighed letters."""
        weight = letters * self._density
        kana, han = self.table.number_of("kana"), self.table.number_of("han")
        # Chinese shop names like a kana or two; Japanese has them in every phrase.
        japanese = letters[:, kana] > _FEW_KANA * letters[:, han]
        source, target = np.where(japanese, han, kana), np.where(japanese, kana, han)
        every = np.arange(len(batch))
        weight[every, target] += weight[every, source]
        weight[every, source] = 0
        mixed = (weight[:, self._latin] > 0) & (np.count_nonzero(weight, axis=1) > 1)
        if mixed.any():
            small = self._names_in_latin(batch, scripts, np.flatnonzero(mixed))
            weight[mixed, self._latin] -= (1 - _CAPITALISED) * small
        winner = weight.argmax(axis=1)
        total = weight.sum(axis=1)
        best = weight[every, winner]
        share = np.divide(best, total, out=np.zeros_like(total), where=total > 0)
        return winner, share

    def _names_in_latin(
        self, batch: TextBatch, scripts: NDArray[np.uint8], texts: NDArray[np.intp]
    ) -> NDArray[np.int64]:
        """Count the Latin letters in capitalised words: names and brands, more than language."""
        inside = np.zeros(len(batch), bool)
        inside[texts] = True
        where = np.repeat(inside, batch.lengths + 1)
        latin = scripts[where] == self._latin
        codes = batch.codes[where]
        upper = (codes >= ord("A")) & (codes <= ord("Z"))
        first = latin & ~np.concatenate([[False], latin[:-1]])
        word = np.cumsum(first)
        capital = np.concatenate([[False], upper[first]])[word] & latin
        lengths = batch.lengths[texts] + 1
        return np.add.reduceat(capital, np.cumsum(lengths) - lengths, dtype=np.int64)

    # --- n-grams --------------------------------------------------------------------------

    def _by_ngrams(
        self,
        batch: TextBatch,
        scripts: NDArray[np.uint8],
        texts: NDArray[np.intp],
        number: int,
        profile: ScriptProfile,
    ) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Return the likeliest language (column of the profile) and its chance, 0 if doubtful."""
        stream = self._stream(batch, scripts, texts, number)
        score = profile.log_prior + np.float32(NGRAM_TRUST) * ngram_evidence(stream, profile)
        evidence, n_words = word_evidence(stream, profile)
        score += np.float32(WORD_TRUST) * evidence
        score -= score.max(axis=1, keepdims=True)
        chance = 1 / np.exp(score).sum(axis=1)
        chance[chance < np.where(n_words > 1, SURE, SURE_OF_A_WORD)] = 0
        return score.argmax(axis=1), chance.astype(np.float32)

    def _stream(
        self,
        batch: TextBatch,
        scripts: NDArray[np.uint8],
        texts: NDArray[np.intp],
        number: int,
    ) -> Stream:
        """Return the symbols of one script in some texts; a drawn-out "sooooo" is "so"."""
        inside = np.zeros(len(batch), bool)
        inside[texts] = True
        where = np.repeat(inside, batch.lengths + 1)
        codes = np.minimum(batch.codes[where], BMP - 1)
        symbols = self.table.symbol_of[codes]
        symbols[(scripts[where] != number) & (symbols < FIRST_DIGIT)] = 0
        lengths = batch.lengths[texts] + 1
        like_last = np.zeros(len(symbols), bool)
        like_last[1:] = (symbols[1:] == symbols[:-1]) & (symbols[1:] > 0)
        drawn = like_last.copy()
        drawn[1:] &= like_last[:-1] | np.concatenate([like_last[2:], [False]])
        return Stream(symbols, np.cumsum(lengths) - lengths).keep(~drawn)


def _inside(spans: NDArray[np.int64] | None, size: int) -> NDArray[np.bool_]:
    """Return which positions are within the spans, shape (size,)."""
    if spans is None or not len(spans):
        return np.zeros(size, bool)
    edge = np.zeros(size + 1, np.int8)
    np.add.at(edge, spans[:, 0], 1)
    np.add.at(edge, spans[:, 1], -1)
    return np.cumsum(edge[:-1], dtype=np.int8) > 0
