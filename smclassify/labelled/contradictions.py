"""Labels that cannot all be right: by the guide, or since equal texts have different ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from smclassify.labelled.alike import Alike
from smclassify.labelled.findings import Contradiction, Place, Rule
from smclassify.labelled.texts import LabelledTexts
from smclassify.labelled.understood import Understood
from smclassify.labels import (
    DEPARTMENTS,
    FLAG_OF_REASON,
    KINDS,
    KINDS_WITH_DEPARTMENT,
    PRIVATE_REPLY,
    Task,
)

PlaceOf = Callable[[int], Place]


def differing(labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which labels some texts have and others have not, shape (n_heads,)."""
    mixed: NDArray[np.bool_] = (labels == 1).any(axis=0) & (labels == 0).any(axis=0)
    return mixed


def contradictions(
    texts: LabelledTexts, alike: Alike, place: PlaceOf, understood: Sequence[Understood] = ()
) -> tuple[Contradiction, ...]:
    """Return the contradictions among labels.

    Parameters
    ----------
    texts : LabelledTexts
    alike : Alike
    place : callable
        From the index of a text to its place.
    understood : sequence of Understood
        Of the files they are from; what was odd in their rows is among the answer.
    """
    found = [*_of_texts(texts, alike, place), *_by_guide(texts, place)]
    return (*found, *_of_cells(texts, place, understood))


def _of_texts(texts: LabelledTexts, alike: Alike, place: PlaceOf) -> Iterator[Contradiction]:
    groups = [(group, Rule.SAME_TEXT) for group in alike.copies()]
    groups += [(list(pair), Rule.NEAR_TEXT) for pair in alike.near]
    for group, rule in groups:
        different = differing(texts.labels[group])
        if different.any():
            names = ", ".join(np.array(texts.heads)[different].tolist())
            yield Contradiction(rule, names, tuple(map(place, group)))


def _by_guide(texts: LabelledTexts, place: PlaceOf) -> Iterator[Contradiction]:
    rules = _of_drafts(texts) if texts.task is Task.DRAFTS else _of_comments(texts)
    for rule, detail, wrong in rules:
        for index in np.flatnonzero(wrong).tolist():
            yield Contradiction(rule, detail, (place(index),))


def _of_drafts(texts: LabelledTexts) -> Iterator[tuple[Rule, str, NDArray[np.bool_]]]:
    for reason, flag in FLAG_OF_REASON.items():
        wrong = (texts.column(reason) == 1) & (texts.column(flag) == 0)
        yield Rule.REASON_WITHOUT_FLAG, f"{reason} without {flag}", wrong


def _of_comments(texts: LabelledTexts) -> Iterator[tuple[Rule, str, NDArray[np.bool_]]]:
    kinds = np.stack([texts.column(kind) == 1 for kind in KINDS], axis=1)
    departments = np.stack([texts.column(name) == 1 for name in DEPARTMENTS], axis=1)
    for names, columns, rule in (
        (KINDS, kinds, Rule.SEVERAL_KINDS),
        (DEPARTMENTS, departments, Rule.SEVERAL_DEPARTMENTS),
    ):
        yield rule, f"of {', '.join(names)} a comment has one", columns.sum(axis=1) > 1
    for kind, column in zip(KINDS, kinds.T, strict=True):
        alone = column & (kinds.sum(axis=1) == 1)
        if kind != "complaint":
            wrong = alone & (texts.column(PRIVATE_REPLY) == 1)
            yield Rule.REPLY_WITHOUT_COMPLAINT, f"{PRIVATE_REPLY} with {kind}", wrong
        if kind not in KINDS_WITH_DEPARTMENT:
            wrong = alone & departments.any(axis=1)
            yield Rule.DEPARTMENT_WITHOUT_KIND, f"a department with {kind}", wrong


def _of_cells(
    texts: LabelledTexts, place: PlaceOf, understood: Sequence[Understood]
) -> Iterator[Contradiction]:
    remarked: dict[tuple[str, int], list[str]] = {}
    for one in understood:
        if one.task is texts.task:
            for remark in one.remarks:
                remarked.setdefault((one.name, remark.row), []).append(remark.message)
    for index, key in enumerate(zip(texts.groups, texts.rows, strict=True)):
        for message in remarked.get(key, ()):
            yield Contradiction(Rule.CELLS, message, (place(index),))
