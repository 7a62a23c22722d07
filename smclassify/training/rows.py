"""Small CSV files of the project's own: annotations, samples, second readings."""

from __future__ import annotations

import csv
from pathlib import Path


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file, as its header names their cells."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
