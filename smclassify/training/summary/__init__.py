"""What a training's report tells: gathered from answers, as plain values.

:func:`summarise` gathers; ``report/training_page.py`` makes the page of it, and
:meth:`TrainingSummary.to_dict` its twin for machines.
"""

from __future__ import annotations

from smclassify.training.summary.gather import summarise
from smclassify.training.summary.outcome import TaskSummary, TrainingSummary
from smclassify.training.summary.types import CurvePoint

__all__ = ["CurvePoint", "TaskSummary", "TrainingSummary", "summarise"]
