"""The model folder: ``weights.joblib``, ``manifest.json`` and a model card.

Weights are plain arrays, mapped into memory on load, so that worker processes share them;
the manifest is JSON. Nothing in a folder can run, whoever made it: see ``weights.py``.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import smclassify
from smclassify.errors import ModelError, OutputError
from smclassify.features.space import FeatureSpace
from smclassify.features.style import StyleCounts
from smclassify.labels import LANGUAGES, Task
from smclassify.model.card import model_card
from smclassify.model.files import (
    recover_folder,
    replace_folder,
    sha256_of,
    temporary_beside,
    write_text_atomic,
)
from smclassify.model.manifest import (
    CARD_FILE,
    FORMAT,
    MANIFEST_FILE,
    WEIGHTS_FILE,
    FeatureSettings,
    Manifest,
    TaskEntry,
    read_manifest,
)
from smclassify.model.model import Model, TaskModel
from smclassify.model.weights import Expected, load_weights, save_weights

_LIBRARIES = ("numpy", "scipy", "scikit-learn", "spacy", "joblib")
_HEAD_ARRAYS = ("coef", "intercept", "slope", "offset")
_LARGEST = 1e9
_DAMAGED = "Get the model again from where it came from, or train it anew. Nothing in it was run."


def _arrays(model: Model) -> dict[str, NDArray]:
    space = model.space
    arrays = {
        "char.column": space.char_.column_,
        "char.idf": space.char_.idf_,
        "word.column": space.word_.column_,
        "word.idf": space.word_.idf_,
        "style.scale": space.style_.scale_,
    }
    for task, heads in model.tasks.items():
        arrays |= {f"{task.value}.{name}": getattr(heads, name) for name in _HEAD_ARRAYS}
    return arrays


def _expected(manifest: Manifest) -> Expected:
    """Return the arrays, dtypes and shapes that the manifest promises."""
    char, word, style = manifest.columns["char"], manifest.columns["word"], len(manifest.style)
    width = char + word + style + len(LANGUAGES) + 1
    f4, i4 = np.dtype("f4"), np.dtype("i4")
    expected: dict[str, tuple[Any, tuple[int | None, ...]]] = {
        "char.column": (i4, (1 << manifest.features.char_bits,)),
        "char.idf": (f4, (char,)),
        "word.column": (i4, (1 << manifest.features.word_bits,)),
        "word.idf": (f4, (word,)),
        "style.scale": (f4, (style,)),
    }
    for task, entry in manifest.tasks.items():
        heads = len(entry.heads)
        shapes = ((width, heads), (heads,), (heads,), (len(LANGUAGES) + 1, heads))
        expected |= {
            f"{task.value}.{name}": (f4, shape)
            for name, shape in zip(_HEAD_ARRAYS, shapes, strict=True)
        }
    return expected


def save_model(model: Model, folder: str | Path, about: Mapping[str, Any]) -> Model:
    """Write a model folder, whole or not at all.

    Parameters
    ----------
    model : Model
    folder : path
        A folder that is there is replaced.
    about : mapping
        ``name`` and, where known, ``description``, ``licence``, ``settings``, ``data`` and
        ``figures`` for the manifest.

    Returns
    -------
    Model
        The model with its manifest.

    Raises
    ------
    OutputError
        If it cannot be written; what was there before is then untouched.
    """
    final = Path(folder)
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        building = temporary_beside(final)
        building.mkdir()
    except OSError as error:
        raise OutputError(
            f"The model folder cannot be made: {error.strerror or error}.", where=str(folder)
        ) from error
    try:
        digest = save_weights(building / WEIGHTS_FILE, _arrays(model))
        manifest = _manifest(model, digest, about)
        content = manifest.model_dump(mode="json")
        text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        write_text_atomic(building / MANIFEST_FILE, text)
        write_text_atomic(building / CARD_FILE, model_card(manifest))
        replace_folder(building, final)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return Model(model.space, model.tasks, content)


def _manifest(model: Model, digest: str, about: Mapping[str, Any]) -> Manifest:
    space = model.space
    return Manifest(
        format=FORMAT,
        weights_sha256=digest,
        versions={
            "smclassify": smclassify.__version__,
            **{library: metadata.version(library) for library in _LIBRARIES},
        },
        features=FeatureSettings(**space.get_params(deep=False)),
        style=tuple(space.style_.get_feature_names_out()),
        columns={"char": len(space.char_.idf_), "word": len(space.word_.idf_)},
        tasks={
            task: TaskEntry(
                heads=heads.names,
                thresholds={label: dict(tuned) for label, tuned in heads.thresholds.items()},
                priors=dict(heads.priors),
            )
            for task, heads in model.tasks.items()
        },
        **about,
    )


def load_model(folder: str | Path) -> Model:
    """Load a model folder; its weights are mapped, not read.

    Raises
    ------
    ModelError
        If the folder is missing, damaged, from another version, or hostile. Nothing in it
        is ever run.
    """
    path = Path(folder)
    try:
        there = path.exists()
    except OSError as error:  # a name that is too long, or a folder that is closed to us
        raise ModelError(
            f"The folder cannot be read: {error.strerror or error}.", where=str(path)[:200]
        ) from error
    if not there:
        recover_folder(path)
    manifest = read_manifest(path)
    if set(manifest.columns) != {"char", "word"} or min(manifest.columns.values()) < 0:
        raise ModelError(
            "The manifest's columns make no sense.",
            where=str(path / MANIFEST_FILE),
            hint=_DAMAGED,
        )
    weights = path / WEIGHTS_FILE
    arrays = load_weights(weights, expected=_expected(manifest))
    if sha256_of(weights) != manifest.weights_sha256:
        raise ModelError(
            "The weights are not those that the manifest was written for (their SHA-256 differs).",
            where=str(weights),
            hint=_DAMAGED,
        )
    _check_numbers(arrays, weights)
    return _assembled(manifest, arrays, path)


def _check_numbers(arrays: Mapping[str, NDArray], weights: Path) -> None:
    """Refuse numbers from which no probability can come.

    Infinite ones, and finite ones so large that sums of them are not, would give NaN.
    """
    for name, array in arrays.items():
        if array.dtype.kind != "f" or not array.size:
            continue
        # The extremes are NaN if anything is, and take no memory, unlike a mask.
        low, high = float(array.min()), float(array.max())
        if not -_LARGEST < low <= high < _LARGEST or (name == "style.scale" and low <= 0):
            raise ModelError(
                f"The numbers of {name} cannot be those of a model.",
                where=str(weights),
                hint=_DAMAGED,
            )


def _assembled(manifest: Manifest, arrays: Mapping[str, NDArray], path: Path) -> Model:
    space = FeatureSpace(**manifest.features.model_dump())
    space.char_, space.word_ = space.new_blocks()
    for name, block in (("char", space.char_), ("word", space.word_)):
        column, idf = arrays[f"{name}.column"], arrays[f"{name}.idf"]
        # SciPy does not check column numbers: one out of range would read past the weights.
        if column.size and (int(column.min()) < -1 or int(column.max()) >= len(idf)):
            raise ModelError(
                f"The table of the {name} n-grams points outside the weights.",
                where=str(path / WEIGHTS_FILE),
                hint=_DAMAGED,
            )
        block.column_, block.idf_ = column, idf
    space.style_ = StyleCounts()
    if tuple(space.style_.get_feature_names_out()) != manifest.style:
        raise ModelError(
            "The model was made for other style features than this version of smclassify has.",
            where=str(path / MANIFEST_FILE),
            hint="Use the version that made it, or train it anew.",
        )
    space.style_.scale_ = arrays["style.scale"]
    tasks: dict[Task, TaskModel] = {}
    for task, entry in manifest.tasks.items():
        parts = [arrays[f"{task.value}.{name}"] for name in _HEAD_ARRAYS]
        coef, intercept, slope, offset = parts
        tasks[task] = TaskModel(
            entry.heads, coef, intercept, slope, offset, entry.thresholds, entry.priors
        )
    return Model(space, tasks, manifest.model_dump(mode="json"))
