"""Where labels and languages stand in the arrays of a model.

Apart from ``heads.py``, which fits the heads with scikit-learn: whoever only asks a model need not
wait until that is imported.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.labels import LANGUAGES

UNLABELLED: Final = -1
"""In a label matrix: nobody has said whether this text has this label."""

N_LANGUAGES: Final = len(LANGUAGES) + 1
"""Those that are learned, and one place for all others."""

_OTHER = len(LANGUAGES)
_INDEX = {code: position for position, code in enumerate(LANGUAGES)}


def language_index(languages: Sequence[str]) -> NDArray[np.int64]:
    """Return the index of each language, the last for all that are not learned."""
    return np.fromiter((_INDEX.get(code, _OTHER) for code in languages), np.int64, len(languages))
