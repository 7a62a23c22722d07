"""How many wrong labels the label check finds, and what its trust is worth in training.

    python -m benchmarks.label_quality [--split test|dev] [--texts 1000] [--seeds 5] [--json FILE]

Of the worlds that the shipped model has not learned from (training/recipe.toml) 1,000 texts
are drawn, and of a tenth of them one label is made wrong: a yes-or-no label is turned round,
a kind or a department becomes another one by lot. Drafts' reasons are taken away first, since
they would give the flags away. The texts are taken for one file, as a company's would be.

1. The share of the wrong labels whose text is in the first fifth of the sheet, over all and
   by label, for scores of cleanlab and for the probabilities of: a model of these texts alone,
   cross-validated (own); the shipped one (shipped); their mean; and a logistic regression over
   the log odds of both, cross-validated (stacked), which is about what an adapted model knows.
   `suspected`: how many of those confident learning counts are wrong, and of the wrong, how
   many it counts.
2. Average precision on the worlds of the other split of a model that has learned from the
   wrong labels, and from the right ones, with and without `quality.trust`.
The methods were chosen on dev. Self-confidence and margin are level there. `rank`, by which the
worst of each label come first, finds two to four points more in comments and one to two less in
drafts; but it takes for granted that all labels are wrong equally often, which is so here by lot
and seldom in a company's sheet. So the sheet goes by the margin.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import smclassify
from smclassify.errors import SmclassifyError
from smclassify.evaluation.answers import Answered, answer
from smclassify.labelled import LabelledTexts, read_labelled
from smclassify.labels import FLAGS, Task
from smclassify.model.heads import UNLABELLED, CalibratedHeads
from smclassify.training.fit import Corpus, Settings, fit_space, fit_task
from smclassify.training.quality import in_force, suspects, trust

ROOT = Path(__file__).resolve().parent.parent
SCORES = ("self_confidence", "normalized_margin", "confidence_weighted_entropy", "rank")
WRONG = 0.1
FIRST = 0.2

Probabilities = NDArray[np.float32]
Figures = dict[str, Any]


def worlds(split: str) -> dict[Task, LabelledTexts]:
    """Return the worlds kept apart for a split, without reasons."""
    recipe = tomllib.loads((ROOT / "training" / "recipe.toml").read_text(encoding="utf-8"))
    texts = read_labelled([ROOT / "data" / name for name in recipe["worlds"][split]])
    drafts = texts[Task.DRAFTS]
    drafts.labels[:, len(FLAGS) :] = UNLABELLED
    return texts


@dataclass(frozen=True)
class Draw:
    """Texts drawn, with wrong labels: which label of which text, and what was right."""

    texts: LabelledTexts
    right: LabelledTexts
    wrong: list[tuple[int, str]]


def drawn(texts: LabelledTexts, number: int, rng: np.random.Generator) -> Draw:
    """Draw texts and make one label of a tenth of them wrong."""
    rows = np.sort(rng.choice(len(texts), min(number, len(texts)), replace=False))
    right = replace(texts.take(rows.tolist()), groups=["company.csv"] * len(rows))
    labels = right.labels.copy()
    asked, wrong = in_force(right), []
    given = {question.name: question.given(right.labels) for question in asked}
    for row in rng.choice(len(rows), round(WRONG * len(rows)), replace=False).tolist():
        known = [one for one in asked if given[one.name][row] != UNLABELLED]
        question = known[rng.integers(len(known))]
        others = [one for one in range(len(question.values)) if one != given[question.name][row]]
        question.put(labels, row, int(rng.choice(others)))
        wrong.append((row, question.name))
    return Draw(replace(right, labels=labels), right, wrong)


def stacked(texts: LabelledTexts, own: Probabilities, shipped: Probabilities) -> Probabilities:
    """Return cross-validated probabilities of a logistic regression over both log odds."""
    from scipy.special import logit
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict

    result = np.array(shipped)
    for column in range(result.shape[1]):
        both = np.column_stack([own[:, column], shipped[:, column]]).astype(float)
        labels = texts.labels[:, column]
        rows = np.flatnonzero((labels != UNLABELLED) & ~np.isnan(both).any(axis=1))
        if min((labels[rows] == 1).sum(), (labels[rows] == 0).sum()) >= 5:
            odds, model = logit(np.clip(both[rows], 1e-4, 1 - 1e-4)), LogisticRegression()
            said = cross_val_predict(model, odds, labels[rows], method="predict_proba")
            result[rows, column] = said[:, 1]
    return result


def sources(draw: Draw, settings: Settings) -> Iterator[tuple[str, Answered]]:
    """Yield what is said of the texts, by each model that has not learned from them."""
    corpus = Corpus.prepared(draw.texts)
    own = fit_task(fit_space([corpus], settings), corpus, (), settings)[1]
    shipped = answer(smclassify.load().panel, draw.texts)[0]
    mean = np.where(np.isnan(own), shipped, (own + shipped) / 2)
    said = {"own": own, "shipped": shipped, "mean": mean}
    said["stacked"] = stacked(draw.texts, own, shipped)
    for name, probabilities in said.items():
        languages = np.array(corpus.batch.languages)
        yield name, Answered(draw.texts.labels, probabilities, languages)


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


def found(draw: Draw, answered: Answered, figures: Mapping[str, Any]) -> None:
    """Note what of the wrong labels stands in the first fifth of the sheet."""
    first = round(FIRST * len(draw.texts))
    wrong = {row for row, _ in draw.wrong}
    for score in SCORES:
        top = set(order(draw.texts, answered, score)[:first])
        figures[score].append(len(wrong & top) / len(wrong))
    ranked = suspects(draw.texts, answered)
    top = {one.index for one in ranked[:first]}
    figures["sheet"].append(len(wrong & top) / len(wrong))
    for label in sorted({label for _, label in draw.wrong}):
        of_label = [row in top for row, name in draw.wrong if name == label]
        figures[f"sheet: {label}"].append(float(np.mean(of_label)))
    counted = {one.index for one in ranked if one.suspected}
    figures["suspected: precision"].append(len(wrong & counted) / max(len(counted), 1))
    figures["suspected: recall"].append(len(wrong & counted) / len(wrong))


def average_precision(
    learned: LabelledTexts, weights: NDArray[np.float64], unseen: LabelledTexts
) -> float:
    """Return the mean over all heads of the average precision on unseen texts."""
    from sklearn.metrics import average_precision_score

    corpus, other = Corpus.prepared(learned), Corpus.prepared(unseen)
    space = fit_space([corpus], Settings())
    X, of_unseen = space.transform(corpus.batch), space.transform(other.batch)
    scores = []
    for column in {one for question in in_force(learned) for one in question.columns}:
        labels, right = learned.labels[:, [column]], unseen.labels[:, column]
        if (labels == 1).sum() < 5 or not (right == 1).any():
            continue
        # A weight of nought would leave a text without a side to stand on.
        weight = np.maximum(weights[:, column], 1e-3)
        heads = CalibratedHeads().fit(
            X, labels, corpus.folds, corpus.batch.languages, weight, n_counted=space.bounds_[1]
        )
        known = right != UNLABELLED
        sums = heads.decision_function(of_unseen)[known, 0]
        scores.append(average_precision_score(right[known] == 1, sums))
    return float(np.mean(scores))


def trusted(draw: Draw, said: Mapping[str, Answered], unseen: LabelledTexts) -> Figures:
    """Return what a model learns from the draw as it is, and as far as its labels are trusted."""
    of_right = dict(sources(Draw(draw.right, draw.right, []), Settings()))
    figures = {}
    for what, texts, answers in (("right", draw.right, of_right), ("wrong", draw.texts, said)):
        alike = np.ones(texts.labels.shape)
        figures[f"{what} labels"] = average_precision(texts, alike, unseen)
        for name in ("own", "stacked"):
            weights = trust(texts, answers[name])
            key = f"{what} labels, trusted by {name}"
            figures[key] = average_precision(texts, weights, unseen)
    return figures


def measure(split: str, number: int, seeds: int) -> Figures:
    """Return all figures, each the mean over the seeds."""
    texts, unseen = worlds(split), worlds("dev" if split == "test" else "test")
    table: Any = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for seed in range(seeds):
        for task in texts:
            draw = drawn(texts[task], number, np.random.default_rng(seed))
            said = dict(sources(draw, Settings()))
            for name, answered in said.items():
                found(draw, answered, table[task.value][name])
            for name, one in trusted(draw, said, unseen[task]).items():
                table[task.value]["average precision"][name].append(one)
            print(f"{task.value}, seed {seed}: done", file=sys.stderr)
    return {
        task: {
            name: {key: round(float(np.mean(one)), 3) for key, one in rows.items()}
            for name, rows in of_task.items()
        }
        for task, of_task in table.items()
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
    for task, of_task in figures.items():
        for name, rows in of_task.items():
            print(f"\n{task}, {name}")
            for key, one in rows.items():
                print(f"  {key:<40} {one:.3f}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
