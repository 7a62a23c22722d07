"""What two models were made from and with, held side by side by their manifests alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from smclassify.errors import ModelError
from smclassify.model.figures import ALL, measurements
from smclassify.model.files import sha256_of
from smclassify.model.manifest import Manifest

_ABSENT = ""


@dataclass(frozen=True)
class Different:
    """Something that is not the same in two models.

    Attributes
    ----------
    about : str
        ``data``, ``labels``, ``thresholds``, ``settings``, ``seed``, ``libraries`` or ``weights``.
    key : str
        Which of them.
    first, second : str
        What it is in each; empty where it isn't there.
    """

    about: str
    key: str
    first: str
    second: str


@dataclass(frozen=True)
class Figure:
    """F1 and support of a label over all languages, as two manifests claim it.

    Attributes
    ----------
    measurement, label : str
        A task stands before the label: ``drafts spammy``.
    first, second : tuple of (float, int) or None
        F1 and support; None where a manifest says nothing of it.
    """

    measurement: str
    label: str
    first: tuple[float, int] | None
    second: tuple[float, int] | None


def differences(first: Manifest, second: Manifest) -> list[Different]:
    """Return what is not the same in two models, but for their figures."""
    facts = [_facts(manifest) for manifest in (first, second)]
    return [
        Different(about, key, *(one[about].get(key, _ABSENT) for one in facts))
        for about in facts[0]
        for key in dict.fromkeys([*facts[0][about], *facts[1][about]])
        if facts[0][about].get(key, _ABSENT) != facts[1][about].get(key, _ABSENT)
    ]


def claimed_figures(first: Manifest, second: Manifest) -> list[Figure]:
    """Return the F1 that both manifests claim, label by label.

    Raises
    ------
    ModelError
        If the figures of one are none.
    """
    claims = [_claims(manifest) for manifest in (first, second)]
    keys = dict.fromkeys([*claims[0], *claims[1]])
    return [Figure(*key, claims[0].get(key), claims[1].get(key)) for key in keys]


def learned_from(manifest: Manifest, paths: Sequence[str | Path]) -> list[str]:
    """Return those files that a model has learned from as they are; archives are not opened."""
    known = {entry.sha256 for entry in manifest.data}
    learned = []
    for path in paths:
        try:
            digest = sha256_of(path)
        except ModelError:  # a folder or a pattern: whoever reads it says what is wrong with it
            continue
        if digest in known:
            learned.append(str(path))
    return learned


def other_libraries(manifest: Manifest) -> list[Different]:
    """Return the libraries that the model was made with in other versions than are here."""
    found = []
    for library, version in sorted(manifest.versions.items()):
        try:
            here = metadata.version(library)
        except metadata.PackageNotFoundError:
            here = _ABSENT
        if here != version:
            found.append(Different("libraries", library, version, here))
    return found


def _facts(manifest: Manifest) -> dict[str, dict[str, str]]:
    labels: dict[str, str] = {}
    thresholds: dict[str, str] = {}
    for task, entry in sorted(manifest.tasks.items()):
        labels |= {f"{task.value} {label}": "learned" for label in entry.heads}
        for label, tuned in sorted(entry.thresholds.items()):
            shown = ", ".join(
                f"{language} {value:.2f}" for language, value in sorted(tuned.items())
            )
            thresholds[f"{task.value} {label}"] = shown
    return {
        "data": {one.name: f"{one.texts:,} texts, {one.sha256[:12]}" for one in manifest.data},
        "labels": labels,
        "thresholds": thresholds,
        "settings": _flat({**manifest.settings, "features": manifest.features.model_dump()}),
        "seed": {} if manifest.seed is None else {"seed": str(manifest.seed)},
        "libraries": dict(manifest.versions),
        "weights": {"sha256": manifest.weights_sha256},
    }


def _flat(values: Mapping[str, Any], before: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{before}{key}.")
        else:
            flat[f"{before}{key}"] = str(value)
    return flat


def _claims(manifest: Manifest) -> dict[tuple[str, str], tuple[float, int]]:
    claims = {}
    for name, measurement in measurements(manifest).items():
        for task, table in measurement.tables.items():
            for label, row in table.get(ALL, {}).items():
                if row.support:
                    claims[name, f"{task.value} {label}"] = (row.f1, row.support)
    return claims
