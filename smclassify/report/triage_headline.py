"""What matters of a triage, in sentences: for the head of the page and for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from smclassify.labels import CRISIS
from smclassify.report.clean import one_line
from smclassify.report.triage_words import Speech
from smclassify.triage.survey import Answers, Burst, Service, Theme
from smclassify.triage.types import TriageSummary

BURSTS: Final = 2
"""Bursts that the headline tells of."""

_WORDS: Final = 5
_MANY_TIMES: Final = 100


def headline(summary: TriageSummary, speech: Speech) -> list[str]:
    """Return what matters most, a paragraph each: bursts, who waits, what could not be read."""
    paragraphs = [*_bursts(summary, speech), waiting(summary, speech)]
    if summary.crises:
        paragraphs.append(speech.say("head-alarms", count=summary.crises))
    return paragraphs + unread(summary, speech)


def waiting(summary: TriageSummary, speech: Speech) -> str:
    """Return how many wait for a private answer, and since when."""
    return speech.paragraph(list(_waiting(summary, speech)))


def unread(summary: TriageSummary, speech: Speech) -> list[str]:
    """Return how many rows are missing or were not judged, if any."""
    rows = {"head-lost": summary.rows_lost, "head-unread": summary.rows_unread}
    return [speech.say(name, count=count) for name, count in rows.items() if count]


def _bursts(summary: TriageSummary, speech: Speech) -> Iterator[str]:
    watch = summary.survey.watch
    for burst in watch.bursts[:BURSTS]:
        yield speech.paragraph(list(_burst(burst, speech)))
    more = len(watch.bursts) - BURSTS
    if more > 0:
        yield speech.say("head-more-bursts", count=more)
    if not watch.bursts and not watch.unjudged:
        yield speech.say("head-no-burst")


def _burst(burst: Burst, speech: Speech) -> Iterator[str]:
    yield speech.say(
        "head-burst-crisis" if burst.label == CRISIS else "head-burst",
        count=burst.comments,
        start=speech.weekday_moment(burst.start),
        expected=burst.expected,
    )
    if burst.words:
        yield speech.say("about", words=quoted(burst.words, speech))


def _waiting(summary: TriageSummary, speech: Speech) -> Iterator[str]:
    survey = summary.survey
    cases = survey.service.open_cases if survey.service.known else summary.private_replies
    if not cases:
        yield speech.say("head-nobody")
        return
    yield speech.say("head-waiting" if survey.service.known else "head-private", count=cases)
    age = survey.service.oldest[0].age_minutes if survey.service.oldest else None
    if survey.service.known and age is not None and survey.as_of is not None:
        since = speech.moment(survey.as_of - timedelta(minutes=age))
        yield speech.say("head-oldest", since=since, age=speech.length(age))


def burst_size(burst: Burst, speech: Speech) -> str:
    """Return how many comments a burst has against how many are usual."""
    name = "burst-size-crisis" if burst.label == CRISIS else "burst-size"
    many = burst.comments > _MANY_TIMES * burst.expected
    times = (
        speech.say("times-at-least", number=_MANY_TIMES)
        if many
        else speech.number(burst.comments / burst.expected)
    )
    return speech.say(name, count=burst.comments, expected=burst.expected, times=times)


def quoted(words: tuple[str, ...], speech: Speech) -> str:
    """Return the first words of a burst or theme in quotation marks."""
    return speech.quoted([one_line(word, 60) for word in words[:_WORDS]])


def basis(summary: TriageSummary, speech: Speech) -> list[str]:
    """Return what the report stands on: how many comments, of which time, what is left out."""
    survey = summary.survey
    read = speech.say("read", count=summary.rows - summary.survey.ours)
    if survey.first is not None and survey.last is not None:
        read = speech.say("colon", name=read, what=speech.period(survey.first, survey.last))
    said = [speech.say("sentence", what=read)]
    if survey.as_of is not None:
        said.append(speech.say("as-of", when=speech.moment(survey.as_of)))
    rows = {"known": summary.rows_known, "ours": survey.ours}
    if survey.first is not None:
        rows["undated"] = survey.undated
    said.extend(speech.say(name, count=count) for name, count in rows.items() if count)
    return said


def answered(service: Service, speech: Speech) -> list[str]:
    """Return how comments that want an answer were answered, in sentences."""
    overall = service.overall
    if not service.known or overall is None:
        return [speech.say("service-unknown")]
    share = speech.percent(overall.answered, overall.comments)
    said = [
        speech.say(
            "service-answered", count=overall.comments, answered=overall.answered, share=share
        )
    ]
    return said + _delays(overall, speech.exact_length(service.target_minutes), speech)


def _delays(overall: Answers, target: str, speech: Speech) -> list[str]:
    if not overall.timed:
        return []
    within = overall.within_target
    share = speech.percent(within, overall.timed)
    details = {"timed": overall.timed, "within": within, "target": target, "share": share}
    said = [speech.say("service-in-time", **details)]
    median, ninth = overall.median_minutes, overall.ninth_decile_minutes
    if median is not None and ninth is not None:
        lengths = {"median": speech.length(median), "ninth": speech.length(ninth)}
        said.append(speech.say("service-median", **lengths))
    return said


def trend(theme: Theme, speech: Speech) -> str:
    """Return where a theme is going, or nothing where that is not known."""
    earlier, later = theme.earlier_share, theme.later_share
    if theme.trend == "unknown" or earlier is None or later is None:
        return ""
    shares = {"earlier": speech.percent(earlier), "later": speech.percent(later)}
    change = speech.say("trend-change", **shares)
    return speech.say("colon", name=speech.say(f"trend-{theme.trend}"), what=change)


def theme_size(theme: Theme, speech: Speech) -> str:
    """Return how many complaints a theme has."""
    return speech.say(
        "theme-size",
        count=theme.comments,
        share=speech.percent(theme.share),
        language=speech.language_name(theme.language),
    )
