"""Asking a model for its answers to labelled texts, and measuring them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from smclassify.errors import TrainingError
from smclassify.evaluation.metrics import Table, decisions, measure
from smclassify.labelled import LabelledTexts
from smclassify.model.panel import Panel
from smclassify.text.prepare import prepare

_BATCH = 2_000


def answer(panel: Panel, texts: LabelledTexts) -> tuple[NDArray[np.float32], list[str]]:
    """Return a model's probabilities for labelled texts, shape (n, n_heads), and their languages.

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
    return np.vstack(parts), languages


def evaluate_texts(panel: Panel, texts: LabelledTexts) -> Table:
    """Measure a model's answers on labelled texts, at the thresholds it ships with.

    Raises
    ------
    TrainingError
        If there are no texts.
    """
    probabilities, languages = answer(panel, texts)
    in_force = panel.thresholds(texts.task), panel.priors(texts.task)
    decided = decisions(texts.task, probabilities, languages, *in_force)
    return measure(texts.task, texts.labels, probabilities, decided, languages)
