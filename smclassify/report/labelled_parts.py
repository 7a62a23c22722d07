"""What is counted of labelled texts, and how they were divided, for a terminal and for machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from smclassify.evaluation.metrics import ALL
from smclassify.labelled import Deduped, Survey
from smclassify.report import words
from smclassify.report.labelled_text import counts_table, labels_record

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from smclassify.training.dividing import Division
    from smclassify.training.statistics import Statistics, Voices

_AGREEMENTS: Final = 12


def statistics_view(survey: Survey, statistics: Statistics) -> Iterator[RenderableType]:
    """Yield what is in the texts of one task."""
    yield f"{survey.task.value}: {words.count(survey.texts, 'text')}"
    yield counts_table(survey)
    yield _lengths(statistics)
    for name, voices in (("author", statistics.authors), ("thread", statistics.threads)):
        yield f"{name.capitalize()}s: {_voices(name, voices, survey.texts)}"
    exact = [len(one.places) - 1 for one in survey.duplicates if not one.near]
    near = sum(one.near for one in survey.duplicates)
    yield f"Copies of another text: {sum(exact):,}. Nearly copies: {near:,}."
    if statistics.agreements:
        yield ""
        yield _agreements(statistics)


def _voices(name: str, voices: Voices, texts: int) -> str:
    if not voices.known:
        return "not known."
    return (
        f"{voices.distinct:,} of {voices.known:,} texts; at most {voices.most:,} texts of one "
        f"{name}; {texts - voices.known:,} without."
    )


def _table(*columns: str, title: str | None = None) -> Table:
    """Return a table whose first column is words and whose other columns are figures."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE, title=title, title_justify="left")
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left", no_wrap=not place)
    return table


def _lengths(statistics: Statistics) -> Table:
    columns = ("language", "texts", "shortest", "median", "95 of 100 up to", "longest")
    table = _table(*columns, title="Characters")
    for language, one in statistics.lengths.items():
        name = "all" if language == ALL else words.language(language)
        figures = (one.texts, one.shortest, one.median, one.p95, one.longest)
        table.add_row(name, *(f"{figure:,}" for figure in figures))
    return table


def _agreements(statistics: Statistics) -> Table:
    table = _table("labels", "both", "first", "second", "phi", title="Labels that go together")
    for one in statistics.agreements[:_AGREEMENTS]:
        counts = (one.with_both, one.with_one, one.with_other)
        figures = (f"{count:,}" for count in counts)
        table.add_row(f"{one.one}, {one.other}", *figures, f"{one.phi:+.2f}")
    return table


def statistics_record(survey: Survey, statistics: Statistics) -> dict[str, Any]:
    """Return what is in the texts of one task as plain JSON values."""
    return {
        "texts": survey.texts,
        "labels": labels_record(survey),
        "duplicates": {
            "copies": sum(len(one.places) - 1 for one in survey.duplicates if not one.near),
            "near": sum(one.near for one in survey.duplicates),
        },
        **asdict(statistics),
    }


def division_view(division: Division) -> Iterator[RenderableType]:
    """Yield how many texts, of which language and with which labels, each part has."""
    table = _table(division.task.value, *division.texts)
    table.add_row("texts", *_shares(division.texts))
    table.add_section()
    for language, counts in division.languages.items():
        table.add_row(words.language(language), *_shares(counts))
    table.add_section()
    for one in division.labels:
        table.add_row(one.label, *_shares(one.counts))
    yield table
    for part in division.texts:
        missing = [one.label for one in division.labels if not one.counts[part]]
        if missing:
            yield f"Nothing in {part} has: {', '.join(missing)}."


def _shares(counts: Mapping[str, int]) -> list[str]:
    total = sum(counts.values())
    return [f"{number:,} ({words.percent(number / total)})" for number in counts.values()]


def division_record(division: Division) -> dict[str, Any]:
    """Return the same as plain JSON values."""
    return {
        "texts": dict(division.texts),
        "languages": {language: dict(counts) for language, counts in division.languages.items()},
        "labels": {one.label: dict(one.counts) for one in division.labels},
    }


def deduped_record(deduped: Deduped) -> dict[str, Any]:
    """Return how many texts are kept, and how many are not, by the reason."""
    dropped: dict[str, int] = {}
    for one in deduped.dropped:
        dropped[one.why] = dropped.get(one.why, 0) + 1
    return {"kept": len(deduped.keep), "dropped": dropped}


def deduped_view(task: str, deduped: Deduped) -> Iterator[RenderableType]:
    """Yield the same in words."""
    record = deduped_record(deduped)
    yield f"{task}: {record['kept']:,} kept, {len(deduped.dropped):,} dropped"
    for why, number in record["dropped"].items():
        yield f"    {number:,}: {why}"
