"""Which labelled texts say the same, or nearly."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.features.likeness import LikenessIndex, signatures
from smclassify.features.view import FeatureView, feature_view
from smclassify.text.batch import TextBatch
from smclassify.text.prepare import MAX_CHARACTERS, parts, prepare

LIKE: Final = 0.7
"""Jaccard likeness, of character 5-grams, from which on texts are near duplicates."""

_SHORTEST: Final = 20
"""Characters from which on texts are compared by likeness: "thank you!" is many people's own."""
_AROUND: Final = 3
"""Characters that a view puts around each text."""
_AT_ONCE: Final = 5_000
_CHARACTERS_AT_ONCE: Final = 5_000_000


@dataclass(frozen=True)
class Alike:
    """Which texts say the same, or nearly.

    Attributes
    ----------
    same : ndarray of int64, shape (n,)
        The first text that says the same: capitals, Unicode forms and blanks don't count.
    near : tuple of (int, int)
        Texts that nearly say the same, the earlier one first; of a text that is like many, a
        few. Those that say the same are not among them.
    """

    same: NDArray[np.int64]
    near: tuple[tuple[int, int], ...]

    def copies(self) -> list[list[int]]:
        """Return the groups of two texts or more that say the same."""
        groups: dict[int, list[int]] = {}
        for index, first in enumerate(self.same.tolist()):
            groups.setdefault(first, []).append(index)
        return [group for group in groups.values() if len(group) > 1]


def find_alike(texts: Sequence[str], batch: TextBatch | None = None) -> Alike:
    """Compare texts with each other.

    Parameters
    ----------
    texts : sequence of str, length n
    batch : TextBatch, optional
        The same texts, prepared.

    Notes
    -----
    MinHash signatures of 64 permutations in bands (:mod:`smclassify.features.likeness`), so a
    likeness near :data:`LIKE` may be missed or found a little too soon.
    """
    first: dict[str, int] = {}
    same = [first.setdefault(_said(text), index) for index, text in enumerate(texts)]
    index = LikenessIndex(LIKE, remembered=max(len(texts), 1))
    compared: list[int] = []
    near: list[tuple[int, int]] = []
    # Only the first of those that say the same is compared: the others are tied to it.
    for view, start in _views(texts, batch):
        made = signatures(view)
        lengths = np.bincount(view.text, minlength=view.n_texts) - _AROUND
        for place in range(view.n_texts):
            number = start + place
            if same[number] == number and lengths[place] >= _SHORTEST:
                near += [(compared[other], number) for other, _ in index.add(made[place])]
                compared.append(number)
    return Alike(np.array(same, np.int64), tuple(near))


def _said(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _views(texts: Sequence[str], batch: TextBatch | None) -> Iterator[tuple[FeatureView, int]]:
    if batch is not None:
        yield feature_view(batch), 0
        return
    for part in parts(texts, _AT_ONCE, _CHARACTERS_AT_ONCE):
        chosen = [text[:MAX_CHARACTERS] for text in texts[part]]
        # What language a text is in makes no difference to what is compared.
        yield feature_view(prepare(chosen, ["en"] * len(chosen))), part.start
