"""What comes out of a training, and what the manifest is told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from smclassify.evaluation.metrics import Table, as_card_table
from smclassify.labelled import LabelledTexts, group_names
from smclassify.labels import Task
from smclassify.model.files import sha256_of
from smclassify.model.model import Model


@dataclass(frozen=True)
class Trained:
    """What came out of a training.

    Attributes
    ----------
    model : Model
        As saved.
    folder : Path
    held_out : dict of Task to Table
        Figures on writers it has not learned from.
    counts : dict of Task to int
        Texts learned from.
    """

    model: Model
    folder: Path
    held_out: dict[Task, Table]
    counts: dict[Task, int]


def counted_files(
    paths: Sequence[Path], texts: Mapping[Task, LabelledTexts]
) -> list[dict[str, Any]]:
    """Return name, digest and number of texts of each file learned from."""
    groups = [group for one in texts.values() for group in one.groups]
    return [
        {"name": path.name, "sha256": sha256_of(path), "texts": groups.count(group)}
        for path, group in zip(paths, group_names(paths), strict=True)
    ]


def measurement(
    title: str, how: str, tables: Mapping[Task, Table], peers: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return one measurement as the manifest and its card hold it.

    Parameters
    ----------
    title, how : str
        What was measured, and how.
    tables : mapping of Task to Table
    peers : mapping, optional
        What other classifiers reach on the same texts: name -> task -> language -> label -> F1.
    """
    shown = {task.value: as_card_table(table) for task, table in tables.items()}
    measured: dict[str, Any] = {"title": title, "how": how, "tables": shown}
    return measured | ({"peers": peers} if peers else {})
