"""What was to be reached, as ratios within one run, and whether it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from benchmarks.speed import languages, limits, peers, stacks, startup, whole
from benchmarks.speed.measuring import MICRO, Results, Setting

MIB: Final = 2**20
_FLAT: Final = 1.5
"""Memory counts as flat if a hundred times as many rows take no more than so many times it."""


@dataclass(frozen=True)
class Target:
    """A target and what became of it.

    Attributes
    ----------
    name, wanted : str
    measured : str
        In words; why not, where it was not measured.
    ratio : float or None
        None where it is no ratio, or was not measured.
    met : bool or None
        None where it was not measured.
    """

    name: str
    wanted: str
    measured: str
    ratio: float | None = None
    met: bool | None = None


def targets(setting: Setting, results: Results, imports: list[str]) -> list[Target]:
    """Return all targets.

    Parameters
    ----------
    setting : Setting
    results : Results
    imports : list of str
        The heavy packages that the version and the help import.
    """
    return [
        *_stacks(setting, results),
        _tokenizer(setting, results),
        *_languages(results),
        _workers(setting, results),
        *_memory(setting, results),
        _first_draft(results),
        Target(
            "--help and --version without spaCy and scikit-learn", "neither",
            f"imports {' and '.join(imports)}" if imports else "imports neither", None,
            not imports,
        ),
    ]  # fmt: skip


def _missing(name: str, wanted: str, results: Results, *asked: str) -> Target:
    said = [results.notes[one] for one in asked if one in results.notes]
    return Target(name, wanted, said[0] if said else "not measured")


def triage_per_text(setting: Setting, results: Results) -> float | None:
    """Return the CPU microseconds a row of ``triage`` with one worker, its start included."""
    return results.per_text(whole.TRIAGE, whole.triage_name(setting.pair, 1))


def _stacks(setting: Setting, results: Results) -> Iterator[Target]:
    """Hold whole triage, file to file, against what a user would pick, in memory."""
    for stack, wanted in (
        (stacks.OBVIOUS_BATCH, 100), (stacks.OBVIOUS, 100),
        (stacks.FASTTEXT_EACH, 1), (stacks.FASTTEXT_WORDS, 1),
    ):  # fmt: skip
        name, least = f"whole triage beside {stack}", f"≥ {wanted}×"
        mine, theirs = triage_per_text(setting, results), results.per_text(peers.PART, stack)
        if mine is None or theirs is None:
            yield _missing(name, least, results, stack)
            continue
        measured = f"{MICRO / mine:,.0f} and {MICRO / theirs:,.0f} texts/s a core"
        yield Target(name, least, measured, theirs / mine, theirs / mine >= wanted)


def _tokenizer(setting: Setting, results: Results) -> Target:
    name, wanted = f"whole triage beside {limits.TOKENIZER}", "≤ 2.5×"
    mine, theirs = (
        triage_per_text(setting, results), results.per_text(limits.PART, limits.TOKENIZER)
    )  # fmt: skip
    if mine is None or theirs is None:
        return _missing(name, wanted, results)
    measured = f"{mine:.1f} and {theirs:.1f} µs a text, {setting.pair:,} texts"
    return Target(name, wanted, measured, mine / theirs, mine / theirs <= 2.5)


def _languages(results: Results) -> Iterator[Target]:
    """Hold the language step against others, by speed and by right answers."""
    for other, wanted in (
        (languages.LANGDETECT, 100), (languages.LINGUA, 10),
    ):  # fmt: skip
        name = f"language step beside {other}"
        least = f"≥ {wanted}×, as often right"
        mine, theirs = (results.per_text(languages.PART, one) for one in (languages.OURS, other))
        right, beside = (
            [results.median(languages.RIGHT, one, figure) or 0.0 for figure in ("all", "short")]
            for one in (languages.OURS, other)
        )
        if mine is None or theirs is None:
            yield _missing(name, least, results, other)
            continue
        measured = (
            f"{MICRO / mine:,.0f} and {MICRO / theirs:,.0f} texts/s; right {right[0]:.1%} and "
            f"{beside[0]:.1%}, of short ones {right[1]:.1%} and {beside[1]:.1%}"
        )
        met = theirs / mine >= wanted and right[0] >= beside[0] and right[1] >= beside[1]
        yield Target(name, least, measured, theirs / mine, met)


def _workers(setting: Setting, results: Results) -> Target:
    """Hold two workers against one, on the largest export that both have read."""
    for rows in (setting.large, setting.pair):
        one, two = (
            results.median(whole.TRIAGE, whole.triage_name(rows, workers), "seconds")
            for workers in whole.WORKERS
        )
        if one is not None and two is not None:
            measured = f"{one:.1f} and {two:.1f} s, {rows:,} rows"
            return Target("two workers beside one", "≥ 1.8×", measured, one / two, one / two >= 1.8)
    return _missing("two workers beside one", "≥ 1.8×", results)


def _memory(setting: Setting, results: Results) -> Iterator[Target]:
    """Hold the memory of the largest export against that of one of 10,000 rows."""
    few, many = max(setting.rows), setting.large or setting.pair
    small, large = (
        results.median(whole.TRIAGE, whole.triage_name(rows, 2), "peak") for rows in (few, many)
    )
    flat = f"memory flat from {few:,} to {many:,} rows"
    if small is None or large is None:
        yield _missing(flat, f"≤ {_FLAT}×", results)
        return
    each = (large - small) / (many - few)
    measured = f"{small / MIB:,.0f} and {large / MIB:,.0f} MiB, {each:,.0f} bytes a row"
    yield Target(flat, f"≤ {_FLAT}×", measured, large / small, large / small <= _FLAT)
    held = f"{large / MIB:,.0f} MiB at most, all processes together"
    yield Target(f"memory of {many:,} rows", "< 1,024 MiB", held, None, large < 2**30)


def _first_draft(results: Results) -> Target:
    name, wanted = "first draft in a new process beside import spacy", "≤ 3×"
    mine, theirs = (
        results.median(startup.PART, one, "seconds") for one in (startup.FIRST_DRAFT, startup.SPACY)
    )
    if mine is None or theirs is None:
        return _missing(name, wanted, results)
    measured = f"{mine:.2f} and {theirs:.2f} s"
    return Target(name, wanted, measured, mine / theirs, mine / theirs <= 3)
