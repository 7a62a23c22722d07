"""Reading a registry: what models there are, and which of them a name means. No lock is needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from smclassify.errors import ModelError
from smclassify.model.registry_changes import meant_by
from smclassify.model.registry_state import Use, read_state
from smclassify.model.versions import (
    DEFAULT,
    SHIPPED,
    Version,
    names_in,
    shipped_model,
    split_reference,
    user_models,
    versions_in,
)

_CHOOSE: Final = (
    "Choose one: smclassify models use NAME@VERSION. smclassify models list names them all."
)


class Models:
    """The models in a folder, to be read.

    Parameters
    ----------
    root : path, optional
        The folder. By default the user's own, or what ``SMCLASSIFY_MODELS`` names.
    shipped : callable, optional
        Returns the folder of the shipped model.
    """

    def __init__(
        self, root: str | Path | None = None, *, shipped: Callable[[], Path] = shipped_model
    ) -> None:
        self.root = Path(root).absolute() if root is not None else user_models()
        self._shipped = shipped

    def names(self) -> list[str]:
        """Return the names that have a version, in alphabetical order."""
        return names_in(self.root)

    def versions(self, name: str) -> list[Version]:
        """Return the versions of a name, the oldest first.

        Raises
        ------
        ModelError
            If there is none.
        """
        found = versions_in(self.root, name) if name == split_reference(name)[0] else []
        if not found:
            raise ModelError(
                f"There is no model {name[:100]!r}.",
                where=str(self.root),
                hint="smclassify models list names all.",
            )
        return found

    def current(self, name: str) -> Version:
        """Return the version that a name means.

        Raises
        ------
        ModelError
            If there is no such model, or its current version is gone.
        """
        versions = self.versions(name)
        return numbered(versions, meant_by(read_state(self.root), versions), name)

    def in_use(self) -> Version:
        """Return the model in use: what ``"default"`` means.

        Raises
        ------
        ModelError
            If the version in use is gone.
        """
        chosen = read_state(self.root).in_use
        if chosen is None:
            return Version(SHIPPED, None, self._shipped())
        return numbered(versions_in(self.root, chosen.name), chosen.version, chosen.name)

    def version(self, reference: str | Path) -> Version:
        """Return the model that somebody names.

        Parameters
        ----------
        reference : str or path
            ``"default"`` (the model in use), ``"shipped"``, a name (its current version), a
            version such as ``"acme@2"``, or a model folder.

        Raises
        ------
        ModelError
            If there is none.
        """
        said = str(reference)
        if said == SHIPPED:
            return Version(SHIPPED, None, self._shipped())
        if said == DEFAULT:
            return self.in_use()
        return self._own(said) or self._folder(said)

    def find(self, reference: str | Path) -> Path:
        """Return the folder of the model that somebody names; see :meth:`version`."""
        return self.version(reference).folder

    def log(self) -> tuple[Use, ...]:
        """Return every ``use``, the oldest first, with what it changed and when it was undone.

        Of the last thousand.
        """
        return read_state(self.root).uses

    def added_digest(self, version: Version) -> str | None:
        """Return the SHA-256 that a version's manifest had when it was added, where known."""
        state = read_state(self.root)
        return state.manifests.get(version.name, {}).get(version.number or 0)

    def _own(self, said: str) -> Version | None:
        try:
            name, number = split_reference(said)
        except ModelError:
            return None
        versions = versions_in(self.root, name)
        if not versions:
            return None
        return self.current(name) if number is None else numbered(versions, number, name)

    def _folder(self, said: str) -> Version:
        try:
            if said and Path(said).is_dir():
                return Version(said, None, Path(said))
        except (OSError, ValueError) as error:  # too long, closed to us, or with a NUL in it
            reason = getattr(error, "strerror", None) or error
            raise ModelError(f"There is no model {said[:100]!r}: {reason}.") from error
        raise ModelError(
            f"There is no model {said[:100]!r}.",
            hint="Name 'default', 'shipped', a folder, or a model trained with --name, such as "
            f"acme or acme@2 (kept in {self.root}).",
        )


def numbered(versions: list[Version], number: int | None, name: str) -> Version:
    """Return the version of this number.

    Raises
    ------
    ModelError
        If it is not there.
    """
    for version in versions:
        if version.number == number:
            return version
    there = ", ".join(map(str, versions)) or f"none of {name}"
    raise ModelError(
        f"There is no version {number} of {name}. There is: {there}.",
        hint=_CHOOSE,
    )
