"""What the manifest of a company's model says of its training; never the texts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from smclassify.evaluation.metrics import Table
from smclassify.labelled.texts import TEST, TRAIN
from smclassify.labels import Task
from smclassify.model.files import sha256_of
from smclassify.model.versions import SHIPPED
from smclassify.training.company import Material, Training
from smclassify.training.evidence import LANGUAGE_SHIFT, SHIFT, STRETCH
from smclassify.training.learned import REPEATS, Learned, some_of
from smclassify.training.options import TrainOptions
from smclassify.training.outcome import measurement
from smclassify.training.prior import NEW_MIN_DF

_HOW_HELD_OUT: Final = (
    "Answers to texts while they were held out (authors, threads and near duplicates together, "
    f"dealt out {REPEATS} times): heads that had not learned from a text's group answered it, at "
    "thresholds tuned on the others. The saved file itself has then learned from all of them."
)
_HOW_TEST: Final = (
    "This very file's answers to texts that were held back: it has not learned from them, nor from "
    "any of the same author, thread or wording."
)
_ADAPTED: Final = "The shipped model, adapted to a company's own labelled texts."
_FROM_SCRATCH: Final = "Trained on a company's own labelled texts alone."
_LICENCE: Final = "its owner's"


def about(
    name: str,
    training: Training,
    material: Material,
    options: TrainOptions,
    start: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what :func:`smclassify.model.folder.save_model` writes into the manifest.

    Parameters
    ----------
    name : str
    training : Training
    material : Material
    options : TrainOptions
    start : mapping
        The manifest of the shipped model.
    """
    adapted = not options.from_scratch
    digest = data_digest(training)
    parent = {"name": SHIPPED, "version": None, "weights_sha256": start["weights_sha256"]}
    adapted_from = f"; adapted from a model under {start.get('licence', '')}"
    return {
        "name": name,
        "description": _ADAPTED if adapted else _FROM_SCRATCH,
        "licence": _LICENCE + (adapted_from if adapted and start.get("licence") else ""),
        "settings": _settings(training, options),
        "data": _data(material, digest),
        "data_sha256": digest,
        "seed": options.seed,
        "parent": parent if adapted else None,
        "figures": _figures(training),
    }


def _settings(training: Training, options: TrainOptions) -> dict[str, Any]:
    return {
        "from_scratch": options.from_scratch,
        "repeats": REPEATS,
        "hold_back": options.hold_back,
        "new_min_df": NEW_MIN_DF,
        "moves": {"stretch": STRETCH, "shift": SHIFT, "language_shift": LANGUAGE_SHIFT},
        "targets": list(options.targets),
        "strengths": {task.value: one.strengths for task, one in training.learned.items()},
    }


def _data(material: Material, digest: str) -> list[dict[str, Any]]:
    """Return name, digest and number of texts of each table learned from or measured on.

    What came through a pipe is no longer there: it has the digest of the texts.
    """
    digests: dict[str, str] = {}
    entries = []
    for one in material.files.understood:
        if one.path not in digests:
            there = Path(one.path).is_file()
            digests[one.path] = sha256_of(one.path) if there else digest
        entries.append(
            {"name": printable(one.name), "sha256": digests[one.path], "texts": one.rows}
        )
    return entries


def printable(name: str) -> str:
    """Return a file's name without what would drive a terminal or turn a line round."""
    return "".join(char if char.isprintable() else "?" for char in name)[:200]


def data_digest(training: Training) -> str:
    """Return the SHA-256 of all the labelled texts that were learned from, in their order."""
    digest = hashlib.sha256()
    for task, one in sorted(training.learned.items()):
        texts = one.texts
        digest.update(json.dumps([task.value, list(texts.heads)]).encode())
        for row in one.rows(TRAIN).tolist():
            said = [texts.texts[row], one.looked.languages[row], texts.labels[row].tolist()]
            digest.update(json.dumps(said).encode())
    return digest.hexdigest()


def _figures(training: Training) -> dict[str, Any]:
    measured = {
        "held_out": ("On texts held out", _HOW_HELD_OUT, tables(training, TRAIN)),
        "test": ("On texts held back", _HOW_TEST, tables(training, TEST)),
    }
    return {
        key: measurement(title, how, table)
        for key, (title, how, table) in measured.items()
        if table
    }


def tables(training: Training, part: str) -> dict[Task, Table]:
    """Return the figures on the texts learned from, held out, or on those held back."""
    return {
        task: _table(one, part) for task, one in training.learned.items() if len(one.rows(part))
    }


def _table(learned: Learned, part: str) -> Table:
    return some_of(learned.evaluated, learned.rows(part)).table()
