"""What ``smclassify train`` says on a terminal: of the texts before, of the model after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from smclassify.labelled.texts import TEST, TRAIN
from smclassify.labels import DEPARTMENTS, FLAG_OF_REASON, KINDS, Task
from smclassify.report import words
from smclassify.report.clean import one_line
from smclassify.report.comparison import comparison_sentences
from smclassify.report.figures import figures_view
from smclassify.report.labelled_files import file_sections, understood_view
from smclassify.report.labelled_text import sections_view, survey_view
from smclassify.training.record import tables

if TYPE_CHECKING:
    from rich.console import RenderableType

    from smclassify.evaluation.metrics import Table
    from smclassify.evaluation.operating import Operating
    from smclassify.training.company import Material, Training

_FEWEST_SHOWN = 5
_SHOWN = 5
"""Findings of a kind; ``smclassify data validate`` shows them all."""

_NEARLY_ALL = 900
"""From so many alarms in 1,000 texts on, a label tells its reader nothing."""


def material_view(material: Material) -> Iterator[RenderableType]:
    """Yield what was read, what is doubtful in it, and what a reviewed sheet has changed."""
    for one in material.files.understood:
        yield from understood_view(one)
    yield from sections_view(file_sections(material.files), _SHOWN)
    if material.applied is not None:
        changed = material.applied.changed
        told = ", ".join(f"{label} {count:,}" for label, count in changed.items()) or "none"
        yield f"Labels changed by the reviewed sheet: {told}."
        if material.applied.dropped:
            yield f"Texts it took out: {material.applied.dropped:,}."
        for line in material.applied.ignored[:_SHOWN]:
            yield f"Not applied: {one_line(line, 200)}"
        if (more := len(material.applied.ignored) - _SHOWN) > 0:
            yield f"… and {more:,} rows more that were not applied."
    for looked in material.looked.values():
        yield ""
        yield from survey_view(looked.survey, _SHOWN)


def training_view(
    training: Training, remarks: Sequence[str], current: str
) -> Iterator[RenderableType]:
    """Yield how good the model is, what its thresholds promise, and whether it is better."""
    learned = ", ".join(
        f"{len(one.rows(TRAIN)):,} {task.value}" for task, one in training.learned.items()
    )
    yield ""
    yield f"Learned from {learned}. On texts held out:"
    yield from figures_view(_decided(tables(training, TRAIN)))
    if held_back := tables(training, TEST):
        yield "On texts held back, which it has not learned from:"
        yield from figures_view(_decided(held_back))
    for one in training.learned.values():
        for label, at in one.operating.items():
            yield promise(label, at)
    yield ""
    yield f"Against the model in use ({current}):"
    for against in training.against.values():
        if against.comparison is None:
            yield (
                "The model in use has learned from all of these texts, so nothing can be compared. "
                "Name texts it has not seen by --test, or another model by --against shipped."
            )
        else:
            yield from comparison_sentences(against.comparison)
    for remark in remarks:
        yield one_line(remark)


def _decided(tables: Mapping[Task, Table]) -> dict[Task, Table]:
    """Return the figures of what is decided; those of each reason and kind are in the report.

    Languages of a handful of texts, most of them slips of the detection, count in the sum alone.
    """
    parts = {*FLAG_OF_REASON, *KINDS, *DEPARTMENTS}
    return {
        task: {
            language: {label: one for label, one in rows.items() if label not in parts}
            for language, rows in table.items()
            if max((one.texts for one in rows.values()), default=0) >= _FEWEST_SHOWN
        }
        for task, table in tables.items()
    }


def promise(label: str, one: Operating) -> str:
    """Say what is to be expected at a threshold."""
    alarms = words.count(round(one.alarms_per_1000), "alarm")
    misses = words.count(round(one.misses_per_1000), "miss", "misses")
    said = (
        f"{label}: from {one.threshold:.2f} on; in 1,000 texts like these expect {alarms} and "
        f"{misses}"
    )
    if one.target and not one.reached:
        said = f"{said}. {one.target} is out of reach of these texts"
    if one.alarms_per_1000 >= _NEARLY_ALL:
        return f"{said}. So nearly every text is an alarm: label more texts, or ask for less."
    return f"{said}."
