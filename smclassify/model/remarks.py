"""Remarks: an explanation put into findings and words that a person can act on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from smclassify.features.style import describe, feature_names
from smclassify.findings import Finding
from smclassify.labels import Task
from smclassify.model.decision import columns
from smclassify.model.panel import Panel
from smclassify.model.stretches import stretches
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
    reasons : sequence, length m
        For each of them its likely (reason, probability), most probable first.
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
    some = panel.take(batch, rows)
    leading = [likely[0][0] if likely else "" for likely in reasons]
    # Both are exact (``explain.py``), and both go into the flag (``combine.py``).
    of_flag = panel.explain(Task.DRAFTS, [flag], some)[flag]
    words_of_reasons, style_of_reasons = panel.explain_each(Task.DRAFTS, leading, some)
    by_position = of_flag.by_position + words_of_reasons
    by_style = of_flag.by_style + style_of_reasons
    spans = stretches(some, by_position).in_originals(some)
    style = _style_in_words(panel, flag, some, by_position, by_style)
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
                for start, end in spans[index] or [(0, 0)]
            ]
        )
    return found


def quoted_words(
    panel: Panel, batch: TextBatch, task: Task, rows_of: Mapping[str, Sequence[int]]
) -> dict[str, list[str]]:
    """Return the words that carried labels, in quotes.

    Parameters
    ----------
    panel : Panel
    batch : TextBatch
    task : Task
    rows_of : mapping of str to sequence of int
        For each label, which texts are asked about, in rising order.

    Returns
    -------
    dict of str to list of str
        For each label the quotes of its texts, one string a text.
    """
    asked = sorted(set().union(*rows_of.values()))
    if not asked:
        return {head: [] for head in rows_of}
    some = panel.take(batch, asked)
    place = {row: index for index, row in enumerate(asked)}
    quotes = {}
    for head, by_position in panel.explain_words(task, rows_of, some).items():
        spans = stretches(some, by_position).in_originals(some)
        quotes[head] = [_quoted(batch.originals[row], spans[place[row]]) for row in rows_of[head]]
    return quotes


def _quoted(original: str, spans: Sequence[tuple[int, int]]) -> str:
    texts = [" ".join(original[start:end].split()) for start, end in spans]
    return ", ".join([f"“{text}”" for text in texts if text])


def _style_in_words(
    panel: Panel,
    flag: str,
    batch: TextBatch,
    by_position: NDArray[np.float64],
    by_style: NDArray[np.float64],
) -> list[list[str]]:
    """Return the style features that spoke for a flag, weightiest first, for each text."""
    positive = np.maximum(by_style, 0)
    words = np.bincount(batch.text_index, np.maximum(by_position, 0), minlength=len(batch))
    bar = _STYLE_SHARE * (positive.sum(axis=1) + words) + 1e-9
    order = np.argsort(-positive, axis=1, kind="stable")[:, :_MOST_STYLE]
    text = np.arange(len(batch))[:, None]
    counts = panel.style_counts(Task.DRAFTS, flag, batch)[text, order]
    told = (positive[text, order] >= bar[:, None]) & (counts != 0)
    names = feature_names()
    result: list[list[str]] = [[] for _ in range(len(batch))]
    for row, place in np.argwhere(told).tolist():
        count = float(counts[row, place])
        result[row].append(describe(names[order[row, place]], count))
    return result
