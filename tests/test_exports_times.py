"""Times in every form that exports have them in, read as the wall clock or not at all."""

from __future__ import annotations

import pickle
import warnings
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smclassify.exports.columns import times
from smclassify.exports.columns.times import NO_TIME, TimeReader
from smclassify.exports.table import ABSENT

SEOUL = ZoneInfo("Asia/Seoul")
PARIS = ZoneInfo("Europe/Paris")
TODAY = date(2026, 5, 10)


def moments(cells, sample=None, **options):
    """Return what a reader makes of cells, as datetimes and None."""
    reader = TimeReader.of(cells if sample is None else sample, **options)
    epoch = datetime(1970, 1, 1)
    found = reader.read(cells)
    assert (found.dtype, found.shape) == (np.int64, (len(cells),))
    return [None if s == NO_TIME else epoch + timedelta(seconds=s) for s in found.tolist()]


def moment(cell, **options):
    return moments([cell], **options)[0]


class TestForms:
    @pytest.mark.parametrize(
        ("written", "form"),
        [
            ("2026-05-01T15:04:00", "iso"),
            ("2026-05-01 15:04", "iso"),
            ("2026-05-01T15:04:00.123Z", "iso"),
            ("2026-05-01T15:04:00+0900", "iso"),
            ("2026-05-01 15:04:00 UTC", "iso"),
            ("2026-05-01 at 15h04", "year_first"),
            ("2026/5/1 15:04:00", "year_first"),
            ("2026.05.01. 15:04", "year_first"),
            ("2026. 5. 1. 오후 3:04", "year_first"),
            ("26.5.1.금 15:04", "year_first"),
            ("2026년 5월 1일 오후 3:04", "year_first"),
            ("2026년 5월 1일 (금) 오후 3시 04분 00초", "year_first"),
            ("2026年5月1日 下午3:04", "year_first"),
            ("2026年5月1日下午3时04分", "year_first"),
            ("20260501T150400Z", "compact"),
            ("20260501150400", "compact"),
            ("01/05/2026 15:04", "day_first"),
            ("01-05-2026 15:04", "day_first"),
            ("1.5.2026 15:04", "day_first"),
            ("5/1/26 3:04 PM", "month_first"),
            ("5/1/26 15:04", "month_first"),
            ("05/01/2026, 3:04:00 p.m.", "month_first"),
            ("1 mai 2026 à 15:04", "day_month_name"),
            ("vendredi 1er mai 2026 15h04", "day_month_name"),
            ("01-May-2026 15:04", "day_month_name"),
            ("Fri, 1 May 2026 15:04:00 -0700 (PDT)", "day_month_name"),
            ("1 May 26 15:04 GMT", "day_month_name"),
            ("May 1, 2026 3:04 PM", "month_name_day"),
            ("May 1st, 2026 at 3:04 PM EST", "month_name_day"),
            ("Fri May 01 2026 15:04:00 GMT+0900 (Korean Standard Time)", "month_name_day"),
            ("Fri May 01 15:04:00 +0000 2026", "year_last"),
            ("Fri May  1 15:04:00 2026", "year_last"),
            (1777647840, "epoch"),
            (1777647840.75, "epoch"),
            (Decimal("1777647840"), "epoch"),
            ("1777647840", "epoch"),
            ("1777647840123", "epoch"),
            (1777647840123456, "epoch"),
            ("1777647840123456789", "epoch"),
            (46143.627777777777, "serial"),
            ("46143.6277777778", "serial"),
            (datetime(2026, 5, 1, 15, 4), "iso"),
            (datetime(2026, 5, 1, 15, 4, tzinfo=SEOUL), "iso"),
            ("3:04 PM · May 1, 2026", "worded"),
            ("２０２６/０５/０１ 15:04", "year_first"),
            ("\u200e5/1/26\u00a03:04\u202fPM", "month_first"),
        ],
    )
    def test_an_hour_is_read_as_it_is_written(self, written, form):
        reader = TimeReader.of([written])
        assert moment(written) == datetime(2026, 5, 1, 15, 4)
        assert (reader.form, reader.share, reader.days_only) == (form, 1.0, False)

    @pytest.mark.parametrize(
        "written",
        [
            "2026-05-01", "20260501", 20260501, "1.5.2026", "2026. 5. 1.", "2026년 5월 1일",
            "2026年5月1日", "1 May 2026", "1er mai 2026", "May 1, 2026", "01/05/2026", 46143,
            date(2026, 5, 1), "2026-05-01 00:00:00", "2026-04-30 24:00", "le 1 mai 2026",
        ],
    )  # fmt: skip
    def test_a_day_is_its_midnight(self, written):
        assert moment(written) == datetime(2026, 5, 1)
        assert TimeReader.of([written]).days_only

    @pytest.mark.parametrize(
        ("written", "hour"),
        [
            ("12:04 AM", 0), ("12:04 PM", 12), ("1:04 a.m.", 1), ("오전 12:04", 0),
            ("오후 12:04", 12), ("凌晨12:04", 0), ("中午12:04", 12), ("晚上 8:04", 20),
            ("上午9:04", 9), ("15:04 PM", 15),
        ],
    )  # fmt: skip
    def test_halves_of_the_day(self, written, hour):
        assert moment(f"2026-05-01 {written}") == datetime(2026, 5, 1, hour, 4)

    @pytest.mark.parametrize(
        "cell",
        [
            None, ABSENT, "", "  ", True, 5, 0, -1777647840, 10**400, float("nan"), float("inf"),
            1e300, Decimal("NaN"), Decimal("sNaN"), [], {}, b"2026-05-01", "\ud800", "n/a", "May",
            "2026", "May 2026", "12:30", "2026-13-01", "2026-02-30", "30/02/2026", "13/13/2026",
            "2026-05-01 25:00", "2026-05-01 12:61", "0000-00-00", "1969-12-31", "2201-01-01",
            "1 May 9999", "123456", "12345", "99999999999999", "2026/05/01 PM 3",
            "we opened in 2026 and sold 5 of them", "à May 2026", "3:04 Monday 2 2026",
            "9" * 5000, "2026-05-01" + " " * 50 + "x" * 999,
        ],
    )  # fmt: skip
    def test_what_holds_no_time(self, cell):
        assert moment(cell) is None

    def test_cells_of_several_forms_stand_beside_each_other(self):
        cells = ["1 mai 2026 9:12", None, "2026-05-01", 1777647840, "x", date(2026, 5, 2)]
        assert moments(cells) == [
            datetime(2026, 5, 1, 9, 12), None, datetime(2026, 5, 1), datetime(2026, 5, 1, 15, 4),
            None, datetime(2026, 5, 2),
        ]  # fmt: skip
        assert TimeReader.of(cells).share == 4 / 5

    def test_numbers_are_days_of_excel_only_where_the_column_is(self):
        assert moments([46143, "46144.5", 1777647840]) == [None, None, datetime(2026, 5, 1, 15, 4)]
        assert moments(["46143", "12345", "46144"]) == [None] * 3
        assert moments(["46143", "n/a"], sample=["46143"] * 9) == [datetime(2026, 5, 1), None]


class TestOrder:
    @pytest.mark.parametrize(
        ("sample", "day_first", "ambiguous"),
        [
            (["03/04/2026", "25/04/2026"], True, False),
            (["03/04/2026", "04/25/2026"], False, False),
            (["3/4/26 1:00 PM", "25/4/26 1:00 PM"], True, False),
            (["03/04/2026"], True, True),
            (["03/04/2026 13:10"], True, True),
            (["03/04/2026 1:10 PM"], False, True),
            (["3/4/26"], False, True),
            (["03/04/26"], True, True),
            (["03/04/2026", "25/04/2026", "04/25/2026"], True, True),
        ],
    )
    def test_the_column_settles_it_and_else_says_so(self, sample, day_first, ambiguous):
        reader = TimeReader.of(sample)
        assert (reader.day_first, reader.ambiguous) == (day_first, ambiguous)
        assert ("assumed" in reader.description) is ambiguous
        first = reader.read(["03/04/2026"])[0]
        assert first == reader.read(["2026-04-03" if day_first else "2026-03-04"])[0]

    def test_a_date_in_one_order_only_is_read_in_it(self):
        assert moments(["04/25/2026"], sample=["25/04/2026"]) == [datetime(2026, 4, 25)]

    def test_who_knows_the_order_says_it(self):
        assert moment("03/04/2026", day_first=False) == datetime(2026, 3, 4)
        assert not TimeReader.of(["03/04/2026"], day_first=False).ambiguous

    def test_no_order_is_needed_where_the_form_has_one(self):
        reader = TimeReader.of(["3.4.2026", "2026-04-03"])
        assert (reader.day_first, reader.ambiguous, reader.orders) == (None, False, frozenset())


class TestZones:
    @pytest.mark.parametrize(
        ("written", "here"),
        [
            ("2026-05-01T09:12:00Z", datetime(2026, 5, 1, 11, 12)),
            ("2026-01-01T09:12:00+09:00", datetime(2026, 1, 1, 1, 12)),
            ("2026-05-01T09:12:00+0530", datetime(2026, 5, 1, 5, 42)),
            ("1 May 2026 09:12 PDT", datetime(2026, 5, 1, 18, 12)),
            ("1 August 2026 UTC 10:00", datetime(2026, 8, 1, 12)),
            ("2026-05-01 09:12 GMT+9", datetime(2026, 5, 1, 2, 12)),
            ("2026-05-01 09:12", datetime(2026, 5, 1, 9, 12)),
            (1777647840, datetime(2026, 5, 1, 17, 4)),
            (46143.5, datetime(2026, 5, 1, 12)),
            (datetime(2026, 5, 1, 9, tzinfo=SEOUL), datetime(2026, 5, 1, 2)),
            (datetime(2026, 5, 1, 9), datetime(2026, 5, 1, 9)),
            ("1970-01-01T00:30:00+02:00", None),
        ],
    )
    def test_times_with_an_offset_are_moved_and_others_are_there(self, written, here):
        assert moment(written, timezone=PARIS) == here

    @given(
        st.datetimes(datetime(1973, 1, 1), datetime(2100, 1, 1)).map(lambda d: d.replace(fold=0)),
        st.integers(-56, 56),
        st.sampled_from(["Asia/Seoul", "Europe/Paris", "America/Goose_Bay", "Asia/Kathmandu"]),
    )
    def test_moving_is_what_the_standard_library_does(self, naive, quarters, name):
        aware = naive.replace(tzinfo=timezone(timedelta(minutes=15 * quarters)), microsecond=0)
        zone = ZoneInfo(name)
        expected = aware.astimezone(zone).replace(tzinfo=None)
        assert moment(aware.isoformat(), timezone=zone).replace(fold=0) == expected.replace(fold=0)


class TestWithoutTheDayOfTheExport:
    UNSAID = (
        "2 days ago",
        "3시간 전",
        "昨天 12:30",
        "il y a 2 jours",
        "05-01 12:30",
        "5月1日 12:30",
    )

    @pytest.mark.parametrize("written", UNSAID)
    def test_nothing_is_counted_from_the_clock_of_the_run(self, written):
        assert moment(written) is None
        assert f"those such as {written} are left out" in TimeReader.of([written]).description

    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            ("05-10 12:30", datetime(2026, 5, 10, 12, 30)),
            ("05-11 12:30", datetime(2025, 5, 11, 12, 30)),
            ("5月1日", datetime(2026, 5, 1)),
            ("12월 31일 오후 3:04", datetime(2025, 12, 31, 15, 4)),
            ("2 days ago", datetime(2026, 5, 8)),
            ("3일 전", datetime(2026, 5, 7)),
            ("昨天 12:30", datetime(2026, 5, 9, 12, 30)),
            ("il y a 2 jours", datetime(2026, 5, 8)),
            ("hier à 14:05", datetime(2026, 5, 9, 14, 5)),
            ("3시간 전", None),
            ("3h", None),
            ("1 year ago", None),
        ],
    )
    def test_with_it_days_are_counted_and_hours_are_not(self, written, expected):
        assert moment(written, today=TODAY) == expected


class TestReader:
    def test_a_description_has_an_example(self):
        assert TimeReader.of(["x", "2026-05-01T09:12:00Z"]).description == (
            "ISO 8601, such as 2026-05-01T09:12:00Z"
        )
        assert TimeReader.of(["x", None]).description == TimeReader.of([]).description == "no times"

    def test_nothing_learned_is_no_hindrance(self):
        assert moments(["2026-05-01", "1 mai 2026"], sample=[]) == [datetime(2026, 5, 1)] * 2

    def test_batches_of_any_length(self):
        start = datetime(2026, 1, 1)
        expected = [start + timedelta(minutes=n) for n in range(times._TOGETHER * 2 + 3)]
        assert moments([str(one) for one in expected], sample=["2026-01-01 00:00:00"]) == expected
        assert moments([]) == []

    def test_so_many_strange_cells_and_no_more(self, monkeypatch):
        monkeypatch.setattr(times, "_MOST_ODD", 2)
        cells = [f"3:04 PM · May {day}, 2026" for day in (1, 2, 1, 3, 2)]
        days = [one and one.day for one in moments(cells, sample=[])]
        assert days == [1, 2, 1, None, 2]

    def test_no_warning_of_the_library_comes_through(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert moment("3:04 PM · May 1, 2026") == datetime(2026, 5, 1, 15, 4)

    def test_it_travels_to_other_processes(self):
        reader = pickle.loads(pickle.dumps(TimeReader.of(["4/25/2026"], timezone=SEOUL)))
        assert reader.read(["3/4/2026"]) == datetime(2026, 3, 4, tzinfo=UTC).timestamp()


MONTHS_FR = (
    "janv.", "févr.", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "oct.",
    "novembre", "décembre",
)  # fmt: skip


def korean(one):
    half = "오후" if one.hour >= 12 else "오전"
    day = f"{one.year}. {one.month}. {one.day}."
    return f"{day} {half} {one.hour % 12 or 12}:{one:%M:%S}"


def chinese(one):
    half = "下午" if one.hour >= 12 else "上午"
    return f"{one.year}年{one.month}月{one.day}日 {half}{one.hour % 12 or 12}:{one:%M:%S}"


WRITERS = {
    "iso": lambda one: one.isoformat(),
    "zone": lambda one: f"{one:%Y-%m-%d %H:%M:%S} -0330",
    "basic": lambda one: f"{one:%Y%m%dT%H%M%S}Z",
    "slashes": lambda one: f"{one.year}/{one.month}/{one.day} {one.hour}:{one:%M:%S}",
    "dots": lambda one: f"{one.day}.{one.month}.{one.year} {one:%H:%M:%S}",
    "day first": lambda one: f"{one:%d/%m/%Y %H:%M:%S}",
    "month first": lambda one: f"{one:%m/%d/%Y %I:%M:%S %p}",
    "X": lambda one: f"{one:%a %b %d %H:%M:%S +0000 %Y}",
    "mail": lambda one: f"{one:%a, %d %b %Y %H:%M:%S +0100}",
    "English": lambda one: f"{one:%B} {one.day}, {one.year} {one:%I:%M:%S %p}",
    "French": lambda one: f"{one.day} {MONTHS_FR[one.month - 1]} {one.year} à {one:%H:%M:%S}",
    "Korean": korean,
    "Chinese": chinese,
    "itself": lambda one: one,
    "serial": lambda one: (one - datetime(1899, 12, 30)) / timedelta(days=1),
}


SHAPES = [
    "202#-0#-0#T1#:#4:0#",
    "2026-05-0# 15:04 +0#00",
    "2026-05-01T15:04:00.##0Z",
    "2026/05/01 15:04 (+#900)",
    "0#/1#/## 1#:04 PM",
    "Fri May 0# 15:04:00 +0#00 202#",
    "2026년 #월 #일 오후 #:04",
    "#77764784#",
    "20#60#0#",
]
"""Ways in which the cells of a column are written; figures stand for #."""


class TestAnyTime:
    @pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)
    @given(one=st.datetimes(datetime(1970, 1, 1), datetime(2200, 12, 31, 23, 59, 59)))
    def test_comes_back(self, writer, one):
        one = one.replace(microsecond=0)
        proof = writer(datetime(2026, 1, 25, 1, 1, 1))
        assert moments([writer(one)], sample=[proof]) == [one]

    @given(
        st.datetimes(datetime(2001, 9, 10), datetime(2200, 12, 31)),
        st.sampled_from([1, 1_000, 1_000_000]),
        st.sampled_from([int, str]),
    )
    def test_comes_back_from_seconds_and_their_parts(self, one, unit, kind):
        one = one.replace(microsecond=0)
        assert moment(kind(int(one.replace(tzinfo=UTC).timestamp()) * unit)) == one

    @given(
        st.lists(
            st.text()
            | st.text("0123456789/.-: TZ年月日년월오전AMPagolmi", max_size=30)
            | st.floats()
            | st.integers()
            | st.datetimes()
            | st.dates()
            | st.decimals()
            | st.binary()
            | st.none()
            | st.booleans(),
            max_size=8,
        ),
        st.sampled_from([None, TODAY]),
        st.sampled_from([None, PARIS]),
    )
    def test_whatever_stands_there_no_error(self, cells, today, zone):
        for found in moments(cells, today=today, timezone=zone):
            assert found is None or 1970 <= found.year <= 2200

    @pytest.mark.parametrize("shape", SHAPES)
    @given(st.lists(st.text("0123456789", min_size=6, max_size=6), min_size=2, max_size=6))
    def test_what_a_cell_says_does_not_hang_on_those_beside_it(self, shape, figures):
        cells = [shape.replace("#", "{}").format(*some) for some in figures]
        reader = TimeReader.of(cells, timezone=PARIS)
        alone = [reader.read([cell]).item() for cell in cells]
        assert reader.read(cells).tolist() == alone

    @given(st.text(st.characters(exclude_categories=["N"]), max_size=60))
    def test_there_is_none_without_a_figure(self, text):
        assert moment(text) is None
