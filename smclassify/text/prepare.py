"""The first two steps of the path: normalise a batch and tell its languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Final

from babel.core import get_global

from smclassify.text.batch import TextBatch
from smclassify.text.language import LanguageDetector
from smclassify.text.normalize import normalize

MAX_CHARACTERS: Final = 100_000
"""What is read of one text, so that memory stays flat whatever a cell holds."""

_CODE: Final = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{1,8})*")
# Of ISO 639-2 and of X, for texts in no language, several or an unknown one; a missing value of
# pandas and R, whose readings as Min Nan and as Nauruan are far less probable.
_NO_LANGUAGE: Final = re.compile(r"und|mul|mis|zxx|art|q[a-t][a-z]|nan|na")


@cache
def _detector() -> LanguageDetector:
    return LanguageDetector()


@lru_cache(maxsize=1024)
def canonical(code: str | None) -> str | None:
    """Return a language code as the program writes it: ``"EN"``, ``"zh-CN"``, ``"fra"``, ``"iw"``.

    ``None`` for what names no language, so that it is told from the text. Codes that several
    standards or times write differently are one, by the aliases of the Unicode CLDR.
    """
    found = _CODE.fullmatch((code or "").strip().lower())
    if found is None or _NO_LANGUAGE.fullmatch(found[1]):
        return None
    same: str = get_global("language_aliases").get(found[1], found[1])
    return same.partition("_")[0]


def prepare(texts: Sequence[str], languages: Sequence[str | None] | None = None) -> TextBatch:
    """Normalise texts and tell their languages.

    Parameters
    ----------
    texts : sequence of str, length n
        Of longer ones the first :data:`MAX_CHARACTERS` are read.
    languages : sequence of str or None, length n, optional
        Languages that are known; the others are detected.

    Returns
    -------
    TextBatch
        With ``languages`` filled in.
    """
    batch = normalize([text[:MAX_CHARACTERS] for text in texts])
    batch.originals = list(texts)
    known = [None] * len(batch) if languages is None else [canonical(code) for code in languages]
    if len(known) != len(batch):
        raise ValueError(f"{len(batch)} texts, but {len(known)} languages")
    if all(known) and known:
        batch.languages = [code for code in known if code]
    else:
        detected = _detector().detect(batch).codes
        batch.languages = [code or guess for code, guess in zip(known, detected, strict=True)]
    return batch


def parts(texts: Sequence[str], most_texts: int, most_characters: int) -> Iterator[slice]:
    """Cut texts into batches that are bounded in number and in the characters that are read."""
    start = characters = 0
    for index, text in enumerate(texts):
        size = min(len(text), MAX_CHARACTERS)
        full = index - start >= most_texts or characters + size > most_characters
        if index > start and full:
            yield slice(start, index)
            start, characters = index, 0
        characters += size
    if start < len(texts):
        yield slice(start, len(texts))
