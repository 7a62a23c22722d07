"""What the cells of rows say, as facts: what a row is called, who wrote it, how many saw it.

A batch is read column by column, and of values that come again (platforms, threads) each is
understood once a batch.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.exports import Recognition, Role, Row
from smclassify.exports.cells import cell_texts
from smclassify.exports.columns.values import is_answered, rating_share, reach_numbers
from smclassify.exports.writing.guard import MARK, unguard
from smclassify.triage.facts import ANSWERED, CRISIS, NO_DEPARTMENT, OURS, PRIVATE
from smclassify.triage.seen import BETWEEN, hashes

_NO_IDS: Final = frozenset({"", "0", "null", "none", "nan", "undefined"})
_NO_ID_LENGTH: Final = max(map(len, _NO_IDS))


def account_key(name: str) -> str:
    """Return an account's name as it is compared: without case, forms and the leading @."""
    return unicodedata.normalize("NFKC", name).casefold().strip().lstrip("@")


def account_keys(names: Sequence[str]) -> list[str]:
    """Return what :func:`account_key` makes of each name."""
    # No form or case folding reaches over a line break, makes one or takes one away.
    joined = unicodedata.normalize("NFKC", "\n".join(names)).casefold().split("\n")
    if len(joined) != len(names):
        return list(map(account_key, names))
    return [name.strip().lstrip("@") for name in joined]


def name_of_id(text: str) -> str:
    """Return an id as it is compared, empty for none; what a spreadsheet made 12.0 is 12."""
    name = (unguard(text) if MARK in text else text).strip().removesuffix(".0")
    # Case folding makes no text shorter.
    return "" if len(name) <= _NO_ID_LENGTH and name.casefold() in _NO_IDS else name


class Cells:
    """The cells of n rows of one table, by what their columns are for.

    Parameters
    ----------
    rows : sequence of Row, length n
    columns : sequence of str
        The table's header.
    known : Recognition
        What its columns are for.
    """

    def __init__(self, rows: Sequence[Row], columns: Sequence[str], known: Recognition) -> None:
        self.rows = rows
        self.columns = columns
        self.known = known
        self._cells = self._turned()
        self._texts: dict[Role, list[str]] = {}

    def _turned(self) -> dict[Role, list[object]]:
        """Return the columns that are for something, each with the cells of all rows."""
        places = [found.place for found in self.known.found.values()]
        # Of one place alone there would be no tuple, so the first is taken twice.
        of_row = itemgetter(*places, places[0])
        one_by_one = list(chain.from_iterable([of_row(row.cells) for row in self.rows]))
        step = len(places) + 1
        return {role: one_by_one[at::step] for at, role in enumerate(self.known.found)}

    def of(self, role: Role) -> Sequence[object] | None:
        """Return the cells of a column as they came, length n; None where there is no column."""
        return self._cells.get(role)

    def texts(self, role: Role) -> list[str]:
        """Return the cells of a column as text, length n; empty where there is no column."""
        if role not in self._texts:
            cells = self.of(role)
            self._texts[role] = [""] * len(self.rows) if cells is None else cell_texts(cells)
        return self._texts[role]

    @cached_property
    def platforms(self) -> list[str]:
        """Where rows are from, in lower case, length n; empty where nothing says so."""
        texts = self.texts(Role.PLATFORM)
        known = {text: text.strip().casefold() or self.known.platform or "" for text in set(texts)}
        return [known[text] for text in texts]


def identities(cells: Cells) -> NDArray[np.uint64]:
    """Return what each row is known again by, shape (n,): its id, else text, author and time."""

    def by_content(at: int) -> str:
        parts = (cells.texts(role)[at] for role in (Role.TEXT, Role.AUTHOR, Role.TIME))
        return BETWEEN.join(("row", *(part.replace(MARK, "") for part in parts)))

    own_ids = (text.replace(MARK, "") for text in cells.texts(Role.ID))
    return hashes(
        [f"id{BETWEEN}{own}" if own.strip() else by_content(at) for at, own in enumerate(own_ids)]
    )


def tell_ids(cells: Cells, system: str, facts: NDArray[np.void]) -> None:
    """Put into the facts what rows are called, what they answer, and their threads.

    Parameters
    ----------
    cells : Cells
    system : str
        Whose ids these are: they are only compared with each other.
    facts : ndarray of FACT, shape (n,)
    """
    for role, name in ((Role.ID, "id"), (Role.PARENT, "parent"), (Role.THREAD, "thread")):
        if cells.known.place(role) is not None:
            facts[name] = _id_hashes(cells.texts(role), system)
    # Some exports name a comment on the post itself as its own parent.
    facts["parent"][facts["parent"] == facts["id"]] = 0


def _id_hashes(texts: Sequence[str], system: str) -> NDArray[np.uint64]:
    names = {text: name for text in dict.fromkeys(texts) if (name := name_of_id(text))}
    of_names = hashes([f"{name}{BETWEEN}{system}" for name in names.values()])
    if len(names) == len(texts):  # a column of ids: none comes again
        return of_names
    known = dict(zip(names, of_names.tolist(), strict=True))
    return np.fromiter((known.get(text, 0) for text in texts), np.uint64, len(texts))


def tell_author(cells: Cells, accounts: Collection[str], facts: NDArray[np.void]) -> None:
    """Put into the facts who wrote a row, and that what we have written ourselves is no case.

    Parameters
    ----------
    cells : Cells
    accounts : collection of str
        Our own, as :func:`account_key` writes them.
    facts : ndarray of FACT, shape (n,)
    """
    authors = account_keys(cells.texts(Role.AUTHOR))
    if cells.known.place(Role.AUTHOR) is not None:
        named = np.array(list(map(bool, authors)), bool)
        names = map(BETWEEN.join, zip(authors, cells.platforms, strict=True))
        facts["author"] = hashes(list(names)) * named
    ours = np.array([author in accounts for author in authors], bool) | _marked_ours(cells)
    facts["flags"][ours] &= ~np.uint8(PRIVATE | CRISIS)
    facts["flags"][ours] |= OURS
    facts["department"][ours] = NO_DEPARTMENT


def _marked_ours(cells: Cells) -> NDArray[np.bool_]:
    """Return which rows a column of the table's layout says that we have written, shape (n,)."""
    ours = cells.known.ours
    if ours is None or ours.column not in cells.columns:
        return np.zeros(len(cells.rows), bool)
    place = cells.columns.index(ours.column)
    values = set(map(account_key, ours.values))
    texts = cell_texts([row.cells[place] for row in cells.rows])
    return np.array([key in values for key in account_keys(texts)], bool)


def tell_numbers(cells: Cells, facts: NDArray[np.void]) -> None:
    """Put into the facts how a row is rated, how many it has reached, whether it is answered."""
    if (ratings := cells.of(Role.RATING)) is not None:
        facts["rating"] = rating_share(ratings, cells.known.best_rating)
    if (reach := cells.of(Role.REACH)) is not None:
        facts["reach"] = reach_numbers(reach)
    if cells.known.place(Role.REPLY) is not None:
        replies = np.array([bool(text.strip()) for text in cells.texts(Role.REPLY)], bool)
        facts["flags"] |= np.uint8(ANSWERED) * replies
    if (statuses := cells.of(Role.STATUS)) is not None:
        answered = is_answered(statuses, cells.known.answered)
        facts["flags"] |= np.uint8(ANSWERED) * answered
