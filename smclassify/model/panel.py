"""The models that answer together: a company's own, and the shipped one for what it lacks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smclassify.features.style import describe
from smclassify.labels import HEADS, Task, heads_of
from smclassify.model.decision import Thresholds
from smclassify.model.explain import Contributions, Explainer
from smclassify.model.model import Model, TaskModel
from smclassify.text.batch import TextBatch


@dataclass(frozen=True)
class Panel:
    """One or two models that answer as one.

    Attributes
    ----------
    model : Model
    fallback : Model or None
        Answers for the guide's labels that ``model`` has not learned; a company's own labels
        are ``model``'s alone.
    """

    model: Model
    fallback: Model | None = None

    @staticmethod
    def is_complete(model: Model) -> bool:
        """Return whether a model has learned every label that the guide has for both tasks."""
        return all(
            task in model.tasks and set(HEADS[task]) <= set(model.tasks[task].names)
            for task in Task
        )

    def own(self, task: Task) -> tuple[str, ...]:
        """Return a company's own labels of a task."""
        return self.model.own(task)

    def heads(self, task: Task) -> tuple[str, ...]:
        """Return the labels that :meth:`probabilities` has a column for."""
        return heads_of(task, self.own(task))

    def probabilities(self, task: Task, batch: TextBatch) -> NDArray[np.float32]:
        """Return the probability of every head of a task, shape (n, n_heads).

        Columns as :meth:`heads` names them.
        """
        answers = self.model.probabilities(task, batch)
        of_guide = answers[:, : len(HEADS[task])]
        missing = np.isnan(of_guide)
        if self.fallback is not None and missing.any():
            others = self.fallback.probabilities(task, batch)[:, : len(HEADS[task])]
            of_guide[missing] = others[missing]
        return answers

    def thresholds(self, task: Task, *overrides: Mapping[str, float]) -> Thresholds:
        """Return the thresholds in force: the models', under each of ``overrides`` in turn."""
        tuned: dict[str, Mapping[str, float]] = {}
        for model in reversed(self._learned(task)):
            tuned |= model.tasks[task].thresholds
        for chosen in overrides:
            tuned |= {label: {"*": value} for label, value in chosen.items()}
        return tuned

    def priors(self, task: Task) -> Mapping[str, float]:
        """Return how common each kind and department was in training."""
        known: dict[str, float] = {}
        for model in reversed(self._learned(task)):
            known |= model.tasks[task].priors
        return known

    def _learned(self, task: Task) -> list[Model]:
        """Return the models that have learned a task, the one to be believed first."""
        models = (self.model, self.fallback)
        return [model for model in models if model is not None and task in model.tasks]

    def _answering(self, task: Task, head: str) -> tuple[Model, TaskModel]:
        for model in self._learned(task):
            if head in model.tasks[task].names:
                return model, model.tasks[task]
        raise KeyError(head)

    def explain(
        self, task: Task, heads: Iterable[str], batch: TextBatch
    ) -> dict[str, Contributions]:
        """Return what carried each of some labels, by the model that answers for it."""
        explainers: dict[int, Explainer] = {}
        carried = {}
        for head in heads:
            model, learned = self._answering(task, head)
            if id(model) not in explainers:
                explainers[id(model)] = Explainer(model.space, batch)
            column = learned.names.index(head)
            carried[head] = explainers[id(model)].contributions(
                learned.coef[:, column], float(learned.intercept[column])
            )
        return carried

    def describe_style(self, task: Task, head: str, batch: TextBatch) -> list[list[str]]:
        """Return every style feature in words, for each text; empty where there is none."""
        style = self._answering(task, head)[0].space.style_
        names = style.get_feature_names_out()
        return [
            [describe(name, value) if value else "" for name, value in zip(names, row, strict=True)]
            for row in style.counts(batch).tolist()
        ]
