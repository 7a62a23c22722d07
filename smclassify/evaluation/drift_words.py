"""What the texts are made of, old and new: words, lengths, and what the model never met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from smclassify.model.model import Model
from smclassify.text.batch import TextBatch
from smclassify.text.tokens import Tokenizer, Tokens

MOST_NEW_WORDS: Final = 15
_IN_TEXTS: Final = 3
"""A new word is named where it stands in so many texts."""

_NAMED: Final = ("url", "email", "mention")
"""What stands in these spans is nobody's vocabulary."""


class Vocabulary(NamedTuple):
    """The words of old and new texts.

    Attributes
    ----------
    old, new : csr_matrix, shape (n_old, n_words) and (n_new, n_words)
        1 where a text has a word. In Chinese a word is a character.
    new_words : tuple of (str, int)
        Words of the new texts that no old one has, with their texts, most frequent first.
    """

    old: csr_matrix
    new: csr_matrix
    new_words: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class _Words:
    batch: TextBatch
    tokens: Tokens
    kept: NDArray[np.int64]

    @classmethod
    def of(cls, batch: TextBatch, tokenizer: Tokenizer) -> _Words:
        tokens = tokenizer.tokens(batch)
        named = np.zeros(len(batch.codes) + 1, bool)
        for kind in _NAMED:
            for start, end in batch.spans.get(kind, np.zeros((0, 2), np.int64)).tolist():
                named[start:end] = True
        return cls(batch, tokens, np.flatnonzero(~named[tokens.start]))

    def spelled(self, token: int) -> str:
        """Return a token as it is written, in lower case."""
        start = int(self.tokens.start[token])
        return self.batch.joined[start : start + int(self.tokens.size[token])].lower()


def vocabulary(old: TextBatch, new: TextBatch) -> Vocabulary:
    """Return the words of old and new texts."""
    tokenizer = Tokenizer()
    sides = [_Words.of(batch, tokenizer) for batch in (old, new)]
    ids = [side.tokens.lower[side.kept] for side in sides]
    words, column = np.unique(np.concatenate(ids), return_inverse=True)
    columns = np.split(column, [len(ids[0])])
    matrices = [
        _presence(side.tokens.text[side.kept], at, (len(side.batch), len(words)))
        for side, at in zip(sides, columns, strict=True)
    ]
    return Vocabulary(matrices[0], matrices[1], _new_words(matrices, sides[1], columns[1]))


def _presence(
    text: NDArray[np.int64], column: NDArray[np.int64], shape: tuple[int, int]
) -> csr_matrix:
    matrix = csr_matrix((np.ones(len(text)), (text, column)), shape=shape)
    matrix.data[:] = 1
    return matrix


def _new_words(
    matrices: Sequence[csr_matrix], side: _Words, column: NDArray[np.int64]
) -> tuple[tuple[str, int], ...]:
    before, now = (np.asarray(matrix.sum(axis=0)).ravel() for matrix in matrices)
    first = np.zeros(len(now), np.int64)
    first[column[::-1]] = side.kept[::-1]
    found: list[tuple[str, int]] = []
    for word in np.argsort(-np.where(before == 0, now, 0), kind="stable").tolist():
        if before[word] or now[word] < _IN_TEXTS or len(found) == MOST_NEW_WORDS:
            break
        spelled = side.spelled(int(first[word]))
        if any(character.isalpha() for character in spelled):
            found.append((spelled, int(now[word])))
    return tuple(found)


def unseen_share(model: Model, batch: TextBatch) -> NDArray[np.float64]:
    """Return which share of each text's n-grams the model has no column for, shape (n,)."""
    every = np.zeros(len(batch))
    unseen = np.zeros(len(batch))
    for block in (model.space.char_, model.space.word_):
        for bucket, text in block.buckets(batch):
            every += np.bincount(text, minlength=len(batch))
            unseen += np.bincount(text[block.column_[bucket] < 0], minlength=len(batch))
    return unseen / np.maximum(every, 1)
