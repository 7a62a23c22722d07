"""What is recognised in a file, for a terminal, before anything is done with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich import box
from rich.console import RenderableType
from rich.table import Table as Grid
from rich.text import Text

from smclassify.exports import How, Role, Row, Table, cell_text
from smclassify.exports.columns.recognition import Recognition
from smclassify.exports.columns.times import TimeReader
from smclassify.report.clean import one_line
from smclassify.report.words import count

_EXAMPLE: Final = 48
_PROBLEMS: Final = 5
_HOW: Final = {
    How.OPTION: "you said so",
    How.LAYOUT: "the layout",
    How.NAME: "its name",
    How.CONTENT: "what is in it",
}
_USES: Final = {
    Role.TEXT: "comment",
    Role.ID: "its id",
    Role.LANG: "language (not used: each text's own is told from it)",
    Role.PLATFORM: "platform",
    Role.TIME: "when it was written",
    Role.AUTHOR: "who wrote it",
    Role.REPLY: "our answer",
    Role.REPLY_TIME: "when we answered",
    Role.RATING: "rating",
    Role.LINK: "where it can be seen",
    Role.THREAD: "post or conversation",
    Role.PARENT: "the comment it answers",
    Role.REACH: "likes, shares or views",
    Role.STATUS: "whether it is answered",
}


def inspect_view(
    table: Table,
    known: Recognition,
    times: dict[Role, TimeReader],
    sample: list[Row],
) -> Iterator[RenderableType]:
    """Yield what to print about one table.

    Parameters
    ----------
    table : Table
    known : Recognition
        What its columns are for.
    times : dict of Role to TimeReader
        What reads its columns of times.
    sample : list of Row
        Its first rows.
    """
    yield Text(one_line(table.name, 200), "bold")
    yield Text(f"  {_what(table)}")
    yield Text(f"  {_layout(known)}")
    for reader in times.values():
        yield Text(f"  times: {_times(reader)}")
    yield Text("")
    yield _columns(table, known, sample)
    for problem in table.problems[:_PROBLEMS]:
        yield Text(f"  {one_line(str(problem), 200)}", "yellow")
    if (more := table.problems.total - _PROBLEMS) > 0:
        yield Text(f"  … and {more:,} more", "yellow")


def _what(table: Table) -> str:
    said = [table.format.upper()]
    if table.encoding is not None:
        said.append(f"encoding {table.encoding}")
    delimiter = getattr(getattr(table, "dialect", None), "delimiter", None)
    if delimiter is not None:
        said.append(f"cells between {'tabs' if delimiter == chr(9) else repr(delimiter)}")
    if table.sheet is not None:
        said.append(f"sheet “{one_line(table.sheet, 60)}”")
    said.append(count(len(table.columns), "column"))
    return ", ".join(said)


def _layout(known: Recognition) -> str:
    if known.layout is None:
        return "no known layout: columns are told by their names and by what is in them"
    layout = known.layout
    doubt = "" if layout.sure else " (seen in other programs only, not with its maker)"
    notes = f" {layout.notes}" if layout.notes else ""
    return f"layout: {layout.name}{doubt}.{notes}"


def _times(reader: TimeReader) -> str:
    return f"{reader.description}; {reader.share:.0%} of those looked at could be read"


def _columns(table: Table, known: Recognition, sample: list[Row]) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in ("Column", "Used as", "Known by", "For example"):
        grid.add_column(title)
    uses = {one.place: (role, one.how) for role, one in known.found.items()}
    for place, column in enumerate(table.columns):
        role, how = uses.get(place, (None, None))
        texts = (cell_text(row.cells[place]).strip() for row in sample)
        example = next(filter(None, texts), "")
        grid.add_row(
            Text(one_line(column, 40), "bold" if role else "dim"),
            Text(_USES[role] if role is not None else "kept as it is", "" if role else "dim"),
            Text(_HOW[how] if how is not None else ""),
            Text(one_line(example, _EXAMPLE), "dim"),
        )
    return grid
