"""How far a second, blind reader agrees with the labels: Cohen's kappa of each batch.

python -m training.agreement

``data/second_reading/`` holds a CSV for each batch: the ids of the texts read again, what the
batch said of them at that time (``first_`` …) and what the second reader said. Labels that
were settled afterwards stand in the batch; agreement is that of the two readings.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sklearn.metrics import cohen_kappa_score

from smclassify.labelled import split_names
from smclassify.labels import CRISIS, DEPARTMENT, FLAGS, KIND, PRIVATE_REPLY
from smclassify.training.rows import read_rows

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
SECOND = DATA / "second_reading"
ASKED = {
    "drafts": FLAGS,
    "comments": (KIND, PRIVATE_REPLY, CRISIS, DEPARTMENT),
}
ENOUGH = 0.75
"""Under this a batch is to be read again (docs/writing.md)."""

Pair = tuple[str, str]
"""What the batch says, and what the second reader says."""


def _said(row: dict[str, str], label: str, reading: str) -> str:
    if label in FLAGS:
        return str(label in split_names(row[f"{reading}labels"])).lower()
    return row[f"{reading}{label}"]


def pairs(path: Path) -> dict[str, list[Pair]]:
    """Return both readings of each text that was read twice, by label.

    A department counts where both readers gave one.
    """
    rows = read_rows(path)
    found: dict[str, list[Pair]] = {}
    for label in ASKED[path.name.split(".")[0]]:
        both = [(_said(row, label, "first_"), _said(row, label, "")) for row in rows]
        found[label] = [pair for pair in both if label != DEPARTMENT or all(pair)]
    return found


def kappa(both: Iterable[Pair]) -> float:
    """Return Cohen's kappa (Cohen 1960); 1 where both readers said one thing of all texts."""
    first, second = zip(*both, strict=True)
    if len({*first, *second}) < 2:
        return 1.0
    return float(cohen_kappa_score(first, second))


def by_batch() -> dict[str, dict[str, tuple[float, int]]]:
    """Return kappa and the number of texts read twice, for each batch and label."""
    return {
        path.with_suffix(".jsonl").name: {
            label: (kappa(both), len(both)) for label, both in pairs(path).items() if both
        }
        for path in sorted(SECOND.glob("*.csv"))
    }


def by_language() -> dict[tuple[str, str], tuple[float, int]]:
    """Return kappa and the number of texts for each language and label, batches together."""
    pooled: dict[tuple[str, str], list[Pair]] = {}
    for path in sorted(SECOND.glob("*.csv")):
        language = path.name.split(".")[1]
        for label, both in pairs(path).items():
            pooled.setdefault((language, label), []).extend(both)
    return {key: (kappa(both), len(both)) for key, both in pooled.items()}


def main() -> None:
    """Print kappa for each batch; those to be read again are marked."""
    for name, labels in by_batch().items():
        shown = [
            f"{label} {value:.2f}{' <- read again' if value < ENOUGH else ''} ({size})"
            for label, (value, size) in labels.items()
        ]
        print(f"{name:50} {', '.join(shown)}")


if __name__ == "__main__":
    main()
