"""What is measured, how often, and in which order: every measurement in turn, round by round."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final, Self

from smclassify.labels import LANGUAGES

MIXED: Final = "mixed"
GROUPS: Final = (*LANGUAGES, MIXED)
"""Texts of one language, and of all of them as they come."""

Figures = dict[str, float]
"""What one measurement found. ``cpu`` and ``seconds`` are seconds, ``texts`` how many texts."""

MICRO: Final = 1e6


@dataclass(frozen=True)
class Setting:
    """Where the texts are, and how much is measured.

    Attributes
    ----------
    folder : Path
        The public sets.
    scratch : Path
        Where files may be written.
    rounds, startups : int
        How often the usual measurements come, and those of the start.
    rows : tuple of int
        Rows of the exports triaged in every round, with one worker and with two.
    pair : int
        Rows of the export on which two workers are held against one, and triage against the
        limits.
    large : int
        Rows of the export that is triaged once with one worker and once with two; 0 leaves it
        out.
    by_language : int
        Rows of each language's export.
    drafts : tuple of int
        Rows of the tables given to ``score``.
    steps : int
        Texts whose steps are timed, of each group.
    learned, tested : int
        Texts that the peers learn from, and on which they are measured beside us.
    block : float
        How much of its usual number of texts each peer is given at a time.
    minilm : Path or None
        A folder with a MiniLM sentence encoder.
    """

    folder: Path
    scratch: Path
    rounds: int = 3
    startups: int = 5
    rows: tuple[int, ...] = (1_000, 10_000)
    pair: int = 200_000
    large: int = 1_000_000
    by_language: int = 20_000
    drafts: tuple[int, ...] = (1_000, 10_000)
    steps: int = 10_000
    learned: int = 3_000
    tested: int = 1_500
    block: float = 1.0
    minilm: Path | None = None

    @classmethod
    def quick(cls, folder: Path, scratch: Path, minilm: Path | None = None) -> Self:
        """Return sizes for trying; the figures are rough."""
        return cls(
            folder, scratch, rounds=1, startups=1, rows=(500, 1_000), pair=2_000, large=0,
            by_language=500, drafts=(200,), steps=500, learned=200, tested=200, block=0.1,
            minilm=minilm,
        )  # fmt: skip


@dataclass(frozen=True)
class Measure:
    """One thing to be measured.

    Attributes
    ----------
    part, name : str
        What it is.
    run : callable
        Measures it once.
    group : str
        Of :data:`GROUPS`.
    rounds : int
        How often at most.
    """

    part: str
    name: str
    run: Callable[[], Figures]
    group: str = MIXED
    rounds: int = sys.maxsize


@dataclass
class Results:
    """What was found: a list of figures, a round each, for each (part, name, group).

    Attributes
    ----------
    found : dict
    notes : dict of str to str
        What could not be measured, and why.
    """

    found: dict[tuple[str, str, str], list[Figures]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    def add(self, measure: Measure, figures: Figures) -> None:
        """Note what a round has found."""
        self.found.setdefault((measure.part, measure.name, measure.group), []).append(figures)

    def names(self, part: str) -> list[str]:
        """Return what was measured in a part, in the order of measuring."""
        return list(dict.fromkeys(name for one, name, _ in self.found if one == part))

    def median(self, part: str, name: str, figure: str, group: str = MIXED) -> float | None:
        """Return the median of a figure over the rounds; None if it was not measured."""
        runs = self.found.get((part, name, group), [])
        values = [run[figure] for run in runs if figure in run]
        return median(values) if values else None

    def per_text(self, part: str, name: str, group: str = MIXED) -> float | None:
        """Return the median of CPU microseconds a text; None if it was not measured."""
        runs = self.found.get((part, name, group), [])
        return median(run["cpu"] / run["texts"] * MICRO for run in runs) if runs else None


def in_rounds(
    measures: Sequence[Measure], show: Callable[[str], None] = lambda line: None
) -> Iterator[tuple[Measure, Figures]]:
    """Measure everything once, then again, as often as each is wanted.

    Parameters
    ----------
    measures : sequence of Measure
    show : callable, optional
        Told what is about to be measured.
    """
    for number in range(max((one.rounds for one in measures), default=0)):
        for measure in measures:
            if number < measure.rounds:
                show(f"round {number + 1}: {measure.part}, {measure.name}, {measure.group}")
                yield measure, measure.run()


def cpu_of(work: Callable[[], object]) -> float:
    """Return the processor seconds that some work takes in this process, all threads together."""
    before = time.process_time()
    work()
    return time.process_time() - before


def over(texts: Sequence[str], work: Callable[[Sequence[str]], object]) -> Figures:
    """Measure some work on texts."""
    return {"cpu": cpu_of(lambda: work(texts)), "texts": len(texts)}
