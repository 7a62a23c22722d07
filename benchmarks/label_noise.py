"""Does training on a sheet with wrong labels fall below the shipped model?

    python -m benchmarks.label_noise [--split test|dev] [--seeds 5] [--json FILE]

Of the worlds that the shipped model has not learned from 50, 200 and 800 texts are drawn in
blocks of ten neighbouring lines, since those are minimal pairs; of a tenth of the texts one
label is made wrong. A model is adapted as ``smclassify train`` does it, and measured on the rest
of those worlds, whose labels are right: mean F1 and mean average precision over the flags, or
over private_reply, crisis, kind and department, in points above the shipped model.

right: the labels as they were. wrong: as spoiled. believed: as spoiled, with every label
believed, to show what ``quality.trust`` is worth.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

import smclassify
from benchmarks.wrong_labels import TOGETHER, spoiled, trained, worlds
from smclassify.errors import SmclassifyError
from smclassify.evaluation.answers import evaluate
from smclassify.evaluation.metrics import ALL
from smclassify.evaluation.side_by_side import compare_panels
from smclassify.labelled import LabelledTexts
from smclassify.labels import CRISIS, DEPARTMENT, FLAGS, KIND, PRIVATE_REPLY, Task
from smclassify.model.panel import Panel

SIZES: Final = (50, 200, 800)
MEASURED: Final = {Task.DRAFTS: FLAGS, Task.COMMENTS: (PRIVATE_REPLY, CRISIS, KIND, DEPARTMENT)}


def dealt(
    texts: LabelledTexts, size: int, rng: np.random.Generator
) -> tuple[LabelledTexts, LabelledTexts]:
    """Return texts to learn from, whole blocks by lot, and the rest."""
    threads = np.array(texts.threads)
    blocks = rng.permutation(np.unique(threads))[: size // TOGETHER]
    learned = np.isin(threads, blocks)
    parts = [np.flatnonzero(one).tolist() for one in (learned, ~learned)]
    return texts.take(parts[0]), texts.take(parts[1])


def quality(panel: Panel, texts: LabelledTexts) -> NDArray[np.float64]:
    """Return mean F1 and mean average precision over what is measured, in points."""
    rows = evaluate(panel, texts).table()[ALL]
    found = [rows[label] for label in MEASURED[texts.task]]
    points = 100 * np.array([(one.f1, one.average_precision) for one in found])
    return np.asarray(points.mean(axis=0))


def models(
    learn: LabelledTexts, shipped: Panel, seed: int, rng: np.random.Generator
) -> Iterator[tuple[str, Panel]]:
    """Yield the models that texts make, with their labels right and wrong."""
    draw = spoiled(learn, rng)
    for what, texts, trusting in (
        ("right", draw.right, False),
        ("wrong", draw.texts, False),
        ("believed", draw.texts, True),
    ):
        model = trained(shipped.model, texts, seed, trusting=trusting).model
        yield what, Panel(model, shipped.model)


def measure(split: str, seeds: int) -> list[dict[str, Any]]:
    """Return a row for each task, size and kind of training."""
    shipped, rows = smclassify.load("shipped").panel, []
    for task, texts in worlds(split).items():
        for size in SIZES:
            table: Any = defaultdict(lambda: defaultdict(list))
            for seed in range(seeds):
                rng = np.random.default_rng([seed, size])
                learn, rest = dealt(texts, size, rng)
                before = quality(shipped, rest)
                for what, panel in models(learn, shipped, seed, rng):
                    table[what]["shipped"].append(before)
                    table[what]["gain"].append(quality(panel, rest) - before)
                    said = compare_panels(panel, shipped, rest).overall.verdict
                    table[what]["verdict"].append(said.value)
                print(f"{task.value}, {size} texts, seed {seed}: done", file=sys.stderr)
            rows += [_row(task, size, what, one) for what, one in table.items()]
    return rows


def _row(task: Task, size: int, what: str, one: dict[str, Any]) -> dict[str, Any]:
    before, gains = np.mean(one["shipped"], axis=0), np.array(one["gain"])
    figures = {"shipped": before, "gain": gains.mean(0), "spread": gains.std(0)}
    rounded = {name: np.round(values, 2).tolist() for name, values in figures.items()}
    lowest = np.round(gains.min(0), 2).tolist()
    counts = {said: one["verdict"].count(said) for said in sorted(set(one["verdict"]))}
    return {"task": task.value, "texts": size, "labels": what, **rounded, "lowest": lowest,
            "verdicts": counts}  # fmt: skip


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--split", choices=("test", "dev"), default="test")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    try:
        rows = measure(options.split, options.seeds)
    except SmclassifyError as error:
        print(error, file=sys.stderr)
        return 2
    print("Points of F1 and average precision; mean ± spread over the seeds, lowest in brackets.")
    for row in rows:
        said = ", ".join(f"{count} {verdict}" for verdict, count in row["verdicts"].items())
        figures = "   ".join(
            f"{name} {row['shipped'][i]:.1f} {row['gain'][i]:+.1f} ± {row['spread'][i]:.1f} "
            f"({row['lowest'][i]:+.1f})"
            for i, name in enumerate(("F1", "AP"))
        )
        print(f"{row['task']:9}{row['texts']:4}  {row['labels']:9} {figures}   {said}")
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
