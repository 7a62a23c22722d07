"""Plots as SVG: what is drawn is what was counted, and labels don't touch."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smclassify.report.drawing import Frame
from smclassify.report.plots import (
    Layer,
    Mark,
    bar,
    nice_ceiling,
    rows_plot,
    stacked_plot,
    steps_plot,
    swatch,
)
from smclassify.report.timeaxis import every, time_ticks

COUNTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=50)
SHARES = st.floats(0, 1)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1))


def frame(width=600, ticks=()):
    return Frame("p", "Title <&>", "What it says", width, ticks, lambda value: f"{value:g}")


def layer(values, css="complaints", pattern="solid"):
    return Layer("Complaints <b>", css, pattern, values)


def numbers(path):
    return [float(number) for number in re.findall(r"-?\d+\.?\d*", path)]


def paths(svg, css):
    return re.findall(rf'<path class="area {css}" d="(.*?)"', svg)


@given(st.floats(0, 1e12))
def test_an_axis_ends_at_a_round_even_number_not_far_above(highest):
    top = nice_ceiling(highest)
    assert top >= highest
    assert top % 2 == 0
    assert top <= max(2 * highest, 2)


@settings(max_examples=50)
@given(COUNTS, st.lists(st.tuples(SHARES, SHARES), max_size=6))
def test_steps_stay_within_the_picture(values, spans):
    marks = [Mark(min(span), max(span), str(n)) for n, span in enumerate(spans, 1)]
    lines = [("expected", [v / 2 for v in values]), ("limit", [float(v + 3) for v in values])]
    svg = str(steps_plot(frame(), [layer(values)], lines, marks))
    for path in re.findall(r' d="(M[^"]*?)V?[\d.]*H46z"', svg):
        assert all(-0.1 <= number <= 600 for number in numbers(path))
    assert [int(n) for n in re.findall(r'class="mark">(\d+)</text>', svg)] == [
        *range(1, len(marks) + 1)
    ]


@given(st.lists(st.tuples(SHARES, SHARES), max_size=8))
def test_numbers_of_marks_never_touch(spans):
    marks = [Mark(min(span), max(span), str(n)) for n, span in enumerate(spans)]
    svg = str(steps_plot(frame(), [layer([1, 2])], [], marks))
    circles = [(float(x), float(y)) for x, y in re.findall(r'cx="([\d.]+)" cy="([\d.]+)" r', svg)]
    for place, one in enumerate(circles):
        for other in circles[:place]:
            assert (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 > 20**2


def test_a_step_is_as_high_as_its_count():
    svg = str(steps_plot(frame(), [layer([0, 10, 5])], [], [], height=126))
    # From y=8 for 10 to y=100 for 0.
    assert paths(svg, "complaints") == ["M46 100.0H226.0V8.0H406.0V54.0H586.0V100.0H46z"]


def test_bars_are_stacked_on_one_another():
    layers = [layer([1, 0], "negative"), layer([3, 4], "positive")]
    svg = str(stacked_plot(frame(), layers, height=134))
    low, high = (numbers(paths(svg, css)[0]) for css in ("negative", "positive"))
    assert low[1:3] == [108, -25]  # one of four parts of 100, from the ground up
    assert high[1:3] == [83, -75]
    assert high[6:8] == [108, -100]


def test_each_row_has_a_scale_and_a_name_of_its_own():
    svg = str(rows_plot(frame(), [layer([1, 2]), layer([100, 50])], lambda most: f"max {most:g}"))
    assert "max 2<" in svg
    assert "max 100<" in svg
    assert "Complaints &lt;b&gt;" in svg


def test_nothing_counted_draws_an_empty_plot():
    assert paths(str(steps_plot(frame(), [layer([0, 0])], [("expected", [])], [])), ".*?") == []
    stacked_plot(frame(), [layer([0, 0])])
    rows_plot(frame(), [layer([0])], str)


def test_a_reader_of_the_screen_is_told_what_it_shows():
    svg = str(stacked_plot(frame(), [layer([1])]))
    assert 'role="img" aria-labelledby="p-t p-d"' in svg
    assert '<title id="p-t">Title &lt;&amp;&gt;</title><desc id="p-d">What it says</desc>' in svg


@pytest.mark.parametrize("pattern", ["dots", "stripes", "cross"])
def test_patterns_are_in_the_picture_that_uses_them(pattern):
    for svg in (stacked_plot(frame(), [layer([1], "x", pattern)]), swatch("p", "x", pattern)):
        assert '<pattern id="p-x"' in svg
        assert "fill:url(#p-x)" in svg


@given(st.floats(-1, 2))
def test_a_small_bar_stays_in_its_track(share):
    width = re.search(r'class="bar" x="1" y="2" width="([\d.]+)"', bar(share, 100))
    assert width is not None
    assert 0 <= float(width[1]) <= 98


class TestTimeAxis:
    @given(MOMENTS, st.timedeltas(timedelta(hours=1), timedelta(days=4000)), st.integers(2, 12))
    def test_labels_are_few_round_and_in_order(self, start, length, most):
        ticks = time_ticks(start, start + length, most)
        assert len(ticks) <= most
        assert all(0 <= tick.place < 1 for tick in ticks)
        assert all(one.time < other.time for one, other in pairwise(ticks))
        for tick in ticks:
            assert (tick.time.minute, tick.time.second) == (0, 0)
            assert tick.unit == "hour" or tick.time.hour == 0
            assert tick.unit != "month" or tick.time.day == 1

    def test_a_month_is_labelled_by_the_day(self):
        ticks = time_ticks(datetime(2026, 5, 1), datetime(2026, 6, 1), 9)
        assert {tick.unit for tick in ticks} == {"day"}
        assert len(ticks) >= 5

    def test_no_time_at_all_is_one_label(self):
        moment = datetime(2026, 5, 1)
        assert len(time_ticks(moment, moment, 5)) == 1

    @given(st.integers(0, 100), st.integers(1, 12))
    def test_spans_are_labelled_evenly(self, n, most):
        assert len(every(n, most)) <= most
