"""Which texts are worth a person's time: those the model is unsure of, and no two alike.

Active learning by batches. How unsure the model is of a text is measured by margins (Scheffer,
Decomain and Wrobel 2001; Settles 2009, "Active learning literature survey", 3.1): to the
threshold for yes-or-no labels, between the two best for labels of which one is right. Of the
most uncertain texts a batch is then chosen by farthest-first traversal (Gonzalez 1985; for
active learning Sener and Savarese 2018, "k-center"), each distance weighed by the uncertainty
(as Zhdanov 2019, "Diverse mini-batch active learning", weighs its clusters), beginning from the
texts that were labelled before. Languages take turns by their share of the pool.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.preprocessing import normalize

from smclassify.annotating.order import batches
from smclassify.annotating.scheme import Scheme
from smclassify.annotating.session import Guess, Item
from smclassify.labels import (
    DEPARTMENT,
    DEPARTMENTS,
    KIND,
    KINDS,
    KINDS_WITH_DEPARTMENT,
    Task,
)
from smclassify.model.decision import DECIDED_LABELS, Thresholds, columns, threshold_for
from smclassify.model.panel import Panel

MOST_SPREAD: Final = 1_000
"""Texts chosen by distance; who labels more than that gets the rest by uncertainty alone."""

_OFFERED: Final = 10
"""Uncertain texts among which each one of a batch is chosen (Zhdanov's beta)."""
_MOST_OFFERED: Final = 10_000
_FEWEST_OFFERED: Final = 500
_REMEMBERED: Final = 2_000
"""Texts labelled before that new ones keep a distance from: the last ones."""

_ALIKE: Final = 0.05
"""Below this distance (one less the cosine) a text is a near duplicate of a chosen one."""


class Appraisal:
    """What the model says of all candidates.

    Parameters
    ----------
    panel : Panel
    thresholds : mapping
        Those in force.
    scheme : Scheme
        Which labels matter.
    items : sequence of Item, length n
    progress : callable
        Told how many texts have been read.

    Attributes
    ----------
    languages : list of str, length n
        Given, or told from the text.
    probabilities : ndarray of float32, shape (n, n_heads)
    """

    def __init__(
        self,
        panel: Panel,
        thresholds: Thresholds,
        scheme: Scheme,
        items: Sequence[Item],
        progress: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._panel = panel
        self._thresholds = thresholds
        self._scheme = scheme
        self._items = items
        self.languages: list[str] = []
        read = []
        for batch in batches(items):
            read.append(panel.probabilities(scheme.task, batch))
            self.languages += batch.languages
            progress(len(self.languages))
        self.probabilities: NDArray[np.float32] = np.vstack(read)

    def uncertainty(self) -> NDArray[np.float64]:
        """Return how unsure the model is of each text, 0 to 1, shape (n,).

        A text is as uncertain as the label that is most so. All are equally uncertain where
        only labels are asked that the model has not learned.
        """
        measured = [self._to_threshold(label) for label in self._decided()]
        if KIND in self._scheme.asked:
            measured.append(self._between(KINDS))
        if DEPARTMENT in self._scheme.asked:
            # To whom praise would be handed is no matter.
            kinds = self.probabilities[:, columns(Task.COMMENTS, KINDS)]
            wants = [kind in KINDS_WITH_DEPARTMENT for kind in KINDS]
            share = kinds[:, wants].sum(axis=1) / np.maximum(kinds.sum(axis=1), 1e-12)
            measured.append(self._between(DEPARTMENTS) * share)
        if not measured:
            return np.ones(len(self._items))
        return np.asarray(np.nan_to_num(np.stack(measured)).max(axis=0))

    def _decided(self) -> list[str]:
        return [one for one in DECIDED_LABELS[self._scheme.task] if one in self._scheme.asked]

    def _scores(self, label: str) -> NDArray[np.float64]:
        column = columns(self._scheme.task, [label])[0]
        return self.probabilities[:, column].astype(np.float64)

    def _to_threshold(self, label: str) -> NDArray[np.float64]:
        """Return 1 at the threshold, falling to 0 at the probabilities 0 and 1."""
        scores = self._scores(label)
        threshold = threshold_for(self._thresholds, label, self.languages)
        room = np.where(scores < threshold, threshold, 1 - threshold)
        return np.asarray(1 - np.abs(scores - threshold) / np.maximum(room, 1e-12), np.float64)

    def _between(self, names: Sequence[str]) -> NDArray[np.float64]:
        """Return one less the margin between the two most probable names."""
        scores = np.nan_to_num(self.probabilities[:, columns(self._scheme.task, names)])
        shares = scores / np.maximum(scores.sum(axis=1, keepdims=True), 1e-12)
        best = np.partition(shares, -2, axis=1)
        return np.asarray(1 - (best[:, -1] - best[:, -2]), np.float64)

    def guess(self, place: int) -> Guess:
        """Return what the model says of a text: the best kinds, and each label asked for."""
        said: list[tuple[str, float]] = []
        for column, names in ((KIND, KINDS), (DEPARTMENT, DEPARTMENTS)):
            if column in self._scheme.asked:
                scores = self.probabilities[place, columns(self._scheme.task, names)]
                order = np.argsort(-np.nan_to_num(scores), kind="stable")[:2]
                said += [(names[one], float(scores[one])) for one in order]
        said += [(label, float(self._scores(label)[place])) for label in self._decided()]
        return tuple((name, score) for name, score in said if score == score)  # noqa: PLR0124

    def order(self, limit: int | None, labelled: Sequence[str] = ()) -> list[int]:
        """Return the places of the candidates, the one most worth a label first.

        Parameters
        ----------
        limit : int or None
            How many are wanted; all by default.
        labelled : sequence of str
            Texts that were labelled before: the first ones keep a distance from them.
        """
        uncertainty = self.uncertainty()
        ranked = np.argsort(-uncertainty, kind="stable")
        wanted = min(limit or len(ranked), MOST_SPREAD, len(ranked))
        offered = min(max(_OFFERED * wanted, _FEWEST_OFFERED), _MOST_OFFERED)
        chosen: list[list[int]] = []
        shares = _shares(self.languages, wanted)
        earlier = self._matrix([Item(text) for text in labelled[-_REMEMBERED:]])
        for language, number in shares.items():
            of_it = [int(one) for one in ranked if self.languages[one] == language]
            of_it = of_it[: max(offered * number // max(wanted, 1), number)]
            matrix = self._matrix([self._items[one] for one in of_it])
            places = farthest_first(matrix, uncertainty[of_it], number, earlier)
            chosen.append([of_it[place] for place in places])
        first = _by_turns(chosen)
        rest = set(first)
        everything = first + [int(one) for one in ranked if int(one) not in rest]
        return everything[:limit] if limit else everything

    def _matrix(self, items: Sequence[Item]) -> csr_matrix:
        """Return the features of texts, each row of length one, shape (n, n_features)."""
        space = self._panel.model.space
        blocks = [space.transform(batch) for batch in batches(items)]
        if not blocks:
            return csr_matrix((0, space.n_features_), dtype=np.float32)
        return normalize(vstack(blocks, format="csr"))


def farthest_first(
    X: csr_matrix, weights: NDArray[np.float64], number: int, earlier: csr_matrix
) -> list[int]:
    """Return rows that are far from each other and weigh much, the best first.

    Each next row is the one with the greatest product of its weight and its distance, one
    less the cosine, from the nearest of those chosen so far and of ``earlier``. Near
    duplicates of those come last.

    Parameters
    ----------
    X : sparse matrix, shape (n, n_features)
        Rows of length one.
    weights : ndarray, shape (n,)
        Not negative.
    number : int
        How many are wanted, at most n.
    earlier : sparse matrix, shape (m, n_features)
        Rows of length one to keep away from.
    """
    distance = np.ones(X.shape[0])
    for start in range(0, earlier.shape[0], 100):
        near = (X @ earlier[start : start + 100].T).max(axis=1)
        distance = np.minimum(distance, 1 - np.asarray(near.todense()).ravel())
    weights = weights + 1e-6  # a text the model is sure of is still better than a duplicate
    free = np.ones(X.shape[0], bool)
    chosen: list[int] = []
    for _ in range(min(number, X.shape[0])):
        distance = np.clip(distance, 0, 1)
        gain = np.where(distance < _ALIKE, distance * 1e-9, distance) * weights
        best = int(np.where(free, gain, -1).argmax())
        chosen.append(best)
        free[best] = False
        cosine = X @ X[best].toarray().ravel()
        distance = np.minimum(distance, 1 - cosine)
    return chosen


def _shares(languages: Sequence[str], number: int) -> Mapping[str, int]:
    """Split a number among languages by how common they are, by largest remainders."""
    names, counts = np.unique(np.array(languages, np.str_), return_counts=True)
    exact = counts / max(counts.sum(), 1) * number
    shares = np.floor(exact).astype(int)
    missing = number - int(shares.sum())
    shares[np.argsort(-(exact - shares), kind="stable")[:missing]] += 1
    return {str(name): int(share) for name, share in zip(names, shares, strict=True) if share}


def _by_turns(lists: Sequence[Sequence[int]]) -> list[int]:
    """Merge lists evenly, so that any beginning holds each by its share."""
    placed = [
        ((place + 0.5) / len(one), number, item)
        for number, one in enumerate(lists)
        for place, item in enumerate(one)
    ]
    return [item for _, _, item in sorted(placed)]
