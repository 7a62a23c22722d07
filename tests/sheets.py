"""Labelled sheets of a company that nobody has heard of, and trainings on them.

What it writes about has words that the small model has never met, drawn by lot for each text,
so that no text is another one's near duplicate unless a test makes it one.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from smclassify.labels import HEADS, Task
from smclassify.model.folder import save_model
from smclassify.model.model import Model
from smclassify.training.company import Material, Training, gather, train
from smclassify.training.options import TrainOptions
from smclassify.training.record import about

BAIT = ("zorblat", "quixnar", "vemdril")
"""Words that tell what the company's own people call spammy, and that nobody else uses."""

_SYLLABLES = ("ba", "cor", "dil", "fen", "gar", "hu", "jol", "kem", "lin", "mos", "nur", "pel")


def words(chance: random.Random, number: int) -> str:
    """Return so many words that no language has."""
    return " ".join("".join(chance.choices(_SYLLABLES, k=3)) for _ in range(number))


def draft(chance: random.Random, spammy: bool) -> str:
    """Return a draft; one of the bait words stands in each that is spammy."""
    bait = f" {chance.choice(BAIT)}" if spammy else ""
    return f"{words(chance, 5)}{bait} {words(chance, 4)} {chance.randrange(10**6)}"


def rows(number: int, seed: int = 0, spammy: float = 0.5) -> list[tuple[str, str]]:
    """Return rows of text and spammy, in a mixed order, a fixed share of them spammy."""
    chance = random.Random(seed)
    labels = [index < round(spammy * number) for index in range(number)]
    chance.shuffle(labels)
    return [(draft(chance, yes), str(yes).lower()) for yes in labels]


def written(path: Path, rows: Iterable[Sequence[object]], *header: str) -> Path:
    """Write a sheet; its columns are text and spammy unless named."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header or ("text", "spammy"), *rows])
    return path


def column(task: Task, label: str) -> int:
    """Return where a label of the guide stands in a matrix of labels."""
    return HEADS[task].index(label)


def trained(start: Model, *paths: Path, **options: object) -> tuple[Training, Material]:
    """Train on sheets, beginning with a model."""
    asked = TrainOptions(**options)
    material = gather(paths, asked)
    return train(material, start, asked), material


def kept(folder: Path, start: Model, *paths: Path, name: str = "acme", **options: object) -> Model:
    """Train, and save the model as the command does."""
    training, material = trained(start, *paths, **options)
    told = about(name, training, material, TrainOptions(**options), start.manifest)
    return save_model(training.model, folder, told)
