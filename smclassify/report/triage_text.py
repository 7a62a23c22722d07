"""A triage on a terminal: what matters, whom to answer first, how we are doing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from rich import box
from rich.columns import Columns
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from smclassify.report.clean import one_line
from smclassify.report.triage_headline import (
    answered,
    burst_size,
    quoted,
    theme_size,
    trend,
    unread,
    waiting,
)
from smclassify.report.triage_words import Speech
from smclassify.triage.survey import Burst, Theme, TriagedRow
from smclassify.triage.types import SOON, URGENT, TriageSummary
from smclassify.wording import DEFAULT_UI_LANGUAGE

_EXCERPT: Final = 220
_REASONS: Final = 3
_BURSTS: Final = 3
_THEMES: Final = 6
_QUIET: Final = "dim"


def triage_view(
    summary: TriageSummary, *, shown: int = 10, ui_language: str = DEFAULT_UI_LANGUAGE
) -> Iterator[RenderableType]:
    """Yield what to print about a triage.

    Parameters
    ----------
    summary : TriageSummary
        What was found.
    shown : int
        How many comments each list shows.
    ui_language : str
        Of everything but the comments.

    Yields
    ------
    renderable
        For a rich console. Nothing of the comments is taken for markup.

    Raises
    ------
    ValueError
        If the program doesn't speak that language.
    """
    speech = Speech(ui_language)
    yield from _bursts(summary.survey.watch.bursts, speech)
    yield from _section("answer", summary.to_answer, summary.private_replies, shown, speech)
    other = [row for row in summary.alarms if not row.private_reply]
    yield from _section("alarms", other, len(other), shown, speech)
    if summary.survey.service.known:
        said = speech.paragraph(answered(summary.survey.service, speech))
        yield from _titled(speech.say("service"), [said])
    themes = summary.survey.themes[:_THEMES]
    if themes:
        yield from _titled(speech.say("themes"), [_theme(theme, speech) for theme in themes])
    counts = [_counts(*counted, speech) for counted in _tables(summary, speech) if counted[1]]
    if counts:
        yield Columns(counts, padding=(0, 4))
        yield Text("")
    yield from (Text(line) for line in _end(summary, speech))


def _end(summary: TriageSummary, speech: Speech) -> Iterator[str]:
    """Yield the lines that stand last, where they are seen without scrolling back."""
    yield waiting(summary, speech)
    yield from unread(summary, speech)
    yield speech.say(
        "short-counts",
        comments=speech.say("read", count=summary.rows - summary.survey.ours),
        private=summary.private_replies,
        crises=summary.crises,
    )


def _bursts(bursts: Sequence[Burst], speech: Speech) -> Iterator[RenderableType]:
    if not bursts:
        return
    lines = []
    for burst in bursts[:_BURSTS]:
        period, size = speech.period(burst.start, burst.end), burst_size(burst, speech)
        said = [speech.say("colon", name=period, what=size)]
        if burst.words:
            said.append(speech.say("about", words=quoted(burst.words, speech)))
        lines.append(speech.paragraph(said))
    yield from _titled(speech.say("watch"), lines)


def _titled(title: str, lines: Sequence[str]) -> Iterator[RenderableType]:
    yield Text(title, "bold")
    yield Text("")
    for line in lines:
        points = Table.grid(padding=(0, 1))
        points.add_column(min_width=3, justify="right")
        points.add_column(overflow="fold")
        points.add_row("•", Text(line))
        yield points
    yield Text("")


def _theme(theme: Theme, speech: Speech) -> str:
    parts = [quoted(theme.words, speech), theme_size(theme, speech), trend(theme, speech)]
    return " · ".join(part for part in parts if part)


def _section(
    name: str, rows: Sequence[TriagedRow], total: int, shown: int, speech: Speech
) -> Iterator[RenderableType]:
    if not rows:
        return
    title = speech.say(name)
    if total > shown:
        first = min(shown, len(rows))
        title = speech.say("shown-first", title=title, shown=first, total=total)
    yield Text(title, "bold")
    yield Text("")
    for row in rows[:shown]:
        yield _comment(row, speech)
    yield Text("")


def _comment(row: TriagedRow, speech: Speech) -> Table:
    urgency = "bold red" if row.priority >= URGENT else "yellow" if row.priority >= SOON else ""
    lines = Table.grid(padding=(0, 2))
    lines.add_column(justify="right", min_width=4)
    lines.add_row(Text(str(row.priority), urgency), _heading(row, speech))
    lines.add_row("", Text(one_line(row.text, _EXCERPT)))
    for reason in row.reasons[:_REASONS]:
        lines.add_row("", Text(f"→ {one_line(reason, _EXCERPT)}", _QUIET))
    return lines


def _heading(row: TriagedRow, speech: Speech) -> Text:
    line = Text()
    who = [one_line(part, 40) for part in (row.platform, row.author) if part.strip()]
    language, kind = speech.language_name(row.lang), speech.label(row.kind)
    line.append(" · ".join([*who, language, kind]), "bold")
    if row.department:
        line.append(f" → {speech.label(row.department)}")
    if row.crisis:
        line.append(f"  {speech.say('crisis-tag')}", "bold red")
    line.append(f"  (id {one_line(row.id, 40)})", _QUIET)
    return line


def _tables(
    summary: TriageSummary, speech: Speech
) -> Iterator[tuple[str, Mapping[str, int], Callable[[str], str]]]:
    yield "kind", summary.kinds, speech.label
    yield "language", summary.languages, speech.language_name
    yield "department", summary.departments, speech.label
    yield "own-labels", summary.own_labels, speech.label


def _counts(
    title: str, counts: Mapping[str, int], name: Callable[[str], str], speech: Speech
) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(speech.say(title))
    table.add_column(speech.say("comments"), justify="right")
    for key, number in counts.items():
        table.add_row(Text(one_line(name(key), 40)), speech.number(number))
    return table
