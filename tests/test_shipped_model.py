"""The model in models/: it is what the recipe makes from the data, and it says so truly."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path

import pytest

from smclassify.errors import InputError
from smclassify.labels import HEADS, Task
from smclassify.model.card import model_card
from smclassify.model.files import sha256_of
from smclassify.model.folder import load_model
from smclassify.model.manifest import CARD_FILE, MANIFEST_FILE, WEIGHTS_FILE, read_manifest
from smclassify.model.weights import save_weights
from smclassify.training.public import public_folder
from smclassify.training.recipe import Recipe

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


def test_it_learned_from_the_data_that_is_here(manifest):
    learned = {entry.name: entry.sha256 for entry in manifest.data}
    here = {path.name: sha256_of(path) for path in (ROOT / "data").glob("*.jsonl")}
    assert here.items() <= learned.items()


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

    model = Recipe.read(RECIPE, ROOT / "../shared/data").fit()
    digest = save_weights(tmp_path / WEIGHTS_FILE, _arrays(model))
    thresholds = json.loads((FOLDER / MANIFEST_FILE).read_text("utf-8"))["tasks"]
    assert {task.value: dict(heads.thresholds) for task, heads in model.tasks.items()} == {
        task: entry["thresholds"] for task, entry in thresholds.items()
    }
    assert digest == manifest.weights_sha256
