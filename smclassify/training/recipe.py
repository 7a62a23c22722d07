"""Making a model: from files to a model folder with its card.

``make model`` runs this over the recipe of the shipped model; ``smclassify train`` runs the
same steps over a company's own files.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from smclassify.errors import TrainingError
from smclassify.evaluation.answers import evaluate_texts
from smclassify.evaluation.metrics import Table, as_card_table
from smclassify.labelled import LabelledTexts, group_names, read_labelled
from smclassify.labels import Task
from smclassify.model.files import sha256_of
from smclassify.model.folder import save_model
from smclassify.model.manifest import is_name
from smclassify.model.model import Model
from smclassify.model.panel import Panel
from smclassify.training.fit import Corpus, Settings, cross_validate, fit
from smclassify.training.public import WeakTexts, public_folder, read_weak
from smclassify.training.samples import read_samples

OWN_DATA_LICENCE = "CC BY-SA 4.0"
_HOW_HELD_OUT = (
    "The recipe's answers on writers it has not seen: each text is answered by a model whose "
    "n-grams, heads, calibration and thresholds were all fitted without any text of the same fold "
    "(whole batches). The shipped file itself has then learned from all of them."
)


@dataclass(frozen=True)
class Trained:
    """What came out of a training.

    Attributes
    ----------
    model : Model
        As saved.
    folder : Path
    held_out : dict of Task to Table
        Figures on held-out writers.
    counts : dict of Task to int
        Texts learned from.
    """

    model: Model
    folder: Path
    held_out: dict[Task, Table]
    counts: dict[Task, int]


def _counted_files(paths: Sequence[Path], texts: Mapping[Task, LabelledTexts]) -> list[dict]:
    groups = [group for one in texts.values() for group in one.groups]
    return [
        {"name": path.name, "sha256": sha256_of(path), "texts": groups.count(group)}
        for path, group in zip(paths, group_names(paths), strict=True)
    ]


def _measurement(title: str, how: str, tables: Mapping[Task, Table]) -> dict[str, Any]:
    shown = {task.value: as_card_table(table) for task, table in tables.items()}
    return {"title": title, "how": how, "tables": shown}


def train_files(
    paths: Sequence[str | Path],
    folder: str | Path,
    name: str,
    settings: Settings | None = None,
    text_column: str | None = None,
) -> Trained:
    """Train a model on labelled files, measure it on held-out texts, and save it.

    Parameters
    ----------
    paths : sequence of path
        See :mod:`smclassify.labelled`.
    folder : path
        The model folder to write.
    name : str
        The model's name.
    settings : Settings, optional
    text_column : str, optional
        Where the texts are, if the files' headers don't tell.

    Raises
    ------
    TrainingError
        If the files have no labels, or none from which anything can be learned, or the name
        is not one.
    """
    if not is_name(name):
        raise TrainingError(
            f"{name!r} cannot be a model's name.",
            hint="Use up to 64 letters, digits, dots, dashes and underscores; begin with a "
            "letter or a digit.",
        )
    files = [Path(path) for path in paths]
    texts = read_labelled(files, text_column)
    settings = settings or Settings()
    corpora = [Corpus.prepared(one) for one in texts.values() if len(one)]
    if not corpora:
        raise TrainingError("There are no texts in the files.")
    model = fit(corpora, {}, settings)
    held_out = cross_validate(corpora, {}, settings)
    about = {
        "name": name,
        "description": "Trained on a company's own labelled texts.",
        "licence": "its owner's",
        "settings": {"C": settings.C, **settings.features},
        "data": _counted_files(files, texts),
        "figures": {"held_out": _measurement("On held-out writers", _HOW_HELD_OUT, held_out)},
    }
    counts = {task: len(one) for task, one in texts.items()}
    return Trained(save_model(model, folder, about), Path(folder), held_out, counts)


@dataclass(frozen=True)
class Recipe:
    """A recipe with everything it names, read and made ready.

    Attributes
    ----------
    content : dict
        What the TOML file says.
    root : Path
        The folder its paths are relative to.
    files : list of Path
        The project's own data.
    texts : dict of Task to LabelledTexts
    corpora : list of Corpus
    weak : dict of Task to list of WeakTexts
        The public sets.
    settings : Settings
    """

    content: dict[str, Any]
    root: Path
    files: list[Path]
    texts: dict[Task, LabelledTexts]
    corpora: list[Corpus]
    weak: dict[Task, list[WeakTexts]]
    settings: Settings

    @classmethod
    def read(
        cls, path: str | Path, public_data: str | Path | None = None, n_jobs: int = 1
    ) -> Recipe:
        """Read a recipe and all texts it names.

        Parameters
        ----------
        path : path
            ``training/recipe.toml``; its paths are relative to the folder above it.
        public_data : path, optional
            Where the public data sets are; see
            :func:`smclassify.training.public.public_folder`.
        n_jobs : int, default 1
            Heads fitted at the same time; the result is the same.

        Raises
        ------
        InputError
            If the public data sets are not there.
        TrainingError
            If the recipe's own data is not there.
        """
        root = Path(path).resolve().parent.parent
        content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        files = sorted(file for pattern in content["data"] for file in root.glob(pattern))
        if not files:
            raise TrainingError(
                f"The recipe's data is not there: {', '.join(content['data'])}.", where=str(root)
            )
        weak = _read_public(content.get("public", []), public_data)
        texts = read_labelled(files)
        corpora = [Corpus.prepared(one) for one in texts.values()]
        settings = Settings(content["features"], content["heads"]["C"], n_jobs)
        return cls(content, root, files, texts, corpora, weak, settings)

    def fit(self) -> Model:
        """Fit the model."""
        return fit(self.corpora, self.weak, self.settings)

    def sources(self) -> list[dict[str, Any]]:
        """Return what the manifest says of each file learned from."""
        own = {"licence": OWN_DATA_LICENCE, "source": "written for smclassify"}
        return [
            *({**one, **own} for one in _counted_files(self.files, self.texts)),
            *(
                {
                    "name": one.name,
                    "sha256": one.sha256,
                    "texts": len(one.texts),
                    "licence": one.licence,
                    "source": one.source,
                }
                for sets in self.weak.values()
                for one in sets
            ),
        ]


def make_model(
    recipe_path: str | Path,
    folder: str | Path,
    public_data: str | Path | None = None,
    n_jobs: int = 1,
) -> Trained:
    """Make the model of a recipe, the shipped one, and write its folder.

    Parameters and errors are those of :meth:`Recipe.read`; ``folder`` is the model folder.
    """
    recipe = Recipe.read(recipe_path, public_data, n_jobs)
    model = recipe.fit()
    held_out = cross_validate(recipe.corpora, recipe.weak, recipe.settings)
    figures = {"held_out": _measurement("On held-out writers", _HOW_HELD_OUT, held_out)}
    figures |= _sample_figures(model, recipe.content.get("samples"), recipe.root)
    about = {
        **{key: recipe.content[key] for key in ("name", "description", "licence")},
        "settings": {key: recipe.content[key] for key in ("features", "heads")},
        "data": recipe.sources(),
        "figures": figures,
    }
    counts = {task: len(one) for task, one in recipe.texts.items()}
    return Trained(save_model(model, folder, about), Path(folder), held_out, counts)


def _read_public(
    entries: Sequence[dict[str, Any]], public_data: str | Path | None
) -> dict[Task, list[WeakTexts]]:
    weak: dict[Task, list[WeakTexts]] = {}
    if entries:
        found = public_folder(public_data)
        for entry in entries:
            weak.setdefault(Task(entry["task"]), []).append(read_weak(found, entry))
    return weak


def _sample_figures(model: Model, folder: str | None, root: Path) -> dict[str, Any]:
    """Measure this very model on texts it has not learned from."""
    if folder is None:
        return {}
    texts = read_samples(root / folder)
    tables = {task: evaluate_texts(Panel(model), one) for task, one in texts.items()}
    how = (
        "This very file's answers on the demo's texts (samples/), by a writer and from a world "
        "that is in no training text, labelled by the guide by one reader."
    )
    return {"samples": _measurement("On texts of another writer", how, tables)}
