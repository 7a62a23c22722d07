"""Plots as SVG that stands in a page: no script, colours and patterns from the page's style.

Every function takes figures and finished labels. Text is escaped. What a colour says is also said
by a pattern, a shape or a label.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log10
from typing import Final

from markupsafe import Markup

from smclassify.report.drawing import (
    AXIS,
    LEFT,
    RIGHT,
    Frame,
    rule,
    svg_plot,
    tenths,
    text_at,
    tick_marks,
)

_MARK: Final = 10
_BAR: Final = 0.82


@dataclass(frozen=True, slots=True)
class Layer:
    """Figures with a name, a class for their colour, and "solid", "dots", "stripes", "cross"."""

    name: str
    css: str
    pattern: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the time axis with a number: shares of the width, and the label."""

    start: float
    end: float
    label: str


def nice_ceiling(highest: float) -> float:
    """Return a round, even number that is no lower, at least 2."""
    size: int = 10 ** int(log10(max(highest, 1)))
    steps = (size * step for step in (1, 2, 3, 4, 5, 6, 8, 10))
    return next(number for number in steps if number >= highest and number % 2 == 0)


def steps_plot(
    frame: Frame,
    layers: Sequence[Layer],
    lines: Sequence[tuple[str, Sequence[float]]],
    marks: Sequence[Mark],
    height: int = 260,
) -> Markup:
    """Return counts over time as steps, with lines before them and marked stretches behind.

    Parameters
    ----------
    layers : sequence of Layer
        Areas from the ground up, one before the other, not stacked.
    lines : sequence of (str, sequence of float)
        A class and figures, as many as the areas have; drawn as steps too.
    marks : sequence of Mark
        Numbered at the top.
    height : int
        Of the whole.
    """
    heights = _mark_rows(frame, marks)
    top = 8 + (max(heights, default=-1) + 1) * (2 * _MARK + 4)
    bottom = height - AXIS
    values = [*(layer.values for layer in layers), *(values for _, values in lines)]
    most = nice_ceiling(max((max(v, default=0) for v in values), default=0))
    scale = (bottom - top) / most
    parts = [
        *(_pattern(frame.name, layer) for layer in layers),
        *_grid(frame, top, bottom, most),
        *(_band(frame, mark, row, bottom) for mark, row in zip(marks, heights, strict=True)),
        *(_area(frame, layer, bottom, scale) for layer in layers),
        *(_line(frame, css, values, bottom, scale) for css, values in lines),
        *(_number(frame, mark, row) for mark, row in zip(marks, heights, strict=True)),
    ]
    return svg_plot(frame, height, parts)


def stacked_plot(frame: Frame, layers: Sequence[Layer], height: int = 240) -> Markup:
    """Return bars of which each is made of one piece of every layer, the first at the bottom."""
    top, bottom = 8, height - AXIS
    base = [0.0] * len(layers[0].values)
    most = nice_ceiling(max(map(sum, zip(*(layer.values for layer in layers), strict=True))))
    scale = (bottom - top) / most
    parts = [*(_pattern(frame.name, layer) for layer in layers), *_grid(frame, top, bottom, most)]
    for layer in layers:
        parts.append(_bars(frame, layer, base, bottom, scale))
        base = [below + value for below, value in zip(base, layer.values, strict=True)]
    return svg_plot(frame, height, parts)


def rows_plot(
    frame: Frame, layers: Sequence[Layer], highest: Callable[[float], str], row: int = 58
) -> Markup:
    """Return a row of bars for each layer, one below the other, each with a scale of its own.

    Parameters
    ----------
    frame : Frame
        Its size and labels.
    layers : sequence of Layer
        From top to bottom; their names stand in the picture.
    highest : callable
        Says what the highest bar of a row stands for.
    row : int
        Height of a row with its name.
    """
    parts = [_pattern(frame.name, layer) for layer in layers]
    for place, layer in enumerate(layers):
        top = place * row
        most = max(layer.values, default=0) or 1
        base = [0.0] * len(layer.values)
        parts.append(_bars(frame, layer, base, top + row - 4, (row - 24) / most))
        parts.append(rule(frame, top + row - 4))
        parts.append(text_at(LEFT, top + 15, "start", layer.name, "strong"))
        parts.append(text_at(frame.width - RIGHT, top + 15, "end", highest(most)))
    parts += tick_marks(frame, len(layers) * row)
    return svg_plot(frame, len(layers) * row + AXIS, parts)


def bar(share: float, width: int = 120) -> Markup:
    """Return a small bar for a cell of a table; the figure stands beside it."""
    length = round(min(max(0.0, share), 1.0) * (width - 2), 1)
    return Markup(
        '<svg class="cell" width="{w}" height="12" viewBox="0 0 {w} 12" aria-hidden="true" '
        'focusable="false"><rect class="track" x=".5" y="1.5" width="{track}" height="9"/>'
        '<rect class="bar" x="1" y="2" width="{length}" height="8"/></svg>'
    ).format(w=width, track=width - 1, length=length)


def swatch(name: str, css: str, pattern: str = "solid") -> Markup:
    """Return the sign of a layer or line for a legend; ``name`` as in :class:`Frame`."""
    if pattern == "line":
        inside = Markup('<path class="{}" d="M1 7H27"/>').format(css)
    elif pattern == "band":
        inside = Markup('<rect class="{}" x="1" y="1" width="26" height="12"/>').format(css)
    else:
        layer = Layer(name, css, pattern, ())
        inside = _pattern(name, layer) + Markup(
            '<path class="area {css}" d="M1 13V1H27V13z"{fill}/>'
        ).format(css=css, fill=_fill(name, layer))
    return Markup(
        '<svg class="swatch" width="28" height="14" viewBox="0 0 28 14" aria-hidden="true" '
        'focusable="false">{}</svg>'
    ).format(inside)


# --- pieces -----------------------------------------------------------------------------------


def _pattern(name: str, layer: Layer) -> Markup:
    drawn = {
        "dots": '<circle class="ink" cx="2" cy="2" r="1.1"/>',
        "stripes": '<path class="ink line" d="M-1 5L5 -1M3 9L9 3"/>',
        "cross": '<path class="ink line" d="M0 0L8 8M8 0L0 8"/>',
    }.get(layer.pattern)
    if drawn is None:
        return Markup("")
    size = 4 if layer.pattern == "dots" else 8
    return Markup(
        '<defs><pattern id="{id}" class="{css}" width="{size}" height="{size}" '
        'patternUnits="userSpaceOnUse"><rect class="paper" width="{size}" height="{size}"/>'
        "{drawn}</pattern></defs>"
    ).format(id=f"{name}-{layer.css}", css=layer.css, size=size, drawn=Markup(drawn))


def _fill(name: str, layer: Layer) -> Markup:
    if layer.pattern == "solid":
        return Markup("")
    return Markup(' style="fill:url(#{})"').format(f"{name}-{layer.css}")


def _grid(frame: Frame, top: float, bottom: float, most: float) -> Iterator[Markup]:
    for value in (0, most / 2, most):
        y = bottom - (bottom - top) * value / most
        yield rule(frame, y)
        yield text_at(LEFT - 6, y + 4, "end", frame.number(value))
    yield from tick_marks(frame, bottom)


def _steps(values: Sequence[float], frame: Frame, bottom: float, scale: float) -> str:
    """Return a path from left to right that rises and falls where a figure differs."""
    wide = frame.inner / len(values)
    path = [f"M{LEFT} {tenths(bottom - values[0] * scale)}"]
    for place, (before, after) in enumerate(pairwise(values), 1):
        if before != after:
            path.append(f"H{tenths(LEFT + place * wide)}V{tenths(bottom - after * scale)}")
    path.append(f"H{tenths(LEFT + frame.inner)}")
    return "".join(path)


def _area(frame: Frame, layer: Layer, bottom: float, scale: float) -> Markup:
    if not any(layer.values):
        return Markup("")
    path = f"{_steps(layer.values, frame, bottom, scale)}V{tenths(bottom)}H{LEFT}z"
    return Markup('<path class="area {}" d="{}"{}/>').format(
        layer.css, path, _fill(frame.name, layer)
    )


def _line(frame: Frame, css: str, values: Sequence[float], bottom: float, scale: float) -> Markup:
    if not values:
        return Markup("")
    path = _steps(values, frame, bottom, scale)
    # The halo keeps the line apart from an area behind it.
    return Markup('<path class="halo" d="{}"/><path class="{}" d="{}"/>').format(path, css, path)


def _bars(frame: Frame, layer: Layer, base: Sequence[float], bottom: float, scale: float) -> Markup:
    apart = frame.inner / max(1, len(layer.values))
    wide = tenths(min(apart * _BAR, 60))
    path = [
        f"M{tenths(LEFT + (place + 0.5) * apart - wide / 2)} {tenths(bottom - below * scale)}"
        f"v{tenths(-value * scale)}h{wide}v{tenths(value * scale)}z"
        for place, (below, value) in enumerate(zip(base, layer.values, strict=True))
        if value
    ]
    return Markup('<path class="area {}" d="{}"{}/>').format(
        layer.css, "".join(path), _fill(frame.name, layer)
    )


def _mark_rows(frame: Frame, marks: Sequence[Mark]) -> list[int]:
    """Return in which row from the top the number of each mark stands, so that none touch."""
    taken: list[list[float]] = []
    rows = []
    for mark in marks:
        x = _middle(frame, mark)
        free = (row for row, others in enumerate(taken) if all(abs(x - o) > 24 for o in others))
        row = next(free, len(taken))
        if row == len(taken):
            taken.append([])
        taken[row].append(x)
        rows.append(row)
    return rows


def _middle(frame: Frame, mark: Mark) -> float:
    x = LEFT + (mark.start + mark.end) / 2 * frame.inner
    return min(max(x, LEFT + _MARK), LEFT + frame.inner - _MARK + 4)


def _band(frame: Frame, mark: Mark, row: int, bottom: float) -> Markup:
    x = LEFT + mark.start * frame.inner
    wide = max(3.0, (mark.end - mark.start) * frame.inner)
    y = 8 + row * (2 * _MARK + 4) + _MARK
    return Markup('<rect class="burst" x="{}" y="{}" width="{}" height="{}"/>').format(
        tenths(x), y, tenths(wide), tenths(bottom - y)
    )


def _number(frame: Frame, mark: Mark, row: int) -> Markup:
    x, y = _middle(frame, mark), 8 + row * (2 * _MARK + 4) + _MARK
    return Markup('<circle class="mark" cx="{}" cy="{}" r="{}"/>').format(tenths(x), y, _MARK) + (
        text_at(x, y + 4.5, "middle", mark.label, "mark")
    )
