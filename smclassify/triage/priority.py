"""How soon each comment wants an answer, now that the whole export is known.

The text alone gives the chance that something asks for an answer, each thing weighed by how
urgent it is (:func:`smclassify.comments.priorities`, a noisy or). What the export knows besides
joins in the same way: how long the comment has waited, how many have seen it, how often its
author has complained, whether it is part of a burst. None of that makes praise urgent: it counts
by how much the text itself asks for an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.triage.facts import EMPTY, MINUTE, OURS, UNREAD, Facts
from smclassify.triage.standing import Standing

_WAITED: Final = 0.35
_REACHED: Final = 0.25
_REPEATED: Final = 0.3
_IN_BURST: Final = 0.35
_ASKS: Final = 0.3
"""From this urgency of the text on, what else is known counts in full."""

_ANSWERED: Final = 0.2
"""What is left of the priority of a comment that has its answer."""

_FAR: Final = 5.0
MANY: Final = 1000.0
"""A reach that is worth a word."""

NOBODY: Final = -1
"""The priority of a row that could not be read."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of each row from the whole export; arrays of shape (n,).

    Attributes
    ----------
    standing : Standing
        Answers, ages, repeated complaints.
    burst : ndarray of int
        The number of the burst it is part of; -1 for none.
    copies : ndarray of int
        How many comments say nearly the same; 0 for none.
    """

    standing: Standing
    burst: NDArray[np.int32]
    copies: NDArray[np.int32]


def priorities_of(
    facts: Facts, circumstances: Circumstances, reply_minutes: int
) -> NDArray[np.int16]:
    """Return each row's priority, 0 (can wait) to 100 (now), shape (n,).

    Parameters
    ----------
    facts : Facts
        n rows.
    circumstances : Circumstances
    reply_minutes : int
        Within which an answer is in time: a comment that has waited so long weighs half of
        what one weighs that has waited for ever.

    Returns
    -------
    ndarray of int16
        :data:`NOBODY` for rows that were not read; 0 for our own and those without text.
    """
    standing = circumstances.standing
    urgency = facts.table["urgency"].astype(np.float64) / 100
    asks = np.minimum(urgency / _ASKS, 1.0)
    waited = 1 - np.exp2(-np.maximum(standing.age, 0) / (reply_minutes * MINUTE))
    reach = np.nan_to_num(facts.table["reach"].astype(np.float64))
    reached = np.clip(np.log10(1 + np.maximum(reach, 0)) / _FAR, 0, 1)
    repeated = 1 - np.exp2(-np.maximum(standing.repeats - 1, 0).astype(np.float64))
    calm = 1 - urgency
    for weight, share in (
        (_WAITED, waited),
        (_REACHED, reached),
        (_REPEATED, repeated),
        (_IN_BURST, circumstances.burst >= 0),
    ):
        calm = calm * (1 - weight * share * asks)
    priority = 100 * (1 - calm)
    priority[standing.answered] *= _ANSWERED
    priority[facts.has(OURS | EMPTY)] = 0
    priority[facts.has(UNREAD)] = NOBODY
    return np.rint(priority).astype(np.int16)
