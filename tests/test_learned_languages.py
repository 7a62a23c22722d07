"""Which languages a model has learned, by its manifest."""

from __future__ import annotations

import json
import shutil

import pytest

from smclassify.classifier import learned_languages
from smclassify.labels import LANGUAGES, Task
from smclassify.model.manifest import MANIFEST_FILE

SHARES = ("precision", "recall", "f1", "average_precision", "calibration_error")


def measured(**texts: int) -> dict:
    """Figures of a model that was measured on so many held-out comments of each language."""
    rows = {
        code: {"complaint": {**dict.fromkeys(SHARES, 0.5), "support": 1, "texts": n}}
        for code, n in texts.items()
    }
    return {"held_out": {"title": "Held out", "how": "Held out.", "tables": {"comments": rows}}}


@pytest.fixture
def model(small_folder, tmp_path):
    """Makes a model like the small one, with something changed in its manifest."""

    def make(**changed):
        folder = tmp_path / "model"
        shutil.copytree(small_folder, folder)
        manifest = json.loads((folder / MANIFEST_FILE).read_text())
        (folder / MANIFEST_FILE).write_text(json.dumps(manifest | changed))
        return folder

    return make


def test_a_model_adapted_to_german_comments_knows_german_in_comments_alone(model):
    folder = model(figures=measured(de=60, en=40, all=100))
    assert learned_languages(folder, Task.COMMENTS) == {*LANGUAGES, "de"}
    assert learned_languages(folder, Task.DRAFTS) == {*LANGUAGES}


def test_a_few_texts_that_were_taken_for_a_language_teach_none(model):
    folder = model(figures=measured(nl=3, en=400, all=403))
    assert learned_languages(folder, Task.COMMENTS) == {*LANGUAGES}


def test_a_model_from_nothing_knows_what_it_was_taught(model):
    folder = model(figures=measured(de=60, all=60), settings={"from_scratch": True})
    assert learned_languages(folder, Task.COMMENTS) == {"de"}


def test_the_shipped_model_knows_the_four():
    assert learned_languages("shipped", Task.DRAFTS) == {*LANGUAGES}
