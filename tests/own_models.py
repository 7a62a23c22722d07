"""Models with labels of a company's own, made of a head that a model has already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from smclassify.labels import Task
from smclassify.model.model import Model, TaskModel


def with_own(
    model: Model, task: Task, name: str, like: str, thresholds: Mapping[str, float] | None = None
) -> Model:
    """Return a model with one label more, which speaks exactly as another one does."""
    before = model.tasks[task]
    at = before.names.index(like)
    longer = {
        array: np.concatenate(
            [getattr(before, array), getattr(before, array)[..., at : at + 1]], axis=-1
        )
        for array in ("coef", "intercept", "slope", "offset")
    }
    tuned = before.thresholds if thresholds is None else {**before.thresholds, name: thresholds}
    heads = replace(before, names=(*before.names, name), thresholds=tuned, **longer)
    return replace(model, tasks={**model.tasks, task: heads})


def only(model: Model, task: Task, *names: str) -> Model:
    """Return a model that has learned nothing but some heads of one task."""
    heads = model.tasks[task]
    at = [heads.names.index(name) for name in names]
    tuned = {name: heads.thresholds[name] for name in names if name in heads.thresholds}
    priors = {name: heads.priors[name] for name in names if name in heads.priors}
    columns = (array[..., at] for array in (heads.coef, heads.intercept, heads.slope, heads.offset))
    return replace(model, tasks={task: TaskModel(names, *columns, tuned, priors)})
