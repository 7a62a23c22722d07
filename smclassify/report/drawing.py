"""What every picture of a page is drawn with: a frame, its ticks, lines and texts, as SVG.

Text is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from markupsafe import Markup

LEFT: Final = 46
RIGHT: Final = 14
AXIS: Final = 26
"""Room at the left for numbers, at the right, and below for ticks."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What all plots have.

    Attributes
    ----------
    name, title, description : str
        A word that no other plot of the page has; what a screen reader says.
    width : int
        In units of which text is 13 high.
    ticks : sequence of (float, str)
        Labels below: share of the width from the left, text.
    number : callable
        Writes a number of the axis at the left.
    """

    name: str
    title: str
    description: str
    width: int
    ticks: Sequence[tuple[float, str]]
    number: Callable[[float], str]

    @property
    def inner(self) -> float:
        """The width between the left axis and the right edge."""
        return self.width - LEFT - RIGHT


def svg_plot(frame: Frame, height: int, parts: Sequence[Markup]) -> Markup:
    """Return a picture of its parts, with the frame's title and description."""
    return Markup(
        '<svg class="plot" role="img" aria-labelledby="{n}-t {n}-d" viewBox="0 0 {w} {h}">'
        '<title id="{n}-t">{title}</title><desc id="{n}-d">{desc}</desc>{parts}</svg>'
    ).format(
        n=frame.name,
        w=frame.width,
        h=height,
        title=frame.title,
        desc=frame.description,
        parts=Markup("").join(parts),
    )


def rule(frame: Frame, y: float) -> Markup:
    """Return a line across the frame."""
    return Markup('<path class="grid" d="M{} {}h{}"/>').format(LEFT, tenths(y), tenths(frame.inner))


def tick_marks(frame: Frame, y: float) -> Iterator[Markup]:
    """Yield the ticks below the frame and their labels."""
    for share, label in frame.ticks:
        x = LEFT + share * frame.inner
        yield Markup('<path class="grid" d="M{} {}v5"/>').format(tenths(x), tenths(y))
        anchor = "end" if share > 0.94 else "middle"
        yield text_at(x, y + 19, anchor, label)


def text_at(x: float, y: float, anchor: str, text: str, css: str = "") -> Markup:
    """Return a text at a place; the anchor is "start", "middle" or "end"."""
    return Markup('<text x="{}" y="{}" text-anchor="{}"{}>{}</text>').format(
        tenths(x), tenths(y), anchor, Markup(' class="{}"').format(css) if css else "", text
    )


def tenths(number: float) -> float:
    """Return a coordinate with one decimal place."""
    return ceil(number * 10 - 0.5) / 10
