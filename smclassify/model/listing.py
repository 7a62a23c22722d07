"""All models at a glance, the good and the damaged, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from smclassify.errors import ModelError
from smclassify.model.figures import Headline, headlines
from smclassify.model.manifest import MANIFEST_FILE
from smclassify.model.registry_reading import Models
from smclassify.model.versions import SHIPPED, Version


@dataclass(frozen=True)
class Entry:
    """One version, as far as its manifest can be read.

    Attributes
    ----------
    version : Version
    current, in_use : bool
        Whether its name means it; whether it is the model in use.
    added : datetime or None
        When its manifest was written, in local time.
    texts : int or None
        How many texts it has learned from.
    headlines : tuple of Headline
    problem : str
        Why nothing more can be said; empty where it can.
    """

    version: Version
    current: bool
    in_use: bool
    added: datetime | None = None
    texts: int | None = None
    headlines: tuple[Headline, ...] = ()
    problem: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "name": self.version.name,
            "version": self.version.number,
            "current": self.current,
            "in_use": self.in_use,
            "added": self.added.isoformat() if self.added else None,
            "texts": self.texts,
            "figures": [
                {"task": one.task.value, "label": one.label, "f1": one.f1, "support": one.support}
                for one in self.headlines
            ],
            "problem": self.problem or None,
        }


def survey(models: Models) -> tuple[list[Entry], ModelError | None]:
    """Return all versions, the shipped one first, and what is wrong with the note of those in use.

    Where something is, nothing is said to be current or in use.
    """
    broken: ModelError | None = None
    meant: set[str] = set()
    try:
        in_use = str(models.in_use())
    except ModelError as error:
        broken, in_use = error, ""
    for name in models.names():
        try:
            meant.add(str(models.current(name)))
        except ModelError as error:
            broken = broken or error
    versions = [models.version(SHIPPED)]
    versions += [one for name in models.names() for one in models.versions(name)]
    return [_entry(one, meant, in_use) for one in versions], broken


def entry_of(models: Models, version: Version) -> Entry:
    """Return what there is to say of one model.

    Raises
    ------
    ModelError
        If the note of which are in use is damaged.
    """
    own = version.number is not None
    meant = {str(models.current(version.name))} if own else set()
    return _entry(version, meant, str(models.in_use()))


def _entry(version: Version, meant: set[str], in_use: str) -> Entry:
    shipped = str(version) == SHIPPED
    flags = (shipped or str(version) in meant, str(version) == in_use)
    try:
        manifest = version.manifest()
        seconds = (version.folder / MANIFEST_FILE).stat().st_mtime
        added = datetime.fromtimestamp(seconds).astimezone().replace(microsecond=0)
        texts = sum(entry.texts for entry in manifest.data)
        return Entry(version, *flags, added, texts, tuple(headlines(manifest)))
    except ModelError as error:
        return Entry(version, *flags, problem=error.message)
    except (OSError, OverflowError) as error:
        return Entry(version, *flags, problem=f"It cannot be read: {error}.")
