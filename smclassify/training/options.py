"""What a company's training is asked to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from smclassify.labelled import ReadOptions


@dataclass(frozen=True)
class TrainOptions:
    """What a company's training is asked to do.

    Attributes
    ----------
    read : ReadOptions
        How the labelled files are read.
    test : sequence of str
        Labelled files that are measured on and never learned from.
    fixes : str or None
        A reviewed sheet of doubtful labels, to be applied first.
    hold_back : float or None
        The share of the texts to measure on and never to learn from, where neither a file nor
        a column says which; None for a fifth of them where there are many.
    targets : sequence of str
        What the user cares about: ``"recall=0.95"``, ``"spammy:precision=0.9"``.
    from_scratch : bool
        Whether to begin with nothing instead of the shipped model.
    curve : bool
        Whether to measure what fewer texts would have given.
    seed : int
    n_jobs : int
        Heads fitted at the same time.
    """

    read: ReadOptions = field(default_factory=ReadOptions)
    test: Sequence[str] = ()
    fixes: str | None = None
    hold_back: float | None = None
    targets: Sequence[str] = ()
    from_scratch: bool = False
    curve: bool = False
    seed: int = 0
    n_jobs: int = 1
