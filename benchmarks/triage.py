"""How fast `smclassify triage` is, how much memory it takes, and where its time goes.

    python -m benchmarks.triage [--data ../shared/data] [--rows 10000 1000000] [--jobs 2]

Exports of real comments in four languages go through the command, with a report, as a process of
its own; every row must come back once, in order, with its own cells unchanged. Beside the time
stands how long reading and writing the same file takes with nothing done. The shares of the
steps are measured in this process on a sample. The peer, on a smaller sample in the same run,
is the obvious stack: langdetect, a spaCy pipeline, and for each label a pipeline of
TfidfVectorizer on characters and LogisticRegression.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from benchmarks.exports import OURS, texts, write_export
from smclassify.errors import SmclassifyError
from smclassify.exports.writing.guard import unguard
from smclassify.training.public import public_folder

STEPS_SAMPLE = 20_000
STEPS_BATCH = 2_000
PEER_SAMPLE = 400
SAMPLED_EVERY = 0.2
SIZES = (10_000, 100_000)


def run_measured(command: list[str]) -> tuple[float, float]:
    """Run a process; return its seconds and its peak memory with its workers', in MiB.

    Of memory that processes share, each is given its part (proportional set size, Linux).
    """
    started = time.perf_counter()
    process = psutil.Popen(command, stdout=subprocess.DEVNULL)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, memory_of(process))
        time.sleep(SAMPLED_EVERY)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return time.perf_counter() - started, peak / 2**20


def memory_of(process: psutil.Process) -> float:
    """Return the bytes that a process and its children hold now."""
    held = 0.0
    try:
        for one in (process, *process.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                held += one.memory_full_info().pss
    except psutil.NoSuchProcess:
        return 0.0
    return held


def copy_time(source: Path, target: Path) -> float:
    """Return the seconds it takes to read and write a CSV file row by row, with nothing done."""
    started = time.perf_counter()
    with (
        source.open(encoding="utf-8", newline="") as before,
        target.open("w", encoding="utf-8", newline="") as after,
    ):
        csv.writer(after).writerows(csv.reader(before))
    return time.perf_counter() - started


def check_rows(source: Path, result: Path) -> None:
    """Make sure that every row came back once, in order, unchanged."""
    csv.field_size_limit(1 << 30)
    with (
        source.open(encoding="utf-8", newline="") as before,
        result.open(encoding="utf-8-sig", newline="") as after,
    ):
        pairs = zip(csv.reader(before), csv.reader(after), strict=True)
        for number, (old, new) in enumerate(pairs):
            if list(map(unguard, new[: len(old)])) != old:
                raise SystemExit(f"row {number} came back changed: {old} became {new}")


class Stopwatch:
    """Adds up the seconds of steps; a step within a step counts for the outer one."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._busy = False

    def timed(self, name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        """Return the step with the watch running."""

        def run(*arguments: Any, **options: Any) -> Any:
            if self._busy:
                return step(*arguments, **options)
            self._busy, started = True, time.perf_counter()
            try:
                return step(*arguments, **options)
            finally:
                self._busy = False
                self.spent[name] = self.spent.get(name, 0.0) + time.perf_counter() - started

        return run


def step_times(texts: list[str]) -> dict[str, float]:
    """Return the seconds each step takes for the texts, in the batches the program uses.

    The very calls of the program are timed, while it triages the texts.
    """
    from smclassify import load
    from smclassify.model import decision, remarks
    from smclassify.text import prepare

    watch = Stopwatch()
    classifier = load("shipped")
    classifier.triage(["warm", "réchauffer", "데우다", "热身"] * 20)  # spaCy's pipelines are made
    model = classifier.panel.model
    steps: list[tuple[str, Any, str]] = [
        ("normalise", prepare, "normalize"),
        ("language", prepare._detector(), "detect"),
        ("character n-grams", model.space.char_, "transform"),
        ("word n-grams (spaCy)", model.space.word_, "transform"),
        ("style", model.space.style_, "transform"),
        ("heads and calibration", type(model), "probabilities_of"),
        ("decision", decision, "decide_comments"),
        ("explanation", remarks, "quoted_words"),
    ]
    for name, owner, attribute in steps:
        setattr(owner, attribute, watch.timed(name, getattr(owner, attribute)))
    started = time.perf_counter()
    for start in range(0, len(texts), STEPS_BATCH):
        classifier.triage(texts[start : start + STEPS_BATCH])
    whole = time.perf_counter() - started
    return {**watch.spent, "the rest": whole - sum(watch.spent.values()), "whole": whole}


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
    parser.add_argument(
        "--rows", type=int, nargs="*", default=SIZES, help="how many rows exports have"
    )
    parser.add_argument("--jobs", type=int, default=2, help="workers")
    parser.add_argument("--no-steps", action="store_true", help="leave out steps and peer")
    parser.add_argument("--json", help="write the figures to this file too")
    options = parser.parse_args()
    try:
        folder = public_folder(options.data)
    except SmclassifyError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for rows in options.rows:
            figures[f"{rows} rows"] = whole_run(folder, Path(scratch), rows, options.jobs)
    if not options.no_steps:
        figures |= steps_and_peer(
            [text for _, (_, text) in zip(range(STEPS_SAMPLE), texts(folder), strict=False)]
        )
    if options.json:
        Path(options.json).write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")
    return 0


def whole_run(folder: Path, scratch: Path, rows: int, jobs: int) -> dict[str, float]:
    """Triage an export with its report; print and return seconds, rates and memory."""
    source, result, report = (scratch / name for name in ("in.csv", "out.csv", "report.html"))
    write_export(folder, source, rows)
    copied = copy_time(source, result)
    command = [
        *(sys.executable, "-m", "smclassify", "triage", str(source), "-o", str(result), "-q"),
        *("--model", "shipped"),
        *("--force", "--jobs", str(jobs), "--our-account", OURS, "--report", str(report)),
    ]
    seconds, peak = run_measured(command)
    check_rows(source, result)
    print(
        f"{rows:>9,} rows, {jobs} workers: {seconds:7.1f} s {rows / seconds:8,.0f} rows/s "
        f"{peak:6.0f} MiB peak; {seconds / copied:.0f} times as long as copying the file"
    )
    return {
        "seconds": round(seconds, 1),
        "rows a second": round(rows / seconds),
        "peak MiB": round(peak),
        "times a copy": round(seconds / copied, 1),
    }


def steps_and_peer(sample: list[str]) -> dict[str, Any]:
    """Measure the steps alone, and the obvious stack; print and return the figures."""
    figures: dict[str, Any] = {}
    spent = step_times(sample)
    whole = spent["whole"]
    for name, seconds in spent.items():
        print(f"{name:26} {seconds / len(sample) * 1e6:7.1f} µs a text  {seconds / whole:6.1%}")
    figures["µs a text"] = {name: s / len(sample) * 1e6 for name, s in spent.items()}
    peer = peer_rate(sample[:PEER_SAMPLE])
    ours = len(sample) / whole
    ratio = ours / peer
    print(f"obvious stack: {peer:.0f} texts/s; ours {ours:,.0f}, {ratio:.0f} times as many")
    figures["obvious stack"] = {"texts a second": peer, "ratio": ratio}
    return figures


if __name__ == "__main__":
    sys.exit(main())
