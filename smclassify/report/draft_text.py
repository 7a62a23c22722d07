"""Drafts on a terminal, or in a plain text file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from smclassify.drafts import DraftResult
from smclassify.findings import Finding
from smclassify.report import words
from smclassify.report.clean import one_line
from smclassify.report.remarks import Remark, flag_remarks, remarks, shown_findings
from smclassify.report.segments import segments

OPEN_MARK: Final = ">>"
CLOSE_MARK: Final = "<<"
"""Stand around what was found where colours and underlining cannot be shown."""

_FLAG = "bold red"
_QUIET = "dim"
_MARKED = "bold underline"


def draft_view(result: DraftResult, *, plain: bool) -> Iterator[RenderableType]:
    """Yield what to print about a draft; nothing for a clean one.

    Parameters
    ----------
    result : DraftResult
        The draft.
    plain : bool
        Mark what was found with :data:`OPEN_MARK` and :data:`CLOSE_MARK` instead of
        underlining it.

    Yields
    ------
    renderable
        For a rich console. Nothing of the user's text is taken for markup.
    """
    if not result.flags and not result.findings:
        return
    findings, more = shown_findings(result)
    yield _heading(result)
    yield Padding(_marked_text(result.text, findings, plain), (0, 0, 0, 2))
    for remark in flag_remarks(result):
        line = Text().append(remark.flag, _FLAG)
        line.append(f" - {remark.meaning} ({remark.certainty})")
        yield Padding(line, (0, 0, 0, 2))
        for name, meaning in remark.reasons:
            yield Padding(Text(f"{name}: {meaning}"), (0, 0, 0, 4))
    for said in remarks(result.text, findings):
        yield Padding(_remark(said), (0, 0, 0, 4))
    if more:
        yield Text(f"    … and {words.count(more, 'finding')} more", _QUIET)
    yield Text("")


def set_view(remarks: Sequence[str]) -> Iterator[RenderableType]:
    """Yield what to print about a set of drafts as a whole; nothing if there is nothing."""
    if not remarks:
        return
    yield Text("All drafts together", "bold")
    rows = _points()
    for remark in remarks:
        rows.add_row("•", Text(one_line(remark)))
    yield Padding(rows, (0, 0, 0, 4))
    yield Text("")


def _heading(result: DraftResult) -> Text:
    heading = Text().append(one_line(result.id, 120), "bold")
    heading.append(f"  {words.language(result.lang)}", _QUIET)
    if not result.flags:
        heading.append("  advice only", _QUIET)
    return heading


def _marked_text(text: str, findings: list[Finding], plain: bool) -> Text:
    marked = Text()
    for segment in segments(text.rstrip(), findings):
        if plain and segment.opens:
            marked.append(OPEN_MARK)
        style = _style(findings, segment.findings) if segment.findings and not plain else ""
        marked.append(segment.text, style)
        if plain and segment.closes:
            marked.append(CLOSE_MARK)
    return marked


def _style(findings: list[Finding], places: tuple[int, ...]) -> str:
    flagged = any(findings[place].label for place in places)
    return f"{_MARKED} {'red' if flagged else 'yellow'}"


def _points() -> Table:
    """Return a table for points and what they say, of which nothing is cut off."""
    rows = Table.grid(padding=(0, 1))
    rows.add_column()
    rows.add_column(overflow="fold")
    return rows


def _remark(remark: Remark) -> Table:
    line = Text()
    if remark.quotes:
        line.append(", ".join(f"“{quote}”" for quote in remark.quotes), "bold")
        line.append("  ")
    line.append(remark.message)
    line.append(f" [{remark.about}]", _QUIET)
    rows = _points()
    rows.add_row("•", line)
    if remark.suggestion:
        rows.add_row("→", Text(remark.suggestion))
    return rows
