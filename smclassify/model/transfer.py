"""Models that travel: written as an archive of three files, and read from anybody's without trust.

What comes in is copied into a closed folder under bounds, checked there, and shown; only plain
numbers and a checked manifest go on, and the files are written anew from those.
"""

from __future__ import annotations

import json
import os
import stat
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from smclassify.errors import ModelError, OutputError
from smclassify.model.archive import open_archive
from smclassify.model.card import model_card
from smclassify.model.figures import check_claims
from smclassify.model.files import replacing, sha256_of, write_text_atomic
from smclassify.model.folder import load_model
from smclassify.model.manifest import (
    CARD_FILE,
    FILES,
    MANIFEST_FILE,
    MAX_MANIFEST_BYTES,
    WEIGHTS_FILE,
    Manifest,
    read_manifest,
)
from smclassify.model.weights import load_weights, save_weights

MAX_WEIGHTS_BYTES: Final = 512 * 1024 * 1024
"""The shipped model's are 20 MB."""

_BLOCK: Final = 1 << 20
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the first that the format knows
_LISTED: Final = 3
_LIMITS: Final = {MANIFEST_FILE: MAX_MANIFEST_BYTES, WEIGHTS_FILE: MAX_WEIGHTS_BYTES}


@dataclass(frozen=True)
class Received:
    """A model that somebody sent: checked, not yet among one's own.

    Attributes
    ----------
    manifest : Manifest
    folder : Path
        The closed folder with its manifest and weights.
    """

    manifest: Manifest
    folder: Path

    def write(self, folder: Path, name: str) -> None:
        """Write a model folder anew from the checked numbers and the checked manifest.

        Parameters
        ----------
        folder : path
            Not there yet.
        name : str
            What the model is called from now on.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        try:
            folder.mkdir()
        except OSError as error:
            raise OutputError(
                f"The model folder cannot be made: {error.strerror or error}.", where=str(folder)
            ) from error
        digest = save_weights(folder / WEIGHTS_FILE, load_weights(self.folder / WEIGHTS_FILE))
        manifest = self.manifest.model_copy(update={"name": name, "weights_sha256": digest})
        text = json.dumps(manifest.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"
        write_text_atomic(folder / MANIFEST_FILE, text)
        write_text_atomic(folder / CARD_FILE, model_card(manifest))


def export_model(folder: Path, target: str | Path) -> str:
    """Write a model as an archive; the same model gives the same bytes.

    Nothing is compressed: compressed bytes differ from library to library.

    Parameters
    ----------
    folder : Path
        A model folder. It is checked first.
    target : path
        A file that is there is replaced.

    Returns
    -------
    str
        The archive's SHA-256.

    Raises
    ------
    ModelError
        If the folder holds no good model.
    OutputError
        If the archive cannot be written.
    """
    load_model(folder)
    with replacing(target) as file, zipfile.ZipFile(file, "w") as archive:
        for name in FILES:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3  # Unix, whatever this is
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            with _opened(folder / name) as source, archive.open(entry, "w") as packed:
                while block := source.read(_BLOCK):
                    packed.write(block)
    return sha256_of(target)


def receive(source: str | Path, closed: Path) -> Received:
    """Check a model that somebody sent. Nothing in it is ever run.

    Parameters
    ----------
    source : path
        An archive, or a model folder.
    closed : Path
        An empty folder that nobody else can write to.

    Raises
    ------
    ModelError
        If it is anything but plain weights with a manifest that can be believed.
    """
    path = Path(source)
    if path.is_dir():
        _copy_folder(path, closed)
    else:
        with open_archive(path) as members:
            _check_names(members, str(path))
            _copy({name: members[name] for name in _LIMITS}, closed, str(path))
    try:
        load_model(closed)
        manifest = read_manifest(closed)
        check_claims(manifest)
    except ModelError as error:
        # The closed folder means nothing to the user; what was sent does.
        raise ModelError(error.message, where=str(path), hint=_REFUSED) from error
    return Received(manifest, closed)


_REFUSED: Final = (
    "It is not imported, and nothing in it was run. Ask for an archive that `smclassify models "
    "export` has made."
)


def _check_names(names: Iterable[str], where: str) -> None:
    """Make sure that a model's files are there, and nothing else.

    Raises
    ------
    ModelError
        If not.
    """
    names = list(names)
    strange = [f"{name!a:.60}" for name in names if name not in FILES]
    if strange:
        more = f" and {len(strange) - _LISTED:,} more" if len(strange) > _LISTED else ""
        raise ModelError(
            f"It holds {', '.join(strange[:_LISTED])}{more}; a model has {', '.join(FILES)} and "
            "nothing else.",
            where=where,
            hint=_REFUSED,
        )
    for name in _LIMITS:
        if name not in names:
            raise ModelError(f"{name} is missing.", where=where, hint=_REFUSED)


def _copy_folder(path: Path, closed: Path) -> None:
    try:
        names = sorted(entry.name for entry in path.iterdir())
    except OSError as error:
        raise ModelError(
            f"The folder cannot be read: {error.strerror or error}.", where=str(path)
        ) from error
    _check_names(names, str(path))
    openers = {name: _opener(path / name) for name in _LIMITS}
    _copy(openers, closed, str(path))


def _copy(openers: dict[str, Callable[[], BinaryIO]], closed: Path, where: str) -> None:
    """Copy the manifest and the weights, no more of either than there may be.

    The card is not even read: it is written anew from the manifest.
    """
    for name, opener in openers.items():
        left = _LIMITS[name]
        try:
            with opener() as source, (closed / name).open("xb") as target:
                while block := source.read(_BLOCK):
                    left -= len(block)
                    if left < 0:
                        raise ModelError(
                            f"{name} is larger than any model's: over {_LIMITS[name]:,} bytes.",
                            where=where,
                            hint=_REFUSED,
                        )
                    target.write(block)
        except OSError as error:
            raise ModelError(
                f"{name} cannot be copied to be looked at: {error.strerror or error}.", where=where
            ) from error


def _opener(path: Path) -> Callable[[], BinaryIO]:
    return lambda: _opened(path)


def _opened(path: Path) -> BinaryIO:
    """Open a plain file; neither a link, nor a pipe that would wait for ever.

    Raises
    ------
    ModelError
        If it is none.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        file = os.open(path, flags | getattr(os, "O_BINARY", 0))
        if stat.S_ISREG(os.fstat(file).st_mode):
            return os.fdopen(file, "rb")
        os.close(file)
    except OSError as error:
        raise ModelError(
            f"It is a link, or cannot be read: {error.strerror or error}.", where=str(path)
        ) from error
    raise ModelError("It is no plain file.", where=str(path), hint=_REFUSED)
