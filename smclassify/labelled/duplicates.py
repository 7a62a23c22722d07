"""Which of several texts that say the same are kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from smclassify.labelled.alike import Alike, find_alike
from smclassify.labelled.contradictions import differing
from smclassify.labelled.texts import LabelledTexts
from smclassify.model.indexing import UNLABELLED

SAME: Final = "says the same"
NEAR: Final = "says nearly the same, with the same labels"
OUTVOTED: Final = "says the same, but most copies have other labels"
UNDECIDED: Final = "says the same with other labels, and no labelling has most copies"


@dataclass(frozen=True)
class Dropped:
    """A text that is not kept.

    Attributes
    ----------
    index : int
    kept : int or None
        The text that stays for it; ``None`` where none does.
    why : str
    """

    index: int
    kept: int | None
    why: str


@dataclass(frozen=True)
class Deduped:
    """What is left without duplicates.

    Attributes
    ----------
    keep : list of int
        The texts that are kept, in their order.
    dropped : tuple of Dropped
        The others, in theirs.
    """

    keep: list[int]
    dropped: tuple[Dropped, ...]


def dedupe(texts: LabelledTexts, *, near: bool = True, alike: Alike | None = None) -> Deduped:
    """Choose which texts to keep, one of each that say the same.

    Of copies whose labels agree, the one that says most is kept, the first of several. Of those
    that contradict each other the labels of most copies are kept; where no labels have more
    copies than any other, none is, since nobody knows which are right. Nearly equal texts are
    only dropped if they have the very same labels: with others they may well be right, and
    teach the most.

    Parameters
    ----------
    texts : LabelledTexts
    near : bool
        Also of texts that nearly say the same.
    alike : Alike, optional
        What :func:`~smclassify.labelled.alike.find_alike` has found, where it is known.
    """
    alike = alike or find_alike(texts.texts)
    dropped: dict[int, Dropped] = {}
    stands_for: dict[int, int] = {}
    for group in alike.copies():
        kept, why = _chosen(texts, group)
        dropped |= {index: Dropped(index, kept, why) for index in group if index != kept}
        if kept is not None:
            stands_for[group[0]] = kept
    for earlier, later in alike.near if near else ():
        first, second = (stands_for.get(index, index) for index in (earlier, later))
        if first in dropped or second in dropped:
            continue
        if (texts.labels[first] == texts.labels[second]).all():
            first, second = sorted((first, second))
            dropped[second] = Dropped(second, first, NEAR)
    keep = [index for index in range(len(texts)) if index not in dropped]
    return Deduped(keep, tuple(dropped[index] for index in sorted(dropped)))


def _chosen(texts: LabelledTexts, group: list[int]) -> tuple[int | None, str]:
    """Return which of some copies is kept, and why the others are not."""
    labels = texts.labels[group]
    if not differing(labels).any():
        said = (labels != UNLABELLED).sum(axis=1)
        return group[int(said.argmax())], SAME
    rows = [tuple(row) for row in labels.tolist()]
    (best, most), (_, next_most) = Counter(rows).most_common(2)
    return (group[rows.index(best)], OUTVOTED) if most > next_most else (None, UNDECIDED)
