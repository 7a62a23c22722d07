"""What a company's labels bring: the shipped model adapted to domains that it lacks.

    python -m benchmarks.adaptation [--public-data FOLDER] [--seeds 5]

A base model is made by the recipe, but without the worlds of four sectors: banks, schools and
clinics; energy, parcels and motoring; tech, finance and beauty; transport and telecoms. Those
are one domain; comments under music videos and film reviews, from public sets whose licences
let us learn from them, are two more. A second base model goes without all French texts, which
are then the company's: a language that the model has not learned. Adapted to 50, 200 and 1,000
texts of a domain, as ``smclassify train`` does it, a model is measured on other texts of the
domain and on the test worlds. Neighbouring lines of a world are minimal pairs, so ten at a time
stay together.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.evaluation.answers import evaluate
from smclassify.evaluation.metrics import ALL
from smclassify.labelled import LabelledFiles, LabelledTexts, read_labelled
from smclassify.labels import CRISIS, DEPARTMENT, FLAGS, HEADS, KIND, KINDS, PRIVATE_REPLY, Task
from smclassify.model.model import Model
from smclassify.model.panel import Panel
from smclassify.training.annotations import annotated_ids
from smclassify.training.company import Material, train
from smclassify.training.looking import look_over
from smclassify.training.options import TrainOptions
from smclassify.training.public import public_folder, read_set
from smclassify.training.recipe import TEST, Materials, Recipe, fit_recipe

ROOT: Final = Path(__file__).resolve().parent.parent
SECTORS: Final = (
    "banks-schools-clinics", "banques-ecoles", "eunhaeng", "yinhang",
    "energy-parcels", "energie-colis", "energy-taekbae", "nengyuan",
    "tech-finance", "tech-sante", "geumyung", "jinrong",
    "transport-energy", "transports-energie", "gyotong", "jiaotong",
)  # fmt: skip
SIZES: Final = (50, 200, 1_000)
TOGETHER: Final = 10
TESTED: Final = 480
MEASURED: Final = {Task.DRAFTS: FLAGS, Task.COMMENTS: (PRIVATE_REPLY, CRISIS, KIND, DEPARTMENT)}


@dataclass(frozen=True)
class Domain:
    """Texts of a domain, so many of them to measure on, and the labels that are measured."""

    name: str
    texts: LabelledTexts
    measured: Sequence[str]
    tested: int

    def dealt(self, seed: int) -> tuple[LabelledTexts, LabelledTexts]:
        """Return texts to learn from and to measure on, threads whole, drawn by lot."""
        threads = np.array(self.texts.threads)
        drawn = np.random.default_rng(seed).permutation(np.unique(threads)).tolist()
        rank = {thread: place for place, thread in enumerate(drawn)}
        order = np.argsort([rank[thread] for thread in threads.tolist()], kind="stable").tolist()
        return self.texts.take(order[self.tested :]), self.texts.take(order[: self.tested])


@dataclass(frozen=True)
class Apart(Domain):
    """The same, with texts of other writers to measure on."""

    test: LabelledTexts

    def dealt(self, seed: int) -> tuple[LabelledTexts, LabelledTexts]:
        return self.texts, self.test


def is_french(path: Path) -> bool:
    """Return whether a file is in French."""
    return path.name.split(".")[1] == "fr"


def in_sectors(path: Path) -> bool:
    """Return whether a file is one of the worlds that the base model goes without."""
    return any(sector in path.name for sector in SECTORS)


def sectors(recipe: Recipe) -> Iterator[Domain]:
    """Yield the domain of the sectors, comments and drafts."""
    for task, texts in read_labelled([one for one in recipe.files if in_sectors(one)]).items():
        place = {group: texts.groups.index(group) for group in set(texts.groups)}
        blocks = [
            f"{group} {(index - place[group]) // TOGETHER}"
            for index, group in enumerate(texts.groups)
        ]
        threaded = replace(texts, threads=blocks)
        yield Domain(f"sectors, {task.value}", threaded, MEASURED[task], TESTED)


def french(recipe: Recipe) -> Iterator[Domain]:
    """Yield the domain of a language that the base model has not learned.

    Learned from are the worlds to learn from, measured are the test worlds.
    """
    learn = read_labelled([one for one in recipe.files if is_french(one)])
    test = read_labelled([one for one in recipe.apart[TEST] if is_french(one)])
    for task, texts in learn.items():
        yield Apart(f"French, {task.value}", texts, MEASURED[task], 0, test[task])


def public(recipe: Recipe, folder: Path) -> Iterator[Domain]:
    """Yield the domains of public sets, without what the base model has learned of them."""
    learned = annotated_ids(sorted((ROOT / "data" / "annotations").glob("*.csv")))
    weak = {text for sets in recipe.weak().values() for one in sets for text in one.texts}
    only = {kind: {other: int(other == kind) for other in KINDS} for kind in KINDS}
    for name, language, meaning, measured in (
        ("youtube_spam.en.csv", "en", {"spam": only["spam"], "ham": {"spam": 0}}, ("spam",)),
        ("nsmc_raw.ko.csv", "ko", {"negative": only["complaint"], "positive": only["praise"]},
         ("complaint", "praise")),
    ):  # fmt: skip
        rows = [
            row for row in read_set(folder, name).rows()
            if (name, row["id"]) not in learned and row["text"] not in weak
        ]  # fmt: skip
        rows = [
            row for label in meaning
            for row in drawn([row for row in rows if row["label"] == label], 1_500)
        ]  # fmt: skip
        heads = HEADS[Task.COMMENTS]
        labels = np.array([[meaning[row["label"]].get(head, -1) for head in heads] for row in rows])
        ids = [row["id"] for row in rows]
        texts = LabelledTexts(
            Task.COMMENTS, ids, [row["text"] for row in rows], [language] * len(ids),
            [name] * len(ids), labels, threads=ids,
        )  # fmt: skip
        yield Domain(name, texts, measured, min(TESTED * 2, len(ids) // 3))


def drawn(rows: list[dict[str, str]], most: int) -> list[dict[str, str]]:
    """Return so many of the rows at most, drawn by lot."""
    chosen = np.random.default_rng(0).permutation(len(rows))[:most]
    return [rows[place] for place in chosen.tolist()]


def adapted(base: Model, texts: LabelledTexts, options: TrainOptions) -> Model:
    """Adapt a model as ``smclassify train`` does."""
    files = LabelledFiles({texts.task: texts})
    return train(Material(files, look_over(files)), base, options).model


def quality(panel: Panel, texts: LabelledTexts, labels: Sequence[str]) -> NDArray[np.float64]:
    """Return mean F1 and mean average precision over some labels, in points."""
    rows = evaluate(panel, texts).table()[ALL]
    found = [rows[label] for label in labels if label in rows and rows[label].support]
    pairs = [(one.f1, one.average_precision) for one in found]
    return np.asarray(100 * np.mean(pairs, axis=0))


def curve(
    domain: Domain,
    base: Model,
    general: LabelledTexts,
    seeds: int,
    spoil: Callable[[LabelledTexts, int], LabelledTexts] = lambda texts, _: texts,
) -> Iterator[str]:
    """Yield a line for the base model, and one for each number of texts."""
    everywhere = MEASURED[general.task]
    before_all = quality(Panel(base), general, everywhere)
    dealt = [domain.dealt(seed) for seed in range(seeds)]
    before = [quality(Panel(base), test, domain.measured) for _, test in dealt]
    mean = np.mean(before, axis=0)
    yield (f"{domain.name:22} base    F1 {mean[0]:5.1f}      AP {mean[1]:5.1f}   "
           f"general F1 {before_all[0]:5.1f}  AP {before_all[1]:5.1f}")  # fmt: skip
    for size in (one for one in SIZES if one <= len(dealt[0][0])):
        gains, seconds = [], []
        for seed, (learn, test) in enumerate(dealt):
            rows = np.random.default_rng(seed).permutation(len(learn))[:size]
            texts = spoil(learn.take(sorted(rows.tolist())), seed)
            started = time.perf_counter()
            model = adapted(base, texts, TrainOptions(hold_back=0, seed=seed, n_jobs=2))
            seconds.append(time.perf_counter() - started)
            panel = Panel(model, base)
            here = quality(panel, test, domain.measured) - before[seed]
            gains.append([*here, *quality(panel, general, everywhere) - before_all])
        mean, spread = np.mean(gains, axis=0), np.std(gains, axis=0)
        yield (
            f"{'':22} {size:5,}   F1 {mean[0]:+5.1f}±{spread[0]:.1f} AP {mean[1]:+5.1f}   "
            f"general F1 {mean[2]:+5.1f}  AP {mean[3]:+5.1f}   "
            f"{np.mean(seconds):.1f} s, worst F1 {np.min(gains, axis=0)[0]:+.1f}"
        )


def base_model(recipe: Recipe, without: Callable[[Path], bool]) -> Model:
    """Make the model of the recipe, without some files."""
    rest = replace(recipe, files=[one for one in recipe.files if not without(one)])
    return fit_recipe(rest, Materials.of(rest), 2)


def not_french(texts: LabelledTexts) -> LabelledTexts:
    """Return the texts in other languages."""
    return texts.take([row for row, code in enumerate(texts.languages) if code != "fr"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--public-data", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    arguments = parser.parse_args()
    folder = public_folder(arguments.public_data)
    recipe = Recipe.read(ROOT / "training" / "recipe.toml", folder)
    general: Mapping[Task, LabelledTexts] = recipe.worlds(TEST)
    print("Points of mean F1 and average precision; mean and spread over draws of the texts.")
    base = base_model(recipe, in_sectors)
    for domain in [*sectors(recipe), *public(recipe, folder)]:
        for line in curve(domain, base, general[domain.texts.task], arguments.seeds):
            print(line, flush=True)
    base = base_model(recipe, is_french)
    for domain in french(recipe):
        for line in curve(domain, base, not_french(general[domain.texts.task]), arguments.seeds):
            print(line, flush=True)


if __name__ == "__main__":
    main()
