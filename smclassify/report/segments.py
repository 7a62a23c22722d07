"""A draft cut into pieces that are marked and pieces that are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from smclassify.findings import Finding
from smclassify.report.clean import safe

LONG: Final = 1200
"""Characters from which only the surroundings of what was found are shown."""

AROUND: Final = 160
GAP: Final = "\n[…]\n"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text.

    Attributes
    ----------
    text : str
        The piece, made safe to show.
    findings : tuple of int
        Places of the findings it belongs to, in the draft's own order; empty for a piece
        with nothing wrong.
    last : tuple of int
        Those of them that end with this piece.
    opens, closes : bool
        Whether a marked stretch begins or ends here.
    """

    text: str
    findings: tuple[int, ...] = ()
    last: tuple[int, ...] = ()
    opens: bool = False
    closes: bool = False


def segments(text: str, findings: Sequence[Finding], *, whole: bool = False) -> list[Segment]:
    """Cut a text at the ends of its findings' spans.

    Parameters
    ----------
    text : str
        The original text.
    findings : sequence of Finding
        With offsets into it. Spans may overlap; what lies beyond the text is left out.
    whole : bool
        Show all of a long text, not only the surroundings of what was found.

    Returns
    -------
    list of Segment
        In the order of the text; together they are the text, unless parts of a long one
        were left out, where :data:`GAP` stands.
    """
    shown = safe(text)
    spans = [
        (max(0, finding.start), min(len(shown), finding.end), place)
        for place, finding in enumerate(findings)
    ]
    spans = [span for span in spans if span[0] < span[1]]
    windows = [(0, len(shown))]
    if len(shown) > LONG and not whole:
        windows = _windows(spans, len(shown))
    pieces: list[Segment] = []
    reached = 0
    for low, high in windows:
        if low > reached:
            pieces.append(Segment(GAP if pieces else GAP.lstrip()))
        pieces += _between(shown, spans, low, high)
        reached = high
    if reached < len(shown):
        pieces.append(Segment(GAP.rstrip()))
    return pieces


def _windows(spans: Sequence[tuple[int, int, int]], length: int) -> list[tuple[int, int]]:
    """Return the stretches to show of a long text: its beginning and around every span."""
    # Of a span as long as a text itself (a post that is too long), its two ends are enough.
    edges = [(at, at) for low, high, _ in spans for at in (low, high)]
    edges += [(low, high) for low, high, _ in spans if high - low <= LONG]
    wanted = [(0, AROUND), *((low - AROUND, high + AROUND) for low, high in edges)]
    joined: list[tuple[int, int]] = []
    for low, high in sorted((max(0, low), min(length, high)) for low, high in wanted):
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return joined


def _between(
    text: str, spans: Sequence[tuple[int, int, int]], low: int, high: int
) -> list[Segment]:
    inside = [span for span in spans if span[0] < high and span[1] > low]
    cuts = {low, high}
    for start, end, _ in inside:
        cuts |= {max(low, start), min(high, end)}
    places = sorted(cuts)
    found = [
        (a, b, tuple(place for start, end, place in inside if start <= a and b <= end))
        for a, b in pairwise(places)
    ]
    marked = [False, *(bool(about) for _, _, about in found), False]
    return [
        Segment(
            text[a:b],
            about,
            tuple(place for _, end, place in inside if min(end, high) == b),
            bool(about) and not marked[i],
            bool(about) and not marked[i + 2],
        )
        for i, (a, b, about) in enumerate(found)
    ]
