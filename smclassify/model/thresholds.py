"""Thresholds: the probability from which on a label is said to be there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_curve

_MIN_GAIN = 0.01
_MIN_POSITIVES = 25


def best_f1(labels: NDArray[np.int64], scores: NDArray[np.float32]) -> tuple[float, float]:
    """Return (threshold, F1) where F1 is highest, by scikit-learn's precision-recall curve.

    The threshold is put half-way to the next lower score, so that it doesn't hang on one
    training text.
    """
    if not labels.any():
        return 0.5, 0.0
    precision, recall, cuts = precision_recall_curve(labels, scores)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    best = int(np.argmax(f1[:-1]))
    below = cuts[best - 1] if best else 0.0
    return float((cuts[best] + below) / 2), float(f1[best])


def _f1_at(labels: NDArray[np.int64], scores: NDArray[np.float32], threshold: float) -> float:
    flagged = scores >= threshold
    hits = float((labels[flagged] == 1).sum())
    return 2 * hits / max(float(flagged.sum() + labels.sum()), 1.0)


def tune(
    labels: NDArray[np.int64], scores: NDArray[np.float32], languages: NDArray[np.str_]
) -> dict[str, float]:
    """Tune a label's threshold on held-out probabilities.

    Parameters
    ----------
    labels : ndarray of int, shape (n,)
    scores : ndarray of float, shape (n,)
        Probabilities of texts that the head had not seen.
    languages : ndarray of str, shape (n,)

    Returns
    -------
    dict of str to float
        ``"*"`` is the threshold of all languages; a language has its own where it has
        enough texts and gains at least a point of F1 by it. The own one is half-way to the
        common one, since it is tuned on fewer texts.
    """
    common, _ = best_f1(labels, scores)
    tuned = {"*": round(common, 4)}
    for language in sorted(set(languages.tolist())):
        mine = languages == language
        own, f1 = best_f1(labels[mine], scores[mine])
        enough = labels[mine].sum() >= _MIN_POSITIVES
        halfway = (own + common) / 2
        gain = _f1_at(labels[mine], scores[mine], halfway) - _f1_at(
            labels[mine], scores[mine], common
        )
        if enough and f1 and gain >= _MIN_GAIN:
            tuned[language] = round(halfway, 4)
    return tuned


GRID = np.linspace(0.05, 0.95, 91)
_SMOOTHED = 11


def tune_evenly(groups: Sequence[tuple[NDArray[np.int64], NDArray[np.float32]]]) -> float:
    """Return the threshold that is best for several groups of texts, each weighing the same.

    Where one kind of text is measured by the thousand and another by the hundred, the greatest
    F1 over all of them would be that of the first.

    Parameters
    ----------
    groups : sequence of (labels, scores)
        Of texts that the head had not seen, each of shape (n,).

    Returns
    -------
    float
        Of a grid of hundredths, where the groups' mean F1, smoothed over eleven of them, is
        highest: so it doesn't hang on one text. 0.5 where no group has the label.
    """
    telling = [(labels, scores) for labels, scores in groups if labels.any()]
    if not telling:
        return 0.5
    curves = [[_f1_at(labels, scores, cut) for cut in GRID] for labels, scores in telling]
    mean = np.mean(curves, axis=0)
    window = np.ones(_SMOOTHED)
    smooth = np.convolve(mean, window, "same") / np.convolve(np.ones_like(mean), window, "same")
    return round(float(GRID[int(np.argmax(smooth))]), 4)
