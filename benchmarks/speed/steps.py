"""Where the time of a text goes: each step of ``triage`` and of ``score``, microseconds a text.

The commands run in this process, with one worker, from file to file, and a watch stands at the
very calls that make up each step. What several steps share (the letters of a batch told apart,
its tokens) is worked out once and counts for the step that asks first. What is left between the
watches is "the rest". Loading the model is done once a run and told apart.
"""

from __future__ import annotations

import pkgutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import wraps
from inspect import isgeneratorfunction
from typing import Any, Final
from unittest.mock import patch

from benchmarks.exports import OURS, write_export
from benchmarks.speed.measuring import MIXED, Figures, Measure, Setting, cpu_of
from benchmarks.speed.texts import write_drafts

TRIAGE, SCORE = "steps of triage", "steps of score"
LOADING: Final = "loading the model, once"
REST: Final = "the rest"

_BOTH: Final = (
    ("normalise", "smclassify.text.prepare.normalize"),
    ("language", "smclassify.text.language.LanguageDetector.detect"),
    ("character n-grams", "smclassify.features.ngrams.CharNgrams.transform"),
    ("spaCy's tokens and their n-grams", "smclassify.features.ngrams.WordNgrams.transform"),
    ("style", "smclassify.features.style.StyleCounts.transform"),
    ("heads and calibration", "smclassify.model.model.Model.probabilities_of"),
)
STEPS: Final = {
    TRIAGE: (
        (LOADING, "smclassify.cli.triage_run.load_judge"),
        ("reading CSV", "smclassify.exports.table.Table.batches"),
        ("what other cells say", "smclassify.triage.inputs.TriageTable.tell"),
        *_BOTH,
        ("decision", "smclassify.model.decision.decide_comments"),
        ("explanation", "smclassify.model.remarks.quoted_words"),
        ("sketches for copies", "smclassify.triage.judge.sketches"),
        ("rows to the working file", "smclassify.exports.writing.workfile.WorkFile.append"),
        ("whole export judged", "smclassify.triage.outcome.Outcome.__init__"),
        ("writing CSV", "smclassify.triage.outcome.Outcome.write"),
        ("survey of the export", "smclassify.triage.outcome.Outcome.summary"),
        ("report", "smclassify.cli.triage_out.write_report"),
    ),
    SCORE: (
        (LOADING, "smclassify.cli.setup.load_classifier"),
        ("reading CSV", "smclassify.exports.table.Table.batches"),
        *_BOTH,
        ("decision", "smclassify.model.decision.is_flagged"),
        ("explanation", "smclassify.model.remarks.remarks"),
        ("making the policy ready, once", "smclassify.policy.checker.PolicyChecker.__init__"),
        ("policy", "smclassify.policy.checker.PolicyChecker.check"),
        ("drafts held against each other", "smclassify.campaign.CampaignCheck.add"),
        ("drafts held against each other", "smclassify.campaign.CampaignCheck.remarks"),
        ("writing CSV", "smclassify.cli.drafts_out.DraftWriter.add"),
    ),
}
"""The steps of each command, and the calls that each of them is."""


class Stopwatch:
    """Adds up the processor seconds of steps; a step within a step counts for the outer one.

    Each thread has its own time, so that steps side by side don't count for each other.

    Attributes
    ----------
    spent : dict of str to float
        Seconds of each step that was called.
    """

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._within = threading.local()

    def timed(self, name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        """Return the step, a function or a generator function, with the watch running."""

        @wraps(step)
        def run(*arguments: Any, **options: Any) -> Any:
            return self._run(name, lambda: step(*arguments, **options))

        @wraps(step)
        def run_piecemeal(*arguments: Any, **options: Any) -> Iterator[Any]:
            pieces, ended = step(*arguments, **options), object()
            while (piece := self._run(name, lambda: next(pieces, ended))) is not ended:
                yield piece

        return run_piecemeal if isgeneratorfunction(step) else run

    def _run(self, name: str, work: Callable[[], Any]) -> Any:
        if getattr(self._within, "step", False):
            return work()
        self._within.step, started = True, time.thread_time()
        try:
            return work()
        finally:
            self._within.step = False
            self.spent[name] = self.spent.get(name, 0.0) + time.thread_time() - started


def step_times(steps: Sequence[tuple[str, str]], work: Callable[[], object]) -> Figures:
    """Return the processor seconds of each step of some work, and of the whole of it."""
    watch = Stopwatch()
    with ExitStack() as stack:
        for name, place in steps:
            stack.enter_context(patch(place, watch.timed(name, pkgutil.resolve_name(place))))
        whole = cpu_of(work)
    rest = whole - sum(watch.spent.values())
    return {**watch.spent, REST: rest, "cpu": whole}


def command(*arguments: str) -> None:
    """Run a command of the program in this process.

    Raises
    ------
    SystemExit
        If it says that the call or the input is wrong.
    """
    from smclassify.cli.app import cli

    code = cli.main([*arguments, "--model", "shipped"], "smclassify", standalone_mode=False)
    if code not in (None, 0, 1):
        raise SystemExit(f"smclassify {' '.join(arguments)} ended with {code}")


def measures(setting: Setting, groups: Sequence[str]) -> list[Measure]:
    """Return what is measured, each twice. This process is warmed up first."""
    found = [*(_triage(setting, group) for group in groups), _score(setting)]
    for one in found[-2:]:
        one.run()
    return found


def _triage(setting: Setting, group: str) -> Measure:
    source = setting.scratch / f"steps.{group}.csv"
    only = None if group == MIXED else group
    write_export(setting.folder, source, setting.steps, only=only)
    result, report = setting.scratch / "steps.out.csv", setting.scratch / "steps.html"
    call = ("triage", str(source), "-o", str(result), "-q", "--force", "--jobs", "1",
            "--our-account", OURS, "--report", str(report))  # fmt: skip

    def run() -> Figures:
        return {**step_times(STEPS[TRIAGE], lambda: command(*call)), "texts": setting.steps}

    return Measure(TRIAGE, "smclassify triage", run, group, min(setting.rounds, 2))


def _score(setting: Setting) -> Measure:
    source, result = setting.scratch / "steps.drafts.csv", setting.scratch / "steps.flagged.csv"
    texts = write_drafts(setting.folder, source, min(setting.steps, 2_000))
    call = ("score", str(source), "-o", str(result))

    def run() -> Figures:
        result.unlink(missing_ok=True)
        return {**step_times(STEPS[SCORE], lambda: command(*call)), "texts": texts}

    return Measure(SCORE, "smclassify score", run, rounds=min(setting.rounds, 2))
