"""The texts that could be labelled: read from exports, each once, all of them or a sample."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from types import MappingProxyType

from smclassify.annotating.session import Item
from smclassify.errors import InputError
from smclassify.exports import (
    InputName,
    NoTextColumnError,
    Recognition,
    Role,
    Row,
    cell_text,
    find_inputs,
    open_table,
    recognise,
)
from smclassify.exports.columns.values import plain_texts
from smclassify.text.prepare import canonical

_SAMPLE_ROWS = 1_000
_CLUES = (Role.ID, Role.LANG, Role.PLATFORM, Role.AUTHOR, Role.THREAD)


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How to read the files.

    Attributes
    ----------
    columns : mapping of Role to str
        What the user says that columns are for; the others are found out.
    lang : str or None
        The language of all texts.
    encoding, delimiter : str or None
        Of text files; found out by default.
    pool : int or None
        So many texts, drawn at random; all of them by default.
    seed : int
        Of the drawing.
    """

    columns: Mapping[Role, str] = field(default_factory=lambda: MappingProxyType({}))
    lang: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    pool: int | None = None
    seed: int = 0


@dataclass(slots=True)
class Candidates:
    """What was found in the files.

    Attributes
    ----------
    items : list of Item
        Each text once, in the order of the files.
    repeated : int
        Rows whose text is another row's too, word for word.
    labelled : int
        Texts that were left out because they are labelled already.
    gone : int
        Texts that were labelled in an earlier session and are in no file any more.
    found : int
        Different texts that were not labelled yet, of which ``items`` may be a sample.
    notes : list of str
        What was odd about the files; rows that could not be read.
    bom : bool
        Whether a CSV file made of them had better begin with a byte order mark.
    """

    items: list[Item]
    repeated: int = 0
    labelled: int = 0
    gone: int = 0
    found: int = 0
    notes: list[str] = field(default_factory=list)
    bom: bool = False


def text_key(text: str) -> str:
    """Return what a text is known again by: its characters, however the blanks stand."""
    return " ".join(text.split())


def read_candidates(
    names: Sequence[str],
    options: ReadingOptions,
    labelled: Sequence[str] = (),
    progress: Callable[[int], None] = lambda _: None,
) -> Candidates:
    """Read the texts that could be labelled.

    Parameters
    ----------
    names : sequence of str
        Files, folders, patterns, archives.
    options : ReadingOptions
    labelled : sequence of str
        Texts that need no label any more.
    progress : callable
        Told how many rows have been read.

    Raises
    ------
    InputError
        If a file cannot be read or has no column of texts, or no text is found in any.
    """
    found = Candidates([])
    before = {text_key(text) for text in labelled}
    there: set[str] = set()
    seen: set[int] = set()
    reservoir = _Reservoir(options.pool, options.seed)
    for item in _read(names, options, found, progress):
        key = text_key(item.text)
        if key in before:
            there.add(key)
        elif (hashed := hash(key)) in seen:
            found.repeated += 1
        else:
            seen.add(hashed)
            reservoir.add(item)
    found.items, found.found = reservoir.items(), len(seen)
    found.labelled, found.gone = len(there), len(before - there)
    if not seen and not there:
        raise InputError("there is no text in it.", where=", ".join(names))
    return found


class _Reservoir:
    """A sample of things of which nobody knows how many will come; in their order.

    Algorithm R (Waterman; Vitter 1985, "Random sampling with a reservoir").
    """

    def __init__(self, size: int | None, seed: int) -> None:
        self._size = size
        self._random = random.Random(seed)
        self._kept: list[tuple[int, Item]] = []
        self._n = 0

    def add(self, item: Item) -> None:
        self._n += 1
        if self._size is None or len(self._kept) < self._size:
            self._kept.append((self._n, item))
        elif (place := self._random.randrange(self._n)) < self._size:
            self._kept[place] = (self._n, item)

    def items(self) -> list[Item]:
        return [item for _, item in sorted(self._kept, key=lambda pair: pair[0])]


def _read(
    names: Sequence[str],
    options: ReadingOptions,
    found: Candidates,
    progress: Callable[[int], None],
) -> Iterator[Item]:
    inputs = find_inputs(names)
    found.notes += [f"{one.name}: {one.reason}" for one in inputs.skipped]
    rows_read = 0
    for source in inputs.inputs:
        try:
            for rows in _tables(source, options, found):
                rows_read += len(rows)
                progress(rows_read)
                yield from rows
        except NoTextColumnError as error:
            if len(inputs.inputs) == 1 or source.path in names:
                raise
            found.notes.append(str(error))


def _tables(source: InputName, options: ReadingOptions, found: Candidates) -> Iterator[list[Item]]:
    """Yield the texts of a table, batch by batch."""
    reading = open_table(source, encoding=options.encoding, delimiter=options.delimiter)
    with reading as table:
        try:
            known = recognise(
                table.columns,
                table.sample(_SAMPLE_ROWS),
                wanted=options.columns,
                layout=table.layout,
            )
        except InputError as error:
            raise type(error)(error.message, where=str(source), hint=error.hint) from error
        found.bom |= table.bom or table.format == "xlsx"
        name = PurePath(source.path).name if source.member is None else str(source)
        for rows in table.batches():
            yield _items(rows, known, options.lang, name)
        found.notes += [f"{source}: {problem}" for problem in table.problems if problem.lost]


def _items(rows: Sequence[Row], known: Recognition, lang: str | None, file: str) -> list[Item]:
    cells = {role: _texts(rows, known, role) for role in (Role.TEXT, *_CLUES)}
    texts = plain_texts(cells[Role.TEXT]) if known.segments else cells[Role.TEXT]
    clues = zip(*(cells[role] for role in _CLUES), strict=True)
    return [
        Item(
            text,
            id=name,
            lang=lang or canonical(language) or "",
            platform=platform.strip() or known.platform or "",
            author=author,
            thread=thread,
            file=file,
            row=row.number,
        )
        for row, text, (name, language, platform, author, thread) in zip(
            rows, texts, clues, strict=True
        )
        if text.strip()
    ]


def _texts(rows: Sequence[Row], known: Recognition, role: Role) -> list[str]:
    place = known.place(role)
    if place is None:
        return [""] * len(rows)
    return [cell_text(row.cells[place]) for row in rows]
