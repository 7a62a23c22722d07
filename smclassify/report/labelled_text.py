"""What a survey of labelled texts has found, for a terminal and for machines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from smclassify.labelled.checks import ENOUGH_TO_MOVE
from smclassify.labelled.findings import (
    Contradiction,
    Duplicate,
    Leak,
    Place,
    RareLabel,
    Rarity,
    Rule,
    Survey,
)
from smclassify.report import words
from smclassify.report.clean import one_line

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

SHOWN: Final = 10
MOST_PLACES: Final = 8
_WIDTH: Final = 200

_ADVICE: Final = {
    Rarity.NOT_LEARNED: "Too few to learn from by themselves: what a model knows of them stays, "
    "but kinds and departments are moved together.",
    Rarity.WEAK: "What a model knows of a yes-or-no label stays unless "
    f"{ENOUGH_TO_MOVE} texts have it; all else is learned, but hardly well. Label more of the "
    "rarer side.",
}


@dataclass(frozen=True)
class Section:
    """Findings of one kind.

    Attributes
    ----------
    name : str
        What it is called for machines.
    title : str
        What is wrong, or doubtful.
    advice : str
        What to do about it.
    lines : tuple of str
        Each of them, with its file and rows.
    mend : bool
        Whether it should be mended; otherwise it is good to know.
    """

    name: str
    title: str
    advice: str
    lines: tuple[str, ...]
    mend: bool = True


def survey_sections(survey: Survey) -> list[Section]:
    """Return what a survey has found, what should be mended first; nothing that is empty."""
    sections = [*_of_labels(survey), *_of_texts(survey), *_of_training(survey)]
    return sorted((one for one in sections if one.lines), key=lambda one: not one.mend)


def _of_labels(survey: Survey) -> Iterator[Section]:
    doubtful = (Rule.NEAR_TEXT,)
    for rule in Rule:
        found = [one for one in survey.contradictions if one.rule is rule]
        yield Section(
            rule.name.lower(),
            rule.value.capitalize(),
            "Both may be right; look at them." if rule in doubtful else "Change one of them.",
            tuple(map(_contradiction, found)),
            mend=rule not in doubtful,
        )


def _of_texts(survey: Survey) -> Iterator[Section]:
    different = {one.places for one in survey.contradictions}  # told of already
    for near in (False, True):
        duplicates = [
            one for one in survey.duplicates if one.near is near and one.places not in different
        ]
        yield Section(
            "near_duplicates" if near else "duplicates",
            f"Texts that say {'nearly ' if near else ''}the same",
            "They are kept on one side when a model is measured." if near
            else "smclassify data dedupe leaves one of each.",
            tuple(places(one.places) for one in duplicates),
            mend=not near,
        )  # fmt: skip
    yield Section(
        "odd_texts",
        "Texts from which little can be learned",
        "Take these rows out.",
        tuple(f"{one.place}: {one.oddity.value}" for one in survey.odd_texts),
    )
    yield Section(
        "leaks",
        "On both sides of your split",
        "Figures of such a test are too good; smclassify data split makes one without.",
        tuple(map(_leak, survey.leaks)),
    )


def _of_training(survey: Survey) -> Iterator[Section]:
    for rarity, advice in _ADVICE.items():
        rare = [one for one in survey.rare if one.rarity is rarity]
        yield Section(
            f"labels_{rarity.name.lower()}",
            "Labels too rare to be learned" if rarity is Rarity.NOT_LEARNED else "Rare labels",
            advice,
            tuple(map(_rare, rare)),
            mend=False,
        )
    yield Section(
        "new_languages",
        "Languages that the shipped model has not learned",
        "They are learned from your texts alone.",
        tuple(
            f"{words.language(one_line(code, 20))}: {words.count(number, 'text')}"
            for code, number in survey.new_languages.items()
        ),
        mend=False,
    )
    yield Section(
        "too_common",
        "Shared by so many texts that these are not kept on one side",
        "A name such as “anonymous”, or your own account?",
        tuple(f"{tie} {one_line(name, 60)}".strip() for tie, name in survey.too_common),
        mend=False,
    )


def _contradiction(one: Contradiction) -> str:
    return f"{places(one.places)}: {one_line(one.detail, _WIDTH)}"


def _leak(one: Leak) -> str:
    name = f" {one_line(one.name, 60)}" if one.name else ""
    return f"{one.kind.value}{name}: {places(one.learned)} | {places(one.held_back)}"


def _rare(one: RareLabel) -> str:
    return f"{one.label}: {one.present:,} with it, {one.absent:,} without"


def places(some: Sequence[Place]) -> str:
    """Return where texts stand, by file: ``"may.csv, rows 4 and 9"``."""
    shown, told = some[:MOST_PLACES], []
    for file, of_file in groupby(shown, key=lambda place: place.file):
        rows = [str(one.row) if one.row else one_line(one.id, 40) for one in of_file]
        noun = "row" if len(rows) == 1 else "rows"
        told.append(f"{one_line(file, 80)}, {noun} {words.listed(rows)}")
    more = f" and {len(some) - MOST_PLACES:,} more" if len(some) > MOST_PLACES else ""
    return "; ".join(told) + more


def needs_mending(survey: Survey) -> bool:
    """Tell whether something in the sheet should be mended before it is learned from."""
    return any(section.mend for section in survey_sections(survey))


def survey_view(survey: Survey, shown: int | None = SHOWN) -> Iterator[RenderableType]:
    """Yield what a survey has found: counts, then what to mend, then what is good to know.

    Parameters
    ----------
    survey : Survey
    shown : int or None
        How many findings of each kind are shown; ``None`` for all.
    """
    grouped = ""
    if survey.groups is not None and survey.groups < survey.texts:
        grouped = f", in {words.count(survey.groups, 'group')} of what belongs together"
    yield f"{survey.task.value}: {words.count(survey.texts, 'text')}{grouped}"
    yield counts_table(survey)
    if survey.unsaid:
        yield f"Nothing is said of: {', '.join(survey.unsaid)}."
    yield from sections_view(survey_sections(survey), shown)


def sections_view(sections: Sequence[Section], shown: int | None) -> Iterator[RenderableType]:
    """Yield findings, what is to be mended under a mark of its own."""
    from rich.padding import Padding

    for section in sections:
        yield ""
        yield f"{'!' if section.mend else '·'} {section.title} ({len(section.lines):,})"
        lines = section.lines if shown is None else section.lines[:shown]
        for line in lines:
            yield Padding(line, (0, 0, 0, 4))
        if len(lines) < len(section.lines):
            yield f"    … and {len(section.lines) - len(lines):,} more"
        yield f"  → {section.advice}"


def counts_table(survey: Survey) -> Table:
    """Return how many texts have each label, have it not, or don't say, and in which languages."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE)
    table.add_column("label", no_wrap=True)
    for column in ("with it", "without", "not said"):
        table.add_column(column, justify="right")
    table.add_column("with it, by language")
    for label in dict.fromkeys(one.label for one in survey.counts):
        spoken = [one for one in survey.counts if one.label == label and one.present]
        by_language = ", ".join(f"{one.language} {one.present:,}" for one in spoken)
        table.add_row(label, *(f"{number:,}" for number in survey.count(label)), by_language)
    return table


def survey_record(survey: Survey) -> dict[str, Any]:
    """Return all that a survey has found as plain JSON values."""
    return {
        "texts": survey.texts,
        "groups": survey.groups,
        "labels": labels_record(survey),
        "unsaid": list(survey.unsaid),
        "contradictions": [
            {"rule": one.rule.value, "detail": one.detail, "places": _places(one.places)}
            for one in survey.contradictions
        ],
        "duplicates": [_duplicate(one) for one in survey.duplicates],
        "leaks": [
            {
                "kind": one.kind.value,
                "name": one.name,
                "learned": _places(one.learned),
                "held_back": _places(one.held_back),
            }
            for one in survey.leaks
        ],
        "rare": [
            {"label": one.label, "present": one.present, "absent": one.absent,
             "rarity": one.rarity.value}
            for one in survey.rare
        ],
        "new_languages": dict(survey.new_languages),
        "odd_texts": [
            {"oddity": one.oddity.value, **_places([one.place])[0]} for one in survey.odd_texts
        ],
        "too_common": [{"tie": tie, "name": name} for tie, name in survey.too_common],
        "to_mend": needs_mending(survey),
    }  # fmt: skip


def labels_record(survey: Survey) -> dict[str, dict[str, dict[str, int]]]:
    """Return the counts: label, language, and how many have it, have it not, don't say."""
    record: dict[str, dict[str, dict[str, int]]] = {}
    for one in survey.counts:
        counts = {"present": one.present, "absent": one.absent, "unlabelled": one.unlabelled}
        record.setdefault(one.label, {})[one.language] = counts
    return record


def _duplicate(one: Duplicate) -> dict[str, Any]:
    return {"near": one.near, "places": _places(one.places)}


def _places(some: Sequence[Place]) -> list[dict[str, Any]]:
    return [{"file": one.file, "row": one.row, "id": one.id} for one in some]
