"""A triage as one page for whoever decides, and as JSON for machines.

The page needs nothing but itself: no script, no font, no picture from outside. What matters
stands at its head, then what to do, then how things stand.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from markupsafe import Markup

from smclassify import __version__
from smclassify.labels import UNKNOWN_LANGUAGE
from smclassify.report.clean import one_line, safe
from smclassify.report.html import encoded, render
from smclassify.report.plots import bar
from smclassify.report.triage_figures import moods_figures, watch_figure
from smclassify.report.triage_headline import (
    answered,
    basis,
    burst_size,
    headline,
    quoted,
    theme_size,
    trend,
)
from smclassify.report.triage_words import Speech
from smclassify.triage.survey import Answers, Burst, CopyGroup, Service, Theme, TriagedRow
from smclassify.triage.types import URGENT, TriageSummary
from smclassify.wording import DEFAULT_UI_LANGUAGE

LISTED: Final = 300
"""Comments in each list of a page; no reader gets through more."""

OPEN: Final = 20
"""Comments of a list that are seen, and printed, without opening the rest."""

ALARMS: Final = 5
MOST_BURSTS: Final = 20
MOST_COPIES: Final = 20
MOST_GROUPS: Final = 30
MOST_PROBLEMS: Final = 100

_UNJUDGED: Final = ("no_times", "days_only", "too_short", "too_few")
_GUIDE: Final = ("model", "priority", "private", "wants", "expected", "trend", "mood", "times")


def triage_page(
    summary: TriageSummary,
    when: datetime | None = None,
    *,
    ui_language: str = DEFAULT_UI_LANGUAGE,
) -> bytes:
    """Return a triage's page in UTF-8.

    Parameters
    ----------
    summary : TriageSummary
        What was found.
    when : datetime, optional
        The time to print, aware; none by default, so that equal triages give equal pages.
    ui_language : str
        Of the page; comments stay in their own.

    Raises
    ------
    ValueError
        If the program doesn't speak that language.
    """
    speech = Speech(ui_language)
    page = render(
        "triage.html.j2",
        say=speech.say,
        lang=ui_language,
        origin=speech.paragraph(list(_origin(summary, when, speech))),
        headline=headline(summary, speech),
        basis=speech.paragraph(basis(summary, speech)),
        watch=_watch(summary, speech),
        answer=_answer(summary, speech),
        service=_service(summary.survey.service, speech),
        moods=moods_figures(summary.survey.moods, speech),
        themes=[_theme(theme, speech) for theme in summary.survey.themes],
        counts=list(_counts(summary, speech)),
        problems=_problems(summary, speech),
        guide=_GUIDE,
    )
    return encoded(page.lstrip())


def triage_json(summary: TriageSummary) -> bytes:
    """Return a triage's summary as indented JSON in UTF-8, for machines.

    Its keys are the attributes of :class:`smclassify.triage.types.TriageSummary`; ``survey`` has
    those of :class:`smclassify.triage.survey.Survey`. Times are ISO 8601 without a zone.
    """
    text = json.dumps(summary.to_dict(), ensure_ascii=False, indent=2)
    return f"{text}\n".encode("utf-8", "backslashreplace")


def _origin(summary: TriageSummary, when: datetime | None, speech: Speech) -> Iterator[str]:
    if when is None:
        yield speech.say("written", version=__version__)
    else:
        local = speech.moment(when.astimezone())
        yield speech.say("written-on", version=__version__, when=local)
    if summary.target != "-":
        yield speech.say("all-rows", target=one_line(summary.target, 200))


# --- comments ---------------------------------------------------------------------------------


def _comment(row: TriagedRow, speech: Speech) -> dict[str, Any]:
    # A link from an export is followed by a click, so it must not be able to run anything.
    link = row.link.strip()
    age = row.age_minutes
    return {
        "urgent": row.priority >= URGENT,
        "priority": row.priority,
        "who": [one_line(part, 80) for part in (row.platform, row.author) if part.strip()],
        "lang": "" if row.lang == UNKNOWN_LANGUAGE else row.lang,
        "language": speech.language_name(row.lang),
        "kind": speech.label(row.kind),
        "department": speech.label(row.department) if row.department else "",
        "crisis": row.crisis,
        "text": safe(row.text).strip(),
        "reasons": [one_line(reason, 300) for reason in row.reasons],
        "waiting": speech.say("waiting", age=speech.length(age)) if age is not None else "",
        "age": speech.length(age) if age is not None else "",
        "time": one_line(row.time, 60),
        "place": speech.say(
            "place", id=one_line(row.id, 80), source=one_line(row.source, 200), row=str(row.row)
        ),
        "id": one_line(row.id, 80),
        "link": safe(link) if link.lower().startswith(("https://", "http://")) else "",
    }


def _list(
    rows: Sequence[TriagedRow], total: int, opened: int, speech: Speech
) -> dict[str, Any] | None:
    """Return a list of comments of which the first are seen at once; None for an empty one."""
    if not rows:
        return None
    rows = rows[:LISTED]
    shown = [_comment(row, speech) for row in rows]
    more = len(shown) - opened
    return {
        "first": shown[:opened],
        "rest": shown[opened:],
        "more": speech.say("more-comments", count=more) if more > 0 else "",
        "of": speech.say("first-of", shown=len(rows), total=total) if total > len(rows) else "",
    }


# --- sections ---------------------------------------------------------------------------------


def _watch(summary: TriageSummary, speech: Speech) -> dict[str, Any] | None:
    if not summary.rows:
        return None
    watch = summary.survey.watch
    reason = watch.unjudged if watch.unjudged in _UNJUDGED else "other"
    listed = {row.place for row in summary.to_answer}
    alarms = [row for row in summary.alarms if row.place not in listed]
    none = speech.say(f"unjudged-{reason}") if watch.unjudged else speech.say("no-burst")
    return {
        "none": none if not watch.bursts else "",
        "figure": watch_figure(watch, speech),
        "bursts": [
            _burst(number, burst, speech)
            for number, burst in enumerate(watch.bursts[:MOST_BURSTS], 1)
        ],
        "copies": [_copies(group, speech) for group in watch.copies[:MOST_COPIES]],
        "crises": summary.crises,
        "alarms": _list(alarms, len(alarms), ALARMS, speech),
        "elsewhere": len(alarms) < len(summary.alarms),
    }


def _burst(number: int, burst: Burst, speech: Speech) -> dict[str, Any]:
    said = [burst_size(burst, speech)]
    if burst.words:
        said.append(speech.say("about", words=quoted(burst.words, speech)))
    if burst.copies:
        said.append(speech.say("burst-copies", count=burst.copies))
    name = speech.say("burst-n", number=number)
    return {
        "number": number,
        "title": speech.say("colon", name=name, what=speech.period(burst.start, burst.end)),
        "said": speech.paragraph(said),
        "telling": [_comment(row, speech) for row in burst.telling],
    }


def _copies(group: CopyGroup, speech: Speech) -> dict[str, Any]:
    said = [speech.say("copies-size", count=group.comments)]
    if group.authors:
        said.append(speech.say("copies-authors", count=group.authors))
    kinds = [
        speech.say("colon", name=speech.label(kind), what=speech.number(count))
        for kind, count in group.kinds.items()
        if count
    ]
    when = [group.start, group.end]
    period = speech.period(*when) if None not in when else ""  # type: ignore[arg-type]
    return {
        "title": " · ".join(said),
        "details": [detail for detail in (period, *kinds) if detail],
        "example": _comment(group.example, speech),
    }


def _answer(summary: TriageSummary, speech: Speech) -> dict[str, Any] | None:
    return _list(summary.to_answer, summary.private_replies, OPEN, speech)


def _service(service: Service, speech: Speech) -> dict[str, Any] | None:
    if not service.known and not service.open_cases:
        return None
    return {
        "said": speech.paragraph(answered(service, speech)),
        "target": speech.say("target", target=speech.exact_length(service.target_minutes)),
        "tables": list(_service_tables(service, speech)),
        "open": speech.say("open-count", count=service.open_cases)
        if service.known and service.open_cases
        else "",
        "ages": list(_ages(service, speech)),
        "oldest": [_comment(row, speech) for row in service.oldest],
    }


def _service_tables(service: Service, speech: Speech) -> Iterator[dict[str, Any]]:
    names: dict[str, Callable[[str], str]] = {
        "platform": lambda group: one_line(group, 60) or speech.say("unknown"),
        "department": lambda group: speech.label(group) if group else speech.say("unknown"),
        "language": speech.language_name,
        "weekday": lambda group: speech.weekday(int(group)),
    }
    for by, name in names.items():
        groups = service.by.get(by, ())[:MOST_GROUPS]
        if groups:
            rows = [_answers(name(group.group), group, speech) for group in groups]
            yield {"title": speech.say(f"by-{by}"), "head": speech.say(by), "rows": rows}


def _answers(name: str, group: Answers, speech: Speech) -> dict[str, Any]:
    unknown = speech.say("no-figure")
    median, ninth = group.median_minutes, group.ninth_decile_minutes
    return {
        "name": name,
        "comments": speech.number(group.comments),
        "answered": _share(group.answered, group.comments, speech),
        "in_time": _share(group.within_target, group.timed, speech) if group.timed else None,
        "median": speech.length(median) if median is not None else unknown,
        "ninth": speech.length(ninth) if ninth is not None else unknown,
    }


def _share(part: int, whole: int, speech: Speech) -> tuple[str, Markup]:
    return speech.percent(part, whole), bar(part / whole if whole else 0.0, 70)


def _ages(service: Service, speech: Speech) -> Iterator[tuple[str, str, Markup]]:
    most = max((count for _, count in service.open_ages), default=0)
    before: int | None = None
    for bound, count in service.open_ages if most else ():
        start = "" if before is None else speech.exact_length(before)
        end = "" if bound is None else speech.exact_length(bound)
        name = "age-beyond" if not end else "age-between" if start else "age-up-to"
        yield speech.say(name, start=start, end=end), speech.number(count), bar(count / most)
        before = bound


def _theme(theme: Theme, speech: Speech) -> dict[str, Any]:
    examples = [_comment(row, speech) for row in theme.examples]
    return {
        "words": [one_line(word, 60) for word in theme.words],
        "lang": "" if theme.language == UNKNOWN_LANGUAGE else theme.language,
        "size": theme_size(theme, speech),
        "bar": bar(theme.share),
        "trend": trend(theme, speech),
        "examples": examples,
        "open": speech.say("examples", count=len(examples)),
    }


def _counts(summary: TriageSummary, speech: Speech) -> Iterator[dict[str, Any]]:
    def platform(name: str) -> str:
        return one_line(name, 60) or speech.say("unknown")

    tables: list[tuple[str, Mapping[str, int], Callable[[str], str]]] = [
        ("mood", summary.survey.sentiment, speech.label),
        ("kind", summary.kinds, speech.label),
        ("department", summary.departments, speech.label),
        ("language", summary.languages, speech.language_name),
        ("platform", summary.survey.platforms, platform),
        ("own-labels", summary.own_labels, speech.label),
    ]
    # A comment has one kind, but any number of a company's own labels.
    comments = {"own-labels": sum(summary.kinds.values())}
    for title, counts, name in tables:
        if any(counts.values()):
            total = comments.get(title, sum(counts.values()))
            rows = list(_counted(counts, total, name, speech))
            yield {"title": speech.say(title), "rows": rows}


def _counted(
    counts: Mapping[str, int], total: int, name: Callable[[str], str], speech: Speech
) -> Iterator[tuple[str, str, str, Markup]]:
    most = max(counts.values())
    ordered = sorted(counts.items(), key=lambda item: -item[1])[:MOST_GROUPS]
    for key, count in ordered:
        share = speech.percent(count, total)
        yield name(key), speech.number(count), share, bar(count / most)


def _problems(summary: TriageSummary, speech: Speech) -> dict[str, Any] | None:
    if not summary.problems:
        return None
    shown = [one_line(str(problem), 400) for problem in summary.problems[:MOST_PROBLEMS]]
    total = summary.problems_total
    more = speech.say("problems-total", shown=len(shown), total=total)
    return {"shown": shown, "more": more if total > len(shown) else ""}
