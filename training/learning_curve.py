"""F1 against the number of texts learned from, on the dev worlds and the test worlds.

    python -m training.learning_curve [--jobs 2]

Writes training/learning_curve.md. A share of the hand-written texts is drawn by lot from
every world to learn from, alike in each; the public texts and all settings stay as in the
recipe.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from smclassify.evaluation.metrics import ALL, Table
from smclassify.labels import Task
from smclassify.model.files import write_text_atomic
from smclassify.training.fit import Corpus, fit
from smclassify.training.recipe import DEV, TEST, Materials, Recipe, measured
from training.readme_figures import SHOWN

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "training" / "learning_curve.md"
SHARES = (1 / 8, 1 / 4, 1 / 2, 1.0)
SEED = 0

Point = dict[Task, tuple[int, dict[str, Table]]]
"""Of each task: how many texts were learned from, and the figures on each split."""


def part(corpus: Corpus, share: float) -> Corpus:
    """Return a share of a corpus, drawn by lot in each of its worlds."""
    order = np.random.default_rng(SEED).permutation(len(corpus.texts))
    kept = np.zeros(len(corpus.texts), bool)
    groups = np.array(corpus.texts.groups)
    for group in sorted(set(corpus.texts.groups)):
        mine = order[groups[order] == group]
        kept[mine[: round(share * len(mine))]] = True
    return corpus.rows(kept)


def points(recipe: Recipe, n_jobs: int) -> Iterator[Point]:
    """Fit and measure with each share of the texts."""
    materials = Materials.of(recipe)
    worlds = {split: recipe.worlds(split) for split in (DEV, TEST)}
    for share in SHARES:
        corpora = [part(corpus, share) for corpus in materials.corpora]
        model = fit(corpora, materials.weak, recipe.settings(n_jobs))
        tables = {split: measured(model, texts) for split, texts in worlds.items()}
        yield {
            corpus.texts.task: (
                len(corpus.texts),
                {split: by_task[corpus.texts.task] for split, by_task in tables.items()},
            )
            for corpus in corpora
        }


def page(curve: list[Point]) -> str:
    """Return the curve as Markdown, a table for each task."""
    lines = [
        "# Learning curve",
        "",
        "F1 over the four languages on the dev worlds / on the test worlds, against the number of",
        "hand-written texts learned from (`kind` and `department`: macro means), at thresholds",
        "tuned by cross-validation on those texts. Made by `python -m training.learning_curve`.",
        "",
    ]
    for task, labels in SHOWN.items():
        lines += [
            f"| {task.value} | {' | '.join(f'`{label}`' for label in labels)} |",
            f"|---:|{'---:|' * len(labels)}",
        ]
        for point in curve:
            size, tables = point[task]
            cells = [
                " / ".join(f"{tables[split][ALL][label].f1:.3f}" for split in (DEV, TEST))
                for label in labels
            ]
            lines.append(f"| {size:,} | {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    """Draw the curve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    curve = list(points(Recipe.read(ROOT / "training" / "recipe.toml"), options.jobs))
    write_text_atomic(OUT, page(curve))
    print(page(curve))


if __name__ == "__main__":
    main()
