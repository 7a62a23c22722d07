"""Who may not be on both sides: texts of one author, of one thread, or that say nearly the same."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from smclassify.labelled.alike import Alike, find_alike
from smclassify.labelled.synonyms import synonyms
from smclassify.labelled.texts import LabelledTexts
from smclassify.text.batch import TextBatch

AUTHOR: Final = "author"
THREAD: Final = "thread"
NEAR_DUPLICATE: Final = "near_duplicate"
TIES: Final = (AUTHOR, THREAD, NEAR_DUPLICATE)

MOST_TIED: Final = 1 / 3
"""What would tie a greater share of all texts together is no tie: nothing could be held out."""

_FEW: Final = 10
"""Of so few texts a third is next to nothing."""


@dataclass(frozen=True)
class Tied:
    """Texts that belong together.

    Attributes
    ----------
    groups : ndarray of int64, shape (n,)
        The group of each text, numbered in the order of their first texts.
    too_common : tuple of (str, str)
        What was not used as a tie, since too many texts share it: ``author`` or ``thread`` and
        its name (a brand's own account, "anonymous"), or ``near_duplicate`` and nothing.
    """

    groups: NDArray[np.int64]
    too_common: tuple[tuple[str, str], ...] = ()


def connected_groups(
    texts: LabelledTexts, batch: TextBatch | None = None, by: Sequence[str] = TIES
) -> NDArray[np.int64]:
    """Return the group of each text, shape (n,), as :func:`tied_groups` finds them."""
    return tied_groups(texts, batch, by).groups


def tied_groups(
    texts: LabelledTexts,
    batch: TextBatch | None = None,
    by: Sequence[str] = TIES,
    alike: Alike | None = None,
) -> Tied:
    """Put texts together that may not be on both sides of a split.

    Parameters
    ----------
    texts : LabelledTexts
    batch : TextBatch, optional
        The same texts, prepared.
    by : sequence of str
        What ties texts: ``author``, ``thread``, ``near_duplicate``. Texts that say the same are
        always together.
    alike : Alike, optional
        What :func:`~smclassify.labelled.alike.find_alike` has found, where it is known.

    Raises
    ------
    ValueError
        If there is no such tie.
    """
    if unknown := set(by) - set(TIES):
        raise ValueError(f"no such tie: {', '.join(sorted(unknown))}")
    n, too_common = len(texts), []
    alike = alike or find_alike(texts.texts, batch)
    edges = list(enumerate(alike.same.tolist()))
    for tie, names in ((AUTHOR, texts.authors), (THREAD, texts.threads)):
        if tie in by:
            common, found = _shared(names)
            too_common += [(tie, name) for name in common]
            edges += found
    if NEAR_DUPLICATE in by:
        if _largest(n, alike.near) > MOST_TIED * n and n > _FEW:
            too_common.append((NEAR_DUPLICATE, ""))
        else:
            edges += alike.near
    return Tied(_components(n, edges), tuple(too_common))


def tie_key(name: str) -> str:
    """Return an author's or a thread's name as it is compared; empty for none at all."""
    key = unicodedata.normalize("NFKC", name).casefold().strip().lstrip("@")
    return "" if synonyms().means("nothing", key) else key


def _shared(names: Sequence[str]) -> tuple[list[str], list[tuple[int, int]]]:
    """Return the names that too many texts have, and edges between texts that share another."""
    keys = [tie_key(name) for name in names]
    counts = Counter(key for key in keys if key)
    most = max(MOST_TIED * len(names), _FEW)
    common = [key for key, count in counts.items() if count > most]
    edges = _star((key, i) for i, key in enumerate(keys) if key and key not in common)
    return sorted(common), edges


def _star(keyed: Iterable[tuple[Hashable, int]]) -> list[tuple[int, int]]:
    """Return an edge from the first of each key to every one of it."""
    first: dict[Hashable, int] = {}
    return [(first.setdefault(key, index), index) for key, index in keyed]


def _components(n: int, edges: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """Return the connected component of each node, in the order of their first nodes."""
    if not n:
        return np.zeros(0, np.int64)
    left, right = np.array(edges, np.int64).reshape(-1, 2).T
    graph = coo_array((np.ones(len(left), bool), (left, right)), (n, n))
    labels = connected_components(graph, directed=False)[1]
    _, first, group = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[group]


def _largest(n: int, edges: Sequence[tuple[int, int]]) -> int:
    return int(np.bincount(_components(n, edges)).max(initial=0)) if edges else 0
