"""The texts: real comments by language and mixed, and drafts."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from itertools import chain, zip_longest
from pathlib import Path
from typing import Final

from benchmarks.exports import one_turn
from benchmarks.speed.measuring import GROUPS, MIXED

DATA: Final = Path(__file__).resolve().parent.parent.parent / "data"
POSTS: Final = "corporate_messaging.en.csv"
"""Posts of large companies, the only set of drafts among the public ones."""

SHORT: Final = 20
"""Texts of fewer characters are hard to tell the language of."""


class Supply:
    """Real texts; whoever asks goes on where he has stopped.

    A program that remembers what it has seen would otherwise be measured on remembering.

    Parameters
    ----------
    folder : Path
        The public sets.
    """

    def __init__(self, folder: Path) -> None:
        self._texts: dict[str, list[str]] = {group: [] for group in GROUPS}
        for language, text in one_turn(folder):
            self._texts[language].append(text)
            self._texts[MIXED].append(text)
        self._next: dict[tuple[str, str], int] = {}

    @property
    def groups(self) -> list[str]:
        """The groups of which there are texts."""
        return [group for group in GROUPS if self._texts[group]]

    def take(self, user: str, group: str, n: int) -> list[str]:
        """Return the next texts of a group for a user; from the first again after the last."""
        texts = self._texts[group]
        start = self._next.get((user, group), 0)
        self._next[user, group] = start + n
        return [texts[at % len(texts)] for at in range(start, start + n)]


def told_by_file(folder: Path, most: int) -> Iterator[tuple[str, str]]:
    """Yield (language, text) of so many rows at most of each set, and of as many short ones."""
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            texts = [row["text"] for row in csv.DictReader(file)]
        short = [text for text in texts[most:] if len(text) < SHORT]
        for text in chain(texts[:most], short[:most]):
            yield path.suffixes[0].lstrip("."), text


def drafts(folder: Path) -> list[str]:
    """Return drafts, each once: the companies' posts, and the project's own between them."""
    posts: list[str] = []
    if (folder / POSTS).is_file():
        with (folder / POSTS).open(encoding="utf-8", newline="") as file:
            posts = [row["text"] for row in csv.DictReader(file)]
    files = [path.read_text(encoding="utf-8") for path in sorted(DATA.glob("drafts.*.jsonl"))]
    turns = zip_longest(*(file.splitlines() for file in files))
    own = [json.loads(line)["text"] for turn in turns for line in turn if line]
    # The posts evenly between them, so that the first thousand are like all.
    share = max(len(own) // max(len(posts), 1), 1)
    mixed = [text for at, post in enumerate(posts)
             for text in (post, *own[at * share : (at + 1) * share])]  # fmt: skip
    return list(dict.fromkeys([*mixed, *own]))


def write_drafts(folder: Path, target: Path, rows: int) -> int:
    """Write a table of drafts to a CSV file; return how many there are."""
    texts = drafts(folder)[:rows]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "text"))
        writer.writerows((f"d{number:05}", text) for number, text in enumerate(texts, 1))
    return len(texts)
