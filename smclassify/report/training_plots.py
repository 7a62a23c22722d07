"""The plots of a training's page: curves of precision and recall, calibration, learning.

Each is one picture that is read at any width, with its figures as a table beside it. What a
colour says is also said by a dash or a shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10
from typing import Final

from markupsafe import Markup

from smclassify.report.clean import one_line
from smclassify.report.drawing import AXIS, LEFT, Frame, rule, svg_plot, tenths, text_at, tick_marks
from smclassify.training.summary.types import (
    CalibrationBin,
    CurvePoint,
    DecidedLabel,
    Range,
    RecallCurve,
)

_WIDTH: Final = 420
_HEIGHT: Final = 336
_TOP: Final = 42
_NAMES: Final = 20
"""Room below the ticks for the name of the axis."""

_SHARES: Final = tuple((step / 5, f"{step / 5:.1f}") for step in range(6))
_DOT: Final = 5.5
_APART: Final = 34
"""Labels of ticks that are nearer to each other would touch."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture with its legend, and its figures as a table.

    Attributes
    ----------
    caption : str
    picture : Markup
    legend : tuple of (Markup, str)
    columns : tuple of str
        Heads of the table.
    rows : tuple of tuple of str
        Its cells.
    note : str
    """

    caption: str
    picture: Markup
    legend: tuple[tuple[Markup, str], ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Plane:
    """A frame with two axes: x from 0 to 1 as its ticks are, y between two values."""

    frame: Frame
    across: str
    upward: str
    low: float = 0.0
    high: float = 1.0

    @property
    def bottom(self) -> float:
        return _HEIGHT - AXIS - _NAMES

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point is drawn."""
        share = (min(max(y, self.low), self.high) - self.low) / (self.high - self.low)
        height = (self.bottom - _TOP) * share
        return tenths(LEFT + x * self.frame.inner), tenths(self.bottom - height)

    def axes(self) -> Iterator[Markup]:
        """Yield the lines of the grid and the names of the axes."""
        steps = 5 if self.high - self.low > 0.4 else round((self.high - self.low) / 0.1) * 2
        for step in range(steps + 1):
            value = self.low + (self.high - self.low) * step / steps
            y = self.at(0, value)[1]
            yield rule(self.frame, y)
            yield text_at(LEFT - 6, y + 4, "end", self.frame.number(value))
        yield from tick_marks(self.frame, self.bottom)
        yield text_at(LEFT - 6, 14, "start", self.upward, "strong")
        yield text_at(LEFT + self.frame.inner, _HEIGHT - 4, "end", self.across, "strong")

    def path(self, css: str, points: Sequence[tuple[float, float]]) -> Markup:
        """Return a line through points."""
        drawn = "L".join(f"{x} {y}" for x, y in (self.at(*point) for point in points))
        return Markup('<path class="curve {}" d="M{}"/>').format(css, drawn) if points else Markup()

    def dot(self, css: str, x: float, y: float) -> Markup:
        """Return a round mark."""
        return Markup('<circle class="{}" cx="{}" cy="{}" r="{}"/>').format(
            css, *self.at(x, y), _DOT
        )

    def square(self, css: str, x: float, y: float) -> Markup:
        """Return a square mark."""
        left, top = (tenths(place - _DOT + 0.5) for place in self.at(x, y))
        return Markup('<rect class="{}" x="{}" y="{}" width="10" height="10"/>').format(
            css, left, top
        )

    def upright(self, css: str, x: float, low: float, high: float) -> Markup:
        """Return a line from one height to another."""
        (at, bottom), (_, top) = self.at(x, low), self.at(x, high)
        return Markup('<path class="{}" d="M{} {}V{}"/>').format(css, at, bottom, top)

    def drawn(self, parts: Sequence[Markup]) -> Markup:
        """Return the picture."""
        return svg_plot(self.frame, _HEIGHT, [*self.axes(), *parts])


def _frame(name: str, title: str, description: str, ticks: Sequence[tuple[float, str]]) -> Frame:
    return Frame(name, title, description, _WIDTH, ticks, lambda value: f"{value:.2g}")


def _sign(inside: str) -> Markup:
    return Markup(
        '<svg class="swatch" width="28" height="14" viewBox="0 0 28 14" aria-hidden="true" '
        'focusable="false">{}</svg>'
    ).format(Markup(inside))


NEW_LINE: Final = _sign('<path class="curve new" d="M1 7H27"/>')
CURRENT_LINE: Final = _sign('<path class="curve current" d="M1 7H27"/>')
NEW_POINT: Final = _sign('<circle class="point" cx="14" cy="7" r="5.5"/>')
CURRENT_POINT: Final = _sign('<rect class="point hollow" x="9" y="2" width="10" height="10"/>')
PERFECT: Final = _sign('<path class="curve ideal" d="M1 7H27"/>')
RANGE: Final = _sign('<path class="whisker" d="M14 0V14"/>')
BAND: Final = _sign('<rect class="band" x="1" y="1" width="26" height="12"/>')


# --- precision and recall ---------------------------------------------------------------------


def recall_plot(name: str, label: DecidedLabel) -> Plot | None:
    """Return the curves of both models, each with the place where it decides.

    None where no text has the label.

    Parameters
    ----------
    name : str
        A word that no other plot of the page has.
    label : DecidedLabel
    """
    new, current = label.curve, label.current
    if not new.recall:
        return None
    title = f"{one_line(label.label)}: precision and recall"
    frame = _frame(name, title, _said_of_curves(new, current), _SHARES)
    plane = _Plane(frame, "recall →", "precision ↑")
    parts, legend = [], [(NEW_LINE, _named("new model", new, label.average_precision))]
    if current is not None and current.recall:
        parts.append(plane.path("current", _points(current)))
        legend.append((CURRENT_LINE, _named("model in use", current)))
    parts.append(plane.path("new", _points(new)))
    if current is not None and current.chosen:
        parts.append(plane.square("point hollow", *current.chosen))
        legend.append((CURRENT_POINT, "where the model in use decides"))
    if new.chosen:
        parts.append(plane.dot("point", *new.chosen))
        legend.append((NEW_POINT, "where the new model decides"))
    return Plot(
        "Precision at each recall",
        plane.drawn(parts),
        tuple(legend),
        ("recall", "precision, new", *(["precision, in use"] if current else [])),
        tuple(_curve_rows(new, current)),
    )


def _named(name: str, curve: RecallCurve, ends: Range = None) -> str:
    within = "" if ends is None else f", {ends[0]:.2f} to {ends[1]:.2f}"
    return f"{name} (average precision {curve.average_precision:.2f}{within})"


def _points(curve: RecallCurve) -> list[tuple[float, float]]:
    return list(zip(curve.recall, curve.precision, strict=True))


def _said_of_curves(new: RecallCurve, current: RecallCurve | None) -> str:
    said = [f"The new model's average precision is {new.average_precision:.2f}"]
    if current is not None:
        said.append(f", that of the model in use {current.average_precision:.2f}")
    if new.chosen:
        recall, precision = new.chosen
        said.append(f". It decides at recall {recall:.2f} and precision {precision:.2f}")
    return f"{''.join(said)}."


def _curve_rows(new: RecallCurve, current: RecallCurve | None) -> Iterator[tuple[str, ...]]:
    for step in range(1, 11):
        curves = [new] if current is None else [new, current]
        yield (f"{step / 10:.1f}", *(_precision_at(curve, step / 10) for curve in curves))


def _precision_at(curve: RecallCurve, recall: float) -> str:
    """Return the precision at the highest threshold that finds so many."""
    reached = [p for r, p in _points(curve) if r >= recall]
    return f"{reached[-1]:.2f}" if reached else "–"


# --- calibration ------------------------------------------------------------------------------


def calibration_plot(name: str, label: DecidedLabel) -> Plot:
    """Return how often a label is there, by the probability that the model gives it."""
    bins = label.calibration
    centres = [((one.low + one.high) / 2, _short(one.texts)) for one in bins]
    title = f"{one_line(label.label)}: calibration"
    description = (
        f"Expected calibration error {label.calibration_error:.3f}, over {label.texts:,} texts. "
        "Where the points lie on the diagonal, a probability means what it says."
    )
    frame = _frame(name, title, description, _SHARES)
    plane = _Plane(frame, "probability given →", "share that has it ↑")
    parts = [plane.path("ideal", [(0, 0), (1, 1)])]
    parts += [plane.upright("whisker", one.predicted, *one.observed_range) for one in bins]
    parts += [plane.dot("point", one.predicted, one.observed) for one in bins]
    parts += [text_at(plane.at(x, 0)[0], _TOP - 8, "middle", text, "tiny") for x, text in centres]
    return Plot(
        "Do the probabilities mean what they say?",
        plane.drawn(parts),
        (
            (NEW_POINT, "texts of similar probability"),
            (RANGE, "95 % interval"),
            (PERFECT, "perfect"),
        ),
        ("probability", "texts", "mean probability", "share that has it", "95 % interval"),
        tuple(_bin_row(one) for one in bins),
        f"Expected calibration error: {label.calibration_error:.3f} "
        "(0 is perfect). The numbers at the top say how many texts each point stands for.",
    )


def _bin_row(one: CalibrationBin) -> tuple[str, ...]:
    low, high = one.observed_range
    return (
        f"{one.low:.1f}–{one.high:.1f}",
        f"{one.texts:,}",
        f"{one.predicted:.3f}",
        f"{one.observed:.3f}",
        f"{low:.2f}–{high:.2f}",
    )


def _short(number: int) -> str:
    return f"{number}" if number < 1000 else f"{number / 1000:.2g}k" if number < 10**4 else (
        f"{number // 1000}k"
    )  # fmt: skip


# --- learning ---------------------------------------------------------------------------------


def learning_plot(name: str, label: str, curve: Sequence[CurvePoint]) -> Plot | None:
    """Return the F1 of a label by the number of texts learned from; None of a single point."""
    points = [(point.texts, point.labels[label]) for point in curve if label in point.labels]
    if len(points) < 2:
        return None
    low = floor(min(one[1] for _, one in points) * 10) / 10
    high = ceil(max(one[2] for _, one in points) * 10) / 10
    places = _spread([texts for texts, _ in points])
    first, last = points[0], points[-1]
    description = (
        f"F1 of {one_line(label)} goes from {first[1][0]:.2f} with {first[0]:,} texts "
        f"to {last[1][0]:.2f} with {last[0]:,}."
    )
    ticks = _uncrowded([(x, f"{texts:,}") for x, (texts, _) in zip(places, points, strict=True)])
    frame = _frame(name, f"{one_line(label)}: learning curve", description, ticks)
    plane = _Plane(frame, "texts learned from →", "F1 ↑", low, max(high, low + 0.1))
    means = [(x, one[0]) for x, (_, one) in zip(places, points, strict=True)]
    bounds = [(x, one[1], one[2]) for x, (_, one) in zip(places, points, strict=True)]
    around = [(x, up) for x, _, up in bounds] + [(x, down) for x, down, _ in reversed(bounds)]
    outline = "L".join(f"{x} {y}" for x, y in (plane.at(*point) for point in around))
    parts = [Markup('<path class="band" d="M{}z"/>').format(outline), plane.path("new", means)]
    parts += [plane.dot("point", *point) for point in means]
    return Plot(
        one_line(label, 60),
        plane.drawn(parts),
        (),
        ("texts", "F1", "95 % interval"),
        tuple((f"{t:,}", f"{f1:.3f}", f"{a:.3f}–{b:.3f}") for t, (f1, a, b) in points),
        description,
    )


def _spread(texts: Sequence[int]) -> list[float]:
    """Return where numbers of texts stand from 0 to 1, twice as many always as far apart."""
    # A model that has learned from none of them stands one doubling before the first.
    least = min((number for number in texts if number), default=1) / 2
    logs = [log10(max(number, least)) for number in texts]
    span = (logs[-1] - logs[0]) or 1.0
    return [0.03 + 0.94 * (one - logs[0]) / span for one in logs]


def _uncrowded(ticks: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """Leave the labels out that would touch the one after them."""
    wide = _APART / _WIDTH
    return [one for one, after in pairwise(ticks) if after[0] - one[0] >= wide] + [ticks[-1]]
