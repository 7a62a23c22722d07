"""The figures of an evaluation, for a terminal, for machines, and as a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from smclassify.labels import LANGUAGE_NAMES, Task

if TYPE_CHECKING:
    from rich.console import RenderableType

    from smclassify.evaluation.counts import IntervalTable
    from smclassify.evaluation.metrics import Figures, Table
    from smclassify.evaluation.resampling import Interval

COLUMNS = ("precision", "recall", "F1", "average precision", "support", "texts")
RANGED_COLUMNS = ("precision", "recall", "F1", "F1, 95 %", "average precision", "support", "texts")
"""With the interval of F1 beside it."""


def figures_record(
    tables: Mapping[Task, Table], intervals: Mapping[Task, IntervalTable] | None = None
) -> dict[str, Any]:
    """Return the record of the contract: task, language, label, figures.

    With intervals, each has ``f1_low`` and ``f1_high`` as well, null where there are too few
    texts to say.
    """
    return {
        task.value: {
            language: {
                label: one.to_dict()
                | ({} if intervals is None else _ends(intervals[task][language][label]))
                for label, one in rows.items()
            }
            for language, rows in table.items()
        }
        for task, table in tables.items()
    }


def _ends(interval: Interval | None) -> dict[str, float | None]:
    low, high = (None, None) if interval is None else (round(end, 4) for end in interval)
    return {"f1_low": low, "f1_high": high}


def _cells(one: Figures, interval: Interval | None, *, ranged: bool) -> list[str]:
    shown = [f"{share:.3f}" for share in (one.precision, one.recall, one.f1)]
    if ranged:
        shown.append("" if interval is None else f"{interval.low:.2f}-{interval.high:.2f}")
    return [*shown, f"{one.average_precision:.3f}", f"{one.support:,}", f"{one.texts:,}"]


def _rows(table: Table, ranges: IntervalTable | None) -> Iterator[tuple[str, str, list[str]]]:
    """Yield (label, language, cells), the languages of a label together."""
    labels = dict.fromkeys(label for rows in table.values() for label in rows)
    for label in labels:
        for language, rows in table.items():
            if label in rows:
                interval = None if ranges is None else ranges[language][label]
                cells = _cells(rows[label], interval, ranged=ranges is not None)
                yield label, LANGUAGE_NAMES.get(language, language), cells


def figures_view(
    tables: Mapping[Task, Table], intervals: Mapping[Task, IntervalTable] | None = None
) -> Iterator[RenderableType]:
    """Yield a table for each task, for a terminal."""
    from rich import box
    from rich.table import Table as TerminalTable

    for task, table in tables.items():
        shown = TerminalTable(title=task.value, box=box.SIMPLE, title_justify="left")
        shown.add_column("label", no_wrap=True)
        shown.add_column("language")
        for column in COLUMNS if intervals is None else RANGED_COLUMNS:
            shown.add_column(column, justify="right")
        before = None
        for label, language, cells in _rows(table, _of(intervals, task)):
            if before not in (None, label):
                shown.add_section()
            shown.add_row("" if before == label else label, language, *cells)
            before = label
        yield shown


def _of(intervals: Mapping[Task, IntervalTable] | None, task: Task) -> IntervalTable | None:
    return None if intervals is None else intervals[task]


def figures_page(
    tables: Mapping[Task, Table],
    model: str,
    intervals: Mapping[Task, IntervalTable] | None = None,
) -> str:
    """Return the figures as a page that needs nothing but itself."""
    from smclassify.report.html import render

    sections = [
        (task.value, list(_rows(table, _of(intervals, task)))) for task, table in tables.items()
    ]
    shown = COLUMNS if intervals is None else RANGED_COLUMNS
    return render("figures.html.j2", columns=shown, sections=sections, model=model)
