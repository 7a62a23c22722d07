"""Labelled files looked over: read, languages told, alike texts found, surveyed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from smclassify.labelled import (
    Alike,
    LabelledFiles,
    LabelledTexts,
    ReadOptions,
    Survey,
    Tied,
    find_alike,
    read_labelled_files,
    survey,
    tied_groups,
)
from smclassify.labels import Task
from smclassify.text.prepare import parts, prepare

_TEXTS_AT_ONCE = 5_000
_CHARACTERS_AT_ONCE = 5_000_000


@dataclass(frozen=True)
class Looked:
    """The labelled texts of one task, and what there is to say of them.

    Attributes
    ----------
    texts : LabelledTexts, of length n
    languages : list of str, length n
        As the file says, else told from each text.
    alike : Alike
    tied : Tied
    survey : Survey
    """

    texts: LabelledTexts
    languages: list[str]
    alike: Alike
    tied: Tied
    survey: Survey

    def some(self, rows: NDArray[np.intp]) -> LabelledTexts:
        """Return some of the texts, their languages told."""
        return replace(self.texts, languages=list(self.languages)).take(rows.tolist())


def look_at(
    paths: Sequence[str | Path], options: ReadOptions
) -> tuple[LabelledFiles, dict[Task, Looked]]:
    """Read labelled files and look their texts over, task by task.

    Raises
    ------
    InputError, TrainingError
        As of :func:`smclassify.labelled.read_labelled_files`.
    """
    files = read_labelled_files(paths, options)
    return files, look_over(files)


def look_over(files: LabelledFiles) -> dict[Task, Looked]:
    """Look the texts of labelled files over, task by task."""
    return {task: _looked(texts, files) for task, texts in files.texts.items()}


def _looked(texts: LabelledTexts, files: LabelledFiles) -> Looked:
    languages = languages_of(texts)
    alike = find_alike(texts.texts)
    tied = tied_groups(texts, alike=alike)
    found = survey(texts, languages, tied, alike=alike, understood=files.understood)
    return Looked(texts, languages, alike, tied, found)


def languages_of(texts: LabelledTexts) -> list[str]:
    """Return the language of each text: as the file says, else told from it."""
    languages: list[str] = []
    for part in parts(texts.texts, _TEXTS_AT_ONCE, _CHARACTERS_AT_ONCE):
        languages += prepare(texts.texts[part], texts.languages[part]).languages
    return languages
