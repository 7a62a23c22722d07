"""Which texts are nearly the same: MinHash signatures in an index by their bands.

By the library `datasketch <https://ekzhu.com/datasketch/>`_; after Broder 1997, "On the resemblance
and containment of documents".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from datasketch import MinHash, MinHashLSH
from numpy.typing import NDArray

from smclassify.features.view import FeatureView
from smclassify.text.batch import SEPARATOR

ORDER: Final = 5
"""Likeness is counted in n-grams of so many characters."""

PERMUTATIONS: Final = 64
REMEMBERED: Final = 20_000
"""Texts that later ones are compared with, the newest; the index keeps 4 KB of each."""

_SCHEME: Final = "affine32"
_MOST_NAMED: Final = 8
_PRIME: Final = np.uint64(0x9E3779B97F4A7C15)
_HALF: Final = np.uint64(32)
_FEW_MISSED: Final = (0.1, 0.9)
"""What weighs in the choice of bands: candidates too many, and likenesses missed."""


def grams(view: FeatureView) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    """Return the hash of every n-gram of a batch, and the text it stands in."""
    size = max(len(view.codes) - ORDER + 1, 0)
    codes = view.codes.astype(np.uint64) + np.uint64(1)
    inside = view.codes != SEPARATOR
    hashes, whole = np.zeros(size, np.uint64), np.ones(size, bool)
    for place in range(ORDER):
        hashes = (hashes + codes[place : place + size]) * _PRIME
        whole &= inside[place : place + size]
    return (hashes[whole] >> _HALF).astype(np.uint32), view.text[:size][whole]


def signatures(view: FeatureView) -> list[MinHash]:
    """Return the signature of each text."""
    hashes, text = grams(view)
    ends = np.searchsorted(text, np.arange(view.n_texts), side="right").tolist()
    permutations = MinHash(PERMUTATIONS, scheme=_SCHEME).permutations
    made, start = [], 0
    for end in ends:
        one = MinHash(PERMUTATIONS, scheme=_SCHEME, hashfunc=_as_it_is, permutations=permutations)
        if end > start:
            one.update_batch(hashes[start:end])
        made.append(one)
        start = end
    return made


def _as_it_is(hashed: Any) -> Any:
    return hashed


class LikenessIndex:
    """Finds, for texts as they come, the earlier ones that they are like.

    Parameters
    ----------
    threshold : float
        From which Jaccard likeness on, estimated from the signatures.
    remembered : int
        Texts that later ones are compared with: the newest ones.
    """

    def __init__(self, threshold: float, remembered: int = REMEMBERED) -> None:
        self._threshold = threshold
        self._remembered = remembered
        self._lsh = MinHashLSH(threshold, PERMUTATIONS, weights=_FEW_MISSED)
        self._signatures: dict[int, MinHash] = {}
        self._n = 0

    def __len__(self) -> int:
        return self._n

    def add(self, signature: MinHash) -> list[tuple[int, float]]:
        """Take in a text, numbered on from the last one.

        Returns
        -------
        list of (int, float)
            The numbers of a few earlier texts that it is like, and how much, in their order.
        """
        found = sorted(self._alike(signature))
        if not found or found[-1][1] < 1.0:  # another copy would only make the index slow
            self._lsh.insert(self._n, signature, check_duplication=False)
            self._signatures[self._n] = signature
            if len(self._signatures) > self._remembered:
                oldest = next(iter(self._signatures))
                self._lsh.remove(oldest)
                del self._signatures[oldest]
        self._n += 1
        return found

    def _alike(self, signature: MinHash) -> Iterator[tuple[int, float]]:
        named = 0
        for number in self._lsh.query(signature):
            likeness = float(signature.jaccard(self._signatures[number]))
            if likeness >= self._threshold:
                yield number, likeness
                named += 1
                if named == _MOST_NAMED:
                    return
