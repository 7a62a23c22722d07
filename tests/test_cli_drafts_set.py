"""The drafts of a call as a set: nothing is worked out before there is a second one."""

from __future__ import annotations

import sys

import pytest
from test_campaign import POST

from smclassify.campaign import CampaignCheck
from smclassify.cli.drafts_set import DraftSet
from smclassify.config import Config
from smclassify.drafts import DraftResult


def draft(name: str, text: str = POST) -> DraftResult:
    return DraftResult(name, text, "en", (), {}, (), ())


def checked(*batches: list[DraftResult]) -> tuple[list[DraftResult], list[str]]:
    together = DraftSet(Config())
    results = [one for batch in batches for one in together.add(batch, None, [None] * len(batch))]
    return results, together.remarks()


def checked_at_once(*batches: list[DraftResult]) -> tuple[list[DraftResult], list[str]]:
    check = CampaignCheck(Config().policy)
    results = [one for batch in batches for one in check.add(batch)]
    return results, [remark.sentence() for remark in check.remarks()]


@pytest.mark.parametrize(
    "batches",
    [
        (),
        ([],),
        ([draft("a")],),
        ([draft("a")], [draft("b")]),
        ([draft("a"), draft("b")],),
        ([draft("a")], [draft("b"), draft("c")], [draft("d", "Another text about our kettles.")]),
        ([], [draft("a")], [], [draft("b")]),
    ],
    ids=len,
)
def test_drafts_get_what_the_check_of_a_set_says(batches: tuple[list[DraftResult], ...]) -> None:
    assert checked(*batches) == checked_at_once(*batches)


def test_the_second_of_two_equal_drafts_is_flagged_in_whatever_batch() -> None:
    (first, second), _ = checked([draft("a")], [draft("b")])
    assert (first.flags, second.flags) == ((), ("spammy",))


def test_a_draft_alone_needs_no_check_of_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "smclassify.campaign", None)
    alone = draft("a")
    assert checked([alone]) == ([alone], [])
