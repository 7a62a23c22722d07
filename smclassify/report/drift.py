"""What has changed between old texts and new, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from smclassify.evaluation.chance import Change
from smclassify.evaluation.drift import Drift
from smclassify.evaluation.drift_advice import Advice
from smclassify.evaluation.drift_labels import LabelDrift, Measured
from smclassify.labels import LANGUAGE_NAMES
from smclassify.report.clean import one_line

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

_HOLDS: Final = {True: "F1 fell", False: "holds", None: "can't tell"}
_LEAST_SHARE: Final = 0.005
"""What is rarer on both sides is not listed."""


def drift_view(drift: Drift) -> Iterator[RenderableType]:
    """Yield the verdict with its reasons, then what was looked at."""
    names = [one_line(name, 60) for name in drift.names]
    old, new = drift.counts
    yield f"{names[0]} ({old:,} {drift.task.value}) → {names[1]} ({new:,})"
    yield ""
    yield f"Verdict: {verdict(drift)}."
    for reason in drift.reasons:
        yield f"  {reason}"
    for note in drift.notes:
        yield f"  Note: {one_line(note, 300)}"
    yield ""
    yield _overview(drift)
    yield _shares(drift)
    if drift.labels:
        yield _labels(drift)
        if any(one.measured_new for one in drift.labels):
            yield _measured(drift)
    if drift.new_words:
        listed = ", ".join(f"{one_line(word, 40)} ({count:,})" for word, count in drift.new_words)
        yield f"Words that no old text has, with their texts: {listed}."


def verdict(drift: Drift) -> str:
    """Return the advice in words."""
    if drift.advice is Advice.RETRAIN:
        return f"label {drift.to_label:,} of the new texts and retrain"
    return drift.advice.value


def _table(title: str, *columns: str) -> Table:
    from rich import box
    from rich.table import Table

    shown = Table(title=title, box=box.SIMPLE, title_justify="left")
    for at, column in enumerate(columns):
        shown.add_column(column, justify="right" if at else "left", no_wrap=at == 0)
    return shown


def _overview(drift: Drift) -> Table:
    shown = _table("What has changed", "", "old", "new", "distance", "by chance", "changed")
    lengths = [f"{one:.0f}" for one in drift.lengths]
    unseen = [f"{one:.1%}" for one in drift.unseen]
    rows = [
        ("languages", "", "", drift.language),
        ("median length", lengths[0], lengths[1], drift.length),
        ("n-grams the model never met", unseen[0], unseen[1], drift.unseen_change),
    ]
    for language, words in drift.words.items():
        rows.append((f"words, {LANGUAGE_NAMES.get(language, language)}", "", "", words))
    if drift.kind is not None:
        rows.append(("kinds", "", "", drift.kind))
    for name, old, new, change in rows:
        shown.add_row(name, old, new, *_change(change))
    return shown


def _change(change: Change) -> tuple[str, str, str]:
    said = "yes" if change.changed else "no"
    return f"{change.distance:.3f}", f"up to {change.chance:.3f}", said


def _shares(drift: Drift) -> Table:
    shown = _table("Shares", "", "old", "new")
    for pairs in (drift.languages, drift.kinds):
        for name, pair in pairs.items():
            if max(pair) >= _LEAST_SHARE:
                shown.add_row(LANGUAGE_NAMES.get(name, name), *(f"{one:.1%}" for one in pair))
    return shown


def _labels(drift: Drift) -> Table:
    shown = _table("Labels", "label", "alarms in 1,000", "changed", "scores' PSI", "changed", "KS",
                   "precision expected", "threshold")  # fmt: skip
    for one in drift.labels:
        shown.add_row(
            one.label,
            f"{one.alarms_old:.0f} → {one.alarms_new:.0f}",
            "yes" if one.alarms.changed else "no",
            f"{one.scores.distance:.2f}",
            "yes" if one.scores.changed else "no",
            f"{one.kolmogorov_smirnov:.2f}",
            f"{_share(one.expected_old)} → {_share(one.expected_new)}",
            _HOLDS[one.fell],
        )
    return shown


def _share(share: float | None) -> str:
    return "?" if share is None else f"{share:.0%}"


def _measured(drift: Drift) -> Table:
    shown = _table("Measured", "label", "", "precision", "recall", "F1", "95 %", "support")
    for one in drift.labels:
        for when, figures in _sides(one):
            interval = figures.f1_range
            ends = "" if interval is None else f"{interval.low:.2f}-{interval.high:.2f}"
            shares = (figures.precision, figures.recall, figures.f1)
            cells = (*(f"{share:.3f}" for share in shares), ends, f"{figures.support:,}")
            shown.add_row(one.label, when, *cells)
    return shown


def _sides(one: LabelDrift) -> list[tuple[str, Measured]]:
    sides = (("old", one.measured_old), ("new", one.measured_new))
    return [(when, figures) for when, figures in sides if figures is not None]
