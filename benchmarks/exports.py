"""Exports for measuring: real comments of the public sets, with what an export has beside them.

The texts are real; times, authors, likes and threads are drawn (seeded), since the sets have none.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Final

import numpy as np

HEADER: Final = (
    "comment_id", "created_time", "platform", "author", "comment", "likes", "permalink",
    "parent_id", "language",
)  # fmt: skip
PLATFORMS: Final = {
    "en": ("x", "facebook"),
    "fr": ("instagram", "facebook"),
    "ko": ("naver", "instagram"),
    "zh": ("weibo", "xiaohongshu"),
}
OURS: Final = "our_brand"
"""The account that answers some of the comments."""

ANSWERED: Final = 0.05
START: Final = datetime(2026, 1, 5)
BY_HOUR: Final = np.array(
    [3, 2, 1, 1, 1, 1, 2, 4, 6, 7, 7, 8, 9, 8, 7, 7, 7, 8, 9, 10, 10, 9, 7, 5], float
)


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield (language, text) of every row of every public set, the sets in turn, without end."""
    for turn in count():
        # What is met again is not quite the same: a storm of copies is no usual export.
        again = f" ({turn + 1})" if turn else ""
        yield from ((language, text + again) for language, text in one_turn(folder))


def one_turn(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield (language, text) of every row of every public set once, the sets in turn."""
    readers = {
        path: csv.DictReader(path.open(encoding="utf-8", newline=""))
        for path in sorted(folder.glob("*.csv"))
    }
    while readers:
        for path, rows in list(readers.items()):
            row = next(rows, None)
            if row is None:
                del readers[path]
                continue
            yield path.suffixes[0].lstrip("."), row["text"]


def times(rows: int, days: int, seed: int) -> list[datetime]:
    """Return the times of rows over so many days, in order, busy by day and quiet by night."""
    generator = np.random.default_rng(seed)
    day = np.sort(generator.integers(0, days, rows))
    hour = generator.choice(24, rows, p=BY_HOUR / BY_HOUR.sum())
    seconds = day * 86_400 + hour * 3_600 + generator.integers(0, 3_600, rows)
    return [START + timedelta(seconds=int(second)) for second in np.sort(seconds)]


def write_export(
    folder: Path,
    target: Path,
    rows: int,
    *,
    only: str | None = None,
    days: int = 365,
    seed: int = 0,
) -> None:
    """Write an export of so many rows to a CSV file.

    Parameters
    ----------
    folder : Path
        The public sets.
    target : Path
        Where to.
    rows : int
        How many; the texts come again where there are not enough of them.
    only : str, optional
        The language of the texts, of which the sets must have some; all of them by default.
    days : int
        Over how many days.
    seed : int
        Of all that is drawn.
    """
    generator = np.random.default_rng(seed)
    answers = generator.random(rows) < ANSWERED
    authors = generator.integers(0, max(rows // 3, 1), rows)
    likes = generator.geometric(0.15, rows) - 1
    side = generator.integers(0, 2, rows)
    wanted = (one for one in texts(folder) if only in (None, one[0]))
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        before = ""
        for number, (when, (language, text)) in enumerate(
            zip(times(rows, days, seed), wanted, strict=False)
        ):
            platform = PLATFORMS[language][side[number]]
            answer = bool(answers[number]) and before != ""
            author = OURS if answer else f"user{authors[number]}"
            name = f"c{number:08}"
            link = f"https://{platform}.example/p/{number // 50}?comment_id={name}"
            parent = before if answer else ""
            writer.writerow(
                [
                    name,
                    when.isoformat(),
                    platform,
                    author,
                    text,
                    likes[number],
                    link,
                    parent,
                    language,
                ]
            )
            before = name
