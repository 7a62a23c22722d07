"""The words that speak most for and against a label, over many texts.

A head is linear, so what each character gave is known exactly (:mod:`smclassify.model.explain`).
Here that is added up word by word over labelled texts: by spaCy's tokens, and in Chinese, which
is written without spaces, by two characters that stand side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from smclassify.labels import Task, heads_of
from smclassify.model.panel import Panel
from smclassify.text.batch import TextBatch
from smclassify.text.characters import EMOJI, HAN, KANA, LETTER, class_table
from smclassify.text.prepare import parts, prepare
from smclassify.text.tokens import Tokenizer
from smclassify.training.summary.types import LabelWords, Word
from smclassify.triage.masking.personal import find_personal

LEAST_TEXTS: Final = 3
"""A word in fewer texts says more of those texts than of the label."""

MOST_TEXTS: Final = 2_000
"""Of a language, so many texts are looked at, evenly drawn; more would name the same words."""

_SHOWN: Final = 12
_BATCH_TEXTS: Final = 1_000
_BATCH_CHARACTERS: Final = 500_000


class _Found(NamedTuple):
    """Distinct words, shape (w,); what each gave by label, (w, n_labels); texts with it, (w,)."""

    names: NDArray[np.str_]
    given: NDArray[np.float64]
    texts: NDArray[np.int64]


class _Heads(NamedTuple):
    """The labels that a panel explains."""

    panel: Panel
    task: Task
    labels: list[str]


def informative_words(
    panel: Panel,
    task: Task,
    texts: Sequence[str],
    languages: Sequence[str],
    labels: Sequence[str],
    *,
    hidden: Sequence[str] | None = None,
) -> tuple[LabelWords, ...]:
    """Return the words that say most about each label, by language.

    A word's weight is what it gave to the label's sum in a text that has it, on average. Words
    are ranked by that times the root of the number of texts, so that neither a rare word comes
    first nor one that is everywhere and says little. A draft's flag is explained by its own
    head, as in :mod:`smclassify.drafts`; what its reasons add is told by their words.

    Parameters
    ----------
    panel : Panel
    task : Task
    texts : sequence of str, length n
    languages : sequence of str, length n
    labels : sequence of str
        Those that no model of the panel has learned are left out.
    hidden : sequence of str, optional
        Names of people. If given (though it be empty), they and words that are in personal
        data are left out.
    """
    names = None if hidden is None else np.array([name.casefold() for name in hidden], np.str_)
    found = []
    for language in sorted(set(languages)):
        rows = np.flatnonzero(np.array(languages) == language)
        drawn = rows[np.unique(np.linspace(0, len(rows) - 1, MOST_TEXTS).astype(int))]
        mine = [texts[row] for row in drawn.tolist()]
        learned = _learned(panel, task, labels, language)
        counted = list(_counted(_Heads(panel, task, learned), mine, language, names))
        if learned and counted:
            found += list(_ranked(_merged(counted), learned, language))
    return tuple(found)


def _learned(panel: Panel, task: Task, labels: Sequence[str], language: str) -> list[str]:
    """Return the labels that the panel has an answer to."""
    answers = panel.probabilities(task, prepare([""], [language]))[0]
    heads = heads_of(task, panel.own(task))
    known = {head for head, one in zip(heads, answers, strict=True) if not np.isnan(one)}
    return [label for label in labels if label in known]


def _counted(
    heads: _Heads, texts: Sequence[str], language: str, hidden: NDArray[np.str_] | None
) -> Iterator[_Found]:
    tokenizer = Tokenizer()
    for part in parts(texts, _BATCH_TEXTS, _BATCH_CHARACTERS):
        batch = prepare(texts[part], [language] * len(texts[part]))
        start, end = _words(batch, tokenizer, language)
        if hidden is not None:
            shown = ~_in_personal_data(batch, start, end)
            start, end = start[shown], end[shown]
        pairs = zip(start.tolist(), end.tolist(), strict=True)
        names = np.array([batch.joined[a:b].lower() for a, b in pairs], np.str_)
        carried = heads.panel.explain(heads.task, heads.labels, batch)
        given = [_between(carried[label].by_position, start, end) for label in heads.labels]
        once = _first_of_text(names, batch.text_of(start))
        found = _reduced(names, np.stack(given, axis=1) if given else np.zeros((0, 0)), once)
        yield found if hidden is None else _only(found, ~np.isin(found.names, hidden))


def _words(
    batch: TextBatch, tokenizer: Tokenizer, language: str
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where words begin and end in ``batch.codes``; numbers and punctuation are none."""
    classes = class_table()[batch.codes]
    if language == "zh":
        unspaced = classes & (HAN | KANA) > 0
        first = np.flatnonzero(unspaced[:-1] & unspaced[1:])
        return first, first + 2
    tokens = tokenizer.tokens(batch)
    start, end = tokens.start, tokens.start + tokens.size
    telling = _between(classes & (LETTER | EMOJI) > 0, start, end) > 0
    return start[telling], end[telling]


def _between(
    values: NDArray, start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the sums of stretches of an array, shape (k,)."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    return sums[end] - sums[start]


def _in_personal_data(
    batch: TextBatch, start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.bool_]:
    personal = np.zeros(len(batch.codes), bool)
    for row, found in enumerate(find_personal(batch.originals)):
        mine = slice(int(batch.starts[row]), int(batch.ends[row]))
        for one in found:
            begins_before = batch.origin_start[mine] < one.end
            personal[mine] |= begins_before & (batch.origin_end[mine] > one.start)
    return _between(personal, start, end) > 0


def _first_of_text(names: NDArray[np.str_], text: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which words stand in their text for the first time, shape (k,)."""
    word = np.unique(names, return_inverse=True)[1].astype(np.int64)
    size = int(text.max(initial=0)) + 1
    first = np.zeros(len(names), bool)
    first[np.unique(word * size + text, return_index=True)[1]] = True
    return first


def _reduced(names: NDArray[np.str_], given: NDArray[np.float64], texts: NDArray) -> _Found:
    """Add up what stands under the same name."""
    distinct, row = np.unique(names, return_inverse=True)
    sums = [np.bincount(row, column, minlength=len(distinct)) for column in given.T]
    counts = np.bincount(row, texts, minlength=len(distinct)).astype(np.int64)
    return _Found(distinct, np.stack(sums, axis=1) if sums else np.zeros((0, 0)), counts)


def _merged(found: Sequence[_Found]) -> _Found:
    names, given, texts = zip(*found, strict=True)
    return _reduced(np.concatenate(names), np.vstack(given), np.concatenate(texts))


def _only(found: _Found, kept: NDArray[np.bool_]) -> _Found:
    return _Found(found.names[kept], found.given[kept], found.texts[kept])


def _ranked(found: _Found, labels: Sequence[str], language: str) -> Iterator[LabelWords]:
    common = _only(found, found.texts >= LEAST_TEXTS)
    for column, label in enumerate(labels):
        mean = common.given[:, column] / common.texts
        rank = mean * np.sqrt(common.texts)
        order = np.argsort(-rank, kind="stable")
        up = [_word(common, mean, row) for row in order[:_SHOWN].tolist() if rank[row] > 0]
        down = [_word(common, mean, row) for row in order[::-1][:_SHOWN].tolist() if rank[row] < 0]
        if up or down:
            yield LabelWords(label, language, tuple(up), tuple(down))


def _word(found: _Found, mean: NDArray[np.float64], row: int) -> Word:
    return Word(str(found.names[row]), round(float(mean[row]), 4), int(found.texts[row]))
