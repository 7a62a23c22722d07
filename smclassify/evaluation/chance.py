"""How different two sets of texts are, and how different two halves of one set would be.

A distance between two samples is never nought, and the smaller they are the greater it is by
chance alone. So each is held against what random halves of the old texts give, in samples of
the same size: what is not greater than all of these is no change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

REPEATS: Final = 200
"""So many random halves; a distance greater than all has a probability of 1 in 201 by chance."""

_MOST: Final = 5_000
_SMOOTHING: Final = 0.5

Distance = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True)
class Change:
    """How far something has moved.

    Attributes
    ----------
    distance : float
        Between the old texts and the new.
    chance : float
        The greatest between random halves of the old ones.
    expected : float
        The mean between random halves.
    changed : bool
        Greater than by chance, and by enough to matter.
    """

    distance: float
    chance: float
    expected: float
    changed: bool

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "distance": round(self.distance, 4),
            "chance": round(self.chance, 4),
            "changed": self.changed,
        }


def population_stability(old: NDArray[np.float64], new: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the population stability index of counts, shape (..., k).

    The symmetric Kullback-Leibler divergence of two distributions (Jeffreys), by custom of
    credit scoring called stable under 0.1 and moved from 0.25 on (Siddiqi 2006, "Credit Risk
    Scorecards"). Half a text is added to each count, or an empty bin would make it infinite.
    """
    shares = [(one + _SMOOTHING) / (one + _SMOOTHING).sum(-1, keepdims=True) for one in (old, new)]
    index: NDArray[np.float64] = ((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum(-1)
    return index


def jensen_shannon(old: NDArray[np.float64], new: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the Jensen-Shannon divergence of counts in bits, from 0 to 1 (Lin 1991)."""
    shares = [one / np.maximum(one.sum(-1, keepdims=True), 1) for one in (old, new)]
    middle = (shares[0] + shares[1]) / 2
    bits = np.zeros(middle.shape[:-1])
    for one in shares:
        ratio = np.divide(one, middle, out=np.ones_like(one), where=one > 0)
        bits += (one * np.log2(ratio)).sum(-1) / 2
    return bits


@dataclass(frozen=True)
class Samples:
    """Which texts are drawn: halves of the old, and as many of old and new.

    Attributes
    ----------
    n_old, n_new : int
    seed : int
    """

    n_old: int
    n_new: int
    seed: int = 0

    @property
    def size(self) -> int:
        """Texts in each sample."""
        return max(1, min(self.n_old // 2, self.n_new, _MOST))

    def halves(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Yield pairs of samples of the old texts that have no text in common."""
        rng = np.random.default_rng([self.seed, 0])
        for _ in range(REPEATS):
            drawn = rng.permutation(self.n_old)[: 2 * self.size]
            yield drawn[: self.size], drawn[self.size :]

    def pairs(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Yield samples of the old and of the new texts."""
        rng = np.random.default_rng([self.seed, 1])
        for _ in range(REPEATS // 10):
            old = rng.permutation(self.n_old)[: self.size]
            yield old, rng.permutation(self.n_new)[: self.size]

    def change(
        self, old: NDArray[np.int64], new: NDArray[np.int64], distance: Distance, enough: float
    ) -> Change:
        """Hold the bins that old and new texts fall into against each other.

        Parameters
        ----------
        old, new : ndarray of int, shape (n_old,) and (n_new,)
        distance : callable
            Of counts, shape (..., k).
        enough : float
            How much greater than by chance a distance must be to matter.
        """
        k = int(max(old.max(initial=0), new.max(initial=0))) + 1

        def counted(bins: NDArray[np.int64], drawn: NDArray[np.int64]) -> NDArray[np.float64]:
            return np.bincount(bins[drawn], minlength=k).astype(np.float64)

        null = [distance(counted(old, one), counted(old, other)) for one, other in self.halves()]
        seen = [distance(counted(old, one), counted(new, other)) for one, other in self.pairs()]
        return judged(np.array(seen), np.array(null), enough)

    def change_of_rates(
        self, old: NDArray[np.bool_], new: NDArray[np.bool_], enough: float
    ) -> Change:
        """Hold the shares of old and new texts of which something is true against each other.

        Here chance is what all texts give, dealt out anew (a permutation test): where nothing
        of the kind was among the old ones, their halves say nothing of how rare it is.

        Parameters
        ----------
        old, new : ndarray of bool, shape (n_old,) and (n_new,)
        enough : float
            As of :meth:`change`.
        """
        rng = np.random.default_rng([self.seed, 2])
        total = int(old.sum() + new.sum())
        first = rng.hypergeometric(total, self.n_old + self.n_new - total, self.n_old, REPEATS)
        null = np.abs(first / self.n_old - (total - first) / self.n_new)
        seen = abs(float(new.mean()) - float(old.mean()))
        return judged(np.array([seen]), null, enough)

    def change_of_words(self, old: csr_matrix, new: csr_matrix, enough: float) -> Change:
        """Hold the words of old and new texts against each other, by Jensen-Shannon divergence.

        Parameters
        ----------
        old, new : csr_matrix, shape (n_old, n_words) and (n_new, n_words)
            How often each text has each word.
        enough : float
            As of :meth:`change`.
        """

        def counted(words: csr_matrix, drawn: NDArray[np.int64]) -> NDArray[np.float64]:
            chosen = np.zeros(words.shape[0])
            chosen[drawn] = 1
            sums: NDArray[np.float64] = words.T @ chosen
            return sums

        null = [jensen_shannon(counted(old, a), counted(old, b)) for a, b in self.halves()]
        seen = [jensen_shannon(counted(old, a), counted(new, b)) for a, b in self.pairs()]
        return judged(np.array(seen), np.array(null), enough)


def judged(seen: NDArray[np.float64], null: NDArray[np.float64], enough: float) -> Change:
    """Return a change from distances between old and new, and between halves of the old."""
    distance, chance, expected = float(seen.mean()), float(null.max()), float(null.mean())
    changed = distance > chance and distance - expected >= enough
    return Change(distance, chance, expected, changed)


def tenths(old: NDArray, new: NDArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return into which tenth of the old values each old and each new one falls."""
    cuts = np.unique(np.quantile(old, np.linspace(0.1, 0.9, 9))) if len(old) else np.zeros(0)
    below, above = (np.searchsorted(cuts, one, side="left") for one in (old, new))
    return below.astype(np.int64), above.astype(np.int64)


def as_bins(
    old: list[str], new: list[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[str]]:
    """Return numbers for names, and the names."""
    names: Mapping[str, int] = {name: at for at, name in enumerate(sorted({*old, *new}))}
    first, second = (np.array([names[one] for one in part], np.int64) for part in (old, new))
    return first, second, list(names)
