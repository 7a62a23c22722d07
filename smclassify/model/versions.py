"""Where models are kept, what their names mean, and the versions that a folder holds.

A user's own models stand in one folder, ``NAME/versions/1``, ``2``, … A folder ``NAME`` with a
manifest of its own was made before there were versions, and is read as version 1.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from smclassify.errors import ModelError
from smclassify.model.manifest import MANIFEST_FILE, Manifest, is_name, read_manifest

DEFAULT: Final = "default"
"""The model in use: what commands answer with unless ``--model`` says otherwise."""

SHIPPED: Final = "shipped"
"""The model that comes with the program."""

VARIABLE: Final = "SMCLASSIFY_MODELS"
"""The environment variable that names another folder for a user's own models."""

VERSIONS: Final = "versions"
LEARNED: Final = "learned"

_REFERENCE: Final = re.compile(r"([^@]+)(?:@(.*))?", re.DOTALL)
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")
# On Windows these are devices, with whatever ending
# (https://learn.microsoft.com/windows/win32/fileio/naming-a-file).
_DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Version:
    """A model on disk.

    Attributes
    ----------
    name : str
        Its name, ``"shipped"``, or the path of a folder that is no part of the registry.
    number : int or None
        Its number among the versions of the name; None of the shipped one and of such folders.
    folder : Path
    """

    name: str
    number: int | None
    folder: Path

    def __str__(self) -> str:
        return self.name if self.number is None else f"{self.name}@{self.number}"

    @property
    def learned(self) -> Path | None:
        """Where the digests of the texts that it has learned from are kept, if they are.

        Beside the model and not in it: they stay on this machine when it is exported.
        """
        if self.folder.parent.name != VERSIONS:
            return None
        return self.folder.parent.parent / LEARNED / f"{self.number}.seen"

    def manifest(self) -> Manifest:
        """Read and check its manifest.

        Raises
        ------
        ModelError
            If it is missing, damaged or from another version of the program.
        """
        return read_manifest(self.folder)


def user_models() -> Path:
    """Return the folder that a user's own models are kept in."""
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return Path(chosen).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_data_dir("smclassify", appauthor=False)) / "models"


def shipped_model() -> Path:
    """Return the folder of the model that comes with the program.

    Raises
    ------
    ModelError
        If it is missing.
    """
    package = Path(__file__).parent.parent
    for folder in (package / "_models" / DEFAULT, package.parent / "models" / DEFAULT):
        if folder.is_dir():
            return folder
    raise ModelError(
        "The shipped model is missing.",
        where=str(package),
        hint="Install smclassify again, or make the model with: make model",
    )


def check_name(name: str) -> None:
    """Make sure that a model of one's own may be called so, on every system.

    Raises
    ------
    ModelError
        If not.
    """
    if name in (DEFAULT, SHIPPED):
        raise ModelError(
            f"{name!r} cannot be a model's name: it already means something.",
            hint="Choose another name, with --name.",
        )
    if not is_name(name) or name.endswith(".") or _DEVICES.fullmatch(name):
        raise ModelError(
            f"{name[:100]!a} cannot be a model's name.",
            hint="Use up to 64 letters a-z, digits, dots, dashes and underscores; begin with a "
            "letter or a digit.",
        )


def split_reference(reference: str) -> tuple[str, int | None]:
    """Return name and number of ``"acme@2"``, or the name and None of ``"acme"``.

    Raises
    ------
    ModelError
        If it can be neither.
    """
    found = _REFERENCE.fullmatch(reference)
    name, number = found.groups() if found else ("", None)
    if not is_name(name) or (number is not None and not _NUMBER.fullmatch(number)):
        raise ModelError(
            f"{reference[:100]!a} is no model's name.",
            hint="Name a model, such as acme, or one of its versions, such as acme@2.",
        )
    return name, None if number is None else int(number)


def names_in(root: Path) -> list[str]:
    """Return the names that have a version, in alphabetical order."""
    names = [entry.name for entry in _folders(root) if is_name(entry.name)]
    return sorted(name for name in names if versions_in(root, name))


def versions_in(root: Path, name: str) -> list[Version]:
    """Return the versions of a name, the oldest first."""
    home = root / name
    numbered = {
        int(entry.name): entry
        for entry in _folders(home / VERSIONS)
        if _NUMBER.fullmatch(entry.name)
    }
    if (home / MANIFEST_FILE).is_file():
        numbered.setdefault(1, home)
    return [Version(name, number, folder) for number, folder in sorted(numbered.items())]


def _folders(parent: Path) -> Iterator[Path]:
    """Yield the folders in a folder; none where there is no such folder.

    Raises
    ------
    ModelError
        If it cannot be read.
    """
    try:
        entries = sorted(parent.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise ModelError(
            f"The folder of your models cannot be read: {error.strerror or error}.",
            where=str(parent),
            hint=f"Mend its permissions, or name another folder by {VARIABLE}.",
        ) from error
    yield from (entry for entry in entries if entry.is_dir())
