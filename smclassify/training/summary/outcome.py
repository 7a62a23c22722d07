"""The summary of a training, task by task."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Final

from smclassify.evaluation.comparison import Comparison
from smclassify.evaluation.operating import Operating
from smclassify.labelled.findings import Survey
from smclassify.labels import Task
from smclassify.training.summary.types import (
    Confusion,
    CurvePoint,
    DecidedLabel,
    LabelFigures,
    LabelWords,
    Mistake,
)

_NAMES: Final = frozenset({"id", "name", "too_common"})
"""Keys of a survey under which an author, a thread or a text may be named."""


@dataclass(frozen=True)
class TaskSummary:
    """How good a new model is at one task.

    Attributes
    ----------
    task : Task
    texts : int
        Labelled texts that the model was measured on while they were held out.
    languages : mapping of str to int
        Texts of each language.
    own : tuple of str
        The company's own labels.
    figures : tuple of LabelFigures
    decided : tuple of DecidedLabel
        The labels that are decided yes or no.
    confusions : tuple of Confusion
    words : tuple of LabelWords
    mistakes : tuple of Mistake
    learning : tuple of CurvePoint
        The learning curve, by rising number of texts; empty where none was made.
    comparison : Comparison or None
        Against the model in use.
    operating : mapping of str to Operating
        label -> what its threshold was chosen for and what it reaches.
    redacted : bool
        Whether personal data is masked in words and mistakes.
    """

    task: Task
    texts: int
    languages: Mapping[str, int]
    own: tuple[str, ...]
    figures: tuple[LabelFigures, ...]
    decided: tuple[DecidedLabel, ...]
    confusions: tuple[Confusion, ...]
    words: tuple[LabelWords, ...]
    mistakes: tuple[Mistake, ...]
    learning: tuple[CurvePoint, ...] = ()
    comparison: Comparison | None = None
    operating: Mapping[str, Operating] = field(default_factory=dict)
    redacted: bool = False


@dataclass(frozen=True)
class TrainingSummary:
    """What came of a training.

    Attributes
    ----------
    name : str
        The new model's.
    version : int
    parent : str
        The model in use, against which the new one was held: ``"shipped"``, ``"acme@2"``; empty
        for none.
    survey : mapping of Task to Survey
        What the labelled texts are like.
    tasks : tuple of TaskSummary
    remarks : tuple of str
        What else there is to say, in sentences.
    seconds : float or None
        What the training took.
    """

    name: str
    version: int
    parent: str
    tasks: tuple[TaskSummary, ...]
    survey: Mapping[Task, Survey] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    seconds: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain JSON values; what is not a number is null.

        Of a task that is redacted, the survey names no author, thread or text.
        """
        plain = _fields(self)
        for task in self.tasks:
            if task.redacted and task.task in plain["survey"]:
                plain["survey"][task.task] = _nameless(plain["survey"][task.task])
        return plain


def _fields(value: Any) -> dict[str, Any]:
    return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}


def _plain(value: Any) -> Any:
    if hasattr(value, "to_dict"):
        return _plain(value.to_dict())
    if is_dataclass(value):
        return _fields(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _nameless(value: Any) -> Any:
    """Return the same without what an export says of people."""
    if isinstance(value, dict):
        return {key: "" if key in _NAMES else _nameless(one) for key, one in value.items()}
    return [_nameless(one) for one in value] if isinstance(value, list) else value
