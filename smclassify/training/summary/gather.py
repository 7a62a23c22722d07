"""Gathering a task's summary from what its models answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from smclassify.evaluation.answers import Answered
from smclassify.evaluation.comparison import Comparison
from smclassify.evaluation.metrics import decisions
from smclassify.evaluation.operating import Operating
from smclassify.labelled import LabelledTexts
from smclassify.labels import Task
from smclassify.model.decision import Thresholds, columns, decided_labels
from smclassify.model.panel import Panel
from smclassify.training.summary.curves import Answers, decided_label
from smclassify.training.summary.figures import Judged, confusions, label_figures
from smclassify.training.summary.mistakes import worst_mistakes
from smclassify.training.summary.outcome import TaskSummary
from smclassify.training.summary.types import CurvePoint, DecidedLabel
from smclassify.training.summary.words import informative_words


def summarise(
    task: Task,
    texts: LabelledTexts,
    languages: Sequence[str],
    *,
    new: Answered,
    new_thresholds: Thresholds,
    new_priors: Mapping[str, float],
    model: Panel,
    current: Answered | None = None,
    current_thresholds: Thresholds | None = None,
    current_priors: Mapping[str, float] | None = None,
    comparison: Comparison | None = None,
    operating: Mapping[str, Operating] | None = None,
    curve: Sequence[CurvePoint] = (),
    groups: ArrayLike | None = None,
    redacted: bool = False,
) -> TaskSummary:
    """Return what there is to tell of a new model's answers to a task's texts.

    Parameters
    ----------
    task : Task
    texts : LabelledTexts
        n texts.
    languages : sequence of str, length n
        Given or detected.
    new : Answered
        The new model's answers to the same texts while they were held out; NaN where nothing
        was said.
    new_thresholds, new_priors : mapping
        By which it decides.
    model : Panel
        The new model, fitted, for its words.
    current : Answered, optional
        Of the model in use, the same texts; with its thresholds and priors.
    current_thresholds, current_priors : mapping, optional
    comparison : Comparison, optional
        The new model against the one in use.
    operating : mapping of str to Operating, optional
        label -> what its threshold was chosen for.
    curve : sequence of CurvePoint
        The learning curve.
    groups : array_like, shape (n,), optional
        Texts that are right or wrong together, for the intervals; each by itself by default.
    redacted : bool
        Whether to mask personal data.
    """
    asked = decided_labels(task, texts.own)
    answers = _judged(texts, languages, new, new_thresholds, new_priors)
    before = None
    if current is not None:
        in_force = current_thresholds or {}, current_priors or {}
        before = _judged(texts, languages, current, *in_force)
    together = np.arange(len(texts)) if groups is None else np.asarray(groups)
    return TaskSummary(
        task,
        len(texts),
        dict(sorted(Counter(languages).items())),
        texts.own,
        label_figures(task, texts.own, answers, before, together.astype(str).tolist()),
        tuple(_decided(texts, new_thresholds, (answers, before), together, operating or {})),
        confusions(task, texts.own, asked, answers),
        informative_words(
            model,
            texts.task,
            texts.texts,
            languages,
            texts.heads,
            hidden=texts.authors if redacted else None,
        ),
        worst_mistakes(texts, asked, answers, redacted=redacted),
        tuple(sorted(curve, key=lambda point: point.texts)),
        comparison,
        dict(operating or {}),
        redacted,
    )


def _judged(
    texts: LabelledTexts,
    languages: Sequence[str],
    answered: Answered,
    thresholds: Thresholds,
    priors: Mapping[str, float],
) -> Judged:
    decided = decisions(
        texts.task, answered.probabilities, languages, thresholds, priors, own=texts.own
    )
    return Judged(answered, decided)


def _decided(
    texts: LabelledTexts,
    thresholds: Thresholds,
    judged: tuple[Judged, Judged | None],
    groups: NDArray,
    operating: Mapping[str, Operating],
) -> Iterator[DecidedLabel]:
    for label in decided_labels(texts.task, texts.own):
        said = _answers(texts, label, judged[0], groups)
        if said is not None:
            before = _answers(texts, label, judged[1], groups)
            prevalence = operating[label].prevalence if label in operating else None
            yield decided_label(label, thresholds.get(label, {}), said, before, prevalence)


def _answers(
    texts: LabelledTexts, label: str, judged: Judged | None, groups: NDArray
) -> Answers | None:
    """Return what was said of a label; None where nothing was."""
    if judged is None:
        return None
    column = columns(texts.task, [label], texts.own)[0]
    known = judged.known(column)
    if not known.any():
        return None
    return Answers(
        texts.labels[known, column],
        judged.answered.probabilities[known, column].astype(np.float64),
        judged.decided[known, column],
        groups[known],
    )
