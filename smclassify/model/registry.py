"""A user's own models: versions that never change, and a note of which of them are in use.

``NAME/versions/N`` is a model folder that appears whole, by a rename, and is never written
again. What a name means and what is in use stands apart (:mod:`.registry_state`), so that a
model is taken into use, and out of use again, without touching any.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from smclassify.errors import ModelError
from smclassify.model.files import sha256_of
from smclassify.model.folder import load_model
from smclassify.model.manifest import CARD_FILE, FILES, MANIFEST_FILE, WEIGHTS_FILE
from smclassify.model.registry_changes import (
    after_adding,
    after_removing,
    after_rollback,
    after_use,
    check_idle,
    meant_by,
    next_number,
)
from smclassify.model.registry_lock import PATIENCE, building, changing, discard
from smclassify.model.registry_reading import Models, numbered
from smclassify.model.registry_state import (
    Choice,
    State,
    Use,
    read_state,
    set_aside,
    write_state,
)
from smclassify.model.versions import (
    DEFAULT,
    LEARNED,
    SHIPPED,
    VERSIONS,
    Version,
    check_name,
    names_in,
    shipped_model,
    versions_in,
)

_Made = TypeVar("_Made")

_READ_ONLY = 0o444


class Registry(Models):
    """The models in a folder.

    Any number of processes may read and change it at once. Reading takes no lock.

    Parameters
    ----------
    root : path, optional
        The folder. By default the user's own, or what ``SMCLASSIFY_MODELS`` names.
    shipped : callable, optional
        Returns the folder of the shipped model.
    patience : float
        Seconds that a change waits for those of other processes.
    """

    def __init__(
        self,
        root: str | Path | None = None,
        *,
        shipped: Callable[[], Path] = shipped_model,
        patience: float = PATIENCE,
    ) -> None:
        super().__init__(root, shipped=shipped)
        self._patience = patience

    def add(self, name: str, make: Callable[[Path], _Made]) -> tuple[Version, _Made]:
        """Make a model and add it as the next version of a name.

        A first version is at once what the name means; a later one is not before :meth:`use`.
        Two that are made at the same time both get a number. Whatever happens while one is
        made, a kill included, the registry is as it was.

        Parameters
        ----------
        name : str
        make : callable
            Is given the path of a folder that is not there yet, and writes a model folder
            there (:func:`smclassify.model.folder.save_model`).

        Returns
        -------
        Version
            The new version. Its files are read-only.
        object
            What ``make`` returned.

        Raises
        ------
        ModelError
            If the name cannot be one, what was made is no model, or the registry is damaged.
        OutputError
            If it cannot be written.
        """
        self._check_new_name(name)
        read_state(self.root)  # before the work: with a damaged note it would be for nothing
        what = f"adding a version of {name}"
        with building(self.root, what, self._patience) as workshop:
            folder = workshop / "model"
            made = make(folder)
            digest = _checked(folder)
            with changing(self.root, what, self._patience):
                return self._place(name, folder, digest), made

    def use(
        self, name: str, version: int | None = None, *, default: bool = True, mend: bool = False
    ) -> Version:
        """Choose what a name means and, unless told otherwise, the model in use.

        Parameters
        ----------
        name : str
            ``"shipped"`` goes back to the shipped model.
        version : int, optional
            By default the newest.
        default : bool
            Whether it becomes the model in use (what ``"default"`` means).
        mend : bool
            Begin a new note of what is in use if the present one cannot be read. That one is
            kept under another name.

        Raises
        ------
        ModelError
            If there is no such version, it is damaged, or the registry is.
        """
        if name == SHIPPED and (version is not None or not default):
            raise ModelError("The shipped model has no versions, and its name no other meaning.")
        with changing(self.root, f"taking {name} into use", self._patience):
            state = self._state(mend)
            chosen, before = None, None
            used = Version(SHIPPED, None, self._shipped()) if name == SHIPPED else None
            if used is None:
                versions = self.versions(name)
                newest = versions[-1].number
                used = numbered(versions, newest if version is None else version, name)
                chosen = Choice(name=name, version=used.number or 1)
                before = meant_by(state, versions)
            load_model(used.folder)  # whole, or not taken into use
            write_state(self.root, after_use(state, chosen, before, default=default))
            return used

    def rollback(self) -> Use:
        """Undo the last use that has not been undone, and return it.

        Raises
        ------
        ModelError
            If there is none, or what was in use before it has been removed.
        """
        with changing(self.root, "undoing the last use", self._patience):
            state, use = after_rollback(read_state(self.root))
            for choice in (state.in_use, self._restored(use)):
                if choice:
                    versions = versions_in(self.root, choice.name)
                    numbered(versions, choice.version, choice.name)
            write_state(self.root, state)
            return use

    @staticmethod
    def _restored(use: Use) -> Choice | None:
        """Return what the name of a use meant before it."""
        if use.chosen is None or use.current_before is None:
            return None
        return Choice(name=use.chosen.name, version=use.current_before)

    def remove(self, name: str, version: int | None = None, *, force: bool = False) -> State:
        """Delete a version, or all versions of a name.

        Parameters
        ----------
        name : str
        version : int, optional
            By default all of them.
        force : bool
            Delete also what the name means, or what is in use. The name then means the next
            older version, or the oldest left; the shipped model is in use.

        Returns
        -------
        State
            What is current and in use afterwards.

        Raises
        ------
        ModelError
            If there is no such version, or it is current or in use and ``force`` is not given.
        """
        if name in {SHIPPED, DEFAULT}:
            raise ModelError(
                "The shipped model cannot be removed.",
                hint="To use another by default: smclassify models use NAME.",
            )
        with changing(self.root, f"removing {name}", self._patience):
            state, versions = read_state(self.root), self.versions(name)
            going = versions if version is None else [numbered(versions, version, name)]
            if not force:
                check_idle(state, versions, going)
            after = after_removing(state, versions, going)
            # First the note: a kill in between leaves a version too many, not a name without.
            write_state(self.root, after)
            for one in going:
                self._delete(one)
            return after

    def _delete(self, version: Version) -> None:
        home = self.root / version.name
        if version.folder == home:  # made before there were versions
            for file in (MANIFEST_FILE, WEIGHTS_FILE, CARD_FILE):
                (home / file).unlink(missing_ok=True)
        else:
            discard(self.root, version.folder)
        if version.learned is not None:
            version.learned.unlink(missing_ok=True)
        for emptied in (home / LEARNED, home / VERSIONS, home):
            with suppress(OSError):  # not empty: other versions, or files that are not ours
                emptied.rmdir()

    def _place(self, name: str, folder: Path, digest: str) -> Version:
        """Give a finished folder the next number. The lock must be held."""
        state = read_state(self.root)
        number = next_number(state, versions_in(self.root, name), name)
        version = Version(name, number, self.root / name / VERSIONS / str(number))
        version.folder.parent.mkdir(parents=True, exist_ok=True)
        for file in folder.iterdir():
            file.chmod(_READ_ONLY)
        folder.rename(version.folder)
        write_state(self.root, after_adding(state, version, digest))
        return version

    def _check_new_name(self, name: str) -> None:
        check_name(name)
        for other in names_in(self.root):
            if other != name and other.lower() == name.lower():
                raise ModelError(
                    f"There is a model {other!r} already, which many systems take for {name!r}.",
                    where=str(self.root),
                    hint="Write it the same way, or choose another name.",
                )

    def _state(self, mend: bool) -> State:
        try:
            return read_state(self.root)
        except ModelError:
            if not mend:
                raise
            set_aside(self.root)
            return State()


def _checked(folder: Path) -> str:
    """Check a model that has just been made; return the SHA-256 of its manifest."""
    load_model(folder)
    surplus = sorted(entry.name for entry in folder.iterdir() if entry.name not in FILES)
    if surplus:
        raise ModelError(f"A model consists of {', '.join(FILES)}, not of {surplus[0]!a}.")
    return sha256_of(folder / MANIFEST_FILE)
