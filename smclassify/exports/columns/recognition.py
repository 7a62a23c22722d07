"""What the columns of a table are for: told by the user, by a known layout, by name, by content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Final, NamedTuple

from smclassify.errors import InputError
from smclassify.exports.cells import cell_text
from smclassify.exports.columns.content import best_rating, by_content, could_be, is_distinct
from smclassify.exports.columns.layouts import Layout, Ours, first_place, layout_of, layouts
from smclassify.exports.columns.roles import KEYS, NAMES, SHARED_KEYS, Role, name_key
from smclassify.exports.columns.values import ANSWERED
from smclassify.exports.table import Row

__all__ = ["NAMES", "Found", "How", "Recognition", "Role", "find_column", "recognise"]

_BELOW_TITLE: Final = "If this is a title and the header is further down, delete what is above it."
_NOBODYS: Final[Mapping[Role, str]] = MappingProxyType({})


class How(StrEnum):
    """By what a column was recognised."""

    OPTION = "option"
    LAYOUT = "layout"
    NAME = "name"
    CONTENT = "content"


class Found(NamedTuple):
    """A column that plays a role: its place, from 0, and how that is known."""

    place: int
    how: How


_GUESSED: Final = Found(-1, How.CONTENT)


@dataclass(frozen=True, slots=True)
class Recognition:
    """What the columns of a table are for.

    Attributes
    ----------
    found : mapping of Role to Found
        The columns; roles that nobody plays are not there. No column has two.
    layout : Layout or None
        The known layout that the table has.
    best_rating : float
        The best rating that the column of ratings can have.
    answered : frozenset of str
        Values of the status column that mean: answered, for :func:`.values.is_answered`.
    """

    found: Mapping[Role, Found]
    layout: Layout | None = None
    best_rating: float = 5.0
    answered: frozenset[str] = ANSWERED

    def place(self, role: Role) -> int | None:
        """Return the place of the column that plays a role, or ``None``."""
        return self.found[role].place if role in self.found else None

    @property
    def platform(self) -> str | None:
        """What rows without a platform column are from."""
        return self.layout.platform if self.layout else None

    @property
    def ours(self) -> Ours | None:
        """How our own rows are told, where the export says it."""
        return self.layout.ours if self.layout else None

    @property
    def segments(self) -> bool:
        """Whether the text is written piece by piece, for :func:`.values.plain_texts`."""
        return self.layout is not None and self.layout.segments


def find_column(
    columns: Sequence[str],
    role: Role,
    sample_rows: Sequence[Row] | None = None,
    wanted: str | None = None,
) -> int | None:
    """Find the column that plays a role, by its name alone, and the text by its content too.

    Parameters
    ----------
    columns : sequence of str
        The header.
    role : Role
        The role.
    sample_rows : sequence of Row, optional
        Some rows. They tell a column that only has the name of the role, and, for the text,
        decide where no name does.
    wanted : str, optional
        The name that the user gave; case, spaces and punctuation may differ.

    Returns
    -------
    int or None
        The column's place, from 0; ``None`` when there is none. Never ``None`` for the text.
        Of several columns with the same name, the first.

    Raises
    ------
    InputError
        If there is no column of the wanted name, or none that could be the text.
    """
    if wanted is not None:
        return _by_wanted(columns, role, wanted)
    sample = _Sample(columns, sample_rows or ())
    place = sample.by_name(role, ())
    if place is not None or role is not Role.TEXT:
        return place
    place = sample.by_content(role, ())
    if place is None:
        raise _no_text(columns, sample_rows or ())
    return place


def recognise(
    columns: Sequence[str],
    sample_rows: Sequence[Row],
    *,
    wanted: Mapping[Role, str] = _NOBODYS,
    layout: str | None = None,
) -> Recognition:
    """Tell what the columns of a table are for.

    What the user says goes first, then a known layout, then a column's name, then, for text,
    time, link, rating and id, what is in it.

    Parameters
    ----------
    columns : sequence of str
        The header.
    sample_rows : sequence of Row
        Some rows, 200 or so.
    wanted : mapping of Role to str
        Names of columns that the user gave; case, spaces and punctuation may differ.
    layout : str, optional
        The key of the layout where the reader knows it; one without a layout is as none.

    Raises
    ------
    InputError
        If there is no column of a wanted name, one is wanted for two uses, or none could be
        the text.
    """
    sample = _Sample(columns, sample_rows)
    known = layouts().get(layout or "") or layout_of(columns, sample.texts)
    found = _wanted(columns, wanted)
    if known:
        for role in known.roles:
            _add(found, role, known.column_of(role, columns), How.LAYOUT)
    # A layout that names no column for a role says that there is none.
    closed = {role for role, names in known.roles.items() if not names} if known else set()
    for how, look in ((How.NAME, sample.by_name), (How.CONTENT, sample.by_content)):
        for role in Role:
            if role not in found and role not in closed:
                _add(found, role, look(role, [one.place for one in found.values()]), how)
    if found.get(Role.TEXT, _GUESSED).how is How.CONTENT and _is_title(columns):
        raise InputError(
            f"only the first of its {len(columns)} columns has a name: “{columns[0][:60]}”.",
            hint=_BELOW_TITLE,
        )
    if Role.TEXT not in found:
        raise _no_text(columns, sample_rows)
    return Recognition(
        MappingProxyType(found),
        known,
        _best_rating(known, found, sample),
        frozenset(known.answered) if known and known.answered else ANSWERED,
    )


class _Sample:
    """A header with some cells of each column."""

    def __init__(self, columns: Sequence[str], rows: Sequence[Row]) -> None:
        self._columns = columns
        self._rows = rows
        self._keys = [name_key(column) for column in columns]
        self.texts = cache(self._texts)

    def _texts(self, place: int) -> list[str]:
        texts = (cell_text(row.cells[place]).strip() for row in self._rows)
        return [text for text in texts if text]

    def by_name(self, role: Role, taken: Sequence[int]) -> int | None:
        for key in KEYS[role]:
            for place, name in enumerate(self._keys):
                if name == key and place not in taken:
                    if self._can_be(role, place):
                        return place
                    break  # of several columns with the same name, the first
        return None

    def _can_be(self, role: Role, place: int) -> bool:
        texts = self.texts(place)
        if role is Role.ID and self._keys[place] in SHARED_KEYS and not is_distinct(texts):
            return False  # the post that several comments belong to
        return could_be(role, texts)

    def by_content(self, role: Role, taken: Sequence[int]) -> int | None:
        free = [() if i in taken else self.texts(i) for i in range(len(self._columns))]
        return by_content(role, self._columns, free)


def _add(found: dict[Role, Found], role: Role, place: int | None, how: How) -> None:
    taken = {one.place for one in found.values()}
    if place is not None and role not in found and place not in taken:
        found[role] = Found(place, how)


def _wanted(columns: Sequence[str], wanted: Mapping[Role, str]) -> dict[Role, Found]:
    found: dict[Role, Found] = {}
    for role, name in wanted.items():
        place = _by_wanted(columns, role, name)
        for other, one in found.items():
            if one.place == place:
                raise InputError(
                    f"the column “{columns[place]}” is wanted for two uses: {other.option} and "
                    f"{role.option}.",
                    hint="Name another column in one of them, or leave one out.",
                )
        found[role] = Found(place, How.OPTION)
    return found


def _by_wanted(columns: Sequence[str], role: Role, wanted: str) -> int:
    if wanted in columns:
        return columns.index(wanted)
    place = first_place([wanted], columns)
    if place is None:
        raise InputError(
            f"there is no column “{wanted}”. The columns are: {_listed(columns)}.",
            hint=f"Give one of them to {role.option}.",
        )
    return place


def _best_rating(known: Layout | None, found: Mapping[Role, Found], sample: _Sample) -> float:
    if known and known.best_rating is not None:
        return known.best_rating
    return best_rating(sample.texts(found[Role.RATING].place)) if Role.RATING in found else 5.0


class NoTextColumnError(InputError):
    """A table in which no column could be the text."""


def _is_title(columns: Sequence[str]) -> bool:
    return len(columns) > 2 and bool(columns[0].strip()) and not "".join(columns[1:]).strip()


def _no_text(columns: Sequence[str], rows: Sequence[Row]) -> InputError:
    message = f"no column looks like the text. The columns are: {_listed(columns)}."
    if 2 * sum(any(row.surplus) for row in rows) > len(rows):
        # Comments may well be in it, so it is no table of other things to be passed over.
        return InputError(message, hint=_BELOW_TITLE)
    return NoTextColumnError(message, hint="Name it with --text-column.")


def _listed(columns: Sequence[str]) -> str:
    shown = [f"“{column[:60]}”" for column in columns[:30]]
    more = [f"and {len(columns) - 30} more"] if len(columns) > 30 else []
    return ", ".join([*shown, *more])
