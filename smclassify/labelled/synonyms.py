"""The usual words for labels, columns and values in four languages, from ``synonyms.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from smclassify.labelled.names import fold
from smclassify.labels import HEADS


@dataclass(frozen=True)
class Synonyms:
    """Words as :func:`~smclassify.labelled.names.fold` makes them, and what they mean.

    Attributes
    ----------
    labels : mapping of str to str
        Word -> label of the guide; the labels' own names among them.
    columns : mapping of str to str
        Header -> what the column is for (``labels``, ``kind``, ``split``, ...).
    maybe_labels : frozenset of str
        Headers under which there may be labels.
    values : mapping of str to frozenset of str
        ``none``, ``nothing``, ``true``, ``false`` -> the words for it.
    splits, languages : mapping of str to str
        Word -> ``train``, ``dev``, ``test``; word -> language code.
    """

    labels: Mapping[str, str]
    columns: Mapping[str, str]
    maybe_labels: frozenset[str]
    values: Mapping[str, frozenset[str]]
    splits: Mapping[str, str]
    languages: Mapping[str, str]

    def means(self, what: str, cell: str) -> bool:
        """Return whether a cell is one of the words for something, as :attr:`values` has it."""
        return fold(cell) in self.values[what]


def _inverse(words: Mapping[str, Iterable[str]]) -> Mapping[str, str]:
    return MappingProxyType(
        {fold(word): name for name, listed in words.items() for word in (name, *listed)}
    )


def read_tables() -> dict[str, Any]:
    """Return what is in ``synonyms.toml``."""
    path = Path(__file__).with_name("synonyms.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def synonyms() -> Synonyms:
    """Return the words of ``synonyms.toml``."""
    tables = read_tables()
    guide = {label: tables["labels"].get(label, ()) for heads in HEADS.values() for label in heads}
    return Synonyms(
        _inverse(guide),
        _inverse(tables["columns"]),
        frozenset(map(fold, tables["maybe_labels"]["headers"])),
        MappingProxyType(
            {name: frozenset(map(fold, words)) for name, words in tables["values"].items()}
        ),
        _inverse(tables["splits"]),
        _inverse(tables["languages"]),
    )
