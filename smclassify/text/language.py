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
from smclassify.text.characters import SIZE
from smclassify.text.langevidence import Stream, ngram_evidence, word_evidence
from smclassify.text.langtable import (
    BMP,
    FIRST_DIGIT,
    LanguageTable,
    ScriptProfile,
    load_table,
)
from smclassify.text.scan import ranges

_SYMBOL_BITS: Final = 8
_MORE_HAN: Final = (0x20000, 0x40000)
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
        self._frequent = [self.table.number_of(script) for script in ("latin", "han", "hangul")]
        self._letter_of = _letters(self.table)

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
        letter = self._letter_of.take(batch.codes, mode="wrap")
        scripts = self._scripts(batch, (letter >> _SYMBOL_BITS).astype(np.uint8))
        symbols = letter.astype(np.uint8)  # the low bits
        letters = self._count(batch, scripts)
        winner, share = self._winning_script(batch, scripts, letters)
        indices = table.language_of_script[winner]
        indices[winner == 0] = -1
        confidence = share.astype(np.float32)
        for number, profile in table.profiles.items():
            texts = np.flatnonzero(winner == number)
            if len(texts):
                column, sure = self._by_ngrams(
                    self._stream(batch, scripts, symbols, texts, number), profile
                )
                indices[texts] = profile.languages[column]
                confidence[texts] *= sure
        doubtful = (confidence == 0) | (indices < 0)
        indices[doubtful] = len(table.names) - 1
        confidence[doubtful] = 0.0
        return LanguageGuess(indices, table.names, confidence)

    # --- scripts --------------------------------------------------------------------------

    def _scripts(self, batch: TextBatch, scripts: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Clear the script of each letter that says nothing about the language; return all."""
        for kind in _MASKED:
            scripts[_inside(batch.spans.get(kind))] = 0
        tags = _inside(batch.spans.get("hashtag"))
        if len(tags):
            scripts[self._beside_letters(batch, scripts, tags)] = 0
        # A letter of a script that is alone among others is part of a face: (°д°), ಠ_ಠ.
        rare = np.flatnonzero(self._is_rare(scripts))
        if not len(rare):
            return scripts
        family = self._family[scripts[rare]]
        before, after = self._family[scripts[rare - 1]], self._family[scripts[rare + 1]]
        scripts[rare[(family != before) & (family != after)]] = 0
        return scripts

    def _is_rare(self, scripts: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Return which letters are of none of the scripts that are in most texts."""
        rare = scripts > 0
        for number in self._frequent:
            rare &= scripts != number
        return rare

    def _beside_letters(
        self, batch: TextBatch, scripts: NDArray[np.uint8], tags: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return which positions in tags are of a text that has letters outside of them."""
        text = batch.text_index[tags]
        tagged = np.unique(text)
        lengths = batch.lengths[tagged]
        inside = scripts[ranges(batch.starts[tagged], lengths + 1)] > 0
        total = np.add.reduceat(inside, np.cumsum(lengths + 1) - lengths - 1, dtype=np.int64)
        in_tags = np.bincount(text, scripts[tags] > 0, minlength=len(batch))
        other = np.zeros(len(batch), bool)
        other[tagged] = total > in_tags[tagged]
        return tags[other[text]]

    def _count(self, batch: TextBatch, scripts: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Count each text's letters by script, shape (n, scripts + 1); column 0 is empty."""
        width = len(self.table.scripts) + 1
        rare = np.flatnonzero(self._is_rare(scripts))
        cell = batch.text_index[rare] * width + scripts[rare]
        letters = np.bincount(cell, minlength=len(batch) * width).reshape(-1, width)
        if len(batch):
            for number in self._frequent:
                letters[:, number] = np.add.reduceat(
                    scripts == number, batch.starts, dtype=np.int64
                )
        return letters

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
        self, stream: Stream, profile: ScriptProfile
    ) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Return the likeliest language (column of the profile) and its chance, 0 if doubtful."""
        words, n_words = word_evidence(stream, profile)
        score = np.float32(NGRAM_TRUST) * ngram_evidence(stream, profile)
        score = score[:, : len(profile.languages)] + profile.log_prior
        score += np.float32(WORD_TRUST) * words[:, : len(profile.languages)]
        score -= score.max(axis=1, keepdims=True)
        chance = 1 / np.exp(score).sum(axis=1)
        chance[chance < np.where(n_words > 1, SURE, SURE_OF_A_WORD)] = 0
        return score.argmax(axis=1), chance.astype(np.float32)

    def _stream(
        self,
        batch: TextBatch,
        scripts: NDArray[np.uint8],
        symbols: NDArray[np.uint8],
        texts: NDArray[np.intp],
        number: int,
    ) -> Stream:
        """Return the symbols of one script in some texts; a drawn-out "sooooo" is "so"."""
        symbols = symbols * ((scripts == number) | (symbols >= FIRST_DIGIT))
        inside = np.zeros(len(batch), bool)
        inside[texts] = True
        wanted = np.repeat(inside, batch.lengths + 1)
        like_last = (symbols[1:] == symbols[:-1]) & (symbols[1:] > 0)
        third = np.flatnonzero(like_last[1:] & like_last[:-1]) + 2
        drawn = np.unique(np.concatenate([third - 1, third]))
        drawn = drawn[wanted[drawn]]
        wanted[drawn] = False
        lengths = batch.lengths[texts] + 1
        starts = np.cumsum(lengths) - lengths
        return Stream(symbols[wanted], starts - np.searchsorted(drawn, batch.starts[texts]))


def _letters(table: LanguageTable) -> NDArray[np.uint16]:
    """Return script and symbol of every code point in one number, shape (0x110000,)."""
    letters = np.zeros(SIZE, np.uint16)
    letters[:BMP] = (table.script_of.astype(np.uint16) << _SYMBOL_BITS) | table.symbol_of
    letters[slice(*_MORE_HAN)] = table.number_of("han") << _SYMBOL_BITS
    return letters


def _inside(spans: NDArray[np.int64] | None) -> NDArray[np.int64]:
    """Return all positions within the spans, which are apart from each other."""
    if spans is None or not len(spans):
        return np.zeros(0, np.int64)
    return ranges(spans[:, 0], spans[:, 1] - spans[:, 0])
