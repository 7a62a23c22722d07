"""A small model, trained once for all tests on the first texts of each of the project's files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from smclassify.labels import LANGUAGES

# No test may fail because the machine is busy.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# pytest-xdist tells its workers the width of the terminal; what is tested is written for none.
os.environ.pop("COLUMNS", None)

# No test may see or change the models of whoever runs it: this folder cannot be made.
os.environ["SMCLASSIFY_MODELS"] = os.devnull + "/models"

DATA = Path(__file__).parent.parent / "data"
LEARNED = 24
"""Of each file, so many texts are learned from; the ones after them are new to the model."""


@pytest.fixture(scope="session")
def labelled_files(tmp_path_factory) -> list[Path]:
    """A slice of each of the project's files, drafts and comments of four languages."""
    folder = tmp_path_factory.mktemp("labelled")
    for path in sorted(DATA.glob("*.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)[:LEARNED]
        (folder / path.name).write_text("".join(lines), encoding="utf-8")
    return sorted(folder.iterdir())


@pytest.fixture(scope="session")
def small_settings():
    from smclassify.training.fit import Settings

    return Settings({"char_high": 3, "char_bits": 13, "word_bits": 12})


@pytest.fixture(scope="session")
def corpora(labelled_files):
    from smclassify.labelled import read_labelled
    from smclassify.training.fit import Corpus

    return [Corpus.prepared(texts) for texts in read_labelled(labelled_files).values()]


@pytest.fixture(scope="session")
def small_model(corpora, small_settings):
    """A model that has learned every label there is, though few of them well."""
    from smclassify.model.panel import Panel
    from smclassify.training.fit import fit

    model = fit(corpora, {}, small_settings)
    assert Panel.is_complete(model)
    return model


@pytest.fixture(scope="session")
def small_folder(small_model, tmp_path_factory) -> Path:
    """The small model on disk. Read only: a test that changes it makes a copy."""
    from smclassify.model.folder import save_model

    folder = tmp_path_factory.mktemp("models") / "small"
    save_model(small_model, folder, {"name": "small", "licence": "none"})
    return folder


@pytest.fixture(scope="session")
def classifier(small_model):
    from smclassify.classifier import Classifier

    return Classifier(small_model)


def _unseen(task: str, language: str, number: int) -> list[str]:
    texts = []
    for path in sorted(DATA.glob(f"{task}.{language}.*.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines()[LEARNED : LEARNED + number]
        texts += [json.loads(line)["text"] for line in lines]
    return texts


@pytest.fixture(scope="session")
def drafts() -> list[str]:
    """Drafts of four languages that the small model has not seen."""
    return [text for language in LANGUAGES for text in _unseen("drafts", language, 6)]


@pytest.fixture(scope="session")
def comments() -> list[str]:
    """Comments of four languages that the small model has not seen."""
    return [text for language in LANGUAGES for text in _unseen("comments", language, 8)]
