"""What a training says on a terminal."""

from __future__ import annotations

import pytest

from smclassify.evaluation.operating import Operating
from smclassify.report.train_text import promise


def at(alarms: float, *, reached: bool) -> Operating:
    return Operating(
        threshold=0.01, target="recall=0.95", precision=0.1, recall=1.0, f1=0.2,
        precision_range=None, recall_range=None, alarms_per_1000=alarms,
        false_alarms_per_1000=alarms - 50, misses_per_1000=0.0, cost=0.0,
        prevalence=0.05, support=11, reached=reached,
    )  # fmt: skip


@pytest.mark.parametrize("reached", [True, False])
def test_of_a_threshold_that_flags_nearly_every_text_that_is_said(reached):
    assert "nearly every text is an alarm" in promise("tour", at(1000.0, reached=reached))
    assert "nearly every text" not in promise("tour", at(80.0, reached=reached))


def test_of_a_target_out_of_reach_that_is_said():
    assert "recall=0.95 is out of reach" in promise("tour", at(80.0, reached=False))
    assert "out of reach" not in promise("tour", at(80.0, reached=True))
