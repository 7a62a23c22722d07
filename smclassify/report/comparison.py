"""A new model against the current one, in sentences and tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from smclassify.evaluation.comparison import Compared, Comparison, Difference, Verdict
from smclassify.evaluation.metrics import ALL
from smclassify.labels import LANGUAGE_NAMES

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

_COLUMNS: Final = ("F1 now", "F1 new", "points", "95 %", "only new right", "only now right",
                   "McNemar's p", "texts")  # fmt: skip
_STYLES: Final = {Verdict.BETTER: "green", Verdict.WORSE: "red", Verdict.UNSURE: ""}


def comparison_sentences(comparison: Comparison) -> list[str]:
    """Return the verdict over all labels, then that on each, one sentence a line."""
    said = [_overall(comparison)]
    said += [label_sentence(row) for row in comparison.rows if row.language == ALL]
    for labels, which in (
        (comparison.only_new, "new"),
        (comparison.only_current, "current"),
    ):
        if labels:
            said.append(f"Only the {which} model answers: {', '.join(labels)}.")
    return said


def _overall(comparison: Comparison) -> str:
    task, judged = comparison.task.value, comparison.judged
    if not judged:
        return f"{task}: can't tell. No label has enough texts to compare the models on."
    over = f"mean over {', '.join(judged)}" if len(judged) > 1 else judged[0]
    return f"{task}: {_verdict(comparison.overall)} ({_points(comparison.overall)}; {over})."


def label_sentence(row: Compared) -> str:
    """Return such as ``spammy: better (F1 0.84 → 0.90, +2 to +9 points, 240 texts with it …)``."""
    where = "" if row.language == ALL else f" in {LANGUAGE_NAMES.get(row.language, row.language)}"
    texts = f"{row.support:,} texts with it of {row.texts:,}"
    if row.f1.interval is None:
        return f"{row.label}{where}: can't tell, too few texts ({texts})."
    return f"{row.label}{where}: {_verdict(row.f1)} ({_points(row.f1)}, {texts})."


def _verdict(difference: Difference) -> str:
    interval = difference.interval
    level = interval is not None and abs(interval.low) < 1e-9 and abs(interval.high) < 1e-9
    return "the same" if level else difference.verdict.value


def _points(difference: Difference) -> str:
    shown = f"F1 {difference.current:.2f} → {difference.new:.2f}"
    return shown if difference.interval is None else f"{shown}, {_range(difference)} points"


def _range(difference: Difference) -> str:
    if difference.interval is None:
        return ""
    low, high = (100 * end for end in difference.interval)
    return f"{_signed(low)} to {_signed(high)}"


def _signed(points: float) -> str:
    rounded = round(points, 0 if abs(points) >= 1 else 1)
    return f"{rounded:+.0f}" if rounded == int(rounded) else f"{rounded:+.1f}"


def comparison_view(comparison: Comparison, *, languages: bool = True) -> Iterator[RenderableType]:
    """Yield the verdicts in sentences, then a table of all figures.

    Parameters
    ----------
    comparison : Comparison
    languages : bool, default True
        Show each language as well.
    """
    yield from comparison_sentences(comparison)
    yield _table(comparison, languages)


def _table(comparison: Comparison, languages: bool) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    shown = Table(title=comparison.task.value, box=box.SIMPLE, title_justify="left")
    for column in ("label", "language", "verdict"):
        shown.add_column(column, no_wrap=True)
    for column in _COLUMNS:
        shown.add_column(column, justify="right")
    for row in comparison.rows:
        if languages or row.language == ALL:
            label = row.label if row.language == ALL else ""
            verdict = Text(_verdict(row.f1), style=_STYLES[row.f1.verdict])
            language = LANGUAGE_NAMES.get(row.language, row.language)
            shown.add_row(label, language, verdict, *_cells(row))
    return shown


def _cells(row: Compared) -> tuple[str, ...]:
    f1 = row.f1
    known = row.support > 0
    return (
        f"{f1.current:.3f}" if known else "",
        f"{f1.new:.3f}" if known else "",
        _signed(100 * f1.difference) if known else "",
        _range(f1),
        f"{row.only_new_right:,}",
        f"{row.only_current_right:,}",
        f"{row.mcnemar:.3f}",
        f"{row.support:,} / {row.texts:,}",
    )
