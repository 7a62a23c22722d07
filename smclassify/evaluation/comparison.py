"""Is the new model better? Two models held against each other on the same texts.

The verdict on a label is by F1, of the same texts for both:

- *better* or *worse* where the 95 % interval of the difference, by a paired bootstrap over
  groups (Efron & Tibshirani 1993), doesn't hold zero, **and** so great a difference would
  come by chance in at most 5 % of cases if it made no difference which model an answer is
  from: an approximate randomisation test, that swaps the models' answers group by group
  (Noreen 1989; for F1: Yeh 2000, "More accurate tests for the statistical significance of
  result differences"). The interval alone would be too bold where the models differ on a few
  texts; the test knows no size.
- *can't tell* otherwise, and always where fewer than five groups have the label.

Verdicts by label are corrected for their number (Holm 1979), those by label and language
too. McNemar's exact test (McNemar 1947; Dietterich 1998) on right and wrong decisions is
shown beside it; it takes texts for independent and counts what is clean and rightly passed
over as much as what is found. Kind and department, of which a comment has one value each, are
compared by macro F1, and by accuracy for McNemar's test. Reasons are no decisions, and are
left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from smclassify.evaluation.counts import decided_rows
from smclassify.evaluation.paired import Decided, Difference, Trial, Verdict, answers
from smclassify.evaluation.resampling import RESAMPLES
from smclassify.labels import Task

__all__ = ["Compared", "Comparison", "Decided", "Difference", "Verdict", "compare_answers"]


@dataclass(frozen=True)
class Compared:
    """Two models on one label in one language.

    Attributes
    ----------
    label, language : str
        The language may be ``"all"``.
    texts, support : int
        Texts that both models answered, and how many of them have the label.
    f1 : Difference
    only_new_right, only_current_right : int
        Texts that one model alone decided rightly.
    mcnemar : float
        The p-value of McNemar's exact test on these two.
    """

    label: str
    language: str
    texts: int
    support: int
    f1: Difference
    only_new_right: int
    only_current_right: int
    mcnemar: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "label": self.label,
            "language": self.language,
            "texts": self.texts,
            "support": self.support,
            **self.f1.to_dict(),
            "only_new_right": self.only_new_right,
            "only_current_right": self.only_current_right,
            "mcnemar": round(self.mcnemar, 4),
        }


@dataclass(frozen=True)
class Comparison:
    """A new model against the current one, on the labels of a task.

    Attributes
    ----------
    task : Task
    overall : Difference
        Of the mean F1 over :attr:`judged`; what a promotion goes by.
    judged : tuple of str
        The labels that have enough texts to count in :attr:`overall`.
    rows : tuple of Compared
        Label by label; of each, all languages first.
    only_new, only_current : tuple of str
        Labels that one of the models alone answers; nothing to compare.
    """

    task: Task
    overall: Difference
    judged: tuple[str, ...]
    rows: tuple[Compared, ...]
    only_new: tuple[str, ...] = ()
    only_current: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "task": self.task.value,
            "overall": {**self.overall.to_dict(), "labels": list(self.judged)},
            "labels": [row.to_dict() for row in self.rows],
            "only_new": list(self.only_new),
            "only_current": list(self.only_current),
        }


def compare_answers(  # noqa: PLR0917 - one row each of everything that is compared
    task: Task,
    labels: NDArray[np.int64],
    new: Decided,
    current: Decided,
    languages: Sequence[str],
    groups: Sequence[str],
    own: Sequence[str] = (),
    *,
    n_resamples: int = RESAMPLES,
    seed: int = 0,
) -> Comparison:
    """Hold two models' answers to the same texts against each other.

    Parameters
    ----------
    task : Task
    labels : ndarray of int, shape (n, n_heads)
        1, 0 or unlabelled (-1).
    new, current : Decided
    languages, groups : sequence of str, length n
        Texts of one group are right or wrong together: they are drawn and swapped as one.
    own : sequence of str
        The company's own labels: the columns after those of the guide.
    n_resamples, seed : int
        The same seed gives the same verdict.
    """
    rows = decided_rows(task, own)
    trial = Trial.of(
        labels, new, current, languages=languages, groups=groups, rows=list(rows.values())
    )
    found = trial.differences(n_resamples, seed)
    right = [
        np.column_stack([_right(labels, one, heads) for heads in rows.values()])
        for one in (new, current)
    ]
    compared = [
        _compared(label, (line, row), trial, right, found.rows[line, row])
        for row, label in enumerate(rows)
        for line in (-1, *range(len(trial.languages)))
        if trial.answered(line, row).any()
    ]
    said = [answers(labels, one) for one in (new, current)]
    only = [
        tuple(
            label
            for label, heads in rows.items()
            if mine[:, heads].any() and not theirs[:, heads].any()
        )
        for mine, theirs in (said, said[::-1])
    ]
    judged = tuple(label for row, label in enumerate(rows) if found.rows[-1, row].interval)
    return Comparison(task, found.overall, judged, tuple(compared), only[0], only[1])


def _right(labels: NDArray[np.int64], one: Decided, heads: Sequence[int]) -> NDArray[np.bool_]:
    """Return of which texts a label was decided rightly; of several heads one holds."""
    has, said = labels[:, heads] == 1, one.decided[:, heads]
    return (has & said).any(axis=1) if len(heads) > 1 else (has == said)[:, 0]


def _compared(
    label: str, at: tuple[int, int], trial: Trial, right: Sequence[NDArray], f1: Difference
) -> Compared:
    line, row = at
    mine = trial.answered(line, row)
    new, current = (one[mine, row] for one in right)
    gained, lost = int((new & ~current).sum()), int((current & ~new).sum())
    return Compared(
        label,
        trial.name(line),
        int(mine.sum()),
        trial.support(line, row),
        f1,
        gained,
        lost,
        mcnemar(gained, lost),
    )


def mcnemar(gained: int, lost: int) -> float:
    """Return the two-sided p-value of McNemar's exact test (1947), a binomial test of a half."""
    return float(binomtest(gained, gained + lost).pvalue) if gained + lost else 1.0
