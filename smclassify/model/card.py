"""The model card: what the model is, what it has learned from, and how good it is, as measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from smclassify.labels import LANGUAGE_NAMES, heads_of, own_labels_of
from smclassify.model.manifest import Manifest

_COLUMNS = (
    "label", "language", "precision", "recall", "F1", "average precision", "calibration error",
    "support", "texts",
)  # fmt: skip

_INTENDED = """\
## What it is for

Reading draft posts before a brand publishes them, and sorting the comments it receives. It
advises: a person decides. It is not made to moderate what private persons write, to rate
employees, or for languages other than those named here.
"""


def model_card(manifest: Manifest) -> str:
    """Return the model card of a manifest, in Markdown."""
    lines = [
        f"# Model card: {manifest.name}",
        "",
        manifest.description or "A model trained with smclassify.",
        "",
        f"Licence: {manifest.licence or 'not stated'}.",
        "",
        _INTENDED,
        "## What it is",
        "",
        "One calibrated linear classifier for each label over hashed character n-grams "
        f"(1 to {manifest.features.char_high}: {manifest.columns['char']:,} columns), word n-grams "
        f"({manifest.columns['word']:,}) and {len(manifest.style)} style counts. Weights SHA-256: "
        f"`{manifest.weights_sha256}`.",
        "",
        *_own_labels(manifest),
        *_data(manifest),
        *_figures(manifest.figures),
        *_thresholds(manifest),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _own_labels(manifest: Manifest) -> Iterator[str]:
    """Yield which labels are the company's own, not of the guide; nothing where there are none."""
    of_task = {task: own_labels_of(manifest.tasks[task].heads) for task in sorted(manifest.tasks)}
    if not any(of_task.values()):
        return
    yield "## Labels of its own"
    yield ""
    yield "Besides those of the label guide. What they mean is what its texts say."
    yield ""
    for task, own in of_task.items():
        if own:
            yield f"- {task}: {', '.join(f'`{label}`' for label in own)}"
    yield ""


def _data(manifest: Manifest) -> Iterator[str]:
    yield "## What it has learned from"
    yield ""
    yield "| file | texts | licence | source |"
    yield "|---|---:|---|---|"
    for entry in manifest.data:
        yield f"| {entry.name} | {entry.texts:,} | {entry.licence} | {entry.source} |"
    yield ""


def _figures(figures: Mapping[str, Any]) -> Iterator[str]:
    """Yield a table for each measurement: title, how it was made, a row a label and language."""
    if not figures:
        return
    yield "## How good it is"
    yield ""
    for measurement in figures.values():
        yield f"### {measurement['title']}"
        yield ""
        yield measurement["how"]
        yield ""
        for task, table in measurement["tables"].items():
            yield f"**{task}**"
            yield ""
            yield f"| {' | '.join(_COLUMNS)} |"
            yield f"|---|---|{'---:|' * (len(_COLUMNS) - 2)}"
            yield from _rows(table)
            yield ""
        if "peers" in measurement:
            yield from _peers(measurement["tables"], measurement["peers"])
            yield ""


def _rows(table: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Iterator[str]:
    labels = dict.fromkeys(label for rows in table.values() for label in rows)
    for label in labels:
        for language, rows in table.items():
            if label in rows:
                one = rows[label]
                if not one["support"]:
                    continue  # nothing to find, nothing measured
                name = LANGUAGE_NAMES.get(language, language)
                yield (
                    f"| {label} | {name} | {one['precision']:.2f} | {one['recall']:.2f} "
                    f"| {one['f1']:.2f} | {one['average_precision']:.2f} "
                    f"| {one['calibration_error']:.3f} "
                    f"| {one['support']} | {one['texts']} |"
                )


def _peers(tables: Mapping[str, Any], peers: Mapping[str, Any]) -> Iterator[str]:
    """Yield F1 beside that of other classifiers, a row a label and language."""
    yield "F1 beside other classifiers that learned the same texts, each at the threshold that was"
    yield "best for it on the dev worlds (`make compare`):"
    yield ""
    yield f"| label | language | this model | {' | '.join(peers)} |"
    yield f"|---|---|---:|{'---:|' * len(peers)}"
    for task, table in tables.items():
        labels = dict.fromkeys(
            label for one in peers.values() for row in one.get(task, {}).values() for label in row
        )
        for label in labels:
            for language, rows in table.items():
                theirs = [one.get(task, {}).get(language, {}).get(label) for one in peers.values()]
                if label in rows and any(value is not None for value in theirs):
                    cells = ["–" if value is None else f"{value:.2f}" for value in theirs]
                    name = LANGUAGE_NAMES.get(language, language)
                    yield (f"| {label} | {name} | {rows[label]['f1']:.2f} | {' | '.join(cells)} |")


def _thresholds(manifest: Manifest) -> Iterator[str]:
    yield "## Thresholds"
    yield ""
    yield "A label is given from this probability on (`*`: languages without their own)."
    yield ""
    yield "| label | thresholds |"
    yield "|---|---|"
    for task in sorted(manifest.tasks):
        thresholds = manifest.tasks[task].thresholds
        own = own_labels_of(manifest.tasks[task].heads)
        # In the guide's order, whatever the order of the file that it was read from.
        for label in (head for head in heads_of(task, own) if head in thresholds):
            tuned = sorted(thresholds[label].items())
            shown = ", ".join(f"{language} {value:.2f}" for language, value in tuned)
            yield f"| {label} | {shown} |"
