"""Drift: what has changed between old texts and new, and whether to train again.

Languages, lengths, scores and what the model has never met are compared as distributions, by
the population stability index; words by the Jensen-Shannon divergence. Each must be greater
than between any two of 200 random halves of the old texts, and by enough to matter.
Whether thresholds hold is measured where the new texts have labels; where they have none, it
is what the model's own probabilities promise, which is worth as much as their calibration is
on texts of this kind (Guillory et al. 2021, "Predicting with confidence on unseen
distributions").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats.contingency import association

from smclassify.evaluation.answers import Evaluated, evaluate
from smclassify.evaluation.chance import Change, Samples, as_bins, population_stability, tenths
from smclassify.evaluation.drift_advice import Advice, Facts, Mix, advise, texts_to_label
from smclassify.evaluation.drift_labels import (
    MOVED,
    LabelDrift,
    card_figures,
    label_drifts,
    rounded,
)
from smclassify.evaluation.drift_sets import FEWEST_TEXTS, DriftSet
from smclassify.evaluation.drift_words import Vocabulary, unseen_share, vocabulary
from smclassify.evaluation.metrics import ALL
from smclassify.labels import KINDS, UNKNOWN_LANGUAGE, Task
from smclassify.model.decision import columns
from smclassify.model.panel import Panel
from smclassify.text.prepare import prepare

WORDS_MOVED: Final = 0.01
"""Bits of Jensen-Shannon divergence beyond chance. Random parts of one set stay under 0.005
from 1,000 texts on; a fifth of another medium's texts mixed in gives 0.02, another medium 0.2.
Of 144 pairs of random parts of six sets, of 100 to 1,500 texts, two were said to have changed."""

_ENOUGH_WORDS: Final = FEWEST_TEXTS
"""A language's words are compared where old and new have so many texts in it."""


@dataclass(frozen=True)
class Drift:
    """What has changed.

    Attributes
    ----------
    task : Task
    names, counts : tuple of two
        The files, old and new, and their texts.
    languages : mapping of str to tuple of two floats
        The share of each language, old and new.
    language : Change
    cramers_v : float
        The association of language with old and new, from 0 to 1.
    lengths : tuple of two floats
        Median characters, old and new.
    length : Change
    words : mapping of str to Change
        Of the words of each language that both have enough texts in; of all texts (``"all"``)
        where there is none.
    new_words : tuple of (str, int)
    unseen : tuple of two floats
        The mean share of n-grams the model has no column for, old and new.
    unseen_change : Change
    kinds : mapping of str to tuple of two floats
        The share of each kind of comment, old and new; empty for drafts.
    kind : Change or None
    labels : tuple of LabelDrift
    advice : Advice
    reasons : tuple of str
        What the advice goes by, in sentences.
    to_label : int
        How many of the new texts to label, where the advice is to train again; else 0.
    notes : tuple of str
        What could not be looked at.
    """

    task: Task
    names: tuple[str, str]
    counts: tuple[int, int]
    languages: Mapping[str, tuple[float, float]]
    language: Change
    cramers_v: float
    lengths: tuple[float, float]
    length: Change
    words: Mapping[str, Change]
    new_words: tuple[tuple[str, int], ...]
    unseen: tuple[float, float]
    unseen_change: Change
    kinds: Mapping[str, tuple[float, float]]
    kind: Change | None
    labels: tuple[LabelDrift, ...]
    advice: Advice
    reasons: tuple[str, ...]
    to_label: int
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "task": self.task.value,
            "verdict": {
                "advice": self.advice.value,
                "reasons": list(self.reasons),
                "texts_to_label": self.to_label,
            },
            "texts": dict(zip(("old", "new"), self.counts, strict=True)),
            "files": dict(zip(("old", "new"), self.names, strict=True)),
            "language": {
                **self.language.to_dict(),
                "cramers_v": rounded(self.cramers_v),
                "shares": _old_new(self.languages),
            },
            "length": {**self.length.to_dict(), "median": rounded(list(self.lengths))},
            "vocabulary": {
                "languages": {name: one.to_dict() for name, one in self.words.items()},
                "new_words": dict(self.new_words),
            },
            "unseen": {**self.unseen_change.to_dict(), "share": rounded(list(self.unseen))},
            "kind": self.kind and {**self.kind.to_dict(), "shares": _old_new(self.kinds)},
            "labels": {one.label: one.to_dict() for one in self.labels},
            "notes": list(self.notes),
        }


def _old_new(shares: Mapping[str, tuple[float, float]]) -> dict[str, list[float]]:
    return {name: [round(share, 4) for share in pair] for name, pair in shares.items()}


def find_drift(panel: Panel, old: DriftSet, new: DriftSet, seed: int = 0) -> Drift:
    """Compare new texts with old ones, as a model sees them.

    Parameters
    ----------
    panel : Panel
    old, new : DriftSet
        As :func:`~.drift_sets.read_drift_sets` gives them.
    seed : int, default 0
        The same seed gives the same answer.
    """
    task = old.texts.task
    samples = Samples(len(old.texts), len(new.texts), seed)
    said = [evaluate(panel, one.texts) for one in (old, new)]
    batches = [prepare(one.texts.texts, answers.languages) for one, answers in
               zip((old, new), said, strict=True)]  # fmt: skip
    words = vocabulary(batches[0], batches[1])
    unseen = [unseen_share(panel.model, batch) for batch in batches]
    sizes = [np.array([len(text) for text in one.texts.texts]) for one in (old, new)]
    language = _mix([answers.languages for answers in said], samples)
    kind = _mix([_kinds(answers) for answers in said], samples) if task is Task.COMMENTS else None
    labels = label_drifts(said[0], said[1], samples, card_figures(panel.model.manifest, task))
    facts = Facts(
        language=language,
        length=_moved(sizes, samples),
        words=_words([answers.languages for answers in said], words, seed),
        unseen=_moved(unseen, samples),
        kind=None if kind is None else kind.change,
        labels=tuple(labels),
    )
    advice, reasons = advise(facts)
    return Drift(
        task=task,
        names=(old.name, new.name),
        counts=(len(old.texts), len(new.texts)),
        languages=language.shares,
        language=language.change,
        cramers_v=language.cramers_v,
        lengths=(float(np.median(sizes[0])), float(np.median(sizes[1]))),
        length=facts.length,
        words=facts.words,
        new_words=words.new_words,
        unseen=(float(unseen[0].mean()), float(unseen[1].mean())),
        unseen_change=facts.unseen,
        kinds={} if kind is None else kind.shares,
        kind=facts.kind,
        labels=facts.labels,
        advice=advice,
        reasons=tuple(reasons),
        to_label=texts_to_label(facts.labels) if advice is Advice.RETRAIN else 0,
        notes=tuple(f"The labels of {one.name} were not used: {one.note}"
                    for one in (old, new) if one.note),
    )  # fmt: skip


def _mix(names: list[list[str]], samples: Samples) -> Mix:
    old, new, known = as_bins(names[0], names[1])
    counts = [Counter(part) for part in names]
    table = np.array([[count[name] for name in known] for count in counts])
    shares = table / table.sum(axis=1, keepdims=True)
    pairs = {name: (float(shares[0, at]), float(shares[1, at])) for at, name in enumerate(known)}
    v = float(association(table, method="cramer")) if len(known) > 1 else 0.0
    return Mix(pairs, samples.change(old, new, population_stability, MOVED), v)


def _words(languages: list[list[str]], words: Vocabulary, seed: int) -> dict[str, Change]:
    """Compare the words of each language by itself: another mix of languages is no new words."""
    spoken = [np.array(part) for part in languages]
    found = {}
    for language in sorted({*languages[0], *languages[1]}):
        old, new = (np.flatnonzero(part == language) for part in spoken)
        if min(len(old), len(new)) >= _ENOUGH_WORDS and language != UNKNOWN_LANGUAGE:
            samples = Samples(len(old), len(new), seed)
            found[language] = samples.change_of_words(words.old[old], words.new[new], WORDS_MOVED)
    if found:
        return found
    samples = Samples(len(spoken[0]), len(spoken[1]), seed)
    return {ALL: samples.change_of_words(words.old, words.new, WORDS_MOVED)}


def _kinds(answers: Evaluated) -> list[str]:
    at = columns(answers.texts.task, KINDS)
    return [KINDS[place] for place in answers.decided[:, at].argmax(axis=1).tolist()]


def _moved(values: list[NDArray], samples: Samples) -> Change:
    return samples.change(
        *tenths(values[0], values[1]), distance=population_stability, enough=MOVED
    )
