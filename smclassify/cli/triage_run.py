"""What ``smclassify triage`` does once its options are read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from smclassify.cli.options import processors
from smclassify.config import Config
from smclassify.exports import STDIN, Role, find_inputs
from smclassify.exports.writing.target import check_target
from smclassify.exports.writing.workfile import unfinished
from smclassify.triage.judge import Judge, judge
from smclassify.triage.types import TriageOptions
from smclassify.triage.workers import Alone, Readers, Workers

WORTH_WORKERS: Final = 10_000_000
"""Bytes of input, some 50,000 comments, from which starting workers pays."""

_AS_THEY_ARE: Final = (
    "sheet", "lang", "sort", "only", "resume", "force", "since", "redact", "encoding",
    "delimiter", "input_format", "timezone", "as_of",
)  # fmt: skip


def columns_given(given: Mapping[str, Any]) -> dict[Role, str]:
    """Return what the user says that columns are for."""
    named = {role: given.get(f"{role.value}_column") for role in Role}
    return {role: name for role, name in named.items() if name is not None}


def run_triage(files: Sequence[str], given: dict[str, Any]) -> int:
    """Triage files as the options say; return how many rows could not be read.

    Raises
    ------
    SmclassifyError
        As :func:`smclassify.triage.job.triage_tables`.
    TriageInterrupted
        On Ctrl-C.
    """
    from smclassify.classifier import own_labels
    from smclassify.cli.console import progress_bar
    from smclassify.cli.setup import judge_of, model_folder, note_unlearned, settings_of
    from smclassify.cli.triage_out import (
        check_report,
        print_summary,
        print_triage_notes,
        write_report,
    )
    from smclassify.labels import Task
    from smclassify.model.decision import checked_thresholds
    from smclassify.report.triage_page import LISTED
    from smclassify.triage.job import triage_tables

    output, report = given["output"], given["report"]
    if output != STDIN:
        check_target(Path(output))
    found = find_inputs(files, sheet=given["sheet"], input_format=given["input_format"])
    paths = {one.path for one in found.inputs}
    if report is not None:
        named = [output, *sorted(paths), *filter(None, [given["since"]])]
        check_report(report, named, force=replaces_report(given))
    settings = settings_of(given["config"], given["policy"], given["ui_lang"])
    # Once: a "models use" meanwhile must not give half of the run to another model.
    model = model_folder(given["model"])
    own = own_labels(model, Task.COMMENTS)
    options = TriageOptions(
        columns=columns_given(given),
        format=given["format_"],
        guarded=not given["raw_cells"],
        thresholds=dict(checked_thresholds(Task.COMMENTS, dict(given["thresholds"]), own)),
        accounts=our_accounts(given["accounts"], settings),
        reply_minutes=settings.reply_time_target,
        ui_language=settings.ui_language,
        judge=judge_of(model, settings),
        listed=LISTED,
        themed=report is not None,
        own_labels=own,
        **{name: given[name] for name in _AS_THEY_ARE},
    )
    reporting = None
    if report is not None:
        reporting = partial(write_report, report=report, ui_language=settings.ui_language)
    make_judge = partial(load_judge, model, settings, options.accounts, options.redact)
    note_unlearned(model, Task.COMMENTS, given["lang"])
    with (
        reading(make_judge, paths, given["jobs"]) as readers,
        progress_bar("Reading comments") as show,
    ):
        summary = triage_tables(
            readers, found, output, options=options, progress=show, report=reporting
        )
    print_triage_notes(summary, readers.crashes)
    if not given["quiet"]:
        print_summary(summary, given["color"], settings.ui_language)
    return summary.rows_lost + summary.rows_unread


def replaces_report(given: Mapping[str, Any]) -> bool:
    """Whether a report that is there may be replaced: also by the run that has written it."""
    output = given["output"]
    # A result that is whole is refused later, in words that fit better.
    begun = unfinished(output) or Path(output).exists()
    return bool(given["force"] or (given["resume"] and begun))


def our_accounts(named: Sequence[str], settings: Config) -> tuple[str, ...]:
    """Return what we call ourselves: as named, and in the configuration."""
    policy = settings.policy
    return tuple(dict.fromkeys([*named, *policy.handles, *policy.brand_names]))


def load_judge(model: Path, settings: Config, accounts: tuple[str, ...], redact: bool) -> Judge:
    """Load the model, ready to read batches: in this process, or in a worker.

    Raises
    ------
    ModelError
        If there is no such model, or it is damaged.
    """
    from smclassify.classifier import load

    masker = None
    if redact:
        from smclassify.triage.masking.redact import Redactor

        masker = Redactor(keep=accounts)
    return partial(judge, load(model, config=settings), masker=masker)


@contextmanager
def reading(
    make_judge: Callable[[], Judge], paths: Iterable[str], jobs: int | None
) -> Iterator[Readers]:
    """Give what reads batches: workers where asked for, or where there is enough to read."""
    wanted = jobs or (processors() if _bytes_in(paths) >= WORTH_WORKERS else 1)
    if wanted < 2:
        yield Alone(make_judge())
        return
    with Workers(make_judge, wanted) as workers:
        yield workers


def _bytes_in(paths: Iterable[str]) -> int:
    """Return how many bytes there are to read, before anything is unpacked."""
    return sum(path.stat().st_size for path in map(Path, paths) if path.is_file())


def inspect_files(files: Sequence[str], given: Mapping[str, Any]) -> None:
    """Print what is recognised in files.

    Raises
    ------
    InputError
        If one of them cannot be read, or no column of it could be the text.
    """
    from smclassify.cli.console import Renderer, print_notes, stdout_bytes
    from smclassify.exports import NoTextColumnError
    from smclassify.exports.writing.target import write_stdout
    from smclassify.report.inspect_text import inspect_view
    from smclassify.triage.inputs import SAMPLE, opened, recognised, time_readers
    from smclassify.triage.opening import NO_TEXT, is_named

    options = TriageOptions(
        columns=columns_given(given),
        **{name: given[name] for name in ("sheet", "input_format", "encoding", "delimiter")},
        timezone=given["timezone"],
    )
    found = find_inputs(files, sheet=options.sheet, input_format=options.input_format)
    passed_over = [str(one) for one in found.skipped]
    refused: list[NoTextColumnError] = []
    renderer = Renderer.for_stream(sys.stdout, given["color"])
    for source in found.inputs:
        with opened(source, options) as table:
            sample = table.sample(SAMPLE)
            try:
                known = recognised(table, sample, options)
            except NoTextColumnError as error:
                refused.append(error)
                if is_named(source, found) or len(refused) == len(found.inputs):
                    raise
                passed_over.append(f"{source}: {NO_TEXT}")
                continue
            times = time_readers(known, sample, options)
            write_stdout(stdout_bytes(renderer.text(inspect_view(table, known, times, sample))))
    print_notes([], passed_over, len(passed_over))
