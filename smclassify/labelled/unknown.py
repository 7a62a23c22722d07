"""Values that are no labels: gathered, so that a user is told of all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NoReturn

from smclassify.errors import TrainingError
from smclassify.labelled.vocabulary import Vocabulary, as_own_label

_MOST_LISTED: Final = 10
_LONGEST: Final = 60


@dataclass
class _Unknown:
    """A value that nobody knows, and where it first stood."""

    value: str
    where: str
    allowed: Sequence[str]
    count: int = 0


@dataclass
class UnknownValues:
    """Values that are no labels in a column of labels, and neither true nor false elsewhere."""

    vocabulary: Vocabulary
    _labels: dict[tuple[str, tuple[str, ...]], _Unknown] = field(default_factory=dict)
    _booleans: dict[str, _Unknown] = field(default_factory=dict)

    def label(self, value: str, where: str, allowed: Sequence[str]) -> None:
        """Note a value that is no label of its column."""
        key = value, tuple(allowed)
        self._labels.setdefault(key, _Unknown(value, where, allowed)).count += 1

    def boolean(self, value: str, where: str) -> None:
        """Note a value that is neither true nor false."""
        self._booleans.setdefault(value, _Unknown(value, where, ())).count += 1

    def refuse(self) -> None:
        """Raise an error that lists them, if there are any.

        Raises
        ------
        TrainingError
        """
        if self._labels:
            self._refuse_labels(sorted(self._labels.values(), key=_most_first))
        if self._booleans:
            _refuse_booleans(sorted(self._booleans.values(), key=_most_first))

    def _refuse_labels(self, unknown: list[_Unknown]) -> NoReturn:
        first = unknown[0]
        near = [self._near(one) for one in unknown]
        if len(unknown) == 1:
            message = f"There is no label {_shown(first)}{near[0]}."
        else:
            lines = [
                f"  {_shown(one)}, first in {one.where}{words}"
                for one, words in zip(unknown[:_MOST_LISTED], near, strict=False)
            ]
            message = "\n".join([f"{len(unknown)} values are no labels:", *lines, *_more(unknown)])
        raise TrainingError(message, where=first.where, hint=self._ways_out(first))

    def _near(self, one: _Unknown) -> str:
        label = self.vocabulary.nearest(one.value, one.allowed)
        return f"; the nearest is {label}" if label else ""

    def _ways_out(self, first: _Unknown) -> str:
        label = self.vocabulary.nearest(first.value, first.allowed) or "LABEL"
        value = first.value[:_LONGEST]
        hint = (
            f"Known: {', '.join(first.allowed)}.\n"
            f'Say what a value means, such as --map "{value}={label}"; "{value}=" if it says '
            f'nothing; "{value}=none" if it means: no label.'
        )
        own = as_own_label(first.value)
        return f"{hint} Or make it a label of your own: --new-label {own}." if own else hint


def _refuse_booleans(unknown: list[_Unknown]) -> NoReturn:
    first = unknown[0]
    message = f"{first.value[:_LONGEST]!r} is neither true nor false."
    if len(unknown) > 1:
        lines = [f"  {_shown(one)}, first in {one.where}" for one in unknown[:_MOST_LISTED]]
        head = f"{len(unknown)} values are neither true nor false:"
        message = "\n".join([head, *lines, *_more(unknown)])
    value = first.value[:_LONGEST]
    hint = (
        f'Write true or false, or say what each means: --map "{value}=true" or '
        f'--map "{value}=false"; "{value}=" if it says nothing.'
    )
    raise TrainingError(message, where=first.where, hint=hint)


def _shown(one: _Unknown) -> str:
    rows = "1 row" if one.count == 1 else f"{one.count:,} rows"
    return f"{one.value[:_LONGEST]!r} ({rows})"


def _more(unknown: Sequence[_Unknown]) -> list[str]:
    rest = len(unknown) - _MOST_LISTED
    return [f"  and {rest:,} more"] if rest > 0 else []


def _most_first(one: _Unknown) -> int:
    return -one.count
