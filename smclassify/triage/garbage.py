"""Python's collector of garbage, told how much a batch of rows makes."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

RARELY: Final = (20_000, 20, 20)
"""Thresholds for :func:`gc.set_threshold` that a batch of 2,000 rows does not reach.

A row is some four lists and tuples, none of which is part of a cycle: they go when nobody has them
any more. With the usual thresholds (700, 10, 10) every batch is looked through a dozen times, and
with it, time and again, the whole of spaCy and of the model.
"""


@contextmanager
def collected_rarely() -> Iterator[None]:
    """Look for garbage less often as long as the ``with`` block lasts."""
    before = gc.get_threshold()
    gc.set_threshold(*RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*before)
