"""Looking over a version: is it whole, plain, and what was added?"""

from __future__ import annotations

import stat
from collections.abc import Sequence
from pathlib import Path

from smclassify.errors import ModelError
from smclassify.model.figures import check_claims
from smclassify.model.files import sha256_of
from smclassify.model.folder import load_model
from smclassify.model.manifest import FILES, MANIFEST_FILE
from smclassify.model.registry_reading import Models
from smclassify.model.versions import SHIPPED, VERSIONS, Version

_MOST_SHOWN = 5


def problems_of(version: Version, added_digest: str | None = None) -> list[str]:
    """Return what is wrong with a model folder, in plain words; nothing in it is run.

    Its weights are those that its manifest was written for, its numbers are those of a model, its
    figures are figures, it has the three files and nothing else.

    Parameters
    ----------
    version : Version
    added_digest : str, optional
        The SHA-256 that the manifest had when the version was added.
    """
    problems = _wrong_files(version.folder)
    try:
        load_model(version.folder)
        check_claims(version.manifest())
    except ModelError as error:
        return [*problems, error.message]
    if added_digest and sha256_of(version.folder / MANIFEST_FILE) != added_digest:
        problems.append("The manifest is not the one that was added: it has been changed since.")
    return problems


def _wrong_files(folder: Path) -> list[str]:
    try:
        entries = {entry.name: entry.lstat() for entry in folder.iterdir()}
    except OSError as error:
        return [f"The folder cannot be read: {error.strerror or error}."]
    # Made before there were versions, a folder has later ones in it.
    strange = sorted(set(entries) - {*FILES, VERSIONS})
    problems = [f"{name!a:.80} does not belong there." for name in strange[:_MOST_SHOWN]]
    if len(strange) > _MOST_SHOWN:
        problems.append(f"{len(strange) - _MOST_SHOWN} more files do not belong there.")
    for name in FILES:
        if name not in entries:
            problems.append(f"{name} is missing.")
        elif not stat.S_ISREG(entries[name].st_mode):
            problems.append(f"{name} is no plain file.")
    return problems


def verify_models(models: Models, names: Sequence[str] = ()) -> list[tuple[str, list[str]]]:
    """Look over some models, or all of them and the note of which are in use.

    Parameters
    ----------
    models : Models
    names : sequence of str, optional
        As :meth:`Models.version` takes them; a name alone stands for all its versions.

    Returns
    -------
    list of (str, list of str)
        Each model with what is wrong with it.

    Raises
    ------
    ModelError
        If there is no model of a name.
    """
    note: list[str] = []
    try:
        models.in_use()
        for name in models.names():
            models.current(name)
    except ModelError as error:
        note = [error.message]
    chosen = [one for name in names for one in _meant(models, name)]
    if not names:
        own = [one for name in models.names() for one in models.versions(name)]
        chosen = [models.version(SHIPPED), *own]
    found = []
    for version in chosen:
        digest = None if note else models.added_digest(version)
        found.append((str(version), problems_of(version, digest)))
    return found if names and not note else [("what is in use", note), *found]


def _meant(models: Models, name: str) -> list[Version]:
    return models.versions(name) if name in models.names() else [models.version(name)]
