"""From probabilities to decisions: the only place where a threshold meets a score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from smclassify.errors import InputError
from smclassify.labels import (
    CRISIS,
    DEPARTMENTS,
    FLAGS,
    HEADS,
    KINDS,
    KINDS_WITH_DEPARTMENT,
    PRIVATE_REPLY,
    REASONS,
    Task,
)

Thresholds = Mapping[str, Mapping[str, float]]
"""label -> language or ``"*"`` -> probability."""

DECIDED_LABELS = {Task.DRAFTS: FLAGS, Task.COMMENTS: (PRIVATE_REPLY, CRISIS)}
"""The guide's yes-or-no labels, which have thresholds; the others go to the most probable one."""

_WORTH_NAMING = 0.15
"""A less probable reason would be a guess that sends its reader looking for nothing."""

_COLUMN = {task: {name: column for column, name in enumerate(HEADS[task])} for task in Task}
_KIND_HAS_DEPARTMENT = np.array([kind in KINDS_WITH_DEPARTMENT for kind in KINDS])


def decided_labels(task: Task, own: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the labels of a task that are decided yes or no, a company's own among them."""
    return (*DECIDED_LABELS[task], *own)


def columns(task: Task, names: Sequence[str], own: Sequence[str] = ()) -> list[int]:
    """Return where some labels stand among the heads of a task.

    Parameters
    ----------
    task : Task
    names : sequence of str
        Heads of the guide, or of ``own``.
    own : sequence of str
        A company's own labels, whose columns come after the guide's.
    """
    known, first = _COLUMN[task], len(HEADS[task])
    return [known[name] if name in known else first + own.index(name) for name in names]


def checked_thresholds(
    task: Task, thresholds: Mapping[str, float] | None, own: Sequence[str] = ()
) -> Mapping[str, float]:
    """Return thresholds that somebody has asked for; none for None.

    Raises
    ------
    InputError
        If one is for no label that is decided yes or no, of the guide or of the company's
        ``own``, or not between 0 and 1.
    """
    known = decided_labels(task, own)
    for label, value in (thresholds or {}).items():
        if label not in known:
            raise InputError(
                f"There is no threshold for {label!r} of {task.value}.",
                hint=f"Possible: {', '.join(known)}.",
            )
        if not 0 <= value <= 1:
            raise InputError(
                f"The threshold of {label!r} is {value!r}: it is a number from 0 to 1."
            )
    return thresholds or {}


def threshold_for(thresholds: Thresholds, label: str, languages: Sequence[str]) -> NDArray:
    """Return the threshold of a label for each text, shape (n,)."""
    tuned = thresholds.get(label, {})
    common = tuned.get("*", 0.5)
    return np.array([tuned.get(language, common) for language in languages])


def is_flagged(
    probabilities: NDArray,
    task: Task,
    label: str,
    languages: Sequence[str],
    thresholds: Thresholds,
    *,
    own: Sequence[str] = (),
) -> NDArray[np.bool_]:
    """Return which texts have a yes-or-no label, shape (n,)."""
    scores = probabilities[:, columns(task, [label], own)[0]]
    return scores >= threshold_for(thresholds, label, languages)


def likely_reasons(probabilities: NDArray, flag: str) -> list[list[tuple[str, float]]]:
    """Return for each text the reasons that speak for a flag, most probable first.

    The most probable reason is named if it is worth naming at all, and others that are at
    least half as probable and over 0.25. A flag may be up with no reason to name; one of a
    company's own has none.
    """
    names = REASONS.get(flag, ())
    scores = probabilities[:, columns(Task.DRAFTS, names)]
    best = scores.max(axis=1, initial=0.0)
    leading = (scores >= best[:, None]) & (scores >= _WORTH_NAMING)
    named = leading | ((scores >= best[:, None] / 2) & (scores > 0.25))
    order = np.argsort(-scores, axis=1, kind="stable")
    return [
        [(names[column], float(scores[row, column])) for column in order[row] if named[row, column]]
        for row in range(len(scores))
    ]


@dataclass(frozen=True)
class CommentDecisions:
    """What each comment is.

    Attributes
    ----------
    kind : ndarray of int, shape (n,)
        Index in :data:`smclassify.labels.KINDS`.
    kind_scores : ndarray of float, shape (n, n_kinds)
        Summing to 1.
    private_reply, crisis : ndarray of bool, shape (n,)
    department : ndarray of int, shape (n,)
        Index in :data:`smclassify.labels.DEPARTMENTS`, -1 for none.
    """

    kind: NDArray[np.int64]
    kind_scores: NDArray[np.float64]
    private_reply: NDArray[np.bool_]
    crisis: NDArray[np.bool_]
    department: NDArray[np.int64]


_NO_PRIORS: Mapping[str, float] = MappingProxyType({})


EVENED = 0.25
"""How far kinds and departments are weighed as if all were equally common: 0 not, 1 wholly.

The corpus holds more complaints than a brand's real comments do. Tuned on the dev worlds and
the annotated dev texts: ``training/experiments.md``.
"""


def _tempered(
    probabilities: NDArray, names: Sequence[str], priors: Mapping[str, float]
) -> NDArray[np.float64]:
    """Return shares of some labels of which one is right, summing to 1, shape (n, n_names).

    Each probability is divided by how common the label was in training, to the power of
    :data:`EVENED`.
    """
    weights = np.array([max(priors.get(name, 1.0), 1e-3) for name in names]) ** -EVENED
    # A label that was not learned is NaN; the argmax of a row with one would be that label.
    known = np.nan_to_num(probabilities[:, columns(Task.COMMENTS, names)].astype(np.float64))
    scores = known * weights
    return scores / np.maximum(scores.sum(axis=1, keepdims=True), 1e-12)


def decide_comments(
    probabilities: NDArray,
    languages: Sequence[str],
    thresholds: Thresholds,
    priors: Mapping[str, float] = _NO_PRIORS,
) -> CommentDecisions:
    """Decide what each comment is.

    A comment that needs a private reply is a complaint, whatever else its words sound
    like: by the label guide, only complaints do.

    Parameters
    ----------
    probabilities : ndarray of float, shape (n, n_heads)
    languages : sequence of str, length n
    thresholds : mapping
        label -> language or ``"*"`` -> probability.
    priors : mapping of str to float, optional
        How common each kind and department was in training.
    """
    scores = _tempered(probabilities, KINDS, priors)
    private = is_flagged(probabilities, Task.COMMENTS, PRIVATE_REPLY, languages, thresholds)
    kind = np.where(private, KINDS.index("complaint"), scores.argmax(axis=1))
    by_department = _tempered(probabilities, DEPARTMENTS, priors)
    department = np.where(_KIND_HAS_DEPARTMENT[kind], by_department.argmax(axis=1), -1)
    crisis = is_flagged(probabilities, Task.COMMENTS, CRISIS, languages, thresholds)
    return CommentDecisions(kind, scores, private, crisis, department)
