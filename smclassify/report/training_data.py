"""What the labelled texts of a training are like, for its page: counts, and what to mend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from smclassify.labelled.findings import Place, Rarity, Survey
from smclassify.labels import LANGUAGE_NAMES
from smclassify.report.clean import one_line
from smclassify.report.training_headline import NAMES
from smclassify.report.words import count

LISTED: Final = 12
"""Of each thing to mend, so many are listed; the page is no sheet to work through."""

_PLACES: Final = 6
_LONGEST: Final = 160


def survey_of(survey: Survey) -> dict[str, Any]:
    """Return what a page says of a task's labelled texts."""
    said = [f"{count(survey.texts, 'text')}"]
    if survey.groups is not None:
        said.append(
            f", in {count(survey.groups, 'group')} that are held out together (the same author or "
            "thread, equal or nearly equal texts)"
        )
    return {
        "title": NAMES[survey.task],
        "said": f"{''.join(said)}.",
        "counts": list(_counts(survey)),
        "findings": list(_findings(survey)),
    }


def _counts(survey: Survey) -> Iterator[tuple[str, ...]]:
    for label in survey.heads:
        if label not in survey.unsaid:
            yield (one_line(label), *(f"{number:,}" for number in survey.count(label)))


def _findings(survey: Survey) -> Iterator[dict[str, Any]]:
    """Yield what there is to mend or to know, weightiest first."""
    for rule, group in groupby(survey.contradictions, key=lambda one: one.rule):
        mine = list(group)
        yield _finding(
            f"{_capital(rule.value)}: {count(len(mine), 'case')}",
            (_line(one.places, one.detail) for one in mine),
            len(mine),
        )
    for kind, leaks in groupby(survey.leaks, key=lambda one: one.kind):
        found = list(leaks)
        yield _finding(
            f"On both sides of the split ({kind.value}): {count(len(found), 'case')}",
            (_line([*one.learned, *one.held_back]) for one in found),
            len(found),
        )
    for near, title in ((False, "Equal texts"), (True, "Nearly equal texts")):
        alike = [one for one in survey.duplicates if one.near is near]
        if alike:
            lines = (_line(one.places) for one in alike)
            yield _finding(f"{title}: {count(len(alike), 'group')}", lines, len(alike))
    yield from _labels_and_languages(survey)
    for oddity, group_of in groupby(survey.odd_texts, key=lambda one: one.oddity):
        odd = list(group_of)
        yield _finding(
            f"Texts that are {oddity.value}: {len(odd):,}",
            (_line([one.place]) for one in odd),
            len(odd),
        )


def _labels_and_languages(survey: Survey) -> Iterator[dict[str, Any]]:
    for rarity, title in (
        (Rarity.NOT_LEARNED, "Labels with too few texts to be learned"),
        (Rarity.WEAK, "Labels with few texts, hardly learned well or left as they were"),
    ):
        rare = [one for one in survey.rare if one.rarity is rarity]
        lines = (f"{one_line(r.label)}: {r.present:,} with it, {r.absent:,} without" for r in rare)
        if rare:
            yield _finding(title, lines, len(rare))
    if survey.new_languages:
        lines = (
            f"{LANGUAGE_NAMES.get(code, one_line(code, 20))}: {count(texts, 'text')}"
            for code, texts in survey.new_languages.items()
        )
        title = "Languages that the shipped model has not learned"
        yield _finding(title, lines, len(survey.new_languages))


def _finding(title: str, lines: Iterable[str], total: int) -> dict[str, Any]:
    listed = [line for line, _ in zip(lines, range(LISTED), strict=False)]
    more = total - len(listed)
    return {"title": title, "lines": listed, "more": f"and {more:,} more" if more else ""}


def _line(places: Sequence[Place], detail: str = "") -> str:
    where = [one_line(str(place), _LONGEST) for place in places[:_PLACES]]
    if len(places) > _PLACES:
        where.append(f"and {len(places) - _PLACES:,} more")
    said = f" ({one_line(detail, _LONGEST)})" if detail else ""
    return f"{'; '.join(where)}{said}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
