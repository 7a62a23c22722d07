"""Fitting: from labelled texts to a feature space, calibrated heads and thresholds.

These steps make the shipped model; a company's own begins with it (``adapt.py``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import vstack

from smclassify.features.space import FeatureSpace
from smclassify.labelled import LabelledTexts, assign_folds
from smclassify.labelled.checks import learnable
from smclassify.labels import DEPARTMENTS, HEADS, KINDS, Task
from smclassify.model.combine import with_reasons
from smclassify.model.decision import DECIDED_LABELS, columns
from smclassify.model.heads import CalibratedHeads
from smclassify.model.indexing import UNLABELLED
from smclassify.model.model import Model, TaskModel
from smclassify.model.thresholds import tune
from smclassify.text.batch import TextBatch
from smclassify.text.prepare import prepare
from smclassify.training.public import WeakTexts


@dataclass(frozen=True)
class Settings:
    """What a recipe sets.

    Attributes
    ----------
    features : mapping
        Parameters of :class:`~smclassify.features.space.FeatureSpace`.
    heads : mapping
        Parameters of :class:`~smclassify.model.heads.CalibratedHeads`.
    n_jobs : int
        Heads fitted at the same time.
    """

    features: Mapping[str, Any] = field(default_factory=dict)
    heads: Mapping[str, Any] = field(default_factory=dict)
    n_jobs: int = 1


@dataclass(frozen=True)
class Corpus:
    """Labelled texts made ready: normalised, languages told, folds assigned."""

    texts: LabelledTexts
    batch: TextBatch
    folds: NDArray[np.int64]

    @classmethod
    def prepared(cls, texts: LabelledTexts) -> Corpus:
        """Normalise texts, detect the languages the file doesn't give, assign folds."""
        batch = prepare(texts.texts, texts.languages)
        return cls(texts, batch, assign_folds(texts.groups, batch.languages, texts.texts))

    def rows(self, mask: NDArray[np.bool_]) -> Corpus:
        """Return the corpus of some of its texts."""
        kept = np.flatnonzero(mask).tolist()
        texts = replace(self.texts, languages=list(self.batch.languages)).take(kept)
        return Corpus(texts, self.batch.take(kept), self.folds[mask])


def fit_space(corpora: Sequence[Corpus], settings: Settings) -> FeatureSpace:
    """Fit one feature space over the texts of all tasks."""
    texts = [text for corpus in corpora for text in corpus.texts.texts]
    languages = [code for corpus in corpora for code in corpus.batch.languages]
    return FeatureSpace(**settings.features).fit(prepare(texts, languages))


def fit_task(
    space: FeatureSpace, corpus: Corpus, weak: Sequence[WeakTexts], settings: Settings
) -> tuple[TaskModel, NDArray[np.float32]]:
    """Fit, calibrate and tune the heads of one task.

    Parameters
    ----------
    space : FeatureSpace
        Fitted.
    corpus : Corpus
    weak : sequence of WeakTexts
        Public texts with some labels; learned from, never calibrated or tuned on.
    settings : Settings

    Returns
    -------
    TaskModel
    ndarray of float32, shape (n, n_heads of the task)
        Probabilities of each text while its fold was held out; NaN for heads not learned.

    Raises
    ------
    TrainingError
        If nothing can be learned from the texts.
    """
    task = corpus.texts.task
    labels = corpus.texts.labels
    learned = np.flatnonzero(learnable(corpus.texts)).tolist()
    extra = [(space.transform(prepare(s.texts, [s.language] * len(s.texts))), s) for s in weak]
    X = vstack([space.transform(corpus.batch), *(matrix for matrix, _ in extra)], format="csr")
    Y = np.vstack([labels, *(source.labels for _, source in extra)])[:, learned]
    folds = np.concatenate([corpus.folds, np.full(len(Y) - len(labels), UNLABELLED)])
    languages = corpus.batch.languages + [s.language for _, s in extra for _ in s.texts]
    weights = np.concatenate(
        [np.ones(len(labels)), *(np.full(len(s.texts), s.weight) for _, s in extra)]
    )
    heads = CalibratedHeads(**settings.heads, n_jobs=settings.n_jobs)
    heads.fit(X, Y, folds, languages, weights, n_counted=space.bounds_[1])
    held_out = np.full(labels.shape, np.nan, np.float32)
    held_out[:, learned] = heads.held_out_[: len(labels)]
    if task is Task.DRAFTS:
        held_out = with_reasons(held_out)
    names = tuple(HEADS[task][column] for column in learned)
    thresholds = _tuned(task, names, labels, held_out, corpus.batch.languages)
    return TaskModel.from_heads(names, heads, thresholds, _priors(task, names, labels)), held_out


def _priors(task: Task, learned: Sequence[str], labels: NDArray[np.int64]) -> dict[str, float]:
    """Return how common each kind and department is among the texts that have one.

    Only of those that were learned: what another model answers was not rare in its training
    because it is rare here.
    """
    priors: dict[str, float] = {}
    for names in (KINDS, DEPARTMENTS) if task is Task.COMMENTS else ():
        counts = (labels[:, columns(task, names)] == 1).sum(axis=0)
        if counts.sum():
            shares = (counts / counts.sum()).round(4).tolist()
            of_name = zip(names, shares, strict=True)
            priors |= {name: share for name, share in of_name if name in learned}
    return priors


def _tuned(
    task: Task,
    names: Sequence[str],
    labels: NDArray[np.int64],
    held_out: NDArray[np.float32],
    languages: Sequence[str],
) -> dict[str, dict[str, float]]:
    thresholds = {}
    for label in DECIDED_LABELS[task]:
        column = columns(task, [label])[0]
        known = (labels[:, column] != UNLABELLED) & ~np.isnan(held_out[:, column])
        if label in names and known.any():
            language = np.array(languages)[known]
            thresholds[label] = tune(labels[known, column], held_out[known, column], language)
    return thresholds


def fit_with_answers(
    corpora: Sequence[Corpus], weak: Mapping[Task, Sequence[WeakTexts]], settings: Settings
) -> tuple[Model, dict[Task, NDArray[np.float32]]]:
    """Fit a model on texts of one or both tasks, and return what it said of held-out ones.

    Returns
    -------
    Model
    dict of Task to ndarray of float32, shape (n, n_heads of the task)
        As of :func:`fit_task`, for each corpus.
    """
    space = fit_space(corpora, settings)
    fitted = {
        corpus.texts.task: fit_task(space, corpus, weak.get(corpus.texts.task, ()), settings)
        for corpus in corpora
    }
    model = Model(space, {task: heads for task, (heads, _) in fitted.items()}, {})
    return model, {task: held_out for task, (_, held_out) in fitted.items()}


def fit(
    corpora: Sequence[Corpus], weak: Mapping[Task, Sequence[WeakTexts]], settings: Settings
) -> Model:
    """Fit a model on texts of one or both tasks."""
    return fit_with_answers(corpora, weak, settings)[0]
