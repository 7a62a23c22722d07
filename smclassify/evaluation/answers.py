"""Asking a model for its answers to labelled texts, and measuring them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smclassify.errors import TrainingError
from smclassify.evaluation.counts import IntervalTable, f1_intervals
from smclassify.evaluation.metrics import Table, decisions, measure
from smclassify.labelled import LabelledTexts
from smclassify.labelled.groups import connected_groups
from smclassify.model.indexing import UNLABELLED
from smclassify.model.panel import Panel
from smclassify.text.prepare import prepare

_BATCH = 2_000


@dataclass(frozen=True)
class Answered:
    """What a model said of labelled texts that it had not learned from.

    Attributes
    ----------
    labels : ndarray of int, shape (n, n_heads)
        1, 0 or unlabelled (-1), in the order of the texts' heads.
    probabilities : ndarray of float32, shape (n, n_heads)
        NaN where nothing was said.
    languages : ndarray of str, shape (n,)
    """

    labels: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    languages: NDArray[np.str_]

    def of(self, language: str, column: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return labels and probabilities of a language's texts that have both."""
        known = (self.labels[:, column] != UNLABELLED) & ~np.isnan(self.probabilities[:, column])
        mine = known & (self.languages == language)
        return self.labels[mine, column], self.probabilities[mine, column]


@dataclass(frozen=True)
class Evaluated:
    """A model's answers to labelled texts, and what it made of them.

    Attributes
    ----------
    texts : LabelledTexts
    answered : Answered
    decided : ndarray of bool, shape (n, n_heads)
        At the thresholds that the model ships with.
    """

    texts: LabelledTexts
    answered: Answered
    decided: NDArray[np.bool_]

    @property
    def languages(self) -> list[str]:
        """The language of each text, length n."""
        return list(self.answered.languages.tolist())

    def table(self) -> Table:
        """Return the figures by language and label."""
        one, texts = self.answered, self.texts
        return measure(
            texts.task, one.labels, one.probabilities, self.decided, self.languages, own=texts.own
        )

    def groups(self) -> NDArray[np.int64]:
        """Return which texts are right or wrong together: of one author, one thread, alike."""
        return connected_groups(self.texts)

    def intervals(self, seed: int = 0) -> IntervalTable:
        """Return the 95 % interval of each F1 of :meth:`table`."""
        one, texts = self.answered, self.texts
        return f1_intervals(
            texts.task,
            one.labels,
            one.probabilities,
            self.decided,
            self.languages,
            self.groups().tolist(),
            texts.own,
            seed=seed,
        )


def answer(panel: Panel, texts: LabelledTexts) -> tuple[NDArray[np.float32], list[str]]:
    """Return a model's probabilities for labelled texts, shape (n, n_heads), and their languages.

    The columns are in the order of the texts' heads; NaN for a company's own label that the
    model has not learned.

    Raises
    ------
    TrainingError
        If there are no texts.
    """
    if not len(texts):
        raise TrainingError(f"There are no {texts.task.value} to measure the model on.")
    parts = []
    languages: list[str] = []
    for start in range(0, len(texts), _BATCH):
        part = slice(start, start + _BATCH)
        batch = prepare(texts.texts[part], texts.languages[part])
        parts.append(panel.probabilities(texts.task, batch))
        languages += batch.languages
    return aligned(np.vstack(parts), panel.heads(texts.task), texts.heads), languages


def aligned(
    columns: NDArray[np.float32], names: Sequence[str], wanted: Sequence[str]
) -> NDArray[np.float32]:
    """Return the columns of some names in another order; NaN where there is none of a name."""
    found = np.full((len(columns), len(wanted)), np.nan, np.float32)
    for place, name in enumerate(wanted):
        if name in names:
            found[:, place] = columns[:, names.index(name)]
    return found


def evaluate(panel: Panel, texts: LabelledTexts) -> Evaluated:
    """Have a model answer labelled texts, at the thresholds it ships with.

    Raises
    ------
    TrainingError
        If there are no texts.
    """
    probabilities, languages = answer(panel, texts)
    in_force = panel.thresholds(texts.task), panel.priors(texts.task)
    decided = decisions(texts.task, probabilities, languages, *in_force, own=texts.own)
    answered = Answered(texts.labels, probabilities, np.array(languages))
    return Evaluated(texts, answered, decided)


def evaluate_texts(panel: Panel, texts: LabelledTexts) -> Table:
    """Measure a model's answers on labelled texts, at the thresholds it ships with.

    Raises
    ------
    TrainingError
        If there are no texts.
    """
    return evaluate(panel, texts).table()
