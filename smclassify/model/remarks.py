"""Remarks: an explanation put into findings and words that a person can act on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from smclassify.findings import Finding
from smclassify.labels import Task
from smclassify.model.decision import columns
from smclassify.model.explain import Contributions, telling_words
from smclassify.model.panel import Panel
from smclassify.text.batch import TextBatch
from smclassify.wording import DEFAULT_UI_LANGUAGE, own_label_words, words_of

_MOST_STYLE = 3
_STYLE_SHARE = 0.1
"""A style feature is told if it gave at least this share of what spoke for the label."""


def remarks(
    panel: Panel,
    batch: TextBatch,
    flag: str,
    rows: Sequence[int],
    *,
    reasons: Sequence[Sequence[tuple[str, float]]],
    probabilities: NDArray[np.float32],
    ui_language: str = DEFAULT_UI_LANGUAGE,
) -> list[list[Finding]]:
    """Return the findings of a flag that the model has raised.

    Parameters
    ----------
    panel : Panel
    batch : TextBatch
        n drafts.
    flag : str
    rows : sequence of int, length m
        The drafts that have the flag.
    reasons : sequence, length n
        For each draft its likely (reason, probability), most probable first.
    probabilities : ndarray of float, shape (n, n_heads)
    ui_language : str
        The language of messages and suggestions.

    Returns
    -------
    list of list of Finding, length m
        At least one each: where the words that carried the flag are, or the text as a whole
        where its style alone did.
    """
    if not rows:
        return []
    some = batch.take(rows)
    leading = [reasons[row][0][0] if reasons[row] else "" for row in rows]
    carried = _with_leading_reasons(panel, some, flag, leading)
    stretches = telling_words(some, carried.by_position)
    style = _style_in_words(panel, flag, carried, some)
    own = panel.own(Task.DRAFTS)
    column = columns(Task.DRAFTS, [flag], own)[0]
    found = []
    for index, row in enumerate(rows):
        reason = leading[index]
        worded = own_label_words if flag in own else words_of
        said = worded(reason or flag, ui_language)
        # What style features count is described in English alone.
        told = style[index] if ui_language == DEFAULT_UI_LANGUAGE else []
        message = said.message + (f" ({', '.join(told)})" if told else "")
        spans = [some.original_span(index, one.start, one.end) for one in stretches[index]]
        found.append(
            [
                Finding(
                    rule=reason or flag,
                    source="model",
                    start=start,
                    end=end,
                    message=message,
                    suggestion=said.suggestion,
                    label=flag,
                    reason=reason,
                    severity="block",
                    score=float(probabilities[row, column]),
                )
                for start, end in sorted(spans) or [(0, 0)]
            ]
        )
    return found


def quoted_words(
    panel: Panel, batch: TextBatch, task: Task, head: str, rows: Sequence[int]
) -> list[str]:
    """Return the words that carried a label, in quotes, for each of some texts."""
    if not rows:
        return []
    some = batch.take(rows)
    carried = panel.explain(task, [head], some)[head]
    quotes = []
    for index, stretches in enumerate(telling_words(some, carried.by_position)):
        spans = [some.original_span(index, one.start, one.end) for one in stretches]
        original = some.originals[index]
        texts = [" ".join(original[start:end].split()) for start, end in sorted(spans)]
        quotes.append(", ".join(f"“{text}”" for text in texts if text))
    return quotes


def _with_leading_reasons(
    panel: Panel, batch: TextBatch, flag: str, leading: Sequence[str]
) -> Contributions:
    """Return what carried the flag's head and, for each text, that of its leading reason.

    Both are exact (``explain.py``), and both go into the flag (``combine.py``).
    """
    named = sorted(set(leading) - {""})
    explained = panel.explain(Task.DRAFTS, [flag, *named], batch)
    carried = explained[flag]
    by_position, by_style = carried.by_position.copy(), carried.by_style.copy()
    for reason in named:
        mine = np.array([one == reason for one in leading])
        of_reason = explained[reason]
        by_position += np.where(mine[batch.text_index], of_reason.by_position, 0)
        if of_reason.by_style.shape == by_style.shape:
            by_style += np.where(mine[:, None], of_reason.by_style, 0)
    return Contributions(by_position, by_style, carried.by_language, carried.intercept)


def _style_in_words(
    panel: Panel, flag: str, carried: Contributions, batch: TextBatch
) -> list[list[str]]:
    """Return the style features that spoke for a flag, weightiest first, for each text."""
    positive = np.maximum(carried.by_style, 0)
    of_words = np.maximum(carried.by_position, 0)
    words = np.bincount(batch.text_index, of_words, minlength=len(batch))
    told = positive >= _STYLE_SHARE * (positive.sum(axis=1) + words)[:, None] + 1e-9
    descriptions = panel.describe_style(Task.DRAFTS, flag, batch)
    result = []
    for index in range(len(batch)):
        order = np.argsort(-positive[index], kind="stable")[:_MOST_STYLE]
        result.append([descriptions[index][k] for k in order.tolist() if told[index, k]])
    return [[words for words in told if words] for told in result]
