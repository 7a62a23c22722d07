"""The demo's texts with their labels: by another writer, never learned from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from smclassify.labelled import LabelledTexts, from_records
from smclassify.labels import LANGUAGES, Task
from smclassify.training.rows import read_rows

EXPECTED = "expected.csv"


def _texts(folder: Path) -> dict[tuple[str, str], str]:
    """Return the text of each (file, id)."""
    found = {("drafts.csv", row["id"]): row["text"] for row in read_rows(folder / "drafts.csv")}
    for row in read_rows(folder / "comments.csv"):
        found["comments.csv", row["comment_id"]] = row["comment"]
    for path in sorted((folder / "drafts").iterdir()):
        found[f"drafts/{path.name}", path.name] = path.read_text(encoding="utf-8").strip()
    return found


def read_samples(folder: Path) -> dict[Task, LabelledTexts]:
    """Read the samples in the languages the model has learned, with what is expected of them."""
    texts = _texts(folder)
    expected = [row for row in read_rows(folder / EXPECTED) if row["lang"] in LANGUAGES]

    def records(task: Task) -> Iterator[dict[str, str]]:
        for row in expected:
            of_drafts = row["file"].startswith("drafts")
            if of_drafts == (task is Task.DRAFTS):
                yield {**row, "text": texts[row["file"], row["id"]]}

    return {task: from_records(task, records(task), EXPECTED) for task in Task}
