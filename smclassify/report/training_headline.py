"""What a training came to, in sentences: better or not, and what to do."""

from __future__ import annotations

from collections.abc import Iterator

from smclassify.evaluation.comparison import Comparison
from smclassify.evaluation.paired import Verdict
from smclassify.labels import Task
from smclassify.report.clean import one_line
from smclassify.report.words import count
from smclassify.training.summary import TaskSummary, TrainingSummary

NAMES = {Task.DRAFTS: "Drafts", Task.COMMENTS: "Comments"}

_OPENINGS = {
    Verdict.BETTER: "better than the model in use",
    Verdict.WORSE: "worse than the model in use",
    Verdict.UNSURE: "the texts can't tell it from the model in use",
}


def headline(summary: TrainingSummary) -> list[str]:
    """Return what matters: a sentence for each task, and what to do last."""
    return [*(_of_task(task, summary.parent) for task in summary.tasks), advice(summary)]


def command(summary: TrainingSummary) -> str:
    """Return the command that takes the new model into use."""
    return f"smclassify models use {one_line(summary.name)}@{summary.version}"


def overall(summary: TrainingSummary) -> Verdict | None:
    """Return what is to be said of all tasks together; None where nothing was compared.

    Worse where one task is; better where one is and none is worse.
    """
    verdicts = {task.comparison.overall.verdict for task in summary.tasks if task.comparison}
    for verdict in (Verdict.WORSE, Verdict.BETTER, Verdict.UNSURE):
        if verdict in verdicts:
            return verdict
    return None


def advice(summary: TrainingSummary) -> str:
    """Return what to do."""
    return {
        Verdict.BETTER: "Take it into use:",
        Verdict.WORSE: "Keep the model in use, and look below at what got worse. To use the new "
        "one all the same:",
        Verdict.UNSURE: "Keep the model in use unless you have a reason of your own to change; "
        "with more labelled texts the difference will show. To use the new one all the same:",
        None: "Nothing was compared: look at the figures below. To use it:",
    }[overall(summary)]


def _of_task(task: TaskSummary, parent: str) -> str:
    name = NAMES[task.task]
    if task.comparison is None:
        return f"{name}: measured on {count(task.texts, 'text')} held out, without a model to "\
            "compare with."  # fmt: skip
    found = task.comparison.overall
    of = f" ({one_line(parent)})" if parent else ""
    if not task.comparison.judged:
        return (
            f"{name}: {_OPENINGS[found.verdict]}{of}, since no label has texts enough to be judged."
        )
    labels = count(len(task.comparison.judged), "label")
    figures = f"mean F1 of {labels} {found.current:.2f} → {found.new:.2f}"
    return f"{name}: {_OPENINGS[found.verdict]}{of}: {figures}{_points(task.comparison)}."


def _points(comparison: Comparison) -> str:
    interval = comparison.overall.interval
    if interval is None:
        return ""
    return f" ({_signed(interval.low)} to {_signed(interval.high)} points, 95 % interval)"


def _signed(share: float) -> str:
    return f"{share * 100:+.1f}".replace("-", "−")


def what_changed(comparison: Comparison) -> Iterator[tuple[str, ...]]:
    """Yield a row for each label: verdict, both F1, the difference, counts, McNemar's p-value."""
    for row in comparison.rows:
        if row.language != "all":
            continue
        interval = row.f1.interval
        points = "too few texts"
        if interval is not None:
            points = f"{_signed(interval.low)} to {_signed(interval.high)}"
        yield (
            one_line(row.label),
            row.f1.verdict.value,
            _figure(row.f1.current),
            _figure(row.f1.new),
            points,
            *(f"{number:,}" for number in (row.texts, row.support)),
            *(f"{number:,}" for number in (row.only_new_right, row.only_current_right)),
            "< 0.001" if row.mcnemar < 0.001 else f"{row.mcnemar:.3f}",
        )


def _figure(value: float) -> str:
    return "–" if value != value else f"{value:.3f}"  # noqa: PLR0124 - NaN alone is not itself
