"""The worst mistakes: texts on which a model is sure, and at odds with the label."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.labelled import LabelledTexts
from smclassify.labels import KIND, KINDS, Task
from smclassify.model.decision import columns
from smclassify.training.summary.figures import Judged, one_decided, one_given
from smclassify.training.summary.types import Mistake
from smclassify.triage.judge import Cells, ToMask
from smclassify.triage.masking.personal import NAME
from smclassify.triage.masking.redact import Redactor

MOST: Final = 8
"""Of each label."""

_LONGEST: Final = 1_000
_PSEUDONYM: Final = re.compile(r"author-[0-9a-f]{12}")
_YES, _NO = "yes", "no"


def worst_mistakes(
    texts: LabelledTexts, yes_or_no: tuple[str, ...], judged: Judged, *, redacted: bool = False
) -> tuple[Mistake, ...]:
    """Return of each label the mistakes of which the model is surest.

    Parameters
    ----------
    texts : LabelledTexts
        n texts.
    yes_or_no : tuple of str
        The labels that are decided yes or no. Of comments, the kind is looked at too.
    judged : Judged
        Answers to the same texts.
    redacted : bool
        Whether to mask personal data, as ``smclassify triage --redact`` does.
    """
    found = [*_of_kind(texts, judged)] if texts.task is Task.COMMENTS else []
    for label in yes_or_no:
        found += _of_label(texts, label, judged)
    mistakes = [mistake for _, mistake in found]
    if redacted:
        mistakes = _masked(mistakes, [texts.authors[row] for row, _ in found])
    return tuple(replace(mistake, text=_cut(mistake.text)) for mistake in mistakes)


_Wrong = tuple[int, Mistake]
"""The index of the text, and the mistake with the text as it came."""


def _of_label(texts: LabelledTexts, label: str, judged: Judged) -> Iterator[_Wrong]:
    column = columns(texts.task, [label], texts.own)[0]
    said = judged.decided[:, column]
    wrong = judged.known(column) & ((texts.labels[:, column] == 1) != said)
    probability = judged.answered.probabilities[:, column]
    sure = np.where(said, probability, 1 - probability)
    for row in _surest(wrong, sure):
        answered, given = (_YES, _NO) if said[row] else (_NO, _YES)
        yield row, _mistake(texts, judged, row, (label, given, answered), sure)


def _of_kind(texts: LabelledTexts, judged: Judged) -> Iterator[_Wrong]:
    at = columns(Task.COMMENTS, KINDS)
    given, said = one_given(judged, at), one_decided(judged, at)
    sure = judged.answered.probabilities[np.arange(len(texts)), np.array(at)[said]]
    wrong = (given >= 0) & (said >= 0) & (given != said) & ~np.isnan(sure)
    for row in _surest(wrong, sure):
        yield row, _mistake(texts, judged, row, (KIND, KINDS[given[row]], KINDS[said[row]]), sure)


def _surest(wrong: NDArray[np.bool_], sure: NDArray) -> list[int]:
    rows = np.flatnonzero(wrong)
    return rows[np.argsort(-sure[rows], kind="stable")][:MOST].tolist()


def _mistake(
    texts: LabelledTexts, judged: Judged, row: int, what: tuple[str, str, str], sure: NDArray
) -> Mistake:
    return Mistake(
        *what,
        round(float(sure[row]), 4),
        str(judged.answered.languages[row]),
        texts.texts[row],
        texts.ids[row],
        texts.groups[row],
        texts.rows[row],
    )


def _masked(mistakes: Sequence[Mistake], authors: Sequence[str]) -> list[Mistake]:
    """Return the mistakes without personal data."""
    rows: Cells = [[one.text, one.id, name] for one, name in zip(mistakes, authors, strict=True)]
    # The pseudonyms that a key gives are taken out again, so that nobody needs to keep the key.
    masked, _ = Redactor().mask(ToMask(rows, authors=(2,), key=secrets.token_hex()), [])
    return [
        replace(one, text=_PSEUDONYM.sub(NAME, str(text)), id=_PSEUDONYM.sub(NAME, str(name)))
        for one, (text, name, _) in zip(mistakes, masked, strict=True)
    ]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"
