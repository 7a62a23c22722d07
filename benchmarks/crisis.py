"""Storms of real words in quiet months of real comments: are they found, and named?

    python -m benchmarks.crisis [--data ../shared/data] [--months 20] [--storms 5]

The shipped model reads comments of the public sets in four languages, and the storms of
``benchmarks/data/storm.jsonl``: what people write in one night about one incident of an invented
brand, written by hand and never learned from. A quiet month has 20,000 of the public comments, at
times as :mod:`benchmarks.watch` draws them. In the others 40 comments of one storm come within
three hours of a Saturday night from 23:10. Words, members and telling comments are the
program's own; a storm is found if a burst overlaps it.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

import smclassify
from benchmarks.watch import CRISES, MONTH
from smclassify.errors import SmclassifyError
from smclassify.labels import KINDS, LANGUAGES
from smclassify.training.public import public_folder
from smclassify.triage.facts import Facts, Places
from smclassify.triage.judge import Work, judge
from smclassify.triage.survey import Burst, TriagedRow, Watch
from smclassify.triage.topics.terms import stand_out
from smclassify.triage.watch.alarms import watch_over

STORM: Final = Path(__file__).parent / "data" / "storm.jsonl"
ROWS: Final = 20_000
A_LANGUAGE: Final = 20_000
"""Public comments of a language that months are drawn from."""
BATCH: Final = 2_000
SATURDAY_NIGHT: Final = int(datetime(2026, 5, 23, 23, 10, tzinfo=UTC).timestamp())
NIGHT: Final = replace(CRISES[0], start=SATURDAY_NIGHT)
BUSIER: Final = replace(MONTH, a_day=1.5 * MONTH.a_day)
"""Gives more times than rows, of which a month keeps some: so it has exactly so many."""
NUMBER_OF: Final = {language: number for number, language in enumerate(LANGUAGES, 1)}
STORM_SEEDS: Final = 1_000_000


@dataclass(frozen=True)
class Read:
    """Comments that the model has read.

    Attributes
    ----------
    texts : sequence of str, length n
    table : ndarray of FACT, shape (n,)
    """

    texts: Sequence[str]
    table: NDArray[np.void]

    @classmethod
    def by(cls, classifier: smclassify.Classifier, texts: Sequence[str]) -> Read:
        batches = [list(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
        verdicts = [judge(classifier, Work(batch)) for batch in batches]
        table = np.concatenate([one.table for one in verdicts])
        table["lang"] = [NUMBER_OF.get(lang, 0) for one in verdicts for lang in one.langs]
        return cls(texts, table)

    def some(self, rng: np.random.Generator, most: int) -> Read:
        """Return so many of them, each at most once."""
        chosen = rng.choice(len(self.texts), most, replace=False)
        return Read([self.texts[at] for at in chosen.tolist()], self.table[chosen])

    def at(self, times: NDArray[np.int64]) -> Read:
        """Return them with the times at which they came."""
        table = self.table.copy()
        table["time"] = times
        return Read(self.texts, table)

    def __add__(self, other: Read) -> Read:
        return Read([*self.texts, *other.texts], np.concatenate([self.table, other.table]))

    def watched(self) -> tuple[Watch, NDArray[np.int32]]:
        """Return what the crisis watch says of an export of these comments."""

        def texts(places: Places) -> list[str]:
            return [self.texts[at] for at in places.tolist()]

        def words(inside: Places, outside: Places) -> tuple[str, ...]:
            return stand_out(texts(inside), texts(outside))

        return watch_over(Facts(self.table, texts=texts), self._tell, words)

    def _tell(self, place: int) -> TriagedRow:
        kind = KINDS[self.table["kind"][place]]
        return TriagedRow(
            place + 1, "", place + 2, "", self.texts[place], "", kind, False, 0, None, False, 0, ()
        )


def public_texts(folder: Path, most: int) -> list[str]:
    """Return different comments of the public sets, at most so many of each language.

    The sets are in the order of a hash; those of a language are read in turn.
    """
    texts: dict[str, None] = {}
    for language in LANGUAGES:
        paths = sorted(folder.glob(f"*.{language}.csv"))
        new: dict[str, None] = {}
        for text in _in_turn(paths):
            if text.strip() and text not in texts:
                new[text] = None
            if len(new) == most:
                break
        texts |= new
    return list(texts)


def _in_turn(paths: Sequence[Path]) -> Iterator[str]:
    files = [path.open(encoding="utf-8", newline="") for path in paths]
    readers = [csv.DictReader(file) for file in files]
    try:
        while readers:
            for reader in list(readers):
                row = next(reader, None)
                if row is None:
                    readers.remove(reader)
                else:
                    yield row["text"]
    finally:
        for file in files:
            file.close()


def storm_texts(language: str) -> list[str]:
    """Return the comments of the storm in a language."""
    with STORM.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [row["text"] for row in rows if row["lang"] == language]


def month(public: Read, rng: np.random.Generator) -> Read:
    """Return a month of comments, none about the storm."""
    times = rng.choice(BUSIER.times(rng), ROWS, replace=False)
    return public.some(rng, ROWS).at(times)


@dataclass(frozen=True)
class Night:
    """What is told of a month with a storm in it.

    Attributes
    ----------
    burst : Burst or None
        The one that overlaps the storm.
    late : float
        Minutes from the storm's first comment to the burst's start.
    read : int
        Comments of the storm that the model took for complaints.
    right, members : int
        The burst's members: those of the storm, and all.
    telling : int
        Comments of the storm among those the report shows.
    others : int
        Other bursts.
    """

    burst: Burst | None
    late: float
    read: int
    right: int
    members: int
    telling: int
    others: int


def night(public: Read, storm: Read, seed: int) -> Night:
    """Return what is told of a month with a storm."""
    rng = np.random.default_rng(STORM_SEEDS + seed)
    times = NIGHT.times(rng)
    planted = storm.some(rng, NIGHT.comments).at(times)
    watch, member = (month(public, rng) + planted).watched()
    first, last = (datetime.fromtimestamp(at, UTC).replace(tzinfo=None) for at in times[[0, -1]])
    numbers = [n for n, one in enumerate(watch.bursts) if one.start <= last and one.end >= first]
    read = int(np.count_nonzero(planted.table["kind"] == KINDS.index("complaint")))
    if not numbers:
        return Night(None, np.nan, read, 0, 0, 0, len(watch.bursts))
    burst = watch.bursts[numbers[0]]
    members = np.flatnonzero(member == numbers[0])
    return Night(
        burst,
        (burst.start - first).total_seconds() / 60,
        read,
        int(np.count_nonzero(members >= ROWS)),
        len(members),
        sum(row.place > ROWS for row in burst.telling),
        len(watch.bursts) - len(numbers),
    )


def shown(language: str, seed: int, told: Night) -> str:
    """Return a line of the table."""
    line = f"{language:<5}{seed:>5}{told.read:>7}"
    if told.burst is None:
        return f"{line}   not found; other bursts: {told.others}"
    words = ", ".join(told.burst.words)
    return (
        f"{line}{told.burst.comments:>7}{told.burst.expected:>8.1f}{told.late:>+8.0f}"
        f"{told.right:>6} of {told.members:<4}{told.telling:>5}{told.others:>7}  {words}"
    )


def main() -> int:
    """Print how many quiet months alarm, and a line for each storm."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", help="the folder of the public data sets")
    parser.add_argument("--months", type=int, default=20, help="quiet months")
    parser.add_argument("--storms", type=int, default=5, help="months with a storm, a language")
    parser.add_argument("--model", default="shipped")
    given = parser.parse_args()
    try:
        folder = public_folder(given.data)
        classifier = smclassify.load(given.model)
    except SmclassifyError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    began = time.perf_counter()
    public = Read.by(classifier, public_texts(folder, A_LANGUAGE))
    seconds = time.perf_counter() - began
    complaints = np.mean(public.table["kind"] == KINDS.index("complaint"))
    print(f"{len(public.texts):,} comments read in {seconds:.0f} s, {complaints:.0%} complaints")

    alarms = 0
    for seed in range(given.months):
        bursts = month(public, np.random.default_rng(seed)).watched()[0].bursts
        alarms += len(bursts)
        for burst in bursts:
            print(f"  alarm in month {seed}: {burst.label} {burst.start} {', '.join(burst.words)}")
    print(f"{given.months} quiet months of {ROWS:,}: {alarms} false alarms\n")

    print("lang  seed   read  burst expected minutes  members  telling  others  words")
    for language in LANGUAGES:
        storm = Read.by(classifier, storm_texts(language))
        for seed in range(given.storms):
            print(shown(language, seed, night(public, storm, seed)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
