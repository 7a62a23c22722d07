"""Reading one batch of comments: what a worker does, and all that it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from smclassify.comments import CommentColumns, CommentResult, OwnLabel
from smclassify.triage.facts import CRISIS, EMPTY, NO_DEPARTMENT, PRIVATE, UNREAD, no_facts
from smclassify.triage.watch.copies import sketches

Cells = list[list[object]]


class Triager(Protocol):
    """What a triage needs of a classifier; :class:`smclassify.classifier.Classifier` has it."""

    def triage_columns(
        self,
        texts: Sequence[str],
        *,
        langs: str | Sequence[str | None] | None = None,
        thresholds: Mapping[str, float] | None = None,
    ) -> CommentColumns:
        """Return what the texts are, in their order."""


@dataclass(frozen=True, slots=True)
class ToMask:
    """Rows in which personal data is to be masked.

    Attributes
    ----------
    cells : list of rows of cells, length n
        All that the rows have.
    authors, links, ids, phones : tuple of int
        The columns that hold people's names, addresses of comments, names of comments and
        posts (which stay), and telephone numbers.
    key : str
        What pseudonyms are made with; the same for a whole run.
    """

    cells: Cells
    authors: tuple[int, ...] = ()
    links: tuple[int, ...] = ()
    ids: tuple[int, ...] = ()
    phones: tuple[int, ...] = ()
    key: str = ""


class Masker(Protocol):
    """What masks personal data; :class:`smclassify.triage.masking.redact.Redactor` does."""

    def mask(self, rows: ToMask, results: Sequence[CommentResult]) -> tuple[Cells, list[list[str]]]:
        """Return the cells and each row's reasons without personal data."""


@dataclass(frozen=True, slots=True)
class Work:
    """A batch as it is given to a worker: n comments.

    Attributes
    ----------
    texts : list of str, length n
    lang : str or None
        The language of all of them, where that is known.
    thresholds : dict of str to float
    to_mask : ToMask or None
        The rows' cells, where personal data is to be masked.
    """

    texts: list[str]
    lang: str | None = None
    thresholds: dict[str, float] = field(default_factory=dict)
    to_mask: ToMask | None = None


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What a worker gives back.

    Attributes
    ----------
    table : ndarray of FACT, shape (n,)
        With what the texts alone tell.
    langs : list of str, length n
    reasons : list of list of str, length n
    cells : list of rows of cells, or None
        Those of the work, masked.
    own : list of mapping of str to OwnLabel, length n
        What the model says of the company's own labels; empty where it knows of none.
    """

    table: NDArray[np.void]
    langs: list[str]
    reasons: list[list[str]]
    cells: Cells | None = None
    own: Sequence[Mapping[str, OwnLabel]] = ()


def judge(classifier: Triager, work: Work, masker: Masker | None = None) -> Verdicts:
    """Read a batch.

    Parameters
    ----------
    classifier : Triager
    work : Work
    masker : Masker, optional
        Masks personal data, where ``work.to_mask`` asks for that.
    """
    texts = work.texts
    found = classifier.triage_columns(texts, langs=work.lang, thresholds=work.thresholds or None)
    empty = np.array([not text or text.isspace() for text in texts], bool)
    table = no_facts(len(texts))
    table["urgency"] = found.priority
    table["private"] = found.private_reply_score
    table["crisis"] = found.crisis_score
    table["kind"] = found.kind
    table["department"] = np.where(found.department < 0, NO_DEPARTMENT, found.department)
    table["flags"] = PRIVATE * found.private_reply | CRISIS * found.crisis | EMPTY * empty
    table["copies"] = sketches(texts)
    reasons = [list(said) for said in found.reasons]
    cells = None
    if work.to_mask is not None:
        if masker is None:
            raise ValueError("there is nobody to mask what is to be masked")
        cells, reasons = masker.mask(work.to_mask, found.results())
    # What a model makes of nothing at all says nothing; that there is no text is said later.
    for place in np.flatnonzero(empty).tolist():
        reasons[place] = []
    own = found.own_labels if any(found.own_labels) else ()
    return Verdicts(table, found.langs, reasons, cells, own)


def unread(work: Work) -> Verdicts:
    """Return what there is to say of a batch that could not be read."""
    n = len(work.texts)
    table = no_facts(n)
    table["flags"] = UNREAD
    return Verdicts(table, [""] * n, [[] for _ in range(n)])


def own_cells(
    labels: Sequence[str], verdicts: Verdicts, ours: NDArray[np.bool_]
) -> list[list[object]]:
    """Return the cells of the columns of a company's own labels: set or not, and how probable.

    Parameters
    ----------
    labels : sequence of str
        Those that have columns.
    verdicts : Verdicts
        Of n rows.
    ours : ndarray of bool, shape (n,)
        What our own account has written, in which nothing is set.

    Returns
    -------
    list of list, length n
        Two cells a label; None where nothing was said of it.
    """
    said = verdicts.own or [{}] * len(ours)
    return [
        [cell for label in labels for cell in _own_cell(of_row.get(label), is_ours)]
        for of_row, is_ours in zip(said, ours.tolist(), strict=True)
    ]


def _own_cell(said: OwnLabel | None, is_ours: bool) -> tuple[bool | None, float | None]:
    return (None, None) if said is None else (said.is_set and not is_ours, round(said.score, 4))


Judge = Callable[[Work], Verdicts]
"""A classifier and a masker, ready to read batches."""
