"""What the export knows besides the words: answers, waiting, reach, who comes back, whose row."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cli_fake import FakeClassifier, fake_module
from triage_calls import read, triage, write_csv

from smclassify.triage.judge import Work, judge
from smclassify.triage.types import COLUMNS
from smclassify.wording import UI_LANGUAGES, phrase


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "smclassify.classifier", fake_module())
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


HEADER = ("id", "author", "date", "text", "post id", "parent id", "reply", "reply date", "status",
          "likes")  # fmt: skip


def row(name, author="", date="", text="it is broken", post="", parent="", reply="",
        reply_date="", status="", likes=""):  # fmt: skip
    return (name, author, date, text, post, parent, reply, reply_date, status, likes)


def judged(*rows, arguments=(), header=HEADER):
    """Return the rows of the result by their ids."""
    write_csv("c.csv", header, *rows)
    result = triage("c.csv", "-o", "out.csv", "--force", *arguments)
    assert result.exit_code == 0, result.stderr
    return {one["id"]: one for one in read("out.csv")}


def urgency(one):
    return int(one["sm_priority"])


def reasons(one):
    return one["sm_reasons"]


def overdue(age, language="en", target=(2, "hours")):
    """Return what is said of a comment that has waited too long; both are a number and a unit."""
    said = {name: phrase(unit, language, count=count)
            for name, (count, unit) in (("age", age), ("target", target))}  # fmt: skip
    return phrase("reason-overdue", language, **said)


TEXT_ALONE = 59
"""What the fake classifier gives a text that is broken."""


def test_a_mistyped_year_is_not_when_the_comments_began_or_ended(here):
    dates = ["1970-01-01", *(f"2026-05-{day:02d}" for day in range(1, 9)), "2062-05-04", ""]
    judged(*(row(str(number), date=date) for number, date in enumerate(dates)),
           arguments=("--report", "report.json"))  # fmt: skip
    survey = json.loads((here / "report.json").read_text())["survey"]
    assert [survey[key] for key in ("first", "last", "as_of")] == [
        "2026-05-01T00:00:00", "2026-05-08T00:00:00", "2026-05-08T00:00:00",
    ]  # fmt: skip
    assert survey["undated"] == 1


class TestAnswers:
    CONVERSATION = (
        row("p", "pedalworks", "2026-03-02 08:00", "Our new bell!", "p"),
        row("a", "joe", "2026-03-02 09:00", post="p", parent="p"),
        row("b", "ann", "2026-03-02 09:00", post="p", parent="p"),
        row("r", "PedalWorks", "2026-03-02 09:20", "We are sorry, joe.", "p", "a"),
    )

    def answered_by_thread(self, *arguments):
        found = judged(*self.CONVERSATION, arguments=arguments)
        assert urgency(found["a"]) < urgency(found["b"]) / 2
        assert phrase("reason-answered") in reasons(found["a"])
        assert phrase("reason-answered") not in reasons(found["b"])
        for name in "pr":
            assert urgency(found[name]) == 0
            assert found[name]["sm_private_reply"] == found[name]["sm_crisis"] == "false"
            assert found[name]["sm_reasons"] == phrase("reason-ours")

    def test_our_reply_in_the_thread_answers_its_comment_and_no_other(self):
        self.answered_by_thread("--our-account", "@pedalworks")

    @pytest.mark.parametrize("key", ["handles", "brand_names"])
    def test_our_accounts_may_stand_in_the_policy(self, here, key):
        text = f'[policy]\n{key} = ["pedalworks"]\n'
        (here / "smclassify.toml").write_text(text, "utf-8")
        self.answered_by_thread()

    def test_who_we_are_is_not_guessed(self):
        found = judged(*self.CONVERSATION)
        assert urgency(found["a"]) == urgency(found["b"])
        assert urgency(found["r"]) > 0

    def test_our_own_complaints_are_nobodys_case(self, here):
        found = judged(
            row("r", "us", text="the broken bell: boycott"),
            arguments=("--our-account", "us", "--report", "r.json", "--only", "private_reply"),
        )
        report = json.loads((here / "r.json").read_text("utf-8"))
        assert found == {}
        assert (report["private_replies"], report["crises"], report["departments"]) == (0, 0, {})
        assert (report["rows"], report["kinds"], report["survey"]["ours"]) == (1, {}, 1)

    @pytest.mark.parametrize(
        ("answered", "open_"),
        [
            ({"reply": "We wrote to you."}, {"reply": ""}),
            ({"reply_date": "2026-03-02 10:00"}, {}),
            ({"status": "Answered"}, {"status": "Open"}),
            ({"status": "답변 완료"}, {"status": "미답변"}),
        ],
    )
    def test_a_row_may_say_itself_that_it_is_answered(self, answered, open_):
        found = judged(
            row("a", "joe", "2026-03-02 09:00", **answered),
            row("b", "ann", "2026-03-02 09:00", **open_),
        )
        assert urgency(found["a"]) < urgency(found["b"]) / 2
        assert phrase("reason-answered") in reasons(found["a"])
        assert phrase("reason-answered") not in reasons(found["b"])

    def test_columns_that_say_it_can_be_named(self):
        header = ("id", "text", "x1", "x2", "x3", "x4", "x5")
        rows = [
            ("a", "broken", "t", "", "2026-03-02 09:00", "joe", "2500"),
            ("b", "broken", "t", "", "2026-03-02 09:00", "ann", ""),
            ("r", "sorry", "t", "a", "2026-03-02 09:30", "us", ""),
        ]
        roles = ("thread", "parent", "time", "author", "reach")
        named = [part for n, role in enumerate(roles, 1) for part in (f"--{role}-column", f"x{n}")]
        named += ["--our-account", "us"]
        found = judged(*rows, header=header, arguments=named)
        assert phrase("reason-answered") in reasons(found["a"])
        assert phrase("reason-reach", count="2,500") in reasons(found["a"])
        assert phrase("reason-ours") in reasons(found["r"])


class TestWaiting:
    OLD, NEW = (row("old", date="2026-03-02 09:00"), row("new", date="2026-03-02 10:00"))

    def test_ages_are_counted_to_the_newest_comment(self):
        found = judged(self.OLD, self.NEW)
        assert urgency(found["new"]) == TEXT_ALONE < urgency(found["old"])

    def test_as_of_says_up_to_when(self):
        found = judged(self.OLD, self.NEW, arguments=("--as-of", "2026-03-05 10:00"))
        assert urgency(found["old"]) >= urgency(found["new"]) > TEXT_ALONE
        assert overdue((3, "days")) in reasons(found["new"])

    def test_the_target_of_the_configuration_counts(self, here):
        usual = judged(self.OLD, self.NEW)["old"]
        (here / "smclassify.toml").write_text("reply_time_target = 30\n", "utf-8")
        strict = judged(self.OLD, self.NEW)["old"]
        assert urgency(usual) < urgency(strict)
        assert "has waited" not in reasons(usual)
        assert overdue((60, "minutes"), target=(30, "minutes")) in reasons(strict)

    def test_what_wants_no_answer_does_not_wait(self):
        found = judged(row("a", text="nice", date="2026-01-01 10:00"), self.NEW)
        assert found["a"]["sm_reasons"] == ""
        assert urgency(found["a"]) == 4

    def test_who_has_no_time_has_not_waited(self):
        found = judged(row("a"), row("b", date="2026-03-02 10:00"))
        assert urgency(found["a"]) == TEXT_ALONE

    def test_the_timezone_moves_times_that_carry_an_offset(self):
        utc = row("a", date="2026-03-02T00:00:00+00:00")
        noon = ("--as-of", "2026-03-02 12:00")
        as_written = judged(utc, arguments=noon)["a"]
        in_seoul = judged(utc, arguments=(*noon, "--timezone", "Asia/Seoul"))["a"]
        assert overdue((12, "hours")) in reasons(as_written)
        assert overdue((3, "hours")) in reasons(in_seoul)

    def test_an_offset_of_as_of_is_moved_there_too(self):
        found = judged(
            row("a", date="2026-03-02T00:00:00+00:00"),
            arguments=("--as-of", "2026-03-02T03:00:00+00:00", "--timezone", "Asia/Seoul"),
        )
        assert overdue((3, "hours")) in reasons(found["a"])

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("--as-of", "yesterday"), "“yesterday” is no time"),
            (("--as-of", ""), "is no time"),
            (("--timezone", "Mars/Olympus"), "there is no time zone “Mars/Olympus”"),
            (("--timezone", "../etc/passwd"), "there is no time zone"),
        ],
    )
    def test_a_bad_moment_or_zone_is_said_in_words_before_any_work(self, here, arguments, said):
        write_csv("c.csv", HEADER, self.OLD)
        result = triage("c.csv", "-o", "out.csv", *arguments)
        assert result.exit_code == 2
        assert said in result.stderr
        assert "Traceback" not in result.stderr
        assert [path.name for path in here.iterdir()] == ["c.csv"]


class TestWhoAndHowMany:
    def test_the_more_have_seen_it_the_sooner(self):
        found = judged(*(row(str(n), text="broken", likes=n) for n in (0, 50, 1500, 90_000)))
        order = [urgency(found[name]) for name in ("0", "50", "1500", "90000")]
        assert order == sorted(set(order))
        assert "seen or shared by many: 1,500" in reasons(found["1500"])
        assert "seen" not in reasons(found["50"])

    def test_reach_does_not_make_chatter_urgent(self):
        found = judged(row("a", text="nice", likes="2000000"), row("b", text="nice"))
        assert urgency(found["a"]) - urgency(found["b"]) < 10

    def test_who_complains_again_comes_sooner(self):
        days = [f"2026-03-0{day} 09:00" for day in (2, 4, 6)]
        texts = ["it is broken", "still broken!", "broken, and nobody answers"]
        rows = [row(f"j{n}", "joe", *both) for n, both in enumerate(zip(days, texts, strict=True))]
        found = judged(*rows, row("ann", "ann", days[-1], texts[-1]))
        assert "the same author has complained 3 times" in reasons(found["j2"])
        assert "the same author has complained 2 times" in reasons(found["j1"])
        assert urgency(found["j2"]) > urgency(found["ann"])

    def test_copies_are_named_as_such(self):
        text = "everybody should know that this bell was broken on the very first day we used it"
        rows = [row(str(n), f"author{n}", f"2026-03-02 09:{n:02}", text) for n in range(12)]
        found = judged(*rows, row("other", "joe", "2026-03-02 09:30"))
        assert phrase("reason-copies", count=12) in reasons(found["0"])
        assert "nearly the same" not in reasons(found["other"])

    def test_part_of_a_burst_comes_sooner_and_says_since_when(self):
        start = datetime(2026, 3, 2)
        quiet = [
            row(f"q{n}", f"author{n}", start + timedelta(hours=1.5 * n),
                f"my {n}th bell is broken" if n % 12 == 0 else f"nice ride number {n}")
            for n in range(16 * 28)
        ]  # fmt: skip
        night = datetime(2026, 3, 28, 22)
        burst = [
            row(f"b{n}", f"angry{n}", night + timedelta(minutes=2 * n),
                f"brake {n} is broken, recall them")
            for n in range(40)
        ]  # fmt: skip
        found = judged(*quiet, *burst)
        said = ["part of the burst" in reasons(found[f"b{n}"]) for n in range(40)]
        assert sum(said) >= 36
        assert "burst" not in reasons(found["q0"])


class TestWords:
    ROWS = (
        row("late", "joe", "2026-03-02 09:00", likes="54321"),
        row("again", "joe", "2026-03-02 19:00", "this is broken too"),
        row("done", "ann", "2026-03-02 19:00", reply="Yes."),
        row("ours", "us", "2026-03-02 19:00", "thanks"),
        row("empty", "kim", "2026-03-02 19:00", " "),
    )

    @pytest.mark.parametrize("language", UI_LANGUAGES)
    def test_reasons_are_told_in_the_language_asked_for(self, language):
        arguments = ("--ui-lang", language, "--our-account", "us")
        found = judged(*self.ROWS, arguments=arguments)
        thousands = {"fr": "54\u202f321"}.get(language, "54,321")
        late = reasons(found["late"])
        assert overdue((10, "hours"), language) in late
        assert phrase("reason-reach", language, count=thousands) in late
        assert phrase("reason-repeat", language, count=2) in reasons(found["again"])
        assert phrase("reason-answered", language) in reasons(found["done"])
        assert found["ours"]["sm_reasons"] == phrase("reason-ours", language)
        assert found["empty"]["sm_reasons"] == phrase("reason-empty", language)

    @pytest.mark.parametrize("language", UI_LANGUAGES)
    def test_so_does_the_configuration(self, here, language):
        (here / "smclassify.toml").write_text(f'ui_language = "{language}"\n', "utf-8")
        found = judged(*self.ROWS)
        assert found["empty"]["sm_reasons"] == phrase("reason-empty", language)

    def test_rows_of_ours_and_without_text_do_not_count(self, here):
        judged(*self.ROWS, arguments=("--our-account", "us", "--report", "r.json"))
        report = json.loads((here / "r.json").read_text("utf-8"))
        assert report["kinds"] == {"complaint": 3}
        assert report["rows"] == report["rows_written"] == 5

    def test_what_a_model_makes_of_no_text_is_not_said(self):
        classifier = FakeClassifier()
        results = classifier.triage(["", "nice"])
        said = [replace(result, reasons=("everything else",)) for result in results]
        classifier.triage = lambda *_, **__: said
        assert judge(classifier, Work(["", "nice"])).reasons == [[], ["everything else"]]

    def test_nothing_is_said_of_a_row_that_nothing_is_known_of(self):
        (found,) = judged(row("a", text="nice")).values()
        assert found["sm_reasons"] == ""
        assert list(found)[-len(COLUMNS):] == list(COLUMNS)  # fmt: skip


def test_a_text_that_is_written_as_json_is_told_as_a_text_and_comes_back_as_it_was():
    header = ("Channel ID", "Comment Create Timestamp", "Price", "Comment ID", "Parent Comment ID",
              "Post ID", "Video ID", "Comment Text", "Top-Level Comment ID")  # fmt: skip
    written = '{"text":"it is broken"},{"text":"\\n"},{"text":"again"}'
    write_csv(
        "takeout.csv", header, ("me", "2026-05-01T10:00:00Z", "0", "c1", "", "", "v1", written, "")
    )
    assert triage("takeout.csv", "-o", "out.csv", "--report", "r.json").exit_code == 0
    (one,) = read("out.csv")
    assert (one["Comment Text"], one["sm_kind"]) == (written, "complaint")
    (told,) = json.loads(Path("r.json").read_text("utf-8"))["to_answer"]
    assert told["text"] == "it is broken\nagain"
