"""A training as one page that needs nothing but itself: no script, nothing from outside.

Whether the new model is better stands at its head, with the command that takes it into use.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from smclassify.evaluation.operating import Operating
from smclassify.labels import DEPARTMENT, KIND, LANGUAGE_NAMES, Task
from smclassify.report.clean import one_line, safe
from smclassify.report.html import render
from smclassify.report.training_data import survey_of
from smclassify.report.training_headline import (
    NAMES,
    command,
    headline,
    overall,
    what_changed,
)
from smclassify.report.training_plots import Plot, calibration_plot, learning_plot, recall_plot
from smclassify.report.words import count
from smclassify.training.summary import TaskSummary, TrainingSummary
from smclassify.training.summary.types import (
    Confusion,
    DecidedLabel,
    LabelFigures,
    LabelWords,
    Mistake,
    Range,
    ThresholdRow,
    Word,
)

_LONGEST: Final = 60
_NOTHING: Final = "–"
_ALL: Final = "all"
_PARTS: Final = {
    Task.DRAFTS: "Figures of each reason",
    Task.COMMENTS: "Figures of each kind and department",
}


def training_page(summary: TrainingSummary, when: datetime | None = None) -> str:
    """Return a training's page.

    Parameters
    ----------
    summary : TrainingSummary
    when : datetime, optional
        The time to print; none by default, so that equal trainings give equal pages.
    """
    said = headline(summary)
    page = render(
        "training.html.j2",
        title=f"{one_line(summary.name)}, version {summary.version}",
        verdict=overall(summary),
        headline=said[:-1],
        advice=said[-1],
        command=command(summary),
        origin=_origin(summary, when),
        tasks=[_task(number, task) for number, task in enumerate(summary.tasks, 1)],
        surveys=[survey_of(survey) for survey in summary.survey.values()],
        remarks=[one_line(remark, 600) for remark in summary.remarks],
    )
    return page.lstrip()


def training_json(summary: TrainingSummary) -> str:
    """Return the same for machines: indented JSON, as :meth:`TrainingSummary.to_dict` has it."""
    return f"{json.dumps(summary.to_dict(), ensure_ascii=False, indent=2)}\n"


def _origin(summary: TrainingSummary, when: datetime | None) -> str:
    said = []
    if when is not None:
        said.append(when.astimezone().strftime("Written on %Y-%m-%d at %H:%M %Z."))
    if summary.seconds is not None:
        said.append(f"The training took {_time(summary.seconds)}.")
    return " ".join(said)


def _time(seconds: float) -> str:
    if seconds < 90:
        return count(max(1, round(seconds)), "second")
    return count(round(seconds / 60), "minute")


def _language(code: str) -> str:
    return "all" if code == _ALL else LANGUAGE_NAMES.get(code, one_line(code, 20))


def _task(number: int, task: TaskSummary) -> dict[str, Any]:
    name = task.task.value
    languages = [f"{_language(code)} {texts:,}" for code, texts in task.languages.items()]
    return {
        "name": name,
        "title": NAMES[task.task],
        "texts": f"{count(task.texts, 'labelled text')}: {', '.join(languages)}.",
        "changes": list(what_changed(task.comparison)) if task.comparison else [],
        "figures": list(_figures_tables(task)),
        "compared": any(row.current_f1 is not None for row in task.figures),
        "decided": [
            _decided(f"{name}-{place}", label, task) for place, label in enumerate(task.decided, 1)
        ],
        "confusions": [
            _confusion(one) for one in task.confusions if one.name not in _names(task.decided)
        ],
        "learning": list(_learning(name, task)),
        "words": [
            {**_words(label, rows), "decided": rows[0].label in _names(task.decided)}
            for label, rows in _by_label(task.words)
        ],
        "mistakes": [_mistakes(label, rows) for label, rows in _by_label(task.mistakes)],
        "redacted": task.redacted,
        "number": number,
    }


def _names(decided: Sequence[DecidedLabel]) -> set[str]:
    return {one.label for one in decided}


def _by_label(rows: Sequence[Any]) -> Iterator[tuple[str, list[Any]]]:
    of_label: dict[str, list[Any]] = {}
    for row in rows:
        of_label.setdefault(row.label, []).append(row)
    for label, mine in of_label.items():
        yield one_line(label, _LONGEST), mine


# --- figures ----------------------------------------------------------------------------------


def _figures_tables(task: TaskSummary) -> Iterator[dict[str, Any]]:
    """Yield what is decided, and below it what that is made of: single kinds, reasons."""
    main = _names(task.decided) | {KIND, DEPARTMENT}
    for title, folded, wanted in (
        ("Figures by label and language", False, True),
        (_PARTS[task.task], True, False),
    ):
        rows = [row for row in task.figures if (row.label in main) is wanted]
        if rows:
            labels = [
                {"label": label, "rows": [_figures_row(row) for row in mine]}
                for label, mine in _by_label(rows)
            ]
            yield {"title": title, "folded": folded, "labels": labels}


def _figures_row(row: LabelFigures) -> tuple[str, ...]:
    return (
        _language(row.language),
        f"{row.f1:.3f}",
        _range(row.f1_range),
        _NOTHING if row.current_f1 is None else f"{row.current_f1:.3f}",
        f"{row.precision:.3f}",
        f"{row.recall:.3f}",
        f"{row.average_precision:.3f}",
        f"{row.support:,}",
        f"{row.texts:,}",
    )


def _range(ends: Range) -> str:
    return _NOTHING if ends is None else f"{ends[0]:.2f}–{ends[1]:.2f}"


def _decided(name: str, label: DecidedLabel, task: TaskSummary) -> dict[str, Any]:
    cross = next((one for one in task.confusions if one.name == label.label), None)
    plots: list[Plot | None] = [
        recall_plot(f"{name}-curve", label),
        calibration_plot(f"{name}-calibration", label),
    ]
    return {
        "name": name,
        "label": one_line(label.label, _LONGEST),
        "said": [_said(label), *_promised(task.operating.get(label.label))],
        "plots": [plot for plot in plots if plot is not None],
        "stops": [_stop(row) for row in label.table],
        "cross": _confusion(cross) if cross is not None else None,
    }


def _said(label: DecidedLabel) -> str:
    own = [
        f"{_language(code)} {value:.2f}" for code, value in label.thresholds.items() if code != "*"
    ]
    said = [
        f"{label.support:,} of {count(label.texts, 'text')} have it.",
        f"Flagged from a probability of {label.thresholds.get('*', 0.5):.2f} on"
        + (f" ({', '.join(own)})." if own else "."),
    ]
    if label.curve.chosen:
        recall, precision = label.curve.chosen
        said.append(
            f"Of what it flags {precision:.0%} is right{_within(label.precision)}; of what it "
            f"should flag it finds {recall:.0%}{_within(label.recall)}."
        )
    return " ".join(said)


def _promised(one: Operating | None) -> Iterator[str]:
    """Yield what the threshold was chosen for, and what to expect of it."""
    if one is None:
        return
    wanted = f"The threshold was chosen for {one_line(one.target, _LONGEST)}" if one.target else ""
    if wanted:
        yield (
            f"{wanted}, which can be promised."
            if one.reached
            else f"{wanted}, which these texts can't promise."
        )
    yield (
        f"Of 1,000 texts of which {one.prevalence:.1%} have the label, expect "
        f"{one.alarms_per_1000:,.0f} to be flagged, {one.false_alarms_per_1000:,.0f} of them "
        f"wrongly, and {one.misses_per_1000:,.0f} to be missed."
    )


def _within(ends: Range) -> str:
    return "" if ends is None else f" ({ends[0]:.0%} to {ends[1]:.0%})"


def _stop(row: ThresholdRow) -> dict[str, Any]:
    return {
        "threshold": f"{row.threshold:.2f}",
        "chosen": row.is_chosen,
        "precision": _NOTHING if row.precision is None else f"{row.precision:.0%}",
        "recall": _NOTHING if row.recall is None else f"{row.recall:.0%}",
        "f1": f"{row.f1:.2f}",
        "alarms": f"{row.alarms_per_1000:,.0f}",
        "false_alarms": f"{row.false_alarms_per_1000:,.0f}",
        "misses": f"{row.misses_per_1000:,.0f}",
    }


def _confusion(one: Confusion) -> dict[str, Any]:
    rows = []
    for name, counts in zip(one.given, one.counts, strict=True):
        total = sum(counts)
        cells = [
            {
                "count": f"{number:,}",
                "share": f"{number / total:.2f}" if total else "0",
                "right": answered == name,
            }
            for answered, number in zip(one.answered, counts, strict=True)
        ]
        rows.append({"name": one_line(name), "cells": cells, "total": f"{total:,}"})
    return {
        "name": one_line(one.name, _LONGEST),
        "columns": [one_line(name) for name in one.answered],
        "rows": rows,
    }


def _learning(name: str, task: TaskSummary) -> Iterator[Plot]:
    labels = dict.fromkeys(label for point in task.learning for label in point.labels)
    for number, label in enumerate(labels, 1):
        plot = learning_plot(f"{name}-learning-{number}", label, task.learning)
        if plot is not None:
            yield plot


# --- words and texts --------------------------------------------------------------------------


def _words(label: str, rows: Sequence[LabelWords]) -> dict[str, Any]:
    languages = [
        {
            "lang": row.language,
            "language": _language(row.language),
            "up": [_word(word) for word in row.speaks_for],
            "down": [_word(word) for word in row.speaks_against],
        }
        for row in rows
    ]
    return {"label": label, "languages": languages}


def _word(word: Word) -> tuple[str, str]:
    return one_line(word.word, 40), f"{word.weight:+.2f} in each of {count(word.texts, 'text')}"


def _mistakes(label: str, rows: Sequence[Mistake]) -> dict[str, Any]:
    return {"label": label, "rows": [_mistake(row) for row in rows]}


def _mistake(row: Mistake) -> dict[str, Any]:
    place = [one_line(row.file, 120), f"row {row.row:,}" if row.row else "", one_line(row.id, 80)]
    return {
        "given": one_line(row.given, _LONGEST),
        "answered": one_line(row.answered, _LONGEST),
        "sure": f"{row.probability:.0%}",
        "lang": one_line(row.language, 20),
        "language": _language(row.language),
        "text": safe(row.text).strip(),
        "place": " · ".join(part for part in place if part),
    }
