"""What a company's training has to tell: its summary, and remarks in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from smclassify.labelled.texts import TEST, TRAIN
from smclassify.labels import Task
from smclassify.model.panel import Panel
from smclassify.training.company import Against, Material, Training
from smclassify.training.learned import APART, Learned, some_of
from smclassify.training.summary import TaskSummary, TrainingSummary, summarise


def remarks(training: Training, current: str, *, known: bool) -> list[str]:
    """Return what a reader of the figures must know, in sentences.

    Parameters
    ----------
    training : Training
    current : str
        What the model in use is called.
    known : bool
        Whether it is known which texts that one has learned from.
    """
    return [line for task in training.learned for line in _of_task(training, task, current, known)]


def _of_task(training: Training, task: Task, current: str, known: bool) -> Iterator[str]:
    learned, against = training.learned[task], training.against.get(task)
    kept = [name for name in learned.heads.names if name not in learned.moved]
    if kept:
        yield (
            f"{task.value}: {', '.join(kept)} answer as before, since too few texts say anything "
            "of them, or what these say asks for no change."
        )
    if apart := len(learned.rows(APART)):
        which = "1 test text is" if apart == 1 else f"{apart:,} test texts are"
        yield (
            f"{task.value}: {which} not measured on, since texts of the same "
            "author, thread or wording are learned from."
        )
    if against is None:
        return
    if against.learned_before:
        yield (
            f"{task.value}: {current} has learned from {against.learned_before:,} of these texts; "
            f"the models are held against each other on the other {len(against.rows):,}."
        )
    if not known:
        yield (
            f"{task.value}: nobody knows which texts {current} has learned from. If these are "
            "among them, it looks better here than it is."
        )


def summary_of(
    training: Training,
    material: Material,
    *,
    name: str,
    version: int,
    current: str,
    remarks: tuple[str, ...] = (),
    redacted: bool = False,
) -> TrainingSummary:
    """Return all that the report of a training tells.

    Parameters
    ----------
    training : Training
    material : Material
    name, version
        Of the new model.
    current : str
        What the model in use is called.
    remarks : tuple of str
    redacted : bool
        Whether personal data in the texts shown is to be masked.
    """
    panel = Panel(training.model)
    tasks = tuple(
        _summary(learned, training.against.get(task), panel, redacted)
        for task, learned in training.learned.items()
    )
    survey = {task: one.survey for task, one in material.looked.items()}
    return TrainingSummary(name, version, current, tasks, survey, remarks)


def _summary(
    learned: Learned, against: Against | None, panel: Panel, redacted: bool
) -> TaskSummary:
    rows = learned.rows(TRAIN, TEST)
    new = some_of(learned.evaluated, rows)
    current = None if against is None else some_of(against.evaluated, rows)
    return summarise(
        new.texts.task,
        new.texts,
        new.languages,
        new=new.answered,
        new_thresholds=learned.heads.thresholds,
        new_priors=learned.heads.priors,
        model=panel,
        current=None if current is None else current.answered,
        current_thresholds=None if against is None else against.thresholds,
        current_priors=None if against is None else against.priors,
        comparison=None if against is None else against.comparison,
        operating=learned.operating,
        curve=learned.curve,
        groups=learned.looked.tied.groups[rows],
        redacted=redacted,
    )
