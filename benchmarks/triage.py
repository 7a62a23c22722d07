"""How fast `smclassify triage` is, how much memory it takes, and where its time goes.

    python -m benchmarks.triage [--data ../shared/data] [--rows 0] [--json FILE]

All comments of the public data sets go through the command in one CSV file, as a process of
its own; every row must come back once, in order, with its own cells unchanged. The shares of
the steps are measured in this process on a sample. The peer, on a smaller sample in the same
run, is the obvious stack: langdetect, a spaCy pipeline, and for each label a pipeline of
TfidfVectorizer on characters and LogisticRegression.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from smclassify.errors import SmclassifyError
from smclassify.training.public import public_folder

STEPS_SAMPLE = 20_000
PEER_SAMPLE = 400


def comments(folder: Path) -> Iterator[list[str]]:
    """Yield (id, language, text) of every row of every public set, the sets in turn."""
    readers = []
    for path in sorted(folder.glob("*.csv")):
        language = path.suffixes[0].lstrip(".")
        rows = csv.DictReader(path.open(encoding="utf-8", newline=""))
        readers.append((path.name, language, rows))
    while readers:
        for reader in list(readers):
            name, language, rows = reader
            row = next(rows, None)
            if row is None:
                readers.remove(reader)
            else:
                yield [f"{name}:{row['id']}", language, row["text"]]


def write_export(folder: Path, target: Path, most: int) -> int:
    """Write the comments to one CSV file; return how many."""
    count = 0
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "language", "text"])
        for row in comments(folder):
            writer.writerow(row)
            count += 1
            if count == most:
                break
    return count


def run_measured(command: list[str]) -> tuple[float, float]:
    """Run a process; return its seconds and its peak memory in MiB."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    process.returncode = 0
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def check_rows(source: Path, result: Path) -> None:
    """Make sure that every row came back once, in order, unchanged."""
    csv.field_size_limit(1 << 30)
    with (
        source.open(encoding="utf-8", newline="") as before,
        result.open(encoding="utf-8-sig", newline="") as after,
    ):
        for number, (old, new) in enumerate(zip(csv.reader(before), csv.reader(after), strict=True)):
            if new[: len(old)] != old:
                raise SystemExit(f"row {number} came back changed: {old} became {new}")


def step_times(texts: list[str]) -> dict[str, float]:
    """Return the seconds each step takes for the texts, in the batches the program uses."""
    from smclassify.classifier import BATCH_TEXTS, load
    from smclassify.comments import triage_batch
    from smclassify.labels import Task
    from smclassify.model.decision import decide_comments
    from smclassify.text.language import LanguageDetector
    from smclassify.text.normalize import normalize

    # The whole has a panel of its own, whose memory of spaCy's tokens is as empty at the start.
    panel, whole_panel = load().panel, load().panel
    model, detector = panel.model, LanguageDetector()
    space, heads = model.space, model.tasks[Task.COMMENTS]
    thresholds, priors = panel.thresholds(Task.COMMENTS), panel.priors(Task.COMMENTS)
    spent: dict[str, float] = {}

    def timed(name: str, step: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        result = step()
        spent[name] = spent.get(name, 0.0) + time.perf_counter() - started
        return result

    for start in range(0, len(texts), BATCH_TEXTS):
        part = texts[start : start + BATCH_TEXTS]
        batch = timed("normalise", lambda part=part: normalize(part))
        batch.languages = timed("language", lambda batch=batch: detector.detect(batch).codes)
        timed("character n-grams", lambda batch=batch: space.char_.transform(batch))
        timed("word n-grams (spaCy)", lambda batch=batch: space.word_.transform(batch))
        timed("style", lambda batch=batch: space.style_.transform(batch))
        X = space.transform(batch)  # not timed: its parts are, above
        P = timed("heads", lambda X=X, b=batch: heads.probabilities(X, b.languages))
        timed("decision", lambda P=P, b=batch: decide_comments(P, b.languages, thresholds, priors))
        ids = [""] * len(part)
        timed("all of it", lambda b=batch, ids=ids: triage_batch(whole_panel, b, ids, thresholds))
    whole = spent.pop("all of it") + spent["normalise"] + spent["language"]
    spent["explanation and results"] = whole - sum(spent.values())
    spent["whole"] = whole
    return spent


def peer_rate(texts: list[str]) -> float:
    """Return the texts a second of the obvious stack with as many labels as ours."""
    import spacy
    from langdetect import DetectorFactory, LangDetectException, detect
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    from smclassify.labels import HEADS, Task

    DetectorFactory.seed = 0
    nlp = {code: spacy.blank(code) for code in ("en", "fr", "zh", "xx")}
    answers = [index % 2 for index in range(len(texts))]
    pipelines = [
        make_pipeline(
            TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 5)), LogisticRegression(C=10)
        ).fit(texts, answers)
    ] * len(HEADS[Task.COMMENTS])
    started = time.perf_counter()
    for text in texts:
        try:
            language = detect(text)[:2]
        except LangDetectException:
            language = "xx"
        cleaned = " ".join(token.lower_ for token in nlp.get(language, nlp["xx"])(text))
        for pipeline in pipelines:
            pipeline.predict_proba([cleaned])
    return len(texts) / (time.perf_counter() - started)


def main() -> int:
    """Measure, print a table, and write it as JSON if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help="the folder of the public data sets")
    parser.add_argument("--rows", type=int, default=0, help="at most so many rows (0: all)")
    parser.add_argument("--json", help="write the figures to this file too")
    options = parser.parse_args()
    try:
        folder = public_folder(options.data)
    except SmclassifyError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as scratch:
        source, result = Path(scratch) / "comments.csv", Path(scratch) / "triaged.csv"
        command = [sys.executable, "-m", "smclassify", "triage", str(source), "-o", str(result), "-q"]
        for most in (10_000, options.rows):
            rows = write_export(folder, source, most)
            seconds, peak = run_measured(command)
            check_rows(source, result)
            result.unlink()
            figures[f"{rows} rows"] = {
                "seconds": round(seconds, 1),
                "rows a second": round(rows / seconds),
                "peak MiB": round(peak),
            }
            print(f"{rows:>9,} rows: {seconds:7.1f} s  {rows / seconds:8,.0f} rows/s  {peak:6.0f} MiB peak")
    sample = [row[2] for _, row in zip(range(STEPS_SAMPLE), comments(folder), strict=False)]
    spent = step_times(sample)
    whole = spent["whole"]
    for name, seconds in spent.items():
        print(f"{name:26} {seconds / len(sample) * 1e6:7.1f} µs a text  {seconds / whole:6.1%}")
    figures["µs a text"] = {name: s / len(sample) * 1e6 for name, s in spent.items()}
    peer = peer_rate(sample[:PEER_SAMPLE])
    ratio = len(sample) / whole / peer
    print(f"obvious stack: {peer:.0f} texts/s; ours {len(sample) / whole:,.0f}, {ratio:.0f} times as many")
    figures["obvious stack"] = {"texts a second": peer, "ratio": ratio}
    if options.json:
        Path(options.json).write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
