"""The days of drafts, read together in parts: where a part ends makes no difference."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smclassify.campaign import silences
from smclassify.campaign.silences import Calendar

WRITTEN = st.lists(
    st.sampled_from(
        ["3/4/2026", "4/3/2026", "5/5/2026", "25/4/2026", "2026-06-01 10:00", "1 mai 2026", "soon"]
    )
)


def days_of(texts):
    calendar = Calendar()
    for text in texts:
        calendar.add(text)
    return calendar.days()


class TestCalendar:
    @given(texts=WRITTEN, together=st.integers(1, 4))
    def test_it_is_the_same_however_many_are_read_together(self, texts, together):
        at_once = days_of(texts)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(silences, "_TOGETHER", together)
            assert days_of(texts) == at_once

    def test_days_may_be_asked_for_in_between(self):
        calendar = Calendar()
        calendar.add("3/4/2026")
        assert calendar.days() == []
        calendar.add("25/4/2026")
        assert calendar.days() == [date(2026, 4, 3), date(2026, 4, 25)]

    def test_where_both_orders_occur_only_what_is_certain_counts(self):
        texts = ["25/4/2026", "4/26/2026", "3/4/2026", "5/5/2026"]
        assert days_of(texts) == [date(2026, 4, 25), date(2026, 4, 26), date(2026, 5, 5)]

    def test_a_sentence_is_no_date(self):
        assert days_of(["2026-03-04 " + "and so on " * 20]) == []
