"""What no program can be faster than: the same texts without any work, or with one part of it.

The same CSV file read and written row by row, its bytes copied in memory, and spaCy's tokenizer
on the same texts, text by text in the text's language, as one would. (Korean by spaCy's rules,
since its own tokenizer for Korean wants MeCab.)
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.exports import HEADER
from benchmarks.speed.measuring import MIXED, Figures, Measure, Setting, cpu_of
from benchmarks.speed.whole import export_of

PART: Final = "limits"
COPY: Final = "reading and writing the CSV with no work"
TOKENIZER: Final = "spaCy's tokenizer alone"
MEMORY: Final = "a copy of the bytes in memory"


def spacy_tokenizers() -> dict[str, Any]:
    """Return spaCy's own tokenizers by language."""
    import spacy

    rules = {"nlp": {"tokenizer": {"@tokenizers": "spacy.Tokenizer.v1"}}}
    return {
        code: spacy.blank(code, config=rules if code == "ko" else {}).tokenizer
        for code in ("en", "fr", "ko", "zh")
    }


def measures(setting: Setting, groups: Sequence[str]) -> list[Measure]:
    """Return what is measured, on the very exports that are triaged."""
    tokenizers, found = spacy_tokenizers(), []
    for group in groups:
        rows, rounds = (
            (setting.pair, setting.rounds) if group == MIXED else (setting.by_language, 1)
        )
        source = export_of(setting, rows, group)
        for name, work in (
            (COPY, partial(copy_csv, source, setting.scratch / "copy.csv", rows)),
            (TOKENIZER, partial(tokenize_all, source, tokenizers, rows)),
            (MEMORY, partial(copy_bytes, source, rows)),
        ):
            found.append(Measure(PART, name, work, group, rounds))
    return found


def copy_csv(source: Path, target: Path, rows: int) -> Figures:
    """Read and write a CSV file row by row."""

    def work() -> None:
        with (
            source.open(encoding="utf-8", newline="") as before,
            target.open("w", encoding="utf-8", newline="") as after,
        ):
            csv.writer(after).writerows(csv.reader(before))

    return {"cpu": cpu_of(work), "texts": rows}


def tokenize_all(source: Path, tokenizers: dict[str, Any], rows: int) -> Figures:
    """Tokenise the texts of an export."""
    texts = [(tokenizers[language], text) for language, text in texts_of(source)]
    for tokenizer, text in texts[:1000]:  # warm
        tokenizer(text)

    def work() -> None:
        for tokenizer, text in texts:
            tokenizer(text)

    return {"cpu": cpu_of(work), "texts": rows}


def texts_of(source: Path) -> Iterator[tuple[str, str]]:
    """Yield (language, text) of the rows of an export."""
    language, text = HEADER.index("language"), HEADER.index("comment")
    with source.open(encoding="utf-8", newline="") as file:
        rows: Iterable[list[str]] = csv.reader(file)
        yield from ((row[language], row[text]) for row in list(rows)[1:])


def copy_bytes(source: Path, rows: int) -> Figures:
    """Copy the bytes of a file from one place in memory to another."""
    before = np.fromfile(source, np.uint8)
    after = np.zeros_like(before)  # touched, so that the system has given the pages
    return {"cpu": cpu_of(lambda: np.copyto(after, before)), "texts": rows}
