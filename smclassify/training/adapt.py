"""Adapting a model's heads to a company's labels.

How far the labels may move the weights is tuned by what the adapted heads say of texts that
were held out; "not at all" is among the choices, so that labels that teach nothing do no harm.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.special import expit

from smclassify.labelled import LabelledTexts
from smclassify.labelled.checks import ENOUGH_TO_MOVE, FEWEST, learnable
from smclassify.labels import DEPARTMENTS, KINDS, Task
from smclassify.model.combine import with_reasons
from smclassify.model.decision import Thresholds
from smclassify.model.indexing import language_index
from smclassify.model.model import TaskModel
from smclassify.text.batch import TextBatch
from smclassify.training.caution import cautious
from smclassify.training.evidence import Evidence, Freedom, Move
from smclassify.training.prior import Prior
from smclassify.training.softtargets import common_odds, soft_targets

STRENGTHS: Final = (0.0, 1.0, 2.0, 4.0)
"""How far all features of a text together may move its log odds (a standard deviation)."""

STRENGTHS_FROM_NOTHING: Final = (2.0, 4.0, 8.0, 16.0)
"""The same for labels of which the model knows nothing."""

_ONE_PROCESS: Final = 300
"""With so few texts, starting other processes would take longer than the fitting."""


def heads_to_learn(texts: LabelledTexts, learned: TaskModel | None) -> tuple[str, ...]:
    """Return the heads of a task that a model has learned or the texts can teach.

    Raises
    ------
    TrainingError
        If no label has texts enough to learn from.
    """
    enough = learnable(texts)
    known = () if learned is None else learned.names
    heads = zip(texts.heads, enough.tolist(), strict=True)
    return tuple(name for name, one in heads if one or name in known)


class Adapter:
    """The heads of a task, moved from what a model says to what a company's labels say.

    Parameters
    ----------
    prior : Prior
        What the model says, of the labels named by :func:`heads_to_learn`.
    texts : LabelledTexts
        n texts.
    batch : TextBatch
        The same, prepared.
    folds : ndarray of int, shape (n_repeats, n)
        Who is held out together.
    n_jobs : int
        Heads fitted at the same time.

    Attributes
    ----------
    names : tuple of str
        The heads.
    """

    def __init__(
        self,
        prior: Prior,
        texts: LabelledTexts,
        batch: TextBatch,
        folds: NDArray[np.int64],
        *,
        n_jobs: int = 1,
    ) -> None:
        self._prior, self._texts, self._folds = prior, texts, folds
        self.names = prior.names
        self._columns = [texts.heads.index(name) for name in prior.names]
        X = prior.space.transform(batch)
        idf = np.concatenate([prior.space.char_.idf_, prior.space.word_.idf_])
        self._evidence = Evidence(X, language_index(batch.languages), idf)
        start = prior.log_odds(X, batch.languages)
        self._targets = soft_targets(texts, prior.names, start)
        self._shift = common_odds(self._targets, prior.known)
        self._start = start + self._shift
        self._weights = np.ones(start.shape)
        # What the texts never show they can unteach for texts like them, not as a whole.
        shown = (self._targets > 0.5).sum(axis=0) >= FEWEST
        self._shown = frozenset(np.flatnonzero(shown).tolist())
        self._moving = self._movable()
        self._n_jobs = n_jobs if len(texts) > _ONE_PROCESS else 1

    def _movable(self) -> list[int]:
        """Return the heads that have labels enough to be moved.

        Kinds and departments compete, so they are moved together, also by texts that have their
        label not. But not by those alone for which nobody asked: where it is known of some
        texts only since another kind was given, it would be moved by the choice of these texts.
        A yes-or-no label that all texts have would be moved to be said of everything.
        """
        given = ~np.isnan(self._targets)
        with_it = np.nansum(self._targets, axis=0)
        without_it = (self._targets == 0).sum(axis=0)
        movable = (with_it >= ENOUGH_TO_MOVE) & (without_it >= FEWEST)
        for group in (KINDS, DEPARTMENTS) if self._texts.task is Task.COMMENTS else ():
            heads = [self.names.index(name) for name in group if name in self.names]
            anywhere = given[:, heads].any(axis=1)
            asked = given[anywhere][:, heads].all(axis=0)
            movable[heads] = (with_it[heads] >= FEWEST) | (asked & (anywhere.sum() >= FEWEST))
        enough = learnable(self._texts)[self._columns]
        return np.flatnonzero(np.where(self._prior.known, movable, enough)).tolist()

    @property
    def moved(self) -> tuple[str, ...]:
        """The heads that the labels move."""
        return tuple(self.names[head] for head in self.strengths)

    @property
    def knows_something(self) -> bool:
        """Whether a head begins with what a model says."""
        return bool(self._prior.known.any())

    def trusting(self, trust: NDArray[np.float64]) -> None:
        """Believe the labels so far from here on; how far to move stays as it was tuned.

        Parameters
        ----------
        trust : ndarray of float, shape (n, n_heads of the texts)
            From 0 to 1.
        """
        _ = self.strengths
        self._weights = trust[:, self._columns]

    @cached_property
    def strengths(self) -> dict[int, float]:
        """How far the features may move each head that is moved.

        Heads that the model has learned share a choice, which few labels could not make for
        each; a head that begins with nothing has its own.
        """
        before = [head for head in self._moving if self._prior.known[head]]
        new = [head for head in self._moving if not self._prior.known[head]]
        tries = [(head, one) for head in before for one in STRENGTHS]
        tries += [(head, one) for head in new for one in STRENGTHS_FROM_NOTHING]
        said = self._said([(*one, self._folds[0]) for one in tries], self._targets)
        of_try = {
            (head, one): self._costs(head, log_odds)
            for (head, one), log_odds in zip(tries, said, strict=True)
        }
        strengths: dict[int, float] = {}
        if before:
            stay = [self._costs(head, self._start[:, head]) for head in before]
            common: dict[float | None, NDArray[np.float64]] = {None: np.sum(stay, axis=0)}
            for one in STRENGTHS:
                common[one] = np.sum([of_try[head, one] for head in before], axis=0)
            chosen = cautious(common)
            strengths = {} if chosen is None else dict.fromkeys(before, chosen)
        for head in new:
            own = {one: of_try[head, one] for one in STRENGTHS_FROM_NOTHING}
            strengths[head] = min(own, key=lambda one: float(own[one].sum()))
        return strengths

    def _costs(self, head: int, log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what the answer to each text costs (log loss), shape (n,)."""
        targets = self._targets[:, head]
        wanted = np.nan_to_num(targets)
        costs = np.logaddexp(0, log_odds) - wanted * log_odds
        return np.where(np.isnan(targets), 0.0, costs)

    def _said(
        self,
        tries: Sequence[tuple[int, float, NDArray[np.int64]]],
        targets: NDArray[np.float64],
    ) -> list[NDArray[np.float64]]:
        """Return the log odds that each (head, strength, folds) gives the texts held out."""
        return self._run(
            delayed(self._evidence.held_out)(*self._asked(head, strength, targets), folds)
            for head, strength, folds in tries
        )

    def _asked(
        self, head: int, strength: float, targets: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], Freedom]:
        """Return where a head begins, what it is to say, by what weights, and how far it may go."""
        may = Freedom(strength, head in self._shown)
        return self._start[:, head], targets[:, head], self._weights[:, head], may

    def _run(self, tasks: Iterable[Any]) -> list[Any]:
        return list(Parallel(n_jobs=self._n_jobs)(tasks))

    def held_out(self, learned: NDArray[np.bool_] | None = None) -> NDArray[np.float32]:
        """Return the probability of each text while its group was held out.

        Parameters
        ----------
        learned : ndarray of bool, shape (n,), optional
            The texts to learn from, all by default; the others are answered all the same,
            by the first dealing of the folds alone.

        Returns
        -------
        ndarray of float32, shape (n, n_heads of the texts)
            Of the mean log odds over the dealings; NaN for heads that are not there.
        """
        targets, dealings = self._targets, self._folds
        if learned is not None:
            targets, dealings = np.where(learned[:, None], targets, np.nan), dealings[:1]
        tries = [(head, one, folds) for head, one in self.strengths.items() for folds in dealings]
        said = self._said(tries, targets)
        log_odds = np.array(self._start)
        for place, head in enumerate(self.strengths):
            mine = said[place * len(dealings) : (place + 1) * len(dealings)]
            log_odds[:, head] = np.mean(mine, axis=0)
        probabilities = np.full(self._texts.labels.shape, np.nan, np.float32)
        probabilities[:, self._columns] = expit(log_odds)
        return with_reasons(probabilities) if self._texts.task is Task.DRAFTS else probabilities

    def heads(self, thresholds: Thresholds, priors: dict[str, float]) -> TaskModel:
        """Return the heads as all texts together have moved them, to be decided so."""
        moves: list[Move] = self._run(
            delayed(self._evidence.fit)(*self._asked(head, strength, self._targets))
            for head, strength in self.strengths.items()
        )
        coef, offset = np.array(self._prior.coef), np.array(self._prior.offset)
        intercept = self._prior.intercept + self._shift.astype(np.float32)
        for head, move in zip(self.strengths, moves, strict=True):
            coef[:, head] = move.stretch * coef[:, head] + move.coef
            intercept[head] *= move.stretch
            offset[:, head] = move.stretch * offset[:, head] + move.shift
        slope = np.ones(len(self.names), np.float32)
        return TaskModel(self.names, coef, intercept, slope, offset, thresholds, priors)
