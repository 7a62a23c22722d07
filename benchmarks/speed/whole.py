"""The commands as users run them, file to file: rows a second, processor time, memory.

``triage`` of exports of real comments, with the page, at growing sizes with one worker and with
two, and of each language's; ``score`` of tables of drafts. Each run is a process of its own, its
start included. After the first run of each, apart from the clock, every row must have come back
once, in order, with its own cells unchanged.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.exports import OURS, write_export
from benchmarks.speed import processes
from benchmarks.speed.measuring import MIXED, Figures, Measure, Setting
from benchmarks.speed.texts import write_drafts
from smclassify.exports.writing.guard import unguard

TRIAGE, SCORE = "triage", "score"
WORKERS: Final = (1, 2)
_LOOKS: Final = 20_000
"""From so many rows on the memory is looked at twice a second, below that ten times."""


def triage_name(rows: int, workers: int) -> str:
    """Return what a run of ``triage`` is called."""
    return f"{rows:,} rows, {workers} worker{'s' if workers > 1 else ''}"


def score_name(rows: int) -> str:
    """Return what a run of ``score`` is called."""
    return f"{rows:,} drafts"


def export_of(setting: Setting, rows: int, group: str = MIXED) -> Path:
    """Return an export of so many rows, written if it is not there."""
    path = setting.scratch / f"{group}.{rows}.csv"
    if not path.exists():
        write_export(setting.folder, path, rows, only=None if group == MIXED else group)
    return path


def measures(setting: Setting, groups: Sequence[str]) -> list[Measure]:
    """Return what is measured; the largest once, and those of each language."""
    found = [_triage(setting, rows, workers) for rows in setting.rows for workers in WORKERS]
    found += [
        _triage(setting, setting.pair, workers, rounds=min(setting.rounds, 2))
        for workers in WORKERS
    ]
    found += [
        _triage(setting, setting.by_language, 1, group, rounds=1)
        for group in groups
        if group != MIXED
    ]
    found += [_score(setting, rows) for rows in setting.drafts]
    if setting.large:
        found += [
            _triage(setting, rows, workers, rounds=1)
            for rows in (setting.large // 10, setting.large)
            for workers in WORKERS
        ]
    return found


def _triage(
    setting: Setting, rows: int, workers: int, group: str = MIXED, rounds: int | None = None
) -> Measure:
    return Measure(
        TRIAGE,
        triage_name(rows, workers),
        partial(run_triage, setting, rows, workers, group),
        group,
        setting.rounds if rounds is None else rounds,
    )


def run_triage(setting: Setting, rows: int, workers: int, group: str) -> Figures:
    """Triage an export with its page, and measure that."""
    source = export_of(setting, rows, group)
    result, report = setting.scratch / "triaged.csv", setting.scratch / "triaged.html"
    ran = processes.run(
        (*processes.OURS, "triage", str(source), "-o", str(result), "-q", "--model", "shipped",
         "--force", "--jobs", str(workers), "--our-account", OURS, "--report", str(report)),
        look_every=0.5 if rows >= _LOOKS else 0.1,
    )  # fmt: skip
    checked = source.with_suffix(f".{workers}.checked")
    if not checked.exists():
        check_rows(source, result)
        checked.touch()
    return {
        "seconds": ran.seconds, "cpu": ran.cpu, "texts": rows, "peak": ran.peak,
        "bytes": source.stat().st_size,
    }  # fmt: skip


def check_rows(source: Path, result: Path) -> None:
    """Make sure that every row came back once, in order, unchanged.

    Raises
    ------
    SystemExit
        If one did not.
    """
    csv.field_size_limit(1 << 30)
    with (
        source.open(encoding="utf-8", newline="") as before,
        result.open(encoding="utf-8-sig", newline="") as after,
    ):
        pairs = zip(csv.reader(before), csv.reader(after), strict=True)
        for number, (old, new) in enumerate(pairs):
            if new[: len(old)] != old and list(map(unguard, new[: len(old)])) != old:
                raise SystemExit(f"row {number} came back changed: {old} became {new}")


def _score(setting: Setting, rows: int) -> Measure:
    source = setting.scratch / f"drafts.{rows}.csv"
    texts = write_drafts(setting.folder, source, rows)
    return Measure(
        SCORE,
        score_name(rows),
        partial(run_score, setting, source, texts),
        rounds=min(setting.rounds, 2),
    )


def run_score(setting: Setting, source: Path, texts: int) -> Figures:
    """Score a table of drafts, and measure that."""
    result = setting.scratch / "flagged.csv"
    result.unlink(missing_ok=True)
    ran = processes.run(
        (*processes.OURS, "score", str(source), "-o", str(result), "--model", "shipped"),
        look_every=0.1,
        accepted=(0, 1),
    )
    with result.open(encoding="utf-8-sig", newline="") as file:
        if (found := sum(1 for _ in csv.reader(file)) - 1) != texts:
            raise SystemExit(f"of {texts} drafts {found} came back")
    return {"seconds": ran.seconds, "cpu": ran.cpu, "texts": texts, "peak": ran.peak}
