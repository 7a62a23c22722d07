"""Making the shipped model: from the recipe to a model folder with its card.

``make model`` runs this over ``training/recipe.toml``.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from smclassify.errors import TrainingError
from smclassify.evaluation.answers import Answered, answer, evaluate_texts
from smclassify.evaluation.metrics import Table
from smclassify.labelled import LabelledTexts, read_labelled
from smclassify.labels import Task
from smclassify.model.folder import save_model
from smclassify.model.model import Model
from smclassify.model.panel import Panel
from smclassify.training.annotations import (
    annotated_ids,
    read_annotated,
    read_annotated_to_learn,
)
from smclassify.training.fit import Corpus, Settings, fit_with_answers
from smclassify.training.outcome import Trained, counted_files, measurement
from smclassify.training.public import WeakTexts, public_folder, read_weak
from smclassify.training.samples import read_samples
from smclassify.training.tuning import tuned_evenly

OWN_DATA_LICENCE = "CC BY-SA 4.0"
DEV, TEST = "dev", "test"
WORLDS, REAL = "worlds", "real"
"""Where something was measured: on hand-written texts, or on annotated public ones."""
_HOW_TEST = (
    "This very file's answers on worlds kept apart for measuring: their writers wrote nothing "
    "that it has learned from, and nothing was tuned on them (data/README.md names them)."
)
_HOW_REAL = (
    "This very file's answers on real public texts, drawn by lot and labelled by the guide "
    "(data/annotations/); nothing was learned from them or tuned on them."
)
_HOW_SAMPLES = (
    "This very file's answers on the demo's texts (samples/), by a writer and from a world "
    "that is in no training text, labelled by the guide by one reader."
)


@dataclass(frozen=True)
class Recipe:
    """A recipe: what to learn from, what to measure on, with what settings.

    Attributes
    ----------
    content : dict
        What the TOML file says.
    root : Path
        The folder its paths are relative to.
    public_data : Path or None
        The folder of the public sets; None where the recipe names none.
    files : list of Path
        The project's own texts to learn from: its data without the worlds kept apart.
    apart : dict of str to list of Path
        ``"dev"`` and ``"test"``: the worlds kept apart to tune and to measure on.
    """

    content: dict[str, Any]
    root: Path
    public_data: Path | None
    files: list[Path]
    apart: dict[str, list[Path]]

    @classmethod
    def read(cls, path: str | Path, public_data: str | Path | None = None) -> Recipe:
        """Read a recipe.

        Parameters
        ----------
        path : path
            ``training/recipe.toml``; its paths are relative to the folder above it.
        public_data : path, optional
            Where the public data sets are; see
            :func:`smclassify.training.public.public_folder`.

        Raises
        ------
        InputError
            If the public data sets are not there.
        TrainingError
            If the recipe's own data, or a world to keep apart, is not there.
        """
        root = Path(path).resolve().parent.parent
        content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        files = _found(root, content["data"])
        if not files:
            raise TrainingError(
                f"The recipe's data is not there: {', '.join(content['data'])}.", where=str(root)
            )
        named = {file.name: file for file in files}
        apart = {}
        for split in (DEV, TEST):
            names = content.get("worlds", {}).get(split, [])
            missing = [name for name in names if name not in named]
            if missing:
                raise TrainingError(
                    f"Of the worlds for {split} these are not there: {', '.join(missing)}.",
                    where=str(path),
                )
            apart[split] = [named.pop(name) for name in names]
        needs_public = "public" in content or "annotated" in content
        folder = public_folder(public_data) if needs_public else None
        return cls(content, root, folder, list(named.values()), apart)

    def settings(self, n_jobs: int = 1) -> Settings:
        """Return the settings to fit with; the result is the same for any number of jobs."""
        return Settings(self.content["features"], self.content["heads"], n_jobs)

    def weak(self) -> dict[Task, list[WeakTexts]]:
        """Read the public texts to learn from: annotated ones, and those of other labels."""
        learned: dict[Task, list[WeakTexts]] = {}
        if self.public_data is None:
            return learned
        annotated = self.content.get("annotated", {})
        paths = _found(self.root, annotated.get("train", []))
        learned = read_annotated_to_learn(paths, self.public_data, annotated.get("weight", 1.0))
        read = annotated_ids(_found(self.root, annotated.get("all", [])))
        for entry in self.content.get("public", []):
            one = read_weak(self.public_data, entry, without=read)
            learned.setdefault(Task(entry["task"]), []).append(one)
        return learned

    def worlds(self, split: str) -> dict[Task, LabelledTexts]:
        """Read the hand-written texts kept apart for ``"dev"`` or ``"test"``."""
        return read_labelled(self.apart[split]) if self.apart[split] else {}

    def real(self, split: str) -> dict[Task, LabelledTexts]:
        """Read the annotated public texts kept apart for ``"dev"`` or ``"test"``."""
        paths = _found(self.root, self.content.get("annotated", {}).get(split, []))
        return read_annotated(paths, self.public_data) if self.public_data else {}

    def peers(self) -> dict[str, Any]:
        """Read what other classifiers reach on the same texts: ``benchmarks/compare.py``."""
        path = self.content.get("peers")
        return json.loads((self.root / path).read_text(encoding="utf-8")) if path else {}

    def samples(self) -> dict[Task, LabelledTexts]:
        """Read the demo's texts with what is expected of them."""
        folder = self.content.get("samples")
        return read_samples(self.root / folder) if folder else {}


@dataclass(frozen=True)
class Materials:
    """All texts that a recipe learns from, read and made ready."""

    texts: dict[Task, LabelledTexts]
    corpora: list[Corpus]
    weak: dict[Task, list[WeakTexts]]

    @classmethod
    def of(cls, recipe: Recipe) -> Materials:
        """Read the texts that a recipe names.

        Raises
        ------
        InputError
            If a file cannot be read.
        TrainingError
            If a file is not what the recipe or a catalogue says.
        """
        weak = recipe.weak()
        texts = read_labelled(recipe.files)
        return cls(texts, [Corpus.prepared(one) for one in texts.values()], weak)

    def fit(self, settings: Settings) -> tuple[Model, dict[Task, Answered]]:
        """Fit the model, and return what it said of each text while its writer was held out."""
        model, held_out = fit_with_answers(self.corpora, self.weak, settings)
        answered = {
            one.texts.task: Answered(
                one.texts.labels, held_out[one.texts.task], np.array(one.batch.languages)
            )
            for one in self.corpora
        }
        return model, answered


def fit_recipe(recipe: Recipe, materials: Materials, n_jobs: int = 1) -> Model:
    """Fit the model of a recipe, its thresholds tuned on writers it had not seen.

    The hand-written texts (the dev worlds, and those learned from, answered while their
    writer was held out) and the real ones, and each language of either, weigh the same, so
    that the threshold is neither that of tidy texts alone nor that of what happens to be
    many. A group counts where enough of its texts have the label.
    """
    model, held_out = materials.fit(recipe.settings(n_jobs))
    worlds, real = recipe.worlds(DEV), recipe.real(DEV)
    tasks = {}
    for task, heads in model.tasks.items():
        written = [held_out[task], *_answers(model, worlds, task)]
        tuned = tuned_evenly(task, heads.names, [written, _answers(model, real, task)])
        tasks[task] = replace(heads, thresholds={**heads.thresholds, **tuned})
    return replace(model, tasks=tasks)


def _answers(model: Model, texts: Mapping[Task, LabelledTexts], task: Task) -> list[Answered]:
    if task not in texts:
        return []
    probabilities, languages = answer(Panel(model), texts[task])
    return [Answered(texts[task].labels, probabilities, np.array(languages))]


def make_model(
    recipe_path: str | Path,
    folder: str | Path,
    public_data: str | Path | None = None,
    n_jobs: int = 1,
) -> Trained:
    """Make the model of a recipe, the shipped one, and write its folder.

    Parameters and errors are those of :meth:`Recipe.read`; ``folder`` is the model folder.
    """
    recipe = Recipe.read(recipe_path, public_data)
    materials = Materials.of(recipe)
    model = fit_recipe(recipe, materials, n_jobs)
    test, peers = measured(model, recipe.worlds(TEST)), recipe.peers()
    figures = {
        "test": measurement("On the test worlds", _HOW_TEST, test, peers.get(WORLDS)),
        "real": measurement(
            "On real public texts",
            _HOW_REAL,
            measured(model, recipe.real(TEST)),
            peers.get(REAL),
        ),
        "samples": measurement(
            "On the demo's texts", _HOW_SAMPLES, measured(model, recipe.samples())
        ),
    }
    about = {
        **{key: recipe.content[key] for key in ("name", "description", "licence")},
        "settings": {key: recipe.content[key] for key in ("features", "heads")},
        "data": _sources(recipe, materials),
        "figures": {name: one for name, one in figures.items() if one["tables"]},
    }
    counts = {task: len(one) for task, one in materials.texts.items()}
    return Trained(save_model(model, folder, about), Path(folder), test, counts)


def measured(model: Model, texts: Mapping[Task, LabelledTexts]) -> dict[Task, Table]:
    """Measure a model, at its own thresholds, on texts of each task."""
    panel = Panel(model)
    return {task: evaluate_texts(panel, one) for task, one in texts.items() if len(one)}


def _found(root: Path, patterns: Sequence[str]) -> list[Path]:
    return sorted(path for pattern in patterns for path in root.glob(pattern))


def _sources(recipe: Recipe, materials: Materials) -> list[dict[str, Any]]:
    """Return what the manifest says of each file learned from."""
    own = {"licence": OWN_DATA_LICENCE, "source": "written for smclassify"}
    return [
        *({**one, **own} for one in counted_files(recipe.files, materials.texts)),
        *(
            {
                "name": one.name,
                "sha256": one.sha256,
                "texts": len(one.texts),
                "licence": one.licence,
                "source": one.source,
            }
            for sets in materials.weak.values()
            for one in sets
        ),
    ]
