"""From held-out probabilities to thresholds: what a company's model decides by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.evaluation.answers import Answered
from smclassify.evaluation.metrics import decisions
from smclassify.evaluation.operating import Operating, at_threshold, choose
from smclassify.evaluation.targets import Aim, Target
from smclassify.labels import DEPARTMENTS, KINDS, Task
from smclassify.model.decision import EVENED, Thresholds, columns, decided_labels
from smclassify.model.heads import UNLABELLED

BELIEF: Final = 50
"""The model's own threshold counts as much as what so many texts with the label say."""

BELIEF_IN_NOTHING: Final = 10
"""The same for labels of which the model knows nothing, and 0.5."""

_F1: Final = Target(Aim.F1)
_FEWEST: Final = 5
_ENOUGH_KINDS: Final = 100
_POWERS: Final = (0.0, 0.5, 1.0)
_MIN_GAIN: Final = 0.01


@dataclass(frozen=True)
class Deciding:
    """What a model decides by.

    Attributes
    ----------
    thresholds : mapping
        label -> language or ``"*"`` -> probability.
    priors : dict of str to float
        What kinds and departments are weighed by.
    """

    thresholds: Thresholds
    priors: dict[str, float]


@dataclass(frozen=True)
class Decider:
    """Tunes what a model decides by.

    Attributes
    ----------
    task : Task
    own : tuple of str
        The company's own labels.
    before : Deciding
        What the model decided by that was adapted; nothing for one that learns from nothing.
    targets : mapping of str to Target
        What the user cares about, label by label; F1 for the others.
    seed : int
        Of the intervals.
    """

    task: Task
    own: tuple[str, ...]
    before: Deciding
    targets: Mapping[str, Target]
    seed: int = 0

    def tuned(self, said: Answered, groups: NDArray[np.int64]) -> Deciding:
        """Tune on answers to texts that were held out.

        For a target that the user named, the threshold is what the texts say. For F1 it lies
        between that and the one before, nearer to it the fewer texts have the label: a
        threshold tuned on few hangs on chance.

        Parameters
        ----------
        said : Answered
            n texts.
        groups : ndarray of int, shape (n,)
            Texts that are right or wrong together.
        """
        thresholds: dict[str, dict[str, float]] = {}
        for label, (labels, scores, rows) in self._known(said):
            before = dict(self.before.thresholds.get(label, {}))
            if tuned := self._threshold(label, labels, scores, groups[rows], before):
                thresholds[label] = tuned
        return Deciding(thresholds, self._priors(said))

    def _known(
        self, said: Answered
    ) -> Iterator[tuple[str, tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.intp]]]]:
        """Yield each yes-or-no label with labels, probabilities and rows where there are both."""
        for label in decided_labels(self.task, self.own):
            column = columns(self.task, [label], self.own)[0]
            labels, scores = said.labels[:, column], said.probabilities[:, column]
            rows = np.flatnonzero((labels != UNLABELLED) & ~np.isnan(scores))
            yield label, (labels[rows], scores[rows], rows)

    def _threshold(
        self,
        label: str,
        labels: NDArray[np.int64],
        scores: NDArray[np.float32],
        groups: NDArray[np.int64],
        before: dict[str, float],
    ) -> dict[str, float]:
        support = int((labels == 1).sum())
        if min(support, len(labels) - support) < _FEWEST:
            return before
        target = self.targets.get(label, _F1)
        best = choose(labels, scores, target, groups=groups, seed=self.seed).threshold
        if target.aim is not Aim.F1:
            return {"*": round(best, 4)}
        belief = BELIEF if before else BELIEF_IN_NOTHING
        share = support / (support + belief)
        start = before or {"*": 0.5}
        return {one: round((1 - share) * at + share * best, 4) for one, at in start.items()}

    def expected(
        self, said: Answered, groups: NDArray[np.int64], by: Deciding
    ) -> dict[str, Operating]:
        """Return what is to be expected at the threshold of each label, by answers held out."""
        expected = {}
        for label, (labels, scores, rows) in self._known(said):
            at, target = by.thresholds.get(label), self.targets.get(label, _F1)
            if not at or not (labels == 1).any():
                continue
            if target.aim is Aim.F1:
                common = at.get("*", 0.5)
                one = at_threshold(labels, scores, common, groups=groups[rows], seed=self.seed)
            else:
                one = choose(labels, scores, target, groups=groups[rows], seed=self.seed)
            expected[label] = one
        return expected

    def _priors(self, said: Answered) -> dict[str, float]:
        """Return what kinds and departments are weighed by.

        How far the corpus's frequencies are evened out was tuned for brands at large; here it
        is kept, halved or left out, whichever is plainly best on the company's own texts.
        """
        priors = dict(self.before.priors)
        for names in (KINDS, DEPARTMENTS) if self.task is Task.COMMENTS else ():
            place = columns(self.task, names)
            labels, scores = said.labels[:, place], said.probabilities[:, place]
            given = (labels == 1).sum(axis=1) == 1
            if int(given.sum()) < _ENOUGH_KINDS or not all(name in priors for name in names):
                continue
            power = _best_power(labels[given], scores[given], [priors[name] for name in names])
            priors |= {name: round(priors[name] ** power, 4) for name in names}
        return priors

    def cross_decided(
        self, said: Answered, folds: NDArray[np.int64], groups: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Return what is decided of each text by thresholds tuned on the other folds.

        Tuned on the very texts they are measured on, thresholds look better than they are.

        Parameters
        ----------
        said : Answered
        folds, groups : ndarray of int, shape (n,)
        """
        decided = np.zeros(said.labels.shape, bool)
        for fold in np.unique(folds):
            outside, inside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
            by = self.tuned(taken(said, outside), groups[outside])
            decided[inside] = self.decided(taken(said, inside), by)
        return decided

    def decided(self, said: Answered, by: Deciding) -> NDArray[np.bool_]:
        """Return what a model decides, shape (n, n_heads)."""
        languages: Sequence[str] = said.languages.tolist()
        return decisions(
            self.task, said.probabilities, languages, by.thresholds, by.priors, own=self.own
        )


def taken(said: Answered, rows: NDArray[np.intp]) -> Answered:
    """Return the answers to some of the texts."""
    return Answered(said.labels[rows], said.probabilities[rows], said.languages[rows])


def _best_power(
    labels: NDArray[np.int64], scores: NDArray[np.float32], priors: Sequence[float]
) -> float:
    """Return the power of some priors that gives the best macro F1; 1 unless plainly better."""
    truth = labels.argmax(axis=1)
    quality = {}
    for power in _POWERS:
        weights = np.maximum(np.array(priors) ** power, 1e-3) ** -EVENED
        said = (np.nan_to_num(scores) * weights).argmax(axis=1)
        quality[power] = _macro_f1(truth, said)
    best = max(_POWERS, key=lambda power: quality[power])
    return best if quality[best] >= quality[1.0] + _MIN_GAIN else 1.0


def _macro_f1(truth: NDArray[np.intp], said: NDArray[np.intp]) -> float:
    present = np.unique(truth)
    both = [2 * ((truth == one) & (said == one)).sum() for one in present]
    either = [(truth == one).sum() + (said == one).sum() for one in present]
    return float(np.mean(np.array(both) / np.maximum(either, 1)))
