"""Models for a terminal and for programs: all of them, one, and two side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from smclassify.labels import DEPARTMENT, KIND
from smclassify.model.differences import Different, Figure, other_libraries
from smclassify.model.figures import Headline, headlines
from smclassify.report import words
from smclassify.report.clean import one_line

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from smclassify.evaluation.comparison import Compared, Comparison
    from smclassify.model.listing import Entry
    from smclassify.model.manifest import Manifest

_LONGEST = 60
_MOST_DATA = 12


def listing_view(entries: Sequence[Entry]) -> Iterator[RenderableType]:
    """Yield all versions, a line each."""
    table = _table("", "model", "state", "added", "texts", "F1 (texts with the label)")
    for entry in entries:
        said = entry.problem or _headlines(entry.headlines)
        table.add_row(
            one_line(str(entry.version), _LONGEST),
            _states(entry),
            f"{entry.added:%Y-%m-%d %H:%M}" if entry.added else "",
            "" if entry.texts is None else f"{entry.texts:,}",
            one_line(f"damaged: {said}" if entry.problem else said),
        )
    yield table


def entry_view(entry: Entry, manifest: Manifest) -> Iterator[RenderableType]:
    """Yield what there is to know of one model."""
    states = _states(entry)
    yield f"{one_line(str(entry.version))}{f' ({states})' if states else ''}"
    yield f"in {one_line(str(entry.version.folder))}"
    if entry.added:
        yield f"since {entry.added:%Y-%m-%d %H:%M}"
    yield from manifest_view(manifest)


def manifest_view(manifest: Manifest) -> Iterator[RenderableType]:
    """Yield what a manifest says, and nothing but what it says."""
    yield ""
    yield f"{one_line(manifest.description) or 'No description.'}"
    yield f"Named {manifest.name}. Licence: {one_line(manifest.licence) or 'not stated'}."
    if manifest.parent:
        parent = manifest.parent
        number = f"@{parent.version}" if parent.version else ""
        digest = parent.weights_sha256[:12]
        yield f"Adapted from {one_line(parent.name)}{number} (weights {digest}…)."
    yield f"Weights SHA-256: {manifest.weights_sha256}"
    if manifest.data_sha256:
        yield f"Data SHA-256:    {manifest.data_sha256}"
    if manifest.seed is not None:
        yield f"Seed: {manifest.seed}"
    yield from _data_view(manifest)
    yield from _labels_view(manifest)
    if manifest.settings:
        yield ""
        yield f"Settings: {one_line(str(manifest.settings), 400)}"
    libraries = ", ".join(f"{name} {version}" for name, version in manifest.versions.items())
    yield f"Made with: {one_line(libraries, 400)}"
    if other := other_libraries(manifest):
        here = ", ".join(f"{one.key} {one.second or 'none'}" for one in other)
        yield f"Here instead: {one_line(here, 400)}"


def _data_view(manifest: Manifest) -> Iterator[RenderableType]:
    total = sum(entry.texts for entry in manifest.data)
    yield ""
    files = words.count(len(manifest.data), "file")
    yield f"Learned from {total:,} texts in {files}:"
    for entry in manifest.data[:_MOST_DATA]:
        yield f"  {one_line(entry.name, _LONGEST)}: {entry.texts:,} texts, {entry.sha256[:12]}…"
    if len(manifest.data) > _MOST_DATA:
        yield f"  and {len(manifest.data) - _MOST_DATA:,} more (--format json has all)"


def _labels_view(manifest: Manifest) -> Iterator[RenderableType]:
    figures = {(one.task, one.label): one for one in headlines(manifest)}
    table = _table("What is decided", "task", "label", "F1", "texts", "threshold")
    for task, entry in sorted(manifest.tasks.items()):
        for label in (*entry.heads, KIND, DEPARTMENT):
            one, tuned = figures.get((task, label)), entry.thresholds.get(label)
            if one or tuned:
                values = sorted((tuned or {}).items())
                shown = ", ".join(f"{language} {value:.2f}" for language, value in values)
                measured = (f"{one.f1:.3f}", f"{one.support:,}") if one else ("", "")
                table.add_row(task.value, one_line(label), *measured, shown)
        yield f"Answers for {task.value}: {one_line(', '.join(entry.heads))}"
    if table.row_count:
        yield table


def comparison_record(
    names: Sequence[str],
    found: Iterable[Different],
    figures: Iterable[Figure],
    comparisons: Iterable[Comparison],
) -> dict[str, Any]:
    """Return two models side by side as plain values for JSON."""
    return {
        "models": list(names),
        "different": [vars(one) for one in found],
        "figures": [
            {
                "measurement": one.measurement,
                "label": one.label,
                "f1": [side[0] if side else None for side in (one.first, one.second)],
                "support": [side[1] if side else None for side in (one.first, one.second)],
            }
            for one in figures
        ],
        "measured": [one.to_dict() for one in comparisons],
    }


def differences_view(
    names: Sequence[str], found: Sequence[Different], figures: Sequence[Figure]
) -> Iterator[RenderableType]:
    """Yield what two manifests say that is not the same."""
    if not found:
        yield "The two are the same model."
        return
    table = _table("What is not the same", "", "", *names)
    for about, of_it in groupby(found, key=lambda one: one.about):
        rows = list(of_it)
        for place, one in enumerate(rows[:_MOST_DATA]):
            sides = [one_line(side, _LONGEST) or "–" for side in (one.first, one.second)]
            table.add_row("" if place else about, one_line(one.key, 40), *sides)
        if (more := len(rows) - _MOST_DATA) > 0:
            table.add_row("", f"and {more:,} more (--format json has all)", "", "")
    yield table
    if figures:
        shown = _table("F1 as each manifest has it (texts)", "measurement", "label", *names)
        for row in figures:
            shown.add_row(
                one_line(row.measurement), one_line(row.label), _f1(row.first), _f1(row.second)
            )
        yield shown
        yield "Each was measured on its own texts: to compare them on the same, use --data FILE."


def measured_view(names: Sequence[str], comparison: Comparison) -> Iterator[RenderableType]:
    """Yield two models on the same texts, and the verdict."""
    title = f"{comparison.task.value}: F1 on the same texts"
    table = _table(title, "label", "language", *names, "texts", "difference", f"{names[1]} is")
    before = None
    for row in comparison.rows:
        table.add_row("" if row.label == before else row.label, row.language, *_compared(row))
        before = row.label
    yield table
    verdict = comparison.overall.verdict.value
    yield f"Over all labels with enough texts, {names[1]} against {names[0]}: {verdict}."


def _compared(row: Compared) -> list[str]:
    difference, interval = row.f1, row.f1.interval
    ends = "" if interval is None else f" ({interval[0]:+.3f} to {interval[1]:+.3f})"
    f1s = [f"{value:.3f}" for value in (difference.current, difference.new)]
    return [
        *f1s,
        f"{row.support:,}",
        f"{difference.difference:+.3f}{ends}",
        difference.verdict.value,
    ]


def _states(entry: Entry) -> str:
    return ", ".join(
        word for word, so in (("in use", entry.in_use), ("current", entry.current)) if so
    )


def _f1(side: tuple[float, int] | None) -> str:
    return "–" if side is None else f"{side[0]:.3f} ({side[1]:,})"


def _headlines(found: Sequence[Headline]) -> str:
    return ", ".join(f"{one.label} {one.f1:.2f} ({one.support:,})" for one in found)


def _table(title: str, *columns: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(title=title or None, box=box.SIMPLE, title_justify="left")
    for column in columns:
        table.add_column(column, justify="right" if column in ("texts", "F1") else "left")
    return table
