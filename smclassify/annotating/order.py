"""Orders that need no model, and texts in batches as the models read them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Final

from smclassify.annotating.session import Item
from smclassify.labels import UNKNOWN_LANGUAGE
from smclassify.text.batch import TextBatch
from smclassify.text.prepare import parts, prepare

RANDOM: Final = "random"
FILE: Final = "file"

_BATCH_TEXTS: Final = 2_000
_BATCH_CHARACTERS: Final = 500_000


def simple_order(n: int, order: str, limit: int | None, seed: int) -> list[int]:
    """Return the places of n texts as the files have them, or in a random order."""
    places = list(range(n))
    if order == RANDOM:
        random.Random(seed).shuffle(places)
    return places if limit is None else places[:limit]


def batches(items: Sequence[Item]) -> Iterator[TextBatch]:
    """Yield the texts normalised, their languages told where they are not known."""
    texts = [item.text for item in items]
    for part in parts(texts, _BATCH_TEXTS, _BATCH_CHARACTERS):
        known = [None if it.lang in ("", UNKNOWN_LANGUAGE) else it.lang for it in items[part]]
        yield prepare(texts[part], known)


def languages_of(items: Sequence[Item]) -> list[str]:
    """Return the language of each text, given or told from it."""
    return [language for batch in batches(items) for language in batch.languages]
