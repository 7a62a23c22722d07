"""The table at the end: first the targets, then all that was measured, as text or Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.speed import languages, limits, peers, startup, steps, whole
from benchmarks.speed.measuring import GROUPS, MICRO, MIXED, Results, Setting
from benchmarks.speed.targets import MIB, Target, triage_per_text
from smclassify.labels import PRIVATE_REPLY
from smclassify.training.recipe import REAL, WORLDS

NOTHING: Final = "–"


@dataclass(frozen=True)
class Section:
    """A part of the table: its heading, its columns, its rows, and what is to be said of it."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


def sections(setting: Setting, results: Results, reached: Sequence[Target]) -> list[Section]:
    """Return the parts of the table of which anything was measured."""
    found = [
        _targets(reached),
        _steps(results, steps.TRIAGE, "smclassify triage"),
        _steps(results, steps.SCORE, "smclassify score"),
        _whole(results),
        _by_language(setting, results),
        _startup(results),
        _peers(setting, results),
        _languages(results),
        _limits(setting, results),
    ]
    return [one for one in found if one.rows]


def _targets(reached: Sequence[Target]) -> Section:
    rows = [
        (one.name, one.wanted, one.measured, _times(one.ratio),
         {True: "yes", False: "NO", None: NOTHING}[one.met])
        for one in reached
    ]  # fmt: skip
    header = ("target", "wanted", "measured", "ratio", "met")
    return Section("Targets", header, rows, "Ours is named first where there are two figures.")


def _steps(results: Results, part: str, command: str) -> Section:
    groups = [group for group in GROUPS if (part, command, group) in results.found]
    if MIXED not in groups:
        return Section("", (), ())
    names = [name for name in results.found[part, command, MIXED][0] if name != "texts"]
    whole_time = _micro(results, part, command, "cpu", MIXED)
    rows = [
        (
            "the whole" if name == "cpu" else name,
            *(_number(_micro(results, part, command, name, group)) for group in groups),
            _share(_micro(results, part, command, name, MIXED), whole_time),
        )
        for name in names
    ]
    title = f"Steps of `{command}`, one worker, file to file, µs of CPU a text"
    return Section(title, ("step", *groups, "share"), rows)


def _micro(results: Results, part: str, name: str, figure: str, group: str) -> float | None:
    value, texts = (results.median(part, name, one, group) for one in (figure, "texts"))
    return None if value is None or not texts else value / texts * MICRO


def _whole(results: Results) -> Section:
    rows = [
        (f"{part}, {name}", *_run(results, part, name, MIXED))
        for part in (whole.TRIAGE, whole.SCORE)
        for name in results.names(part)
        if (part, name, MIXED) in results.found
    ]
    header = ("command", "seconds", "texts/s", "texts/s a core", "µs a text less the start", "MiB")
    note = (
        "Processes of their own, their start included. A core's: by the processor time of all "
        "processes. Less the start: beside the smallest of the kind."
    )
    return Section("From CSV to CSV, triage with its page", header, rows, note)


def _run(results: Results, part: str, name: str, group: str) -> tuple[str, ...]:
    seconds, cpu, texts, peak = (
        results.median(part, name, figure, group) or 0.0
        for figure in ("seconds", "cpu", "texts", "peak")
    )
    return (
        f"{seconds:.2f}", f"{texts / seconds:,.0f}", f"{texts / cpu:,.0f}",
        _number(_marginal(results, part, name, group)), f"{peak / MIB:,.0f}",
    )  # fmt: skip


def _marginal(results: Results, part: str, name: str, group: str) -> float | None:
    """Return the CPU microseconds a text beyond those of the smallest run of the same kind."""
    kind = name.partition(",")[2] if part == whole.SCORE else name.rpartition(",")[2]
    alike = [
        one for one in results.names(part)
        if part == whole.SCORE or one.rpartition(",")[2] == kind
    ]  # fmt: skip
    texts, cpu = (results.median(part, name, one, group) for one in ("texts", "cpu"))
    least, at_least = (results.median(part, alike[0], one) for one in ("texts", "cpu"))
    if texts is None or cpu is None or least is None or at_least is None or texts <= least:
        return None
    return (cpu - at_least) / (texts - least) * MICRO


def _by_language(setting: Setting, results: Results) -> Section:
    name = whole.triage_name(setting.by_language, 1)
    rows = [
        (group, *_run(results, whole.TRIAGE, name, group))
        for group in GROUPS
        if group != MIXED and (whole.TRIAGE, name, group) in results.found
    ]
    header = ("language", "seconds", "texts/s", "texts/s a core", "µs a text less the start", "MiB")
    return Section(f"`triage` of {name}, by language", header, rows)


def _startup(results: Results) -> Section:
    spacy = results.median(startup.PART, startup.SPACY, "seconds")
    rows = []
    for name in results.names(startup.PART):
        seconds, cpu = (results.median(startup.PART, name, one) for one in ("seconds", "cpu"))
        beside = seconds / spacy if seconds and spacy else None
        rows.append((name, _number(seconds, 3), _number(cpu, 3), _times(beside)))
    header = ("a new process", "seconds", "CPU seconds", "beside import spacy")
    return Section("Start-up, medians", header, rows)


def _peers(setting: Setting, results: Results) -> Section:
    mine = triage_per_text(setting, results)
    figures = [f"{where}, {what}" for where in (WORLDS, REAL)
               for what in ("all labels", PRIVATE_REPLY)]  # fmt: skip
    rows = []
    for name in results.names(peers.PART):
        theirs = results.per_text(peers.PART, name)
        ratio = theirs / mine if theirs and mine else None
        good = [results.median(peers.QUALITY, name, figure) for figure in figures]
        speeds = _speeds(results, peers.PART, name)
        rows.append((name, *speeds, _times(ratio), *(_number(one, 3) for one in good)))
    shown = (*GROUPS, "whole triage is", *(f"AP {figure}" for figure in figures))
    note = (
        f"Texts a second and core. Whole triage, file to file, stands against each; AP is average "
        f"precision on texts that none has learned from. The peers have learned from "
        f"{setting.learned:,} of the texts that ours has learned from."
        + _not_there(results, peers.PART)
    )
    return Section("What a user would pick instead", ("", *shown), rows, note)


def _languages(results: Results) -> Section:
    mine = results.per_text(languages.PART, languages.OURS)
    rows = []
    for name in results.names(languages.PART):
        theirs = results.per_text(languages.PART, name)
        right = [results.median(languages.RIGHT, name, one) for one in ("all", "short")]
        ratio = theirs / mine if theirs and mine else None
        speeds = _speeds(results, languages.PART, name)
        rows.append((name, *speeds, _times(ratio), *map(_percent, right)))
    header = ("", *GROUPS, "our step is", "right", "right if short")
    note = (
        "Right: as the name of its set says, of texts of every set; short is under 20 characters. "
        "Told of four languages, a detector cannot name another; the others here can."
        + _not_there(results, languages.PART)
    )
    return Section("Telling the language, texts a second and core", header, rows, note)


def _not_there(results: Results, part: str) -> str:
    """Return what could not be measured in a part, and why."""
    said = [
        f" {name}: {why}."
        for name, why in results.notes.items()
        if (name in languages.NAMES) == (part == languages.PART)
    ]
    return "".join(said)


def _limits(setting: Setting, results: Results) -> Section:
    mine = triage_per_text(setting, results)
    rows = []
    for name in results.names(limits.PART):
        each = [results.per_text(limits.PART, name, group) for group in GROUPS]
        ratio = mine / each[-1] if mine and each[-1] else None
        rows.append((name, *(_number(one, 2) for one in each), _times(ratio)))
    header = ("", *GROUPS, "whole triage takes")
    return Section("Limits, µs of CPU a text", header, rows)


def _speeds(results: Results, part: str, name: str) -> list[str]:
    each = (results.per_text(part, name, group) for group in GROUPS)
    return [NOTHING if one is None else f"{MICRO / one:,.0f}" for one in each]


def _number(value: float | None, digits: int = 1) -> str:
    return NOTHING if value is None else f"{value:,.{digits}f}"


def _percent(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.1%}"


def _share(part: float | None, of: float | None) -> str:
    return NOTHING if part is None or not of else f"{part / of:.1%}"


def _times(ratio: float | None) -> str:
    if ratio is None:
        return NOTHING
    return f"{ratio:,.0f}×" if ratio >= 100 else f"{ratio:.2f}×" if ratio < 10 else f"{ratio:.1f}×"


# --- as text and as Markdown ------------------------------------------------------------


def as_text(parts: Sequence[Section]) -> str:
    """Return the table for a terminal: columns aligned."""
    return "\n".join(line for part in parts for line in _text_lines(part))


def _text_lines(part: Section) -> Iterator[str]:
    lines = [part.header, *part.rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    left = _left(part)
    yield f"\n{part.title}"
    for line in lines:
        cells = [
            cell.ljust(width) if is_left else cell.rjust(width)
            for cell, width, is_left in zip(line, widths, left, strict=True)
        ]
        yield f"  {'  '.join(cells)}".rstrip()
    if part.note:
        yield f"  {part.note}"


def _left(part: Section) -> list[bool]:
    """Return which columns hold words, which stand on the left."""
    words = {"wanted", "measured", "met"}
    return [at == 0 or name in words for at, name in enumerate(part.header)]


def as_markdown(parts: Sequence[Section]) -> str:
    """Return the table as Markdown."""
    return "\n".join(line for part in parts for line in _markdown_lines(part))


def _markdown_lines(part: Section) -> Iterator[str]:
    yield f"\n**{part.title}**\n"
    yield f"| {' | '.join(part.header)} |"
    yield f"|{'|'.join('---' if one else '---:' for one in _left(part))}|"
    yield from (f"| {' | '.join(row)} |" for row in part.rows)
    if part.note:
        yield f"\n{part.note}"
