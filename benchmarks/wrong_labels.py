"""Texts of the worlds that the shipped model has not learned from, with labels made wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from smclassify.evaluation.answers import Answered
from smclassify.labelled import LabelledFiles, LabelledTexts, read_labelled
from smclassify.labels import FLAGS, KIND, Task
from smclassify.model.indexing import UNLABELLED
from smclassify.model.model import Model
from smclassify.training.company import Material, Training, train
from smclassify.training.looking import look_over
from smclassify.training.options import TrainOptions
from smclassify.training.quality import Question, in_force

ROOT: Final = Path(__file__).resolve().parent.parent
WRONG: Final = 0.1
"""The share of the texts with a wrong label."""

TOGETHER: Final = 10
"""Neighbouring lines of a world are minimal pairs: so many stay on one side."""

COMPANY: Final = "company.csv"


def worlds(split: str) -> dict[Task, LabelledTexts]:
    """Return the worlds kept apart for a split (``dev`` or ``test``), without reasons.

    Drafts' reasons would give the flags away. Threads are blocks of neighbouring lines.
    """
    recipe = tomllib.loads((ROOT / "training" / "recipe.toml").read_text(encoding="utf-8"))
    texts = read_labelled([ROOT / "data" / name for name in recipe["worlds"][split]])
    texts[Task.DRAFTS].labels[:, len(FLAGS) :] = UNLABELLED
    return {task: replace(one, threads=_blocks(one)) for task, one in texts.items()}


def _blocks(texts: LabelledTexts) -> list[str]:
    first: dict[str, int] = {}
    return [
        f"{group} {(row - first.setdefault(group, row)) // TOGETHER}"
        for row, group in enumerate(texts.groups)
    ]


@dataclass(frozen=True)
class Draw:
    """Texts with wrong labels: which labels of which texts, and what was right."""

    texts: LabelledTexts
    right: LabelledTexts
    wrong: Mapping[int, tuple[str, ...]]


def spoiled(texts: LabelledTexts, rng: np.random.Generator, *, many: bool = False) -> Draw:
    """Make a label of a tenth of the texts wrong, and the texts those of a company's file.

    A yes-or-no label is turned round; a kind or a department becomes another one by lot.

    Parameters
    ----------
    texts : LabelledTexts
    rng : Generator
    many : bool
        Make every yes-or-no label and the kind wrong at once, not one label by lot.
    """
    right = replace(texts, groups=[COMPANY] * len(texts), rows=list(range(1, len(texts) + 1)))
    labels, asked = right.labels.copy(), in_force(right)
    given = {one.name: one.given(right.labels) for one in asked}
    wrong: dict[int, tuple[str, ...]] = {}
    for row in rng.choice(len(texts), round(WRONG * len(texts)), replace=False).tolist():
        known = [one for one in asked if given[one.name][row] != UNLABELLED]
        if many:
            hit = [one for one in known if one.is_yes_no or one.name == KIND]
        else:
            hit = [known[rng.integers(len(known))]]
        for question in hit:
            question.put(labels, row, _another(question, int(given[question.name][row]), rng))
        wrong[row] = tuple(one.name for one in hit)
    return Draw(replace(right, labels=labels), right, wrong)


def _another(question: Question, given: int, rng: np.random.Generator) -> int:
    return int(rng.choice([one for one in range(len(question.values)) if one != given]))


def trained(start: Model, texts: LabelledTexts, seed: int, *, trusting: bool = False) -> Training:
    """Train on texts as ``smclassify train`` does.

    Parameters
    ----------
    start : Model
    texts : LabelledTexts
    seed : int
    trusting : bool
        Believe every label, for once, however much speaks against it.
    """
    files = LabelledFiles({texts.task: texts})
    material, options = Material(files, look_over(files)), TrainOptions(seed=seed)
    if not trusting:
        return train(material, start, options)
    # Not an option of train: nobody should want it. It is here to show what trust is worth.
    with patch("smclassify.training.learned.trust", _all_believed):
        return train(material, start, options)


def _all_believed(texts: LabelledTexts, _: Answered) -> NDArray[np.float64]:
    return np.ones(texts.labels.shape)
