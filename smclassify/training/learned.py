"""One task of a company's training: held out, adapted, decided, held against the model in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.evaluation.answers import Answered, Evaluated, aligned
from smclassify.evaluation.folds import repeated_folds
from smclassify.evaluation.operating import Operating
from smclassify.evaluation.targets import labelled_with, parse_targets
from smclassify.features.space import FeatureSpace
from smclassify.labelled import LabelledTexts, split
from smclassify.labelled.texts import TEST, TRAIN
from smclassify.labels import Task
from smclassify.model.decision import decided_labels
from smclassify.model.model import Model, TaskModel
from smclassify.text.prepare import prepare
from smclassify.training.adapt import Adapter, heads_to_learn
from smclassify.training.caution import labels_look_wrong
from smclassify.training.curve import learning_curve
from smclassify.training.deciding import Decider, Deciding, taken
from smclassify.training.looking import Looked
from smclassify.training.options import TrainOptions
from smclassify.training.prior import Prior
from smclassify.training.quality import trust
from smclassify.training.summary import CurvePoint

REPEATS: Final = 3
"""How often the texts are dealt out anew to be held out."""

MANY: Final = 500
"""From so many texts on, a share is held back unless the user says otherwise."""

HELD_BACK: Final = 0.2

APART: Final = "apart"
"""What becomes of a text that is neither learned from (``TRAIN``) nor measured on (``TEST``)."""


@dataclass(frozen=True)
class Begin:
    """Where learning begins.

    Attributes
    ----------
    space : FeatureSpace
        With columns for the company's n-grams.
    heads : mapping of Task to TaskModel
        What is known already; empty for a model that learns from nothing.
    place : ndarray of int64 or None
        Where the columns of those heads stand in the space.
    """

    space: FeatureSpace
    heads: Mapping[Task, TaskModel]
    place: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class Learned:
    """What came out of the training of one task.

    Attributes
    ----------
    looked : Looked
        The texts.
    part : ndarray of str, shape (n,)
        Which of them were learned from, measured on, or left apart.
    heads : TaskModel
    moved : tuple of str
        The labels that the texts have moved or taught.
    strengths : dict of str to float
        How far their features were let move.
    evaluated : Evaluated
        What was said of each text by a model that had not learned from it or its group; of
        those left apart, nothing.
    operating : dict of str to Operating
        What is to be expected at the threshold of each label.
    curve : list of CurvePoint
    """

    looked: Looked
    part: NDArray[np.str_]
    heads: TaskModel
    moved: tuple[str, ...]
    strengths: dict[str, float]
    evaluated: Evaluated
    operating: dict[str, Operating]
    curve: list[CurvePoint]

    @property
    def texts(self) -> LabelledTexts:
        """All texts of the task."""
        return self.looked.texts

    def rows(self, *parts: str) -> NDArray[np.intp]:
        """Return where the texts of some parts stand."""
        return np.flatnonzero(np.isin(self.part, parts))


def some_of(evaluated: Evaluated, rows: NDArray[np.intp]) -> Evaluated:
    """Return what was said of some of the texts."""
    texts = evaluated.texts.take(rows.tolist())
    return Evaluated(texts, taken(evaluated.answered, rows), evaluated.decided[rows])


def parts_of(looked: Looked, options: TrainOptions) -> NDArray[np.str_]:
    """Return what becomes of each text, shape (n,).

    Texts that the sheet calls test are measured on; where one of the same author, thread or
    wording is learned from, it is left apart, since it would flatter the model. A sheet that
    calls none so has a share of its groups held back.
    """
    texts, groups = looked.texts, looked.tied.groups
    asked = np.array(texts.splits)
    if (asked == TEST).any():
        part = np.where(asked == TEST, TEST, TRAIN)
        learned = np.isin(groups, groups[part == TRAIN])
        return np.where((part == TEST) & learned, APART, part)
    share = options.hold_back
    if share is None:
        share = HELD_BACK if len(texts) >= MANY else 0.0
    if not share or len(np.unique(groups)) < 3:
        return np.full(len(texts), TRAIN)
    shares = {TRAIN: 1 - share, TEST: share}
    return split(texts, groups, looked.languages, shares, options.seed)


def learn(looked: Looked, part: NDArray[np.str_], begin: Begin, options: TrainOptions) -> Learned:
    """Train the heads of one task, and have them answer what they have not learned from.

    Parameters
    ----------
    looked : Looked
        n texts.
    part : ndarray of str, shape (n,)
        What becomes of each, as of :func:`parts_of`.
    begin : Begin
    options : TrainOptions

    Raises
    ------
    TrainingError
        If no label has texts enough, all texts belong together, or a target is for no label.
    """
    rows, held_back = np.flatnonzero(part == TRAIN), np.flatnonzero(part == TEST)
    texts, groups = looked.some(rows), looked.tied.groups[rows]
    task, before = texts.task, begin.heads.get(texts.task)
    names = heads_to_learn(texts, before)
    decider = _decider(texts, names, before, options)
    batch = prepare(texts.texts, texts.languages)
    folds = repeated_folds(
        texts.labels,
        groups.astype(str).tolist(),
        batch.languages,
        repeats=REPEATS,
        seed=options.seed,
    )
    prior = Prior.of(begin.space, names, before, begin.place)
    adapter = Adapter(prior, texts, batch, folds, n_jobs=options.n_jobs)
    said = Answered(texts.labels, adapter.held_out(), np.array(batch.languages))
    if labels_look_wrong(texts.labels, said.probabilities):
        # Hard labels that are right look like wrong ones, and to believe them less does harm;
        # so they are believed less only where many more are contradicted than should be.
        adapter.trusting(trust(texts, said))
        said = replace(said, probabilities=adapter.held_out())
    by = decider.tuned(said, groups)
    heads = adapter.heads(by.thresholds, by.priors)
    answered = Evaluated(texts, said, decider.cross_decided(said, folds[0], groups))
    tested = _tested(looked.some(held_back), Model(begin.space, {task: heads}, {}))
    return Learned(
        looked,
        part,
        heads,
        adapter.moved,
        {adapter.names[head]: one for head, one in adapter.strengths.items()},
        _joined(looked, {TRAIN: (rows, answered), TEST: (held_back, tested)}),
        decider.expected(said, groups, by),
        learning_curve(adapter, decider, by, said, groups=groups, seed=options.seed)
        if options.curve
        else [],
    )


def _decider(
    texts: LabelledTexts, names: Sequence[str], before: TaskModel | None, options: TrainOptions
) -> Decider:
    labels = [one for one in decided_labels(texts.task, texts.own) if one in names]
    known = Deciding({}, {}) if before is None else Deciding(before.thresholds, {**before.priors})
    targets = parse_targets(labelled_with(options.targets, labels), labels)
    return Decider(texts.task, texts.own, known, targets, options.seed)


def _tested(texts: LabelledTexts, model: Model) -> Evaluated:
    """Return what the model that was trained says of the texts held back."""
    task = texts.task
    batch = prepare(texts.texts, texts.languages)
    probabilities = np.zeros((0, len(model.heads(task))), np.float32)
    if len(texts):
        probabilities = model.probabilities(task, batch)
    said = Answered(
        texts.labels,
        aligned(probabilities, model.heads(task), texts.heads),
        np.array(batch.languages, dtype=np.str_),
    )
    heads = model.tasks[task]
    decider = Decider(task, texts.own, Deciding({}, {}), {})
    decided = decider.decided(said, Deciding(heads.thresholds, {**heads.priors}))
    return Evaluated(texts, said, decided)


def _joined(looked: Looked, parts: Mapping[str, tuple[NDArray[np.intp], Evaluated]]) -> Evaluated:
    """Return the answers to all texts in their order; nothing where there is none."""
    shape = looked.texts.labels.shape
    probabilities, decided = np.full(shape, np.nan, np.float32), np.zeros(shape, bool)
    for rows, evaluated in parts.values():
        probabilities[rows] = evaluated.answered.probabilities
        decided[rows] = evaluated.decided
    said = Answered(looked.texts.labels, probabilities, np.array(looked.languages))
    return Evaluated(looked.texts, said, decided)
