"""The model in models/: it is what the recipe makes from the data, and it says so truly."""

from __future__ import annotations

import json
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from smclassify.errors import InputError
from smclassify.evaluation.metrics import as_card_table
from smclassify.labelled import read_labelled
from smclassify.labels import HEADS, Task
from smclassify.model.card import model_card
from smclassify.model.files import sha256_of
from smclassify.model.folder import load_model
from smclassify.model.manifest import CARD_FILE, MANIFEST_FILE, WEIGHTS_FILE, read_manifest
from smclassify.model.weights import save_weights
from smclassify.training.public import public_folder
from smclassify.training.recipe import Materials, Recipe, fit_recipe, measured

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "models" / "default"
RECIPE = ROOT / "training" / "recipe.toml"


@pytest.fixture(scope="module")
def manifest():
    return read_manifest(FOLDER)


def test_it_has_learned_every_label():
    model = load_model(FOLDER)
    assert {task: heads.names for task, heads in model.tasks.items()} == dict(HEADS)
    assert set(model.tasks) == set(Task)


def test_it_is_under_25_megabytes():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 25_000_000


def test_it_learned_from_the_data_that_is_here_and_from_no_world_kept_apart(manifest):
    learned = {entry.name: entry.sha256 for entry in manifest.data}
    here = {path.name: sha256_of(path) for path in (ROOT / "data").glob("*.jsonl")}
    worlds = tomllib.loads(RECIPE.read_text("utf-8"))["worlds"]
    apart = {*worlds["dev"], *worlds["test"]}
    assert {name: digest for name, digest in here.items() if name not in apart}.items() <= (
        learned.items()
    )
    assert not apart & set(learned)


def test_its_figures_are_those_of_this_very_file(manifest):
    """On the test worlds, at the thresholds it ships with."""
    worlds = tomllib.loads(RECIPE.read_text("utf-8"))["worlds"]["test"]
    tables = measured(load_model(FOLDER), read_labelled([ROOT / "data" / name for name in worlds]))
    figures = manifest.figures["test"]["tables"]
    assert {task.value: as_card_table(table) for task, table in tables.items()} == figures


def test_its_card_is_made_from_its_manifest(manifest):
    assert (FOLDER / CARD_FILE).read_text(encoding="utf-8") == model_card(manifest)


def test_the_readme_shows_its_figures():
    readme_figures = pytest.importorskip("training.readme_figures")
    shown = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme_figures.with_figures(shown) == shown


def test_the_recipe_makes_this_very_model(manifest, tmp_path):
    """To the byte, with the libraries it was made with; it takes a minute."""
    try:
        public_folder(ROOT / "../shared/data")
    except InputError:
        pytest.skip("the public data sets are not here (../shared/data)")
    installed = {name: metadata.version(name) for name in manifest.versions if name != "smclassify"}
    made_with = {name: v for name, v in manifest.versions.items() if name != "smclassify"}
    if installed != made_with:
        pytest.skip(f"made with {made_with}; here are {installed}")
    from smclassify.model.folder import _arrays

    recipe = Recipe.read(RECIPE, ROOT / "../shared/data")
    model = fit_recipe(recipe, Materials.of(recipe), n_jobs=2)
    digest = save_weights(tmp_path / WEIGHTS_FILE, _arrays(model))
    thresholds = json.loads((FOLDER / MANIFEST_FILE).read_text("utf-8"))["tasks"]
    assert {task.value: dict(heads.thresholds) for task, heads in model.tasks.items()} == {
        task: entry["thresholds"] for task, entry in thresholds.items()
    }
    assert digest == manifest.weights_sha256
