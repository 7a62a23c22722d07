"""The plots of a triage's page, each at two widths and with its figures as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from markupsafe import Markup

from smclassify.labels import KINDS
from smclassify.report.drawing import Frame
from smclassify.report.plots import (
    Layer,
    Mark,
    rows_plot,
    stacked_plot,
    steps_plot,
    swatch,
)
from smclassify.report.timeaxis import every, time_ticks
from smclassify.report.triage_words import Speech
from smclassify.triage.survey import Moods, Watch

_WIDTHS: Final = (("wide", 880, 9), ("narrow", 340, 4))
"""Class, width in units and most labels: for a desktop or paper, and for a phone."""

_MOODS: Final = {
    "negative": ("complaint", "abuse"),
    "neutral": ("question", "suggestion", "chatter"),
    "positive": ("praise",),
}
_MOOD_LOOKS: Final = {
    "negative": ("negative", "solid"),
    "neutral": ("neutral", "dots"),
    "positive": ("positive", "stripes"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A plot for the page.

    Attributes
    ----------
    caption : str
        What it shows.
    pictures : tuple of (str, Markup)
        A class of the style, and the plot at the width for it.
    legend : tuple of (Markup, str)
        Signs and what they stand for.
    columns : tuple of str
        Heads of the table; the first is of the row heads.
    rows : tuple of tuple of str
        Its cells.
    table : str
        Its caption.
    note : str
        What else is to be said below the plot.
    """

    caption: str
    pictures: tuple[tuple[str, Markup], ...]
    legend: tuple[tuple[Markup, str], ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    table: str
    note: str = ""


# --- complaints over time ---------------------------------------------------------------------


def watch_figure(watch: Watch, speech: Speech) -> Figure | None:
    """Return complaints over time against what is expected, with bursts; None without times."""
    if watch.start is None or not watch.complaints:
        return None
    end = watch.start + timedelta(hours=watch.step_hours * len(watch.complaints))
    step = speech.exact_length(watch.step_hours * 60)
    layers = [
        Layer(speech.say("complaints"), "complaints", "solid", watch.complaints),
        Layer(speech.say("crises"), "crises", "cross", watch.crises),
    ]
    lines = [("expected", watch.expected), ("limit", watch.limit)]
    marks = _marks(watch, watch.start, end)
    description = speech.say(
        "watch-desc",
        count=len(watch.bursts),
        step=step,
        period=speech.period(watch.start, end),
        peak=max(watch.complaints),
    )
    pictures = []
    for css, width, most in _WIDTHS:
        ticks = [(t.place, speech.tick(t.time, t.unit)) for t in time_ticks(watch.start, end, most)]
        title = speech.say("watch-plot")
        frame = Frame(f"watch-{css}", title, description, width, ticks, speech.number)
        pictures.append((css, steps_plot(frame, layers, lines, marks)))
    return Figure(
        caption=speech.say("watch-caption", step=step),
        pictures=tuple(pictures),
        legend=tuple(_watch_legend(watch, layers, speech)),
        columns=tuple(
            speech.say(name)
            for name in ("time", "complaints", "crises", *(name for name, line in lines if line))
        ),
        rows=tuple(_watch_rows(watch, watch.start, speech)),
        table=speech.say("watch-table", step=step),
    )


def _marks(watch: Watch, start: datetime, end: datetime) -> list[Mark]:
    length = end - start
    return [
        Mark(
            min(max((burst.start - start) / length, 0.0), 1.0),
            min(max((burst.end - start) / length, 0.0), 1.0),
            str(number),
        )
        for number, burst in enumerate(watch.bursts, 1)
    ]


def _watch_legend(
    watch: Watch, layers: Sequence[Layer], speech: Speech
) -> Iterator[tuple[Markup, str]]:
    for layer in layers:
        if any(layer.values):
            yield swatch("legend-watch", layer.css, layer.pattern), layer.name
    for name, values in (("expected", watch.expected), ("limit", watch.limit)):
        if values:
            yield swatch("legend-watch", name, "line"), speech.say(name)
    if watch.bursts:
        yield swatch("legend-watch", "burst", "band"), speech.say("burst")


def _watch_rows(watch: Watch, start: datetime, speech: Speech) -> Iterator[tuple[str, ...]]:
    step = timedelta(hours=watch.step_hours)
    unit = "hour" if watch.step_hours % 24 or start.hour or start.minute else "day"
    lines = [line for line in (watch.expected, watch.limit) if line]  # none if it is unjudged
    columns = [watch.complaints, watch.crises, *lines]
    for place, complaints in enumerate(watch.complaints):
        crises = watch.crises[place] if watch.crises else 0
        if complaints or crises:
            cells = (speech.number(column[place]) if column else "" for column in columns)
            yield (speech.span(start + place * step, unit), *cells)


# --- mood and kinds over time -----------------------------------------------------------------


def mood_figure(moods: Moods, speech: Speech) -> Figure | None:
    """Return negative, neutral and positive comments over time, stacked; None without times."""
    sums = {mood: _sums(moods, kinds) for mood, kinds in _MOODS.items()}
    total = sum(map(sum, sums.values()))
    if len(moods.starts) < 2 or not total:
        return None
    layers = [
        Layer(speech.label(mood), *_MOOD_LOOKS[mood], values) for mood, values in sums.items()
    ]
    shares = [
        speech.say("colon", name=layer.name, what=speech.percent(sum(layer.values), total))
        for layer in layers
    ]
    title = speech.say(f"mood-plot-{moods.step}")
    description = speech.say(
        "mood-desc", period=_period(moods, speech), shares=speech.listed(shares)
    )
    pictures = tuple(
        (css, stacked_plot(frame, layers))
        for css, frame in _frames("mood", title, description, moods, speech)
    )
    signs = tuple((swatch("legend-mood", la.css, la.pattern), la.name) for la in layers)
    columns, rows = _moods_table(layers, moods, speech)
    return Figure(title, pictures, signs, columns, rows, table=title)


def kinds_figure(moods: Moods, speech: Speech) -> Figure | None:
    """Return how many comments of each kind over time, a row of bars each; None without times."""
    kinds = [kind for kind in KINDS if any(moods.kinds.get(kind, ()))]
    if len(moods.starts) < 2 or not kinds:
        return None
    layers = [Layer(speech.label(kind), "kind", "solid", moods.kinds[kind]) for kind in kinds]
    totals = [
        speech.say("colon", name=layer.name, what=speech.number(sum(layer.values)))
        for layer in layers
    ]
    title = speech.say("kinds-plot")
    description = speech.say(
        "kinds-desc", period=_period(moods, speech), totals=speech.listed(totals)
    )
    pictures = tuple(
        (css, rows_plot(frame, layers, lambda most: speech.say("highest", number=most)))
        for css, frame in _frames("kinds", title, description, moods, speech)
    )
    columns, rows = _moods_table(layers, moods, speech)
    return Figure(title, pictures, (), columns, rows, title, note=speech.say("kinds-scale"))


def _sums(moods: Moods, kinds: Sequence[str]) -> tuple[int, ...]:
    none = (0,) * len(moods.starts)
    return tuple(map(sum, zip(*(moods.kinds.get(kind, none) for kind in kinds), strict=True)))


def _period(moods: Moods, speech: Speech) -> str:
    starts = [speech.span(start, moods.step) for start in (moods.starts[0], moods.starts[-1])]
    return speech.say("period", start=starts[0], end=starts[1])


def _frames(
    name: str, title: str, description: str, moods: Moods, speech: Speech
) -> Iterator[tuple[str, Frame]]:
    n = len(moods.starts)
    for css, width, most in _WIDTHS:
        ticks = [((i + 0.5) / n, _bar_label(moods, i, n, speech)) for i in every(n, most)]
        yield css, Frame(f"{name}-{css}", title, description, width, ticks, speech.number)


def _bar_label(moods: Moods, place: int, n: int, speech: Speech) -> str:
    # A day that hours are counted in is said where the axis begins, not at each of its hours.
    first_of_axis = place == 0 and n > 1 and moods.step == "hour"
    return speech.tick(moods.starts[place], "day" if first_of_axis else moods.step)


def _moods_table(
    layers: Sequence[Layer], moods: Moods, speech: Speech
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the heads and the rows of the table."""
    rows = tuple(
        (speech.span(start, moods.step), *(speech.number(layer.values[i]) for layer in layers))
        for i, start in enumerate(moods.starts)
    )
    return (speech.say("begins"), *(layer.name for layer in layers)), rows


def moods_figures(moods: Moods, speech: Speech) -> list[Figure]:
    """Return the plots of mood and kinds over time that there are."""
    figures = (mood_figure(moods, speech), kinds_figure(moods, speech))
    return [figure for figure in figures if figure is not None]
