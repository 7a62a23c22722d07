"""Which columns of a table hold labels: by the user's word, by their header, by what is in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from smclassify.errors import TrainingError
from smclassify.labelled.names import fold, split_names
from smclassify.labelled.synonyms import synonyms
from smclassify.labelled.vocabulary import (
    ANY,
    GUESSES,
    IGNORED,
    LABELS,
    REASONS,
    ROLE_USES,
    SPLIT,
    Meaning,
    Vocabulary,
    task_of_label,
)
from smclassify.labels import (
    CRISIS,
    DEPARTMENT,
    DEPARTMENTS,
    FLAG_OF_REASON,
    FLAGS,
    KIND,
    KINDS,
    PRIVATE_REPLY,
    Task,
)

LISTS: Final = frozenset({LABELS, REASONS, KIND, DEPARTMENT, ANY})
"""Uses of columns whose cells hold names of labels; all others hold true or false."""

_NEARLY_ALL: Final = 0.9
_WAY_OUT: Final = "Name the one that counts with --label-column."


class How(StrEnum):
    """By what a column was recognised."""

    OPTION = "option"
    NAME = "name"
    CONTENT = "content"


@dataclass(frozen=True)
class LabelColumn:
    """A column that holds labels.

    Attributes
    ----------
    place : int
        From 0.
    header : str
    use : str
        ``labels``, ``reasons``, ``kind``, ``department``, ``any label``; or a label, and then its
        cells hold true or false.
    how : How
    """

    place: int
    header: str
    use: str
    how: How


@dataclass(frozen=True)
class Values:
    """The different values of each column that are not blank."""

    headers: Sequence[str]
    of: Callable[[int], Sequence[str]]


def label_columns(
    values: Values, taken: Iterable[int], vocabulary: Vocabulary, wanted: Sequence[str] = ()
) -> list[LabelColumn]:
    """Return the columns of a table that hold labels, in the order of the table.

    Parameters
    ----------
    values : Values
    taken : iterable of int
        Places of columns that are for something else.
    vocabulary : Vocabulary
    wanted : sequence of str
        Headers that the user has named; then no others count.

    Raises
    ------
    TrainingError
        If two columns say the same thing and neither is named better.
    """
    headers, used = values.headers, set(taken)
    if wanted:
        return _wanted(values, vocabulary, wanted)
    found = _mapped(values, vocabulary, used)
    left = [p for p in range(len(headers)) if p not in used and vocabulary.use(headers[p]) is None]
    left = [p for p in left if not headers[p].strip().casefold().startswith(GUESSES)]
    named = [_by_name(place, values, vocabulary) for place in left]
    found += _best([column for column in named if column is not None])
    left = [place for place in left if place not in {column.place for column in found}]
    found += _by_content(left, values, vocabulary, found)
    return sorted(found, key=lambda column: column.place)


def maybe_labels(values: Values, taken: Iterable[int]) -> list[LabelColumn]:
    """Return the columns whose header often stands over labels, whatever is in them."""
    words, used = synonyms().maybe_labels, set(taken)
    return [
        LabelColumn(place, header, ANY, How.NAME)
        for place, header in enumerate(values.headers)
        if fold(header) in words and place not in used and values.of(place)
    ]


def split_column(values: Values, taken: Iterable[int], vocabulary: Vocabulary) -> int | None:
    """Return the place of the column that says train, dev or test, if there is one."""
    used, words = set(taken), synonyms()
    for place, header in enumerate(values.headers):
        if vocabulary.use(header) == SPLIT:
            return place
    for place, header in enumerate(values.headers):
        if place in used or words.columns.get(fold(header)) != SPLIT:
            continue
        known = [fold(value) in words.splits for value in values.of(place)]
        if known and sum(known) * 2 >= len(known):
            return place
    return None


def tasks_of(column: LabelColumn, values: Values, vocabulary: Vocabulary) -> set[Task]:
    """Return the tasks whose labels a column speaks of; none where it says nothing."""
    found = [task_of_label(label) for label in _labels_in(column, values, vocabulary)]
    return {task for task in found if task is not None}


def task_of_use(use: str) -> Task | None:
    """Return the task that a column of a certain use belongs to, whatever is in it."""
    if use in (KIND, DEPARTMENT):
        return Task.COMMENTS
    return Task.DRAFTS if use in (LABELS, REASONS) else task_of_label(use)


def is_boolean(cells: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Return whether some cells, at least one, all say true or false."""
    words = synonyms()
    return bool(cells) and all(
        words.means("true", cell) or words.means("false", cell) or _truth(vocabulary.mapped(cell))
        for cell in cells
    )


def _truth(meaning: Meaning | None) -> bool:
    return meaning is not None and meaning.truth is not None


# --- one way after the other ------------------------------------------------------------------


def _wanted(values: Values, vocabulary: Vocabulary, wanted: Sequence[str]) -> list[LabelColumn]:
    found = {}
    for name in wanted:
        for place, header in enumerate(values.headers):
            if header == name or fold(header) == fold(name):
                use = vocabulary.use(header) or _use_of_name(place, values, vocabulary) or ANY
                found[place] = LabelColumn(place, header, use, How.OPTION)
                break
    return [found[place] for place in sorted(found)]


def _mapped(values: Values, vocabulary: Vocabulary, used: set[int]) -> list[LabelColumn]:
    found = []
    for place, header in enumerate(values.headers):
        use = vocabulary.use(header)
        if use and use not in (IGNORED, SPLIT, *ROLE_USES) and place not in used:
            found.append(LabelColumn(place, header, use, How.OPTION))
    return found


def _by_name(place: int, values: Values, vocabulary: Vocabulary) -> LabelColumn | None:
    header = values.headers[place]
    use = _use_of_name(place, values, vocabulary)
    if use is not None:
        return LabelColumn(place, header, use, How.NAME)
    if fold(header) in synonyms().maybe_labels and _sorts(
        LabelColumn(place, header, ANY, How.NAME), values, vocabulary
    ):
        return LabelColumn(place, header, ANY, How.NAME)
    return None


def _use_of_name(place: int, values: Values, vocabulary: Vocabulary) -> str | None:
    """Return what the header says; a label's name counts where true or false stands below it."""
    key = fold(values.headers[place])
    use = synonyms().columns.get(key)
    if use is not None and use != SPLIT:
        return use
    label = vocabulary.label(values.headers[place])
    if label is None:
        return None
    always = key == fold(label) and label in (*FLAGS, PRIVATE_REPLY, CRISIS, *vocabulary.own)
    return label if always or is_boolean(values.of(place), vocabulary) else None


def _best(columns: list[LabelColumn]) -> list[LabelColumn]:
    """Return one column for each use: of several the one that has its very name."""
    kept = []
    for use in dict.fromkeys(column.use for column in columns if column.use != ANY):
        of_use = [column for column in columns if column.use == use]
        exact = [column for column in of_use if fold(column.header) == fold(use)]
        if len(of_use) > 1 and len(exact) != 1:
            raise _two(of_use[0], of_use[1], use)
        kept.append(exact[0] if exact else of_use[0])
    return kept + [column for column in columns if column.use == ANY]


def _by_content(
    left: Sequence[int], values: Values, vocabulary: Vocabulary, found: Sequence[LabelColumn]
) -> list[LabelColumn]:
    """Return the columns that nearly always hold labels, of sorts that no other column says."""
    speaker: dict[str, LabelColumn] = {}
    for column in found:
        for sort in _sorts(column, values, vocabulary):
            other = speaker.setdefault(sort, column)
            if other is not column and ANY in (other.use, column.use):
                raise _two(other, column, sort)
    chosen = []
    for place in left:
        column = LabelColumn(place, values.headers[place], ANY, How.CONTENT)
        if not _holds_labels(values.of(place), vocabulary):
            continue
        sorts = _sorts(column, values, vocabulary)
        rivals = [speaker[sort] for sort in sorts if sort in speaker]
        if any(rival.how is How.CONTENT for rival in rivals):
            raise _two(rivals[0], column, "labels")
        if not rivals:
            chosen.append(column)
            speaker |= dict.fromkeys(sorts, column)
    return chosen


def _holds_labels(cells: Sequence[str], vocabulary: Vocabulary) -> bool:
    meanings = [_meanings(cell, vocabulary) for cell in cells]
    known = [all(one is not None for one in of_cell) for of_cell in meanings]
    if not cells or sum(known) < _NEARLY_ALL * len(cells):
        return False
    different = {one for of_cell in meanings for one in of_cell if one is not None}
    speaking = {one for one in different if one.labels or one.clean}
    return len(speaking) > 1 and any(one.labels for one in speaking)


def _meanings(cell: str, vocabulary: Vocabulary) -> list[Meaning | None]:
    whole = vocabulary.meaning(cell)
    return [whole] if whole is not None else [vocabulary.meaning(n) for n in split_names(cell)]


def _labels_in(column: LabelColumn, values: Values, vocabulary: Vocabulary) -> set[str]:
    cells = values.of(column.place)
    if column.use not in LISTS:
        return {column.use} if cells else set()
    meanings = [one for cell in cells for one in _meanings(cell, vocabulary) if one is not None]
    return {label for one in meanings for label in one.labels}


def _sorts(column: LabelColumn, values: Values, vocabulary: Vocabulary) -> set[str]:
    """Return of what a column speaks: kinds, departments, flags, or one label."""
    if column.use in (REASONS, KIND, DEPARTMENT):
        return {column.use}
    if column.use not in LISTS:
        return {column.use}
    return {_sort(label) for label in _labels_in(column, values, vocabulary)}


def _sort(label: str) -> str:
    if label in KINDS:
        return KIND
    if label in DEPARTMENTS:
        return DEPARTMENT
    return LABELS if label in (*FLAGS, *FLAG_OF_REASON) else label


def _two(one: LabelColumn, other: LabelColumn, what: str) -> TrainingError:
    return TrainingError(
        f"The columns “{one.header}” and “{other.header}” both say: {what}.", hint=_WAY_OUT
    )
