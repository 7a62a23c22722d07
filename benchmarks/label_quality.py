"""How many wrong labels the label check of ``smclassify train --review`` finds.

    python -m benchmarks.label_quality [--split test|dev] [--texts 1000] [--seeds 5] [--json FILE]

Of the worlds that the shipped model has not learned from (training/recipe.toml) 1,000 texts
are drawn, and of a tenth of them one label is made wrong (one), or every yes-or-no label and
the kind at once (many); see :mod:`benchmarks.wrong_labels`. They are trained on as one file of
a company, and the check goes by what the training says of texts that it has held out.

Printed is the share of the texts with wrong labels that stand in the first fifth of the sheet,
over all and by label, beside other scores of cleanlab and beside the shipped model's own
probabilities. `suspected`: how many of those that confident learning counts are wrong, and how
many of the wrong ones it counts.

On dev and test the margin and self-confidence find the same in drafts, self-confidence three to
four points more in comments, where it puts kinds and departments, of many values, before labels
of two; the sheet goes by it. `rank`, by which the worst of each label come first, finds four to
five more there and a little less in drafts, but takes for granted that all labels are wrong
equally often, which is so here by lot and seldom in a company's sheet.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

import smclassify
from benchmarks.wrong_labels import Draw, spoiled, trained, worlds
from smclassify.errors import SmclassifyError
from smclassify.evaluation.answers import Answered, answer
from smclassify.labelled import LabelledTexts
from smclassify.model.indexing import UNLABELLED
from smclassify.model.panel import Panel
from smclassify.training.quality import in_force, suspects

SCORES: Final = ("self_confidence", "normalized_margin", "confidence_weighted_entropy", "rank")
FIRST: Final = 0.2
"""The share of the sheet that a reader is supposed to read."""

Figures = dict[str, Any]


def drawn(texts: LabelledTexts, number: int, rng: np.random.Generator, *, many: bool) -> Draw:
    """Draw texts by lot, as if nothing were known of who belongs together, and spoil them."""
    rows = np.sort(rng.choice(len(texts), min(number, len(texts)), replace=False))
    return spoiled(replace(texts.take(rows.tolist()), threads=[]), rng, many=many)


def sources(draw: Draw, shipped: Panel, seed: int) -> Iterator[tuple[str, Answered]]:
    """Yield what is said of the texts by a training that held them out, and by the model it began
    with.
    """
    learned = trained(shipped.model, draw.texts, seed).learned[draw.texts.task]
    yield "train", learned.evaluated.answered
    said, languages = answer(shipped, draw.texts)
    yield "shipped", Answered(draw.texts.labels, said, np.array(languages))


def order(texts: LabelledTexts, answered: Answered, score: str) -> list[int]:
    """Return the texts in the order of their worst label by another score of cleanlab."""
    from cleanlab.rank import get_label_quality_scores

    worst = np.full(len(texts), np.inf)
    for question in in_force(texts):
        given = question.given(texts.labels)
        shares = np.nan_to_num(question.shares(answered.probabilities))
        rows = np.flatnonzero(given != UNLABELLED)
        method = "self_confidence" if score == "rank" else score
        scores = get_label_quality_scores(given[rows], shares[rows], method=method)
        if score == "rank":
            scores = scores.argsort(kind="stable").argsort(kind="stable").astype(float)
        worst[rows] = np.minimum(worst[rows], scores)
    return [int(row) for row in worst.argsort(kind="stable")]


def note_found(draw: Draw, answered: Answered, figures: Figures) -> None:
    """Note what of the wrong labels stands in the first fifth of the sheet."""
    first, wrong = round(FIRST * len(draw.texts)), set(draw.wrong)
    ranked = suspects(draw.texts, answered)
    top = {one.index for one in ranked[:first]}
    figures["sheet"].append(len(wrong & top) / len(wrong))
    for label in sorted({name for names in draw.wrong.values() for name in names}):
        of_label = [row in top for row, names in draw.wrong.items() if label in names]
        figures[f"sheet: {label}"].append(float(np.mean(of_label)))
    for score in SCORES:
        others = set(order(draw.texts, answered, score)[:first])
        figures[score].append(len(wrong & others) / len(wrong))
    counted = {one.index for one in ranked if one.suspected}
    figures["suspected: precision"].append(len(wrong & counted) / max(len(counted), 1))
    figures["suspected: recall"].append(len(wrong & counted) / len(wrong))


def measure(split: str, number: int, seeds: int) -> Figures:
    """Return all figures, each with its mean and its lowest over the seeds."""
    shipped, texts = smclassify.load("shipped").panel, worlds(split)
    table: Any = defaultdict(lambda: defaultdict(list))
    for task, of_task in texts.items():
        for how in ("one", "many"):
            for seed in range(seeds):
                rng = np.random.default_rng(seed)
                draw = drawn(of_task, number, rng, many=how == "many")
                for name, answered in sources(draw, shipped, seed):
                    note_found(draw, answered, table[f"{task.value}, {how} wrong, {name}"])
                print(f"{task.value}, {how} wrong, seed {seed}: done", file=sys.stderr)
    return {
        what: {
            key: {"mean": round(float(np.mean(one)), 3), "lowest": round(min(one), 3)}
            for key, one in rows.items()
        }
        for what, rows in table.items()
    }


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--split", choices=("test", "dev"), default="test")
    parser.add_argument("--texts", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    try:
        figures = measure(options.split, options.texts, options.seeds)
    except SmclassifyError as error:
        print(error, file=sys.stderr)
        return 2
    for what, rows in figures.items():
        print(f"\n{what:<40} mean  lowest")
        for key, one in rows.items():
            print(f"  {key:<38} {one['mean']:.3f}  {one['lowest']:.3f}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
