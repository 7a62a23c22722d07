"""The figures of an evaluation, for a terminal, for machines, and as a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from smclassify.labels import LANGUAGE_NAMES, Task

if TYPE_CHECKING:
    from rich.console import RenderableType

    from smclassify.evaluation.metrics import Figures, Table

COLUMNS = ("precision", "recall", "F1", "average precision", "support", "texts")


def figures_record(tables: Mapping[Task, Table]) -> dict[str, Any]:
    """Return the record of the contract: task, language, label, figures."""
    return {
        task.value: {
            language: {label: one.to_dict() for label, one in rows.items()}
            for language, rows in table.items()
        }
        for task, table in tables.items()
    }


def _cells(one: Figures) -> list[str]:
    shares = (one.precision, one.recall, one.f1, one.average_precision)
    return [*(f"{share:.3f}" for share in shares), f"{one.support:,}", f"{one.texts:,}"]


def _rows(table: Table) -> Iterator[tuple[str, str, list[str]]]:
    """Yield (label, language, cells), the languages of a label together."""
    labels = dict.fromkeys(label for rows in table.values() for label in rows)
    for label in labels:
        for language, rows in table.items():
            if label in rows:
                yield label, LANGUAGE_NAMES.get(language, language), _cells(rows[label])


def figures_view(tables: Mapping[Task, Table]) -> Iterator[RenderableType]:
    """Yield a table for each task, for a terminal."""
    from rich import box
    from rich.table import Table as TerminalTable

    for task, table in tables.items():
        shown = TerminalTable(title=task.value, box=box.SIMPLE, title_justify="left")
        shown.add_column("label")
        shown.add_column("language")
        for column in COLUMNS:
            shown.add_column(column, justify="right")
        before = None
        for label, language, cells in _rows(table):
            if before not in (None, label):
                shown.add_section()
            shown.add_row("" if before == label else label, language, *cells)
            before = label
        yield shown


def figures_page(tables: Mapping[Task, Table], model: str) -> str:
    """Return the figures as a page that needs nothing but itself."""
    from smclassify.report.html import render

    sections = [(task.value, list(_rows(table))) for task, table in tables.items()]
    return render("figures.html.j2", columns=COLUMNS, sections=sections, model=model)
