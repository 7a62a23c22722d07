"""The stretches that carried a label, text by text, as tests look at them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from smclassify.model.stretches import stretches
from smclassify.text.batch import TextBatch


class Evidence(NamedTuple):
    """A stretch of a text: clean offsets, and how much it gave."""

    start: int
    end: int
    weight: float


def telling_words(
    batch: TextBatch, by_position: NDArray[np.float64], most: int = 3
) -> list[list[Evidence]]:
    """Return the stretches of each text, weightiest first."""
    found = stretches(batch, by_position, most)
    told: list[list[Evidence]] = [[] for _ in range(len(batch))]
    base = batch.starts[found.text]
    columns = (found.text, found.start - base, found.end - base, found.weight)
    for text, start, end, weight in zip(*(column.tolist() for column in columns), strict=True):
        told[text].append(Evidence(start, end, weight))
    return told
