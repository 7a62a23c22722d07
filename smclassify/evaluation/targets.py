"""What a user cares about, as they write it: ``precision=0.9``, ``recall=0.95``, ``cost=5:1``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from smclassify.errors import TrainingError

_OPTION: Final = "--target"
_HINT: Final = (
    "Write precision=0.9, recall=0.95, cost=5:1 (a miss against a false alarm) or f1; for one "
    "label: private_reply:recall=0.95."
)


class Aim(StrEnum):
    """What a threshold is chosen for."""

    PRECISION = "precision"
    RECALL = "recall"
    COST = "cost"
    F1 = "f1"


@dataclass(frozen=True)
class Target:
    """What the threshold of a label is chosen for.

    Attributes
    ----------
    aim : Aim
    value : float
        The share that is asked for, of precision and recall; 0 else.
    miss, false_alarm : float
        What each costs, in any unit; 1 where nobody said.
    """

    aim: Aim
    value: float = 0.0
    miss: float = 1.0
    false_alarm: float = 1.0

    @classmethod
    def parse(cls, text: str) -> Target:
        """Read a target as the command line has it.

        Raises
        ------
        TrainingError
            If it is none.
        """
        name, sign, value = (part.strip() for part in text.partition("="))
        if name.casefold() not in set(Aim):
            raise _refused(f"{text!r} is no target.")
        aim = Aim(name.casefold())
        if aim is Aim.F1:
            if sign:
                raise _refused(f"{text!r}: f1 takes no number; the greatest is looked for.")
            return cls(aim)
        if aim is Aim.COST:
            miss, _, false_alarm = value.partition(":")
            return cls(aim, miss=_cost(miss, text), false_alarm=_cost(false_alarm or "1", text))
        return cls(aim, _share(value, text))

    def __str__(self) -> str:
        if self.aim is Aim.COST:
            return f"cost={self.miss:g}:{self.false_alarm:g}"
        return "f1" if self.aim is Aim.F1 else f"{self.aim.value}={self.value:g}"


def parse_targets(texts: Iterable[str], labels: Sequence[str]) -> dict[str, Target]:
    """Return the target of each label that one is given for.

    Parameters
    ----------
    texts : iterable of str
        ``recall=0.95`` is for all labels, ``crisis:recall=0.95`` for one, which goes before.
    labels : sequence of str
        Those that have a threshold.

    Raises
    ------
    TrainingError
        If one is no target, or for no label that has a threshold, or there are two for one.
    """
    common: dict[str, Target] = {}
    own: dict[str, Target] = {}
    for text in texts:
        label, target = _labelled_target(text, labels)
        chosen, named = (common, labels) if label is None else (own, (label,))
        if chosen.keys() & set(named):
            raise _refused(f"{text!r} is a second target of the same.")
        chosen |= dict.fromkeys(named, target)
    return common | own


def labelled_with(texts: Iterable[str], labels: Sequence[str]) -> list[str]:
    """Return the targets that are for all labels or for one of these.

    For a task of several: another's labels are none of its business.
    """
    return [text for text in texts if (label := named_label(text)) is None or label in labels]


def named_label(text: str) -> str | None:
    """Return the label that a target is for; None for all."""
    label, colon, _ = text.partition(":")
    # In cost=5:1 the colon stands behind the equals sign.
    return label.strip() if colon and "=" not in label else None


def _labelled_target(text: str, labels: Sequence[str]) -> tuple[str | None, Target]:
    label = named_label(text)
    if label is None:
        return None, Target.parse(text)
    if label not in labels:
        raise TrainingError(
            f"{label!r} has no threshold.", where=_OPTION, hint=f"Possible: {', '.join(labels)}."
        )
    return label, Target.parse(text.partition(":")[2])


def _refused(message: str) -> TrainingError:
    return TrainingError(message, where=_OPTION, hint=_HINT)


def _number(text: str, whole: str) -> float:
    percent = text.strip().endswith("%")
    try:
        value = float(text.strip().removesuffix("%"))
    except ValueError:
        raise _refused(f"{whole!r}: {text.strip()!r} is no number.") from None
    return value / 100 if percent else value


def _share(text: str, whole: str) -> float:
    value = _number(text, whole)
    if not 0 < value < 1:
        raise _refused(
            f"{whole!r}: a share between 0 and 1 was expected; no model is always right."
        )
    return value


def _cost(text: str, whole: str) -> float:
    value = _number(text, whole)
    if not 0 < value < float("inf"):
        raise _refused(f"{whole!r}: what a miss or a false alarm costs is a number over 0.")
    return value
