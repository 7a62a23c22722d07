"""How labelled files were understood, and what is wrong with them, for a terminal and machines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from smclassify.labelled import LabelledFiles, Survey, Understood
from smclassify.report import words
from smclassify.report.clean import one_line
from smclassify.report.labelled_text import (
    MOST_PLACES,
    SHOWN,
    Section,
    sections_view,
    survey_record,
    survey_sections,
    survey_view,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

_WIDTH: Final = 200


def file_sections(files: LabelledFiles) -> list[Section]:
    """Return what is to be said of whole files: rows without text or labels, unused mappings."""
    blanks = [
        f"{one_line(one.name, 80)}, {words.count(len(rows), 'row')} {why}: {_numbers(rows)}"
        for one in files.understood
        for why, rows in one.skipped.items()
    ]
    silent = [
        f"{one_line(one.name, 80)}: {one.unlabelled:,} of {words.count(one.rows, 'row')}"
        for one in files.understood
        if one.unlabelled
    ]
    sections = [
        Section("skipped", "Rows that were left out", "Fill in the text, or take the row out.",
                tuple(blanks)),
        Section("unlabelled", "Rows that say nothing of any label",
                "Nothing is learned from them. Of merged cells only the first holds its value: "
                "unmerge them, and fill in every row.", tuple(silent), mend=False),
        Section("unused", "Mapped, but nowhere in the sheet", "A slip in --map?",
                tuple(one_line(one, _WIDTH) for one in files.unused)),
        Section("passed_over", "Not read", "Name a file itself to see why.",
                tuple(one_line(one, _WIDTH) for one in files.passed_over), mend=False),
    ]  # fmt: skip
    return [section for section in sections if section.lines]


def _numbers(rows: Sequence[int]) -> str:
    more = f" and {len(rows) - MOST_PLACES:,} more" if len(rows) > MOST_PLACES else ""
    return ", ".join(map(str, rows[:MOST_PLACES])) + more


def understood_view(understood: Understood) -> Iterator[RenderableType]:
    """Yield how a file was understood: what its columns are for, what its words were taken for."""
    unlabelled = f", {understood.unlabelled:,} without a label" if understood.unlabelled else ""
    rows = words.count(understood.rows, "row")
    yield f"{one_line(understood.name, 80)}: {rows} of {understood.task.value}{unlabelled}"
    for header, use in understood.columns.items():
        yield f"    column {one_line(header, 60)!r}: {use}"
    for value, labels in understood.values.items():
        yield f"    {one_line(value, 60)!r}: {', '.join(labels) or 'no label'}"
    if understood.left_alone:
        headers = ", ".join(one_line(one, 60) for one in understood.left_alone)
        yield f"    left alone: {headers} (--map says what a column is for)"


def validation_view(
    files: LabelledFiles,
    sections: Sequence[Section],
    surveys: Sequence[Survey],
    *,
    to_mend: bool,
    every: bool,
) -> Iterator[RenderableType]:
    """Yield how labelled files were understood, and what is wrong with them, with a verdict."""
    shown = None if every else SHOWN
    for one in files.understood:
        yield from understood_view(one)
    yield ""
    for survey in surveys:
        yield from survey_view(survey, shown)
        yield ""
    yield from sections_view(sections, shown)
    found = [*sections, *(one for survey in surveys for one in survey_sections(survey))]
    cut = not every and any(len(section.lines) > SHOWN for section in found)
    yield ""
    yield "“!” should be mended, “·” is good to know." if to_mend else "Nothing to mend."
    if any(section.mend for section in found):
        yield "Rows are counted without the header: row 1 here is row 2 in a spreadsheet."
    if cut:
        yield "--all shows every finding."


def validation_record(
    sections: Sequence[Section], surveys: Sequence[Survey], *, to_mend: bool
) -> dict[str, Any]:
    """Return the same as plain JSON values."""
    return {
        "to_mend": to_mend,
        "files": {section.name: list(section.lines) for section in sections},
        **{survey.task.value: survey_record(survey) for survey in surveys},
    }
