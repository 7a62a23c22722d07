"""Who may be held out together: folds that keep each writer on one side."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

MAX_FOLDS: Final = 5


def assign_folds(
    groups: Sequence[str], languages: Sequence[str], texts: Sequence[str]
) -> NDArray[np.int64]:
    """Return the fold of each text, so that no writer is in two of them, shape (n,).

    The k-th batch of each language goes to fold k; a batch's language is that of most of its
    texts. Where there are not two batches to hold apart, texts go by the hash of what they
    say, so that equal texts stay together.
    """
    counted = Counter(zip(groups, languages, strict=True))
    # The last one to be written is the most frequent one.
    spoken = dict(sorted(counted, key=lambda pair: (counted[pair], pair)))
    of_language: dict[str, list[str]] = {}
    for group in sorted(spoken):
        of_language.setdefault(spoken[group], []).append(group)
    if all(len(members) < 2 for members in of_language.values()):
        digests = [
            hashlib.sha1(text.strip().casefold().encode("utf-8", "replace")) for text in texts
        ]
        return np.array([digest.digest()[0] % MAX_FOLDS for digest in digests], np.int64)
    order = {
        group: index % MAX_FOLDS
        for members in of_language.values()
        for index, group in enumerate(members)
    }
    return np.array([order[group] for group in groups], np.int64)
