"""Known layouts: what the exports of platforms and of tools call their columns.

The layouts are data (``layouts/*.toml``); ``layouts/README.md`` describes the files.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from smclassify.exports.columns.roles import Role, name_key

FOLDER: Final = Path(__file__).with_name("layouts")

_FILE_KEYS: Final = frozenset({"platform", "layout"})
_KEYS: Final = frozenset(
    {
        "key", "name", "source", "sure", "notes", "best_rating", "answered", "signature", "holds",
        "segments", "ours", "roles",
    }
)  # fmt: skip

ColumnTexts = Callable[[int], Sequence[str]]
"""Gives some cells of the column at a place, as texts."""


class Ours(NamedTuple):
    """Which rows of an export are our own: those with one of these values in this column."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """What one kind of export calls its columns.

    Attributes
    ----------
    key : str
        The name that a program knows it by.
    name : str
        The name that a user knows it by.
    file : str
        The file that it is written in.
    source : str
        The address at which the header can be seen.
    sure : bool
        Whether whoever makes the export shows the header; false if only others' programs do.
    roles : mapping of Role to tuple of str
        For each role the columns that may play it, the first that is there counts. None at all
        means that no column does, whatever the names look like.
    signature : tuple of tuple of str
        Columns that must be there, each with its alternatives. Empty for a shape of nested
        JSON, which its reader tells.
    holds : mapping of str to str
        What must stand in most cells of a column.
    platform : str or None
        What rows without a platform column are from.
    best_rating : float or None
        The best rating; ``None`` where only the cells can tell.
    answered : tuple of str
        Values of the status column that mean: answered.
    ours : Ours or None
        How our own rows are told, where the export says it.
    segments : bool
        Whether a text is written as JSON, piece by piece (:func:`.values.plain_texts`).
    notes : str
        What else a user should know.
    """

    key: str
    name: str
    file: str
    source: str
    sure: bool
    roles: Mapping[Role, tuple[str, ...]]
    signature: tuple[tuple[str, ...], ...] = ()
    holds: Mapping[str, str] = field(default_factory=dict)
    platform: str | None = None
    best_rating: float | None = None
    answered: tuple[str, ...] = ()
    ours: Ours | None = None
    segments: bool = False
    notes: str = ""

    def column_of(self, role: Role, columns: Sequence[str]) -> int | None:
        """Return the place of the column that plays a role, or ``None``."""
        return first_place(self.roles.get(role, ()), columns)

    def fits(self, columns: Sequence[str], texts: ColumnTexts) -> bool:
        """Tell whether a table has this layout."""
        return (
            bool(self.signature)
            and all(first_place(names, columns) is not None for names in self.signature)
            and all(
                _hold(texts(place), part)
                for column, part in self.holds.items()
                if (place := first_place([column], columns)) is not None
            )
        )


def first_place(names: Collection[str], columns: Sequence[str]) -> int | None:
    """Return the place of the first of these names that is a column, or ``None``."""
    keys = [name_key(column) for column in columns]
    wanted = (name_key(name) for name in names)
    return next((keys.index(key) for key in wanted if key in keys), None)


@cache
def layouts() -> Mapping[str, Layout]:
    """Return all known layouts by their keys.

    Raises
    ------
    ValueError
        If a file of ours is not as ``layouts/README.md`` says.
    """
    known: dict[str, Layout] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for layout in read_layouts(path):
            if layout.key in known:
                raise ValueError(f"{path.name}: there is a layout “{layout.key}” already")
            known[layout.key] = layout
    return MappingProxyType(known)


def layout_of(columns: Sequence[str], texts: ColumnTexts) -> Layout | None:
    """Return the layout that a table has, or ``None`` if it has none that is known.

    Of several, the one with the most names in its signature; of equals, one that is sure.

    Parameters
    ----------
    columns : sequence of str
        The header.
    texts : callable
        Gives some cells of a column.
    """
    fitting = [layout for layout in layouts().values() if layout.fits(columns, texts)]
    return max(fitting, key=lambda one: (len(one.signature), one.sure), default=None)


def read_layouts(path: Path) -> Iterator[Layout]:
    """Read the layouts of one file.

    Raises
    ------
    ValueError
        If the file is not as ``layouts/README.md`` says.
    """
    with path.open("rb") as file:
        data = tomllib.load(file)
    try:
        _only(data, _FILE_KEYS)
        for entry in data["layout"]:
            _only(entry, _KEYS)
            yield _layout(entry, data.get("platform"), path.name)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path.name}: {error}") from error


def _layout(entry: Mapping[str, Any], platform: str | None, file: str) -> Layout:
    ours = entry.get("ours")
    best = entry.get("best_rating")
    return Layout(
        key=entry["key"],
        name=entry["name"],
        file=file,
        source=entry["source"],
        sure=entry["sure"],
        roles={Role(role): _names(names) for role, names in entry["roles"].items()},
        signature=tuple(_names(names) for names in entry.get("signature", ())),
        holds=dict(entry.get("holds", {})),
        platform=platform,
        best_rating=None if best is None else float(best),
        answered=_names(entry.get("answered", ())),
        ours=Ours(ours["column"], _names(ours["values"])) if ours else None,
        segments=entry.get("segments", False),
        notes=" ".join(entry.get("notes", "").split()),
    )


def _names(names: str | Sequence[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _only(data: Mapping[str, Any], allowed: frozenset[str]) -> None:
    if unknown := sorted(set(data) - allowed):
        raise ValueError(f"“{unknown[0]}” is no key of a layout")


def _hold(texts: Sequence[str], part: str) -> bool:
    return 2 * sum(part in text for text in texts) > len(texts)
