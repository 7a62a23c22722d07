"""What every result has to keep to, whatever the text."""

from __future__ import annotations

import json

import pytest

from smclassify.comments import CommentResult
from smclassify.drafts import DraftResult
from smclassify.labels import DEPARTMENTS, FLAG_OF_REASON, FLAGS, KINDS, KINDS_WITH_DEPARTMENT

DRAFT_KEYS = ["id", "text", "lang", "flags", "scores", "reasons", "findings", "raised_by"]
FINDING_KEYS = {"rule", "source", "start", "end", "message", "suggestion"}
COMMENT_KEYS = {
    "id", "text", "lang", "kind", "private_reply", "private_reply_score", "department", "crisis",
    "priority", "reasons",
}  # fmt: skip

# What an export holds besides texts.
ODD = [
    "", " ", "\n", "None", "nan", "null", "\0", "\ud800", "😭", "?", "#", "x" * 3000, "\u202e", "=",
]  # fmt: skip


def check_draft(result: DraftResult) -> None:
    record = result.to_dict()
    assert list(record) == DRAFT_KEYS
    assert json.loads(json.dumps(record)) == record
    assert json.dumps(record).isascii()
    assert list(record["scores"]) == list(FLAGS)
    assert all(0 <= score <= 1 for score in record["scores"].values())
    assert record["flags"] == [flag for flag in FLAGS if flag in record["flags"]]
    assert list(record["raised_by"]) == record["flags"]
    assert all(set(by) <= {"model", "policy"} and by for by in record["raised_by"].values())
    for reason in record["reasons"]:
        assert reason.keys() == {"label", "reason", "score"}
        assert FLAG_OF_REASON[reason["reason"]] == reason["label"]
        assert reason["label"] in record["flags"]
    for finding in record["findings"]:
        assert finding.keys() >= FINDING_KEYS
        assert finding["source"] in ("model", "policy")
        assert 0 <= finding["start"] <= finding["end"] <= len(result.text)
        assert finding["message"]
    places = [(finding["start"], finding["end"]) for finding in record["findings"]]
    assert places == sorted(places)
    by_model = {finding["label"] for finding in record["findings"] if finding["source"] == "model"}
    assert by_model <= set(record["flags"])


def check_comment(result: CommentResult) -> None:
    record = result.to_dict()
    assert record.keys() >= COMMENT_KEYS
    assert json.loads(json.dumps(record)) == record
    assert json.dumps(record).isascii()
    assert record["kind"] in KINDS
    assert sum(result.kind_scores.values()) == pytest.approx(1)
    assert (record["department"] is not None) == (record["kind"] in KINDS_WITH_DEPARTMENT)
    assert record["department"] in (None, *DEPARTMENTS)
    assert not record["private_reply"] or record["kind"] == "complaint"
    assert isinstance(record["priority"], int)
    assert 0 <= record["priority"] <= 100
    assert all(isinstance(reason, str) and reason for reason in record["reasons"])
    assert record["reasons"]
