"""Rows that an earlier run had: what makes a daily run over a growing export cheap.

A row is known again by its id, and where the export has none by text, author and time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.errors import InputError
from smclassify.model.files import replacing

MEMORY_ENDING: Final = ".seen"
"""A file of this ending remembers; any other is an earlier result."""

_HEAD: Final = b"smclassify rows seen, version 1\n"
_DIGEST_BYTES: Final = 32
_KIND: Final = np.dtype("<u8")
BETWEEN: Final = "\x1f"
"""Stands between the parts of what is hashed."""

_BLAKE: Final = hashlib.blake2b(digest_size=8)
_HINT: Final = "Name an earlier result, or a new .seen file to start anew."


def hashed(*parts: str) -> int:
    """Return 64 bits that stand for some strings; never 0, which stands for nothing."""
    data = BETWEEN.join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little") or 1


def hashes(names: Sequence[str]) -> NDArray[np.uint64]:
    """Return what :func:`hashed` makes of each name, shape (n,).

    Several parts of a name stand joined by :data:`BETWEEN`.
    """
    try:
        data = [name.encode() for name in names]
    except UnicodeEncodeError:  # halves of a character that JSON had escaped
        data = [name.encode("utf-8", "surrogatepass") for name in names]
    digests = []
    for one in data:
        hasher = _BLAKE.copy()  # quicker than a new one
        hasher.update(one)
        digests.append(hasher.digest())
    return np.maximum(np.frombuffer(b"".join(digests), _KIND), np.uint64(1))


class Seen:
    """The rows of earlier runs.

    Parameters
    ----------
    identities : iterable of int or ndarray of uint64
        Theirs; see :func:`smclassify.triage.inputs.TriageTable.identities`.
    """

    def __init__(self, identities: Iterable[int] | NDArray[np.uint64] = ()) -> None:
        if not isinstance(identities, np.ndarray):
            identities = np.fromiter(identities, _KIND)
        self._known = np.unique(identities)

    def __len__(self) -> int:
        return len(self._known)

    def unknown(self, identities: Sequence[int]) -> NDArray[np.bool_]:
        """Return which rows are new, shape (n,)."""
        wanted = np.array(identities, _KIND)
        if not len(self._known):
            return np.ones(len(wanted), bool)
        places = np.minimum(np.searchsorted(self._known, wanted), len(self._known) - 1)
        return np.asarray(self._known[places] != wanted)

    def and_also(self, identities: NDArray[np.uint64]) -> Seen:
        """Return these rows and more."""
        return Seen(np.union1d(self._known, identities))

    def without(self, identities: NDArray[np.uint64]) -> Seen:
        """Return these rows but for some."""
        return Seen(np.setdiff1d(self._known, identities))

    def digest(self) -> str:
        """Return what tells these rows from others."""
        return hashlib.sha256(self._known.tobytes()).hexdigest()[:16]

    def save(self, path: str | Path) -> None:
        """Write them to a file that remembers, whole or not at all.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        data = self._known.tobytes()
        with replacing(path, unique=False) as file:
            file.writelines((_HEAD, hashlib.sha256(data).digest(), data))

    @classmethod
    def load(cls, path: str | Path) -> Seen:
        """Read a file that remembers; one that is not there yet remembers nothing.

        Raises
        ------
        InputError
            If it cannot be read, or is something else.
        """
        try:
            data = Path(path).read_bytes()
        except FileNotFoundError:
            return cls()
        except OSError as error:
            raise InputError(
                f"cannot be read: {error.strerror or error}.", where=str(path)
            ) from error
        head, rest = data[: len(_HEAD)], data[len(_HEAD) :]
        digest, rest = rest[:_DIGEST_BYTES], rest[_DIGEST_BYTES:]
        if head != _HEAD:
            raise InputError("does not hold what rows were seen.", where=str(path), hint=_HINT)
        if digest != hashlib.sha256(rest).digest() or len(rest) % _KIND.itemsize:
            raise InputError("is damaged.", where=str(path), hint=_HINT)
        return cls(np.frombuffer(rest, _KIND))
