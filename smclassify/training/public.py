"""Public data sets: what may be learned from them, and where they are.

The project commits none of their texts. They are read from a folder that holds a
``SOURCES.toml`` with the licence, the use and the digest of each file.
"""

from __future__ import annotations

import csv
import os
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from smclassify.errors import InputError, TrainingError
from smclassify.labels import HEADS, Task
from smclassify.model.files import sha256_of
from smclassify.model.indexing import UNLABELLED

FOLDER_VARIABLE = "SMCLASSIFY_PUBLIC_DATA"
DEFAULT_FOLDER = Path("../shared/data")
CATALOGUE = "SOURCES.toml"
LEARNABLE = "train"
"""The catalogue's word for a set that may be learned from."""


@dataclass(frozen=True)
class WeakTexts:
    """Texts of a public set with the labels that follow from its own.

    Attributes
    ----------
    name : str
        The file.
    language : str
    texts : list of str, length n
    labels : ndarray of int, shape (n, n_heads)
        Unlabelled (-1) for every head the set says nothing of.
    weight : float
        How much each counts beside a hand-written text.
    sha256, licence, source : str
    read : bool, default False
        Whether somebody has read and labelled each text by the guide; otherwise our labels
        follow from the set's own.
    """

    name: str
    language: str
    texts: list[str]
    labels: NDArray[np.int64]
    weight: float
    sha256: str
    licence: str
    source: str
    read: bool = False


def own_folder() -> Path:
    """Return the folder that ``smclassify data fetch`` puts the sets in: as said, else a user's."""
    import platformdirs

    if named := os.environ.get(FOLDER_VARIABLE):
        return Path(named)
    return Path(platformdirs.user_data_dir("smclassify", appauthor=False)) / "public-data"


def public_folder(folder: str | Path | None = None) -> Path:
    """Return the folder of the public sets.

    That is the one named, else the environment's, else the one beside the checkout, else the
    one that ``smclassify data fetch`` fills.

    Raises
    ------
    InputError
        If it is not there; the message says how to get it.
    """
    path = Path(folder or os.environ.get(FOLDER_VARIABLE) or DEFAULT_FOLDER)
    if path == DEFAULT_FOLDER and not (path / CATALOGUE).is_file():
        path = own_folder()
    if not (path / CATALOGUE).is_file():
        raise InputError(
            "The public data sets are not here.",
            where=str(path),
            hint=(
                "Get them with: smclassify data fetch. Or put the files named in "
                f"training/recipe.toml and their {CATALOGUE} in a folder, and name it by "
                f"{FOLDER_VARIABLE}=FOLDER; data/README.md says where each is published."
            ),
        )
    return path


def _catalogue(folder: Path) -> dict[str, Any]:
    path = folder / CATALOGUE
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"The catalogue cannot be read: {error}.", where=str(path)) from error


@dataclass(frozen=True)
class PublicSet:
    """A public set as the catalogue describes it, its digest checked.

    Attributes
    ----------
    path : Path
    name : str
        The file.
    use : str
        ``"train"`` or ``"eval"``: whether it may be learned from.
    sha256, licence, source : str
    """

    path: Path
    name: str
    use: str
    sha256: str
    licence: str
    source: str

    def rows(self) -> Iterator[dict[str, str]]:
        """Yield its records: id, text, label, extra."""
        with self.path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def read_set(folder: Path, name: str) -> PublicSet:
    """Return a public set by the name of its file.

    Raises
    ------
    TrainingError
        If the file is another than the catalogue's.
    InputError
        If the catalogue is damaged.
    """
    about = _catalogue(folder).get(name, {})
    path = folder / name
    digest = sha256_of(path)
    if digest != about.get("sha256"):
        raise TrainingError(
            "The file is not the one that the catalogue describes (its SHA-256 differs).",
            where=str(path),
            hint="Get the file again.",
        )
    return PublicSet(path, name, about.get("use", ""), digest, about["licence"], about["source"])


def refuse_unless_learnable(name: str, use: str, where: Path) -> None:
    """Raise a TrainingError unless the catalogue lets us learn from a set."""
    if use != LEARNABLE:
        raise TrainingError(f"Nothing trains on {name}: its use is {use!r}.", where=str(where))


def read_weak(
    folder: Path, entry: dict[str, Any], without: Collection[tuple[str, str]] = ()
) -> WeakTexts:
    """Read one set as the recipe's entry says.

    Parameters
    ----------
    folder : Path
        As :func:`public_folder` gives it.
    entry : dict
        ``file``, ``language``, ``per_label`` (texts taken of each of its labels, in the
        file's order, which is that of a hash), ``weight``, and ``labels``: what each of
        its labels means for our heads.
    without : collection of (str, str), optional
        The (set, id) of texts to leave out: those somebody has read and labelled.

    Raises
    ------
    TrainingError
        If the set may only be measured on, or is another file than the catalogue's.
    InputError
        If the catalogue is damaged.
    """
    name = entry["file"]
    use = _catalogue(folder).get(name, {}).get("use", "not known")
    refuse_unless_learnable(name, use, folder / CATALOGUE)
    public = read_set(folder, name)
    texts, labels = _selected(public, entry, without)
    return WeakTexts(
        name, entry["language"], texts, labels, entry["weight"], public.sha256, public.licence,
        public.source,
    )  # fmt: skip


def _selected(
    public: PublicSet, entry: dict[str, Any], without: Collection[tuple[str, str]]
) -> tuple[list[str], NDArray[np.int64]]:
    heads = HEADS[Task(entry["task"])]
    meaning: dict[str, dict[str, int]] = entry["labels"]
    taken = dict.fromkeys(meaning, 0)
    texts, rows = [], []
    for record in public.rows():
        label = record["label"]
        if (public.name, record["id"]) in without:
            continue
        if label in meaning and taken[label] < entry["per_label"]:
            taken[label] += 1
            texts.append(record["text"])
            rows.append([meaning[label].get(head, UNLABELLED) for head in heads])
    return texts, np.array(rows, np.int64).reshape(-1, len(heads))
