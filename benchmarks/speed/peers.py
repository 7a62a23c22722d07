"""What a user would pick instead, on the same texts: texts a second, and how good it is.

Speed is measured on real comments, in each language and mixed, a fresh block each time; how good,
on the test worlds and on annotated real comments, by average precision, which needs no threshold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers import Scores
from benchmarks.speed.measuring import Figures, Measure, Setting, over
from benchmarks.speed.stacks import LABELS, Stack, stacks
from benchmarks.speed.texts import Supply
from smclassify.labelled import LabelledTexts, read_labelled
from smclassify.labels import PRIVATE_REPLY, Task
from smclassify.training.recipe import REAL, TEST, WORLDS, Recipe

PART: Final = "peers"
QUALITY: Final = "how good the peers are"
OURS: Final = "ours, in one process"
OURS_ALONE: Final = "ours, a text a call"
ROOT: Final = Path(__file__).resolve().parent.parent.parent
_BLOCK: Final = 4_000
_ENOUGH: Final = 10
"""A label that fewer of the measured texts have says nothing."""


@dataclass(frozen=True)
class Material:
    """Labelled comments.

    Attributes
    ----------
    learned : LabelledTexts
        What the peers learn, drawn by lot.
    tested : dict of str to LabelledTexts
        What everybody is measured on: hand-written texts, annotated real ones.
    """

    learned: LabelledTexts
    tested: dict[str, LabelledTexts]

    @classmethod
    def of(cls, setting: Setting) -> Material:
        """Read the texts.

        Raises
        ------
        InputError
            If the public sets are not there.
        """
        recipe = Recipe.read(ROOT / "training" / "recipe.toml", setting.folder)
        learned = read_labelled(recipe.files)[Task.COMMENTS]
        tested = {
            where: _drawn(texts[Task.COMMENTS], setting.tested)
            for where, texts in ((WORLDS, recipe.worlds(TEST)), (REAL, recipe.real(TEST)))
        }
        return cls(_drawn(learned, setting.learned), tested)


def _drawn(texts: LabelledTexts, most: int) -> LabelledTexts:
    order = np.random.default_rng(0).permutation(len(texts))
    return texts.take(order[:most].tolist())


def measures(setting: Setting, supply: Supply, notes: dict[str, str]) -> list[Measure]:
    """Return what is measured: the speed of each in every round, how good it is once."""
    material = Material.of(setting)
    learned = material.learned
    everybody = [
        *ours(),
        *stacks(learned.texts, learned.labels == 1, setting.minilm, notes),
    ]
    found = []
    for one in everybody:
        one.scores(supply.take("warm", supply.groups[-1], 8))
        block = max(int(one.block * setting.block), 4)
        for group in (group for group in supply.groups if group in one.groups):
            work = partial(_speed, one, supply, group, block)
            found.append(Measure(PART, one.name, work, group, setting.rounds))
        if one.scored:
            found.append(Measure(QUALITY, one.name, partial(quality, one, material), rounds=1))
    return found


def _speed(one: Stack, supply: Supply, group: str, block: int) -> Figures:
    return over(supply.take(one.name, group, block), one.scores)


def ours() -> list[Stack]:
    """Return our own classifier, given blocks of texts and given a text at a time."""
    from smclassify import load
    from smclassify.text.prepare import prepare

    classifier = load("shipped")

    def triaged(texts: Sequence[str]) -> Any:
        return classifier.triage(list(texts))

    def alone(texts: Sequence[str]) -> Any:
        return [classifier.triage(text) for text in texts]

    def probabilities(texts: Sequence[str]) -> Scores:
        return classifier.panel.probabilities(Task.COMMENTS, prepare(texts)).astype(np.float64)

    return [
        Stack(OURS, triaged, _BLOCK, judged=probabilities),
        Stack(OURS_ALONE, alone, 100, scored=False),
    ]


def quality(one: Stack, material: Material) -> Figures:
    """Return the mean average precision over the labels, and that of the private reply."""
    figures: Figures = {}
    for where, texts in material.tested.items():
        scores = one.judged(texts.texts) if one.judged else one.scores(texts.texts)
        each = precisions(texts.labels, scores)
        if np.isnan(scores).any():  # it answers one question alone
            each = {name: value for name, value in each.items() if name == PRIVATE_REPLY}
        else:
            figures[f"{where}, all labels"] = float(np.mean(list(each.values())))
        figures[f"{where}, {PRIVATE_REPLY}"] = each[PRIVATE_REPLY]
    return figures


def precisions(labels: NDArray[np.int64], scores: Scores) -> dict[str, float]:
    """Return the average precision of each label that enough texts have and that has scores."""
    from sklearn.metrics import average_precision_score

    found = {}
    for column, name in enumerate(LABELS):
        known = labels[:, column] >= 0
        has_it = labels[known, column] == 1
        given = scores[known, column]
        if has_it.sum() >= _ENOUGH and not np.isnan(given).any():
            found[name] = float(average_precision_score(has_it, given))
    return found
