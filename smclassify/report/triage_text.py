"""A triage on a terminal: whom to answer first, and how many there are of what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from rich import box
from rich.columns import Columns
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from smclassify.report import words
from smclassify.report.clean import one_line
from smclassify.tally import TriagedRow
from smclassify.triage_types import TriageSummary

_EXCERPT: Final = 220
_REASONS: Final = 3
_QUIET: Final = "dim"
_URGENT: Final = 70
_SOON: Final = 40


def triage_view(summary: TriageSummary, *, shown: int = 10) -> Iterator[RenderableType]:
    """Yield what to print about a triage.

    Parameters
    ----------
    summary : TriageSummary
        What was found.
    shown : int
        How many comments each list shows.

    Yields
    ------
    renderable
        For a rich console. Nothing of the comments is taken for markup.
    """
    if summary.to_answer:
        yield from _section(
            "Answer in private first", summary.to_answer, summary.private_replies, shown
        )
    other = [row for row in summary.alarms if not row.private_reply]
    if other:
        title = "Could become a crisis, with nobody to answer in private"
        yield from _section(title, other, None, shown)
    yield Columns([_counts(*counted) for counted in _tables(summary)], padding=(0, 4))
    yield Text("")
    yield Text(sentence(summary))


def sentence(summary: TriageSummary) -> str:
    """Return the summary in one line or two."""
    parts = [
        f"{words.count(summary.rows, 'comment')}: {summary.private_replies:,} to answer in "
        f"private, {summary.crises:,} that could become a crisis."
    ]
    if summary.rows_lost:
        rows = words.count(summary.rows_lost, "row")
        parts.append(f"{rows} could not be read and are not in the result.")
    if summary.uncounted:
        rows = words.count(summary.uncounted, "row")
        parts.append(f"{rows} of the interrupted run are in the result but not in these figures.")
    return " ".join(parts)


def _tables(summary: TriageSummary) -> Iterator[tuple[str, dict[str, int]]]:
    yield "Kind", dict(summary.kinds)
    yield "Language", {words.language(code): n for code, n in summary.languages.items()}
    yield "Department", {words.name(name): n for name, n in summary.departments.items()}


def _section(
    title: str, rows: list[TriagedRow] | tuple[TriagedRow, ...], total: int | None, shown: int
) -> Iterator[RenderableType]:
    of = f" (the first {min(shown, len(rows))} of {total:,})" if total and total > shown else ""
    yield Text(f"{title}{of}", "bold")
    yield Text("")
    for row in rows[:shown]:
        yield _comment(row)
    yield Text("")


def _comment(row: TriagedRow) -> Table:
    urgency = "bold red" if row.priority >= _URGENT else "yellow" if row.priority >= _SOON else ""
    lines = Table.grid(padding=(0, 2))
    lines.add_column(justify="right", min_width=4)
    lines.add_row(Text(str(row.priority), urgency), _heading(row))
    lines.add_row("", Text(one_line(row.text, _EXCERPT)))
    for reason in row.reasons[:_REASONS]:
        lines.add_row("", Text(f"→ {one_line(reason, _EXCERPT)}", _QUIET))
    return lines


def _heading(row: TriagedRow) -> Text:
    line = Text()
    who = [one_line(part, 40) for part in (row.platform, row.author) if part.strip()]
    line.append(" · ".join([*who, words.language(row.lang), row.kind]), "bold")
    if row.department:
        line.append(f" → {words.name(row.department)}")
    if row.crisis:
        line.append("  crisis", "bold red")
    line.append(f"  (id {one_line(row.id, 40)})", _QUIET)
    return line


def _counts(title: str, counts: Mapping[str, int]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(title)
    table.add_column("Comments", justify="right")
    for name, number in counts.items():
        table.add_row(Text(one_line(name, 40)), f"{number:,}")
    return table
