"""A new model against the current one, in sentences for a terminal."""

from __future__ import annotations

from smclassify.evaluation.comparison import Compared, Comparison, Difference, Verdict
from smclassify.evaluation.metrics import ALL
from smclassify.labels import LANGUAGE_NAMES


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


def _but_for_chance(row: Compared) -> str:
    """Say why an interval beside zero is no verdict: of several labels one stands out by chance."""
    interval = row.f1.interval
    stands_out = interval is not None and (interval.low > 0 or interval.high < 0)
    unsure = row.f1.verdict is Verdict.UNSURE
    return "; could be chance, as many labels as are looked at" if stands_out and unsure else ""


def label_sentence(row: Compared) -> str:
    """Return such as ``spammy: better (F1 0.84 → 0.90, +2 to +9 points, 240 texts with it …)``."""
    where = "" if row.language == ALL else f" in {LANGUAGE_NAMES.get(row.language, row.language)}"
    texts = f"{row.support:,} texts with it of {row.texts:,}"
    if row.f1.interval is None:
        return f"{row.label}{where}: can't tell, too few texts ({texts})."
    chance = _but_for_chance(row)
    return f"{row.label}{where}: {_verdict(row.f1)} ({_points(row.f1)}, {texts}{chance})."


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
