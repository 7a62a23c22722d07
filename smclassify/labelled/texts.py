"""Texts of one task with their labels: what every training and measurement works on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from smclassify.labels import Task, heads_of
from smclassify.model.indexing import UNLABELLED

TRAIN, DEV, TEST = "train", "dev", "test"
"""What a text may be for, as far as its file says."""

_ABOUT: Final = ("authors", "threads", "splits", "rows")
_LISTS: Final = ("ids", "texts", "languages", "groups", *_ABOUT)


@dataclass(frozen=True)
class LabelledTexts:
    """Texts of one task with their labels.

    Attributes
    ----------
    task : Task
    ids, texts : list of str, length n
    languages : list of str or None, length n
        As the file says; None where it doesn't.
    groups : list of str, length n
        The batch (file) each text is from: its writer.
    labels : ndarray of int, shape (n, n_heads)
        1, 0, or unlabelled (-1), in the order of :attr:`heads`.
    own : tuple of str
        The company's own labels: the columns after those of the guide.
    authors, threads : list of str, length n
        As the file says; empty where it doesn't.
    splits : list of str, length n
        ``train``, ``dev`` or ``test``; empty where the file doesn't say.
    rows : list of int, length n
        The row of its file, from 1; 0 where there is none.
    """

    task: Task
    ids: list[str]
    texts: list[str]
    languages: list[str | None]
    groups: list[str]
    labels: NDArray[np.int64]
    own: tuple[str, ...] = ()
    authors: list[str] = field(default_factory=list)
    threads: list[str] = field(default_factory=list)
    splits: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Whoever makes texts without knowing who wrote them need not say so n times.
        for name, nothing in zip(_ABOUT, ("", "", "", 0), strict=True):
            if not getattr(self, name):
                object.__setattr__(self, name, [nothing] * len(self.texts))

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def heads(self) -> tuple[str, ...]:
        """The labels of the columns, the company's own last."""
        return heads_of(self.task, self.own)

    def column(self, label: str) -> NDArray[np.int64]:
        """Return the column of a label, shape (n,).

        Raises
        ------
        ValueError
            If the texts have no such label.
        """
        return self.labels[:, self.heads.index(label)]

    def take(self, indexes: Sequence[int]) -> LabelledTexts:
        """Return some of the texts, in the order of their indexes."""
        chosen = [int(index) for index in indexes]
        changed: dict[str, Any] = {
            name: [getattr(self, name)[index] for index in chosen] for name in _LISTS
        }
        changed["labels"] = self.labels[np.array(chosen, np.int64)]
        return replace(self, **changed)

    @classmethod
    def joined(cls, parts: Sequence[LabelledTexts]) -> LabelledTexts:
        """Return the texts of several, one after another; all of one task.

        A label of a company's own that a part doesn't have is unlabelled in its texts.
        """
        own = tuple(dict.fromkeys(label for part in parts for label in part.own))
        lists: dict[str, list[Any]] = {
            name: [one for part in parts for one in getattr(part, name)] for name in _LISTS
        }
        labels = np.vstack([part._aligned(own) for part in parts])
        return cls(parts[0].task, **lists, labels=labels, own=own)

    def _aligned(self, own: tuple[str, ...]) -> NDArray[np.int64]:
        """Return the labels with the columns of these labels of a company's own."""
        heads = heads_of(self.task, own)
        labels = np.full((len(self), len(heads)), UNLABELLED, np.int64)
        labels[:, [heads.index(name) for name in self.heads]] = self.labels
        return labels
