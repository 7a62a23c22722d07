"""From held-out probabilities to thresholds: what a company's model decides by."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.evaluation.answers import Answered
from smclassify.evaluation.folds import group_index
from smclassify.evaluation.metrics import decisions
from smclassify.evaluation.operating import Operating, at_threshold, choose
from smclassify.evaluation.resampling import f1_of
from smclassify.evaluation.targets import Aim, Target
from smclassify.labelled.checks import ENOUGH_TO_MOVE, FEWEST
from smclassify.labels import DEPARTMENTS, KINDS, Task
from smclassify.model.decision import EVENED, Thresholds, columns, decided_labels
from smclassify.model.indexing import UNLABELLED
from smclassify.model.thresholds import GRID

_RESAMPLES: Final = 200
_F1: Final = Target(Aim.F1)
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

    def tuned(
        self, said: Answered, groups: NDArray[np.int64], free: Collection[str] | None = None
    ) -> Deciding:
        """Tune on answers to texts that were held out.

        For a target that the user named, the threshold is what the texts say. For F1 it is
        moved no further from the one before than these texts plainly ask for.

        Parameters
        ----------
        said : Answered
            n texts.
        groups : ndarray of int, shape (n,)
            Texts that are right or wrong together.
        free : collection of str, optional
            The labels whose threshold may be another than before; by default those that
            enough of the texts have.
        """
        thresholds: dict[str, dict[str, float]] = {}
        free = self.free(said) if free is None else free
        for label, (labels, scores, rows) in self._known(said):
            tuned = dict(self.before.thresholds.get(label, {}))
            if label in free and len(np.unique(labels)) == 2:
                tuned = self._threshold(label, labels, scores, groups[rows])
            if tuned:
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

    def free(self, said: Answered) -> frozenset[str]:
        """Return the labels that enough texts have, and have not, to say where a threshold is."""
        free = set()
        for label, (labels, _, _) in self._known(said):
            support = int((labels == 1).sum())
            kept = label in self.before.thresholds and self._target(label).aim is Aim.F1
            fewest = ENOUGH_TO_MOVE if kept else FEWEST
            if support >= fewest and len(labels) - support >= FEWEST:
                free.add(label)
        return frozenset(free)

    def _target(self, label: str) -> Target:
        return self.targets.get(label, _F1)

    def _threshold(
        self,
        label: str,
        labels: NDArray[np.int64],
        scores: NDArray[np.float32],
        groups: NDArray[np.int64],
    ) -> dict[str, float]:
        before, target = self.before.thresholds.get(label, {}), self._target(label)
        if target.aim is not Aim.F1 or not before:
            best = choose(labels, scores, target, groups=groups, seed=self.seed).threshold
            return {"*": round(best, 4)}
        common = before.get("*", 0.5)
        move = nearest_as_good(labels, scores, groups, common, self.seed) - common
        return {one: round(min(max(at + move, 0.01), 0.99), 4) for one, at in before.items()}

    def expected(
        self, said: Answered, groups: NDArray[np.int64], by: Deciding
    ) -> dict[str, Operating]:
        """Return what is to be expected at the threshold of each label, by answers held out.

        Where too few texts could say which threshold a target asks for, the one before stays,
        and the target cannot be promised.
        """
        expected, free = {}, self.free(said)
        for label, (labels, scores, rows) in self._known(said):
            at, target = by.thresholds.get(label), self._target(label)
            if not at or not (labels == 1).any():
                continue
            if target.aim is not Aim.F1 and label in free:
                one = choose(labels, scores, target, groups=groups[rows], seed=self.seed)
            else:
                common = at.get("*", 0.5)
                one = at_threshold(labels, scores, common, groups=groups[rows], seed=self.seed)
                if target.aim is not Aim.F1:
                    one = replace(one, target=str(target), reached=False)
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
            power = _best_power(
                labels[given], scores[given], [priors[name] for name in names], self.seed
            )
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
        # Which thresholds may move is the saved model's, or another one would be measured.
        free = self.free(said)
        for fold in np.unique(folds):
            outside, inside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
            by = self.tuned(taken(said, outside), groups[outside], free)
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
    labels: NDArray[np.int64], scores: NDArray[np.float32], priors: Sequence[float], seed: int
) -> float:
    """Return the power of some priors with the best macro F1; 1 unless plainly better.

    Plainly: by more than the standard error of the difference, by a bootstrap over the texts.
    """
    truth, kinds = labels.argmax(axis=1), np.arange(labels.shape[1])
    counts = []
    for power in _POWERS:
        weights = np.maximum(np.array(priors) ** power, 1e-3) ** -EVENED
        said = (np.nan_to_num(scores) * weights).argmax(axis=1)
        is_said, is_true = said[:, None] == kinds, truth[:, None] == kinds
        counts.append(np.hstack([is_said & is_true, is_said, is_true]).astype(np.float64))
    n = len(truth)
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(n, np.full(n, 1 / n), _RESAMPLES).astype(np.float64)
    seen = [float(_macro_f1(one.sum(axis=0))) for one in counts]
    best, kept = int(np.argmax(seen)), _POWERS.index(1.0)
    error = float(np.std(_macro_f1(drawn @ counts[best]) - _macro_f1(drawn @ counts[kept])))
    return _POWERS[best] if seen[best] > seen[kept] + max(error, _MIN_GAIN) else 1.0


def _macro_f1(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean F1 over kinds that occur, from hits, said and true, each (..., n_kinds)."""
    hits, said, true = np.split(counts, 3, axis=-1)
    return np.asarray(np.nanmean(f1_of(hits, said, true), axis=-1))


def nearest_as_good(
    labels: NDArray[np.int64],
    scores: NDArray[np.float32],
    groups: NDArray[np.int64],
    before: float,
    seed: int = 0,
) -> float:
    """Return the threshold nearest to one before whose F1 is as good as the best, but for chance.

    F1 hardly changes over a wide range of thresholds, so the greatest on some hundred texts is
    anywhere in it. Taken is the nearest that is not worse by more than the standard error of
    the difference, by a bootstrap over groups (the one-standard-error rule of Breiman et al.
    1984, "Classification and regression trees").

    Parameters
    ----------
    labels : ndarray of int, shape (n,)
        1 or 0.
    scores : ndarray of float, shape (n,)
    groups : ndarray of int, shape (n,)
    before : float
    seed : int
    """
    grid = np.append(GRID, before)
    member, n_groups = group_index(groups)
    flagged = scores[:, None] >= grid
    by_group = np.zeros((3, n_groups, len(grid)))
    np.add.at(by_group[0], member, flagged & (labels == 1)[:, None])
    np.add.at(by_group[1], member, flagged)
    np.add.at(by_group[2], member, np.repeat((labels == 1)[:, None], len(grid), axis=1))
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(n_groups, np.full(n_groups, 1 / n_groups), _RESAMPLES)
    hits, marked, had = by_group.sum(axis=1)
    f1 = f1_of(hits, marked, had)
    best = int(np.argmax(f1))
    # A draw without any text that has the label says nothing of any threshold.
    resampled = np.nan_to_num(f1_of(*(drawn @ one for one in by_group)))
    error = np.std(resampled[:, [best]] - resampled, axis=0)
    as_good = f1 >= f1[best] - error
    return float(min(grid[as_good], key=lambda one: abs(one - before)))
