"""Training on a company's own labelled texts: ``smclassify train``.

read → reviewed labels put in → looked over → what the shipped model knows, made wider
     → each task: held out, adapted, decided → held against the model in use
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.errors import TrainingError
from smclassify.evaluation.answers import Evaluated, evaluate
from smclassify.evaluation.comparison import Comparison
from smclassify.evaluation.paired import Verdict
from smclassify.evaluation.side_by_side import compare_evaluated
from smclassify.evaluation.targets import parse_targets
from smclassify.features.space import FeatureSpace
from smclassify.labelled import LabelledFiles, LabelledTexts, ReadOptions, read_labelled_files
from smclassify.labelled.texts import TEST, TRAIN
from smclassify.labels import Task
from smclassify.model.decision import Thresholds, decided_labels
from smclassify.model.model import Model
from smclassify.model.panel import Panel
from smclassify.text.prepare import prepare
from smclassify.training.fixes import Applied, apply_fixes, read_fixes
from smclassify.training.learned import (
    APART,
    Begin,
    Learned,
    learn,
    parts_of,
    some_of,
)
from smclassify.training.looking import Looked, look_over
from smclassify.training.options import TrainOptions
from smclassify.training.prior import extended
from smclassify.triage.seen import Seen, hashed

SCRATCH_MIN_DF: Final = 2
"""An n-gram needs to stand in so many texts, where nothing else is known of it."""


@dataclass(frozen=True)
class Material:
    """The labelled texts of a training, before anything is learned.

    Attributes
    ----------
    files : LabelledFiles
        As read.
    looked : mapping of Task to Looked
        With the reviewed labels put in.
    applied : Applied or None
        What a reviewed sheet has changed.
    """

    files: LabelledFiles
    looked: Mapping[Task, Looked]
    applied: Applied | None = None


@dataclass(frozen=True)
class Against:
    """A new model held against the one in use, on texts that neither has learned from.

    Attributes
    ----------
    evaluated : Evaluated
        What the model in use says of all texts of the task.
    rows : ndarray of int, shape (m,)
        The texts that count.
    learned_before : int
        Texts that don't, since the model in use has learned from them.
    comparison : Comparison or None
        None where no text counts.
    thresholds, priors : mapping
        By which the model in use decides.
    """

    evaluated: Evaluated
    rows: NDArray[np.intp]
    learned_before: int
    comparison: Comparison | None
    thresholds: Thresholds
    priors: Mapping[str, float]


@dataclass(frozen=True)
class Training:
    """What came out of a company's training.

    Attributes
    ----------
    model : Model
        Without a manifest: not yet saved.
    learned : dict of Task to Learned
    against : dict of Task to Against
    """

    model: Model
    learned: dict[Task, Learned]
    against: dict[Task, Against] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """Whether the model is better than the one in use: worse if any task is."""
        said = [one.comparison.overall.verdict for one in self.against.values() if one.comparison]
        if Verdict.WORSE in said:
            return Verdict.WORSE
        return Verdict.BETTER if Verdict.BETTER in said else Verdict.UNSURE

    def identities(self) -> list[int]:
        """Return what the texts that were learned from are known again by."""
        return [
            identity(text)
            for one in self.learned.values()
            for text in one.texts.take(one.rows(TRAIN).tolist()).texts
        ]


def identity(text: str) -> int:
    """Return a number that stands for a text, whatever its spaces and capitals."""
    return hashed(" ".join(text.casefold().split()))


def gather(paths: Sequence[str | Path], options: TrainOptions) -> Material:
    """Read the labelled files of a training, put reviewed labels in, and look the texts over.

    Raises
    ------
    InputError, TrainingError
        If a file cannot be read, or holds no labels or unknown ones.
    """
    # In whatever order they are named, the same files give the same model.
    files = read_labelled_files(sorted(map(str, paths)), options.read)
    if options.test:
        files = _with_tests(files, read_labelled_files(options.test, _same_reading(options.read)))
    applied = None
    if options.fixes is not None:
        applied = apply_fixes(files.texts, read_fixes(options.fixes), options.read.mapping)
        files = replace(files, texts=applied.texts)
    looked = {task: one for task, one in look_over(files).items() if len(one.texts)}
    if not looked:
        raise TrainingError("There are no labelled texts in the files.")
    # Before the work: a slip in a target is seen here, not after it.
    labels = [
        label for task, one in looked.items() for label in decided_labels(task, one.texts.own)
    ]
    parse_targets(options.targets, labels)
    return Material(files, looked, applied)


def _same_reading(options: ReadOptions) -> ReadOptions:
    """Return how test files are read: like the others, whatever their format."""
    return replace(options, format=None, encoding=None, delimiter=None, sheet=None)


def _with_tests(files: LabelledFiles, tests: LabelledFiles) -> LabelledFiles:
    texts = dict(files.texts)
    for task, one in tests.texts.items():
        if task not in texts:
            raise TrainingError(
                f"The test files hold {task.value}, but nothing to learn from does.",
                where=", ".join(sorted(set(one.groups))[:3]),
            )
        held_back = replace(one, splits=[TEST] * len(one))
        learned = replace(texts[task], splits=[TRAIN] * len(texts[task]))
        texts[task] = LabelledTexts.joined([learned, held_back])
    return LabelledFiles(
        texts,
        files.understood + tests.understood,
        files.passed_over + tests.passed_over,
        files.unused,
    )


def train(material: Material, start: Model, options: TrainOptions) -> Training:
    """Train a model on a company's texts.

    Parameters
    ----------
    material : Material
    start : Model
        The shipped one: what learning begins with, unless it is to begin with nothing.
    options : TrainOptions

    Raises
    ------
    TrainingError
        If nothing can be learned.
    """
    parts = {task: parts_of(one, options) for task, one in material.looked.items()}
    begin = _begin(material, parts, start, options)
    learned = {
        task: learn(one, parts[task], begin, options) for task, one in material.looked.items()
    }
    return Training(
        Model(begin.space, {task: one.heads for task, one in learned.items()}, {}), learned
    )


def _begin(
    material: Material,
    parts: Mapping[Task, NDArray[np.str_]],
    start: Model,
    options: TrainOptions,
) -> Begin:
    # What is measured on must not even say which n-grams there are.
    learned = [
        looked.some(np.flatnonzero(parts[task] == TRAIN))
        for task, looked in material.looked.items()
    ]
    batch = prepare(
        [text for one in learned for text in one.texts],
        [code for one in learned for code in one.languages],
    )
    if options.from_scratch:
        settings = {**start.space.get_params(deep=False), "min_df": SCRATCH_MIN_DF}
        return Begin(FeatureSpace(**settings).fit(batch), {})
    space, place = extended(start.space, batch)
    return Begin(space, start.tasks, place)


def hold_against(
    training: Training, current: Panel, known: Seen | None = None, seed: int = 0
) -> Training:
    """Return a training with its model held against the one in use.

    Parameters
    ----------
    training : Training
    current : Panel
        The model in use.
    known : Seen, optional
        The texts that it has learned from, as :func:`identity` knows them: they would
        flatter it.
    seed : int
    """
    against = {}
    for task, learned in training.learned.items():
        said = evaluate(current, learned.looked.some(np.arange(len(learned.texts))))
        fresh = np.ones(len(learned.texts), bool)
        if known is not None:
            fresh = known.unknown([identity(text) for text in learned.texts.texts])
        rows = np.flatnonzero(fresh & (learned.part != APART))
        comparison = None
        if len(rows):
            comparison = compare_evaluated(
                some_of(learned.evaluated, rows),
                some_of(said, rows),
                learned.looked.tied.groups[rows],
                seed,
            )
        by = current.thresholds(task), current.priors(task)
        against[task] = Against(said, rows, int((~fresh).sum()), comparison, *by)
    return replace(training, against=against)
