"""Compare the language step with langdetect: right answers and speed, on the same texts.

Run ``python -m benchmarks.language`` from the checkout. Accuracy is measured on a sample of
each file and on a sample of its texts under 20 characters; a file's name tells its language
(rows honestly in another language count as wrong for both). Texts per second are of
``LanguageDetector.detect`` on one batch, of normalising and detecting together, and of
``langdetect.detect`` called text by text.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from langdetect import DetectorFactory, detect
from langdetect.lang_detect_exception import LangDetectException

from smclassify.text.language import LanguageDetector
from smclassify.text.normalize import normalize

SHORT = 20
BATCH = 10_000
OTHER = Path(__file__).parent.parent / "tests" / "data" / "other_languages.tsv"
ABSENT = """No *.LANG.csv in {folder}.
The texts are public; SOURCES.toml beside the project's shared data names each source and its
licence. Put them in a folder as NAME.LANG.csv with a column "text", and pass --data FOLDER."""


@dataclass
class Tally:
    """How many texts, and how many each of the two got right."""

    n: int = 0
    ours: int = 0
    theirs: int = 0

    def add(self, other: Tally) -> None:
        self.n += other.n
        self.ours += other.ours
        self.theirs += other.theirs

    def __str__(self) -> str:
        if not self.n:
            return f"{0:>6}       -       -"
        return f"{self.n:>6}  {self.ours / self.n:.4f}  {self.theirs / self.n:.4f}"


@dataclass
class Row:
    """One line of the table."""

    name: str
    every: Tally
    short: Tally
    speeds: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        line = f"{self.name:<28}{self.every} |{self.short}"
        if self.speeds:
            alone, together, theirs = self.speeds
            line += f" |{alone:>9,.0f}{together:>9,.0f}{theirs:>7,.0f}{alone / theirs:>7,.0f}x"
        return line


def ask_langdetect(texts: Sequence[str]) -> list[str]:
    """Return langdetect's answers, Chinese as one language."""
    answers = []
    for text in texts:
        try:
            answer = str(detect(text))
        except LangDetectException:  # its way to say that there are no letters
            answer = "unknown"
        answers.append("zh" if answer.startswith("zh") else answer)
    return answers


def compare(detector: LanguageDetector, texts: Sequence[str], truth: Sequence[str]) -> Tally:
    """Count the right answers of both."""
    ours = detector.detect(normalize(texts)).codes
    theirs = ask_langdetect(texts)
    return Tally(
        len(texts),
        sum(a == b for a, b in zip(ours, truth, strict=True)),
        sum(a == b for a, b in zip(theirs, truth, strict=True)),
    )


def speeds(detector: LanguageDetector, texts: Sequence[str], some: Sequence[str]) -> list[float]:
    """Return texts per second: detecting, normalising and detecting, langdetect (on ``some``)."""
    start = time.perf_counter()
    batch = normalize(texts)
    normalised = time.perf_counter()
    detector.detect(batch)
    end = time.perf_counter()
    ask_langdetect(some)
    theirs = time.perf_counter() - end
    return [len(texts) / (end - normalised), len(texts) / (end - start), len(some) / theirs]


def measure(detector: LanguageDetector, path: Path, sample: int) -> Row:
    """Measure one file."""
    with path.open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    language = path.name.split(".")[-2]
    rng = random.Random(0)
    some = rng.sample(texts, min(sample, len(texts)))
    short = [text for text in texts if len(text) < SHORT]
    short = rng.sample(short, min(sample, len(short)))
    return Row(
        path.name,
        compare(detector, some, [language] * len(some)),
        compare(detector, short, [language] * len(short)),
        speeds(detector, texts[:BATCH], some[:200]),
    )


def other_languages(detector: LanguageDetector) -> list[Row]:
    """Measure the hand-written sentences, language by language."""
    by_language: dict[str, list[str]] = defaultdict(list)
    with OTHER.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            by_language[row["language"]].append(row["text"])
    rows = []
    for language, texts in by_language.items():
        short = [text for text in texts if len(text) < SHORT]
        every = compare(detector, texts, [language] * len(texts))
        rows.append(Row(f"  {language}", every, compare(detector, short, [language] * len(short))))
    return rows


def total(name: str, rows: Sequence[Row]) -> Row:
    """Add rows up."""
    result = Row(name, Tally(), Tally())
    for row in rows:
        result.every.add(row.every)
        result.short.add(row.short)
    return result


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), metavar="FOLDER")
    parser.add_argument("--sample", type=int, default=500, metavar="N", help="texts of a file")
    options = parser.parse_args()
    paths = sorted(options.data.glob("*.??.csv"))
    if not paths:
        print(ABSENT.format(folder=options.data), file=sys.stderr)
        return 2
    DetectorFactory.seed = 0
    detector = LanguageDetector()
    detector.detect(normalize(["warm up", "안녕"]))
    ask_langdetect(["warm up"])
    print(f"{'':<28}{'all: n':>6}    ours  theirs |{'<20: n':>6}    ours  theirs |", end="")
    print("  texts/s  +normal. theirs  ratio")
    rows = []
    for path in paths:
        rows.append(measure(detector, path, options.sample))
        print(rows[-1], flush=True)
    for language in sorted({path.name.split(".")[-2] for path in paths}):
        mine = [row for row in rows if row.name.split(".")[-2] == language]
        print(total(f"all {language}", mine))
    print(f"hand-written ({OTHER.name}):")
    others = other_languages(detector)
    print(*others, total("all other languages", others), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
