"""What to do about what has changed, and why, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from smclassify.evaluation.chance import Change
from smclassify.evaluation.drift_labels import LabelDrift
from smclassify.evaluation.metrics import ALL
from smclassify.labels import KIND, LANGUAGE_NAMES, LANGUAGES

WORDS_OTHER: Final = 0.1
"""From so many bits on it is another kind of text."""

_UNKNOWN_LANGUAGES: Final = 0.1
"""A share of texts in languages the model hasn't learned, beyond what there was before."""

_TO_LABEL: Final = 100
"""Texts with a label that its threshold needs to be tuned and measured, to some six points."""
_LEAST_TO_LABEL, _MOST_TO_LABEL = 200, 2_000


class Advice(StrEnum):
    """What to do."""

    NOTHING = "nothing to do"
    LOOK = "look at it"
    RETRAIN = "label and retrain"


@dataclass(frozen=True)
class Mix:
    """Shares of some names, old and new."""

    shares: Mapping[str, tuple[float, float]]
    change: Change
    cramers_v: float


@dataclass(frozen=True)
class Facts:
    """What the advice goes by."""

    language: Mix
    length: Change
    words: Mapping[str, Change]
    unseen: Change
    kind: Change | None
    labels: tuple[LabelDrift, ...]


def advise(facts: Facts) -> tuple[Advice, list[str]]:
    """Weigh what was found: what was measured goes before what is only different."""
    serious, mild = _serious(facts), _mild(facts)
    held = [one.label for one in facts.labels if one.fell is False]
    if any(one.fell for one in facts.labels):
        return Advice.RETRAIN, serious + mild
    if held:
        kept = f"By the new labels, F1 has not fallen by more than chance: {', '.join(held)}."
        return (Advice.LOOK if serious or mild else Advice.NOTHING), [kept, *serious, *mild]
    if serious:
        return Advice.RETRAIN, serious + mild
    if mild:
        return Advice.LOOK, mild
    return Advice.NOTHING, ["Nothing has changed by more than chance, or by enough to matter."]


def _serious(facts: Facts) -> list[str]:
    said = []
    for one in facts.labels:
        if one.fell and one.measured_old and one.measured_new:
            before, now = one.measured_old.f1, one.measured_new.f1
            said.append(f"{one.label}: F1 has fallen from {before:.2f} to {now:.2f}.")
        elif one.expects_less and one.fell is None:
            said.append(
                f"{one.label}: of its alarms {one.expected_new:.0%} may be right by the model's "
                f"own probabilities, before {one.expected_old:.0%}."
            )
    foreign = [
        sum(pair[side] for name, pair in facts.language.shares.items() if name not in LANGUAGES)
        for side in (0, 1)
    ]
    if facts.language.change.changed and foreign[1] - foreign[0] >= _UNKNOWN_LANGUAGES:
        said.append(
            f"{foreign[1]:.0%} of the texts are in languages the model has not learned, before "
            f"{foreign[0]:.0%}."
        )
    other = [name for name, one in facts.words.items() if _is_other(one)]
    if other:
        said.append(f"The words are those of another kind of text{_in(other)}.")
    return said


def _is_other(words: Change) -> bool:
    return words.changed and words.distance - words.expected >= WORDS_OTHER


def _in(languages: list[str]) -> str:
    named = [LANGUAGE_NAMES.get(name, name) for name in languages if name != ALL]
    return f" ({', '.join(named)})" if named else ""


def _mild(facts: Facts) -> list[str]:
    said = []
    if facts.language.change.changed:
        said.append("The languages are mixed differently.")
    words = [name for name, one in facts.words.items() if one.changed and not _is_other(one)]
    if words:
        said.append(f"Other words are used{_in(words)}.")
    if facts.unseen.changed:
        said.append("The share of what the model has never met has changed.")
    if facts.length.changed:
        said.append("The texts are of other lengths.")
    if facts.kind is not None and facts.kind.changed:
        said.append(f"The {KIND}s of comments are mixed differently.")
    for one in facts.labels:
        if one.alarms.changed:
            said.append(
                f"{one.label}: {one.alarms_new:.0f} alarms in 1,000 texts, before "
                f"{one.alarms_old:.0f}."
            )
        elif one.scores.changed:
            said.append(f"{one.label}: its scores are distributed differently.")
    return said


def texts_to_label(labels: tuple[LabelDrift, ...]) -> int:
    """Return how many texts to label, so that about a hundred of them have the label.

    The label is that which is worst off, else the most frequent one.
    """
    worst = [one for one in labels if one.fell or one.expects_less] or labels
    rate = max((one.alarms_new for one in worst), default=0.0) / 1_000
    wanted = _TO_LABEL / rate if rate else _MOST_TO_LABEL
    return int(np.clip(np.ceil(wanted / 100) * 100, _LEAST_TO_LABEL, _MOST_TO_LABEL))
