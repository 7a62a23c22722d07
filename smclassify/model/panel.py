"""The models that answer together: a company's own, and the shipped one for what it lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
        return {
            head: explainer.contributions(weights, intercept)
            for head, explainer, weights, intercept in self._explained(task, heads, batch)
        }

    def explain_words(
        self, task: Task, heads: Iterable[str], batch: TextBatch
    ) -> dict[str, NDArray[np.float64]]:
        """Return what each code point gave to some labels: ``by_position`` of :meth:`explain`."""
        return {
            head: explainer.words(weights)
            for head, explainer, weights, _ in self._explained(task, heads, batch)
        }

    def explain_each(
        self, task: Task, heads: Sequence[str], batch: TextBatch
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what carried, in each text, the one label that is asked of it.

        Parameters
        ----------
        task : Task
        heads : sequence of str, length n
            Empty for none.
        batch : TextBatch

        Returns
        -------
        by_position, by_style
            As :class:`~smclassify.model.explain.Contributions` has them.
        """
        answering = {head: self._answering(task, head) for head in set(heads) - {""}}
        words = np.zeros(len(batch.codes))
        style = np.zeros((len(batch), len(self.model.space.style_.get_feature_names_out())))
        for model in {id(model): model for model, _ in answering.values()}.values():
            learned = model.tasks[task]
            columns = {
                head: learned.names.index(head)
                for head, (answers, _) in answering.items()
                if answers is model
            }
            of_texts = np.array([columns.get(head, -1) for head in heads], np.int64)
            found = self._explainer(model, batch).of_each(np.asarray(learned.coef), of_texts)
            words += found[0]
            style += found[1]
        return words, style

    def _explained(
        self, task: Task, heads: Iterable[str], batch: TextBatch
    ) -> Iterator[tuple[str, Explainer, NDArray[np.float32], float]]:
        """Yield for each head what explains it, its weights and its intercept."""
        for head in heads:
            model, learned = self._answering(task, head)
            column = learned.names.index(head)
            # A memory map's own slices take a hundred times as long.
            weights = np.asarray(learned.coef)[:, column]
            explainer = self._explainer(model, batch)
            yield head, explainer, weights, float(learned.intercept[column])

    @staticmethod
    def _explainer(model: Model, batch: TextBatch) -> Explainer:
        """Return what explains a batch by a model, made once for each batch."""
        X = model.features(batch)
        known: Explainer | None = batch.memo.get(key := f"panel.explainer.{id(model.space)}")
        if known is None:
            known = batch.memo[key] = Explainer(model.space, batch, X)
        return known

    def take(self, batch: TextBatch, rows: Sequence[int]) -> TextBatch:
        """Return the batch of some of its texts, with what is known of their features.

        Parameters
        ----------
        batch : TextBatch
        rows : sequence of int
            Which texts, in rising order.
        """
        some = batch.take(rows)
        for model in filter(None, (self.model, self.fallback)):
            if model.has_features(batch):
                model.remember_features(some, model.features(batch)[rows])
        return some

    def style_counts(self, task: Task, head: str, batch: TextBatch) -> NDArray[np.float32]:
        """Return the raw style features by the model that answers for a label: (n, n_style)."""
        return self._answering(task, head)[0].space.style_.counts(batch)
