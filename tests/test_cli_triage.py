"""``smclassify triage``: every row once, with what it is beside it, and a summary to act on."""

import json
import sys
from pathlib import Path

import pytest
from cli_fake import MODEL, FakeClassifier, fake_module
from hypothesis import given
from hypothesis import strategies as st
from test_cli_score import Page
from triage_calls import read, rows_of, run, triage

from smclassify.cli import triage as command
from smclassify.cli.options import TABLE_INPUTS, TABLE_OUTPUTS
from smclassify.cli.setup import judge_of
from smclassify.config import Config
from smclassify.errors import InputError, OutputError
from smclassify.exports import FORMATS, OUTPUT_FORMATS, Role
from smclassify.triage.plan import union_of_columns
from smclassify.triage.types import COLUMNS, ONLY, SORTS, TriageInterrupted

EXPORT = """id,author,platform,comment,link
c1,joe,x,"it is broken,
twice",https://e.example/1
c2,ann,instagram,boycott them,javascript:alert(1)
c3,<b>kim</b>,x,broken boycott \x1b[31m,
c4,lee,naver,멋져요,
c5,,,,
"""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "smclassify.classifier", fake_module())
    (tmp_path / "c.csv").write_text(EXPORT, "utf-8", newline="")
    return tmp_path


@pytest.fixture
def big(here):
    words = ("broken", "boycott", "nice", "멋져요")
    rows = "".join(f"{n},{words[n % 4]} {n}\n" for n in range(9000))
    (here / "big.csv").write_text(f"id,text\n{rows}", "utf-8")
    return ["c.csv", "big.csv"]


class TestRows:
    def test_every_row_comes_back_in_order_with_its_own_cells_and_ours(self):
        assert triage("c.csv", "-o", "out.csv").exit_code == 0
        given_rows, got = rows_of(EXPORT), read("out.csv")
        assert [{k: row[k] for k in given_rows[0]} for row in got] == given_rows
        assert list(got[0])[5:] == list(COLUMNS)
        assert {k: got[0][k] for k in COLUMNS} == {
            "sm_lang": "en", "sm_kind": "complaint", "sm_private_reply": "true",
            "sm_private_reply_score": "0.9", "sm_department": "production", "sm_crisis": "false",
            "sm_priority": "59", "sm_reasons": "something is “broken”; alone with it",
        }  # fmt: skip
        assert (got[3]["sm_lang"], got[3]["sm_department"]) == ("ko", "")

    def test_rows_without_text_come_back_too_and_can_wait(self):
        triage("c.csv", "-o", "out.csv")
        row = read("out.csv")[4]
        assert (row["sm_kind"], row["sm_priority"]) == ("chatter", "0")
        assert row["sm_reasons"] == "has no text"

    def test_of_many_batches_every_row_keeps_what_is_its_own(self, big):
        triage(*big, "-o", "out.csv")
        got = read("out.csv")[5:]
        assert [row["id"] for row in got] == [str(n) for n in range(9000)]
        assert all(("broken" in row["text"]) == (row["sm_private_reply"] == "true") for row in got)

    def test_the_most_urgent_first(self):
        triage("c.csv", "-o", "out.csv", "--sort", "priority")
        assert [row["id"] for row in read("out.csv")] == ["c3", "c1", "c2", "c4", "c5"]

    def test_only_those_to_answer_in_private(self):
        result = triage("c.csv", "-o", "out.csv", "--only", "private_reply")
        assert [row["id"] for row in read("out.csv")] == ["c1", "c3"]
        assert "5 comments: 2 to answer in private" in result.stdout

    def test_jsonl_has_true_types_and_a_list_of_reasons(self):
        result = triage("c.csv", "-o", "-", "--format", "jsonl")
        first = json.loads(result.stdout.splitlines()[0])
        assert first["sm_private_reply"] is True
        assert first["sm_priority"] == 59
        assert first["sm_reasons"] == ["something is “broken”", "alone with it"]
        assert "5 comments" in result.stderr

    @pytest.mark.parametrize("ending", ["xlsx", "parquet", "jsonl", "tsv"])
    def test_it_goes_round_through_every_format(self, ending):
        assert triage("c.csv", "-o", f"a.{ending}").exit_code == 0
        assert triage(f"a.{ending}", "-o", "b.csv").exit_code == 0
        expected = triage("c.csv", "-o", "-").stdout
        cells = [[row[k] for k in ("id", "sm_kind", "sm_priority")] for row in read("b.csv")]
        assert cells == [
            [row[k] for k in ("id", "sm_kind", "sm_priority")] for row in rows_of(expected)
        ]

    def test_an_earlier_triages_columns_are_replaced_and_that_is_said(self, here):
        text = "id,text,sm_kind,sm_other\n1,broken,praise,kept\n"
        (here / "again.csv").write_text(text, "utf-8")
        result = triage("again.csv", "-o", "out.csv")
        (row,) = read("out.csv")
        assert list(row) == ["id", "text", "sm_other", *COLUMNS]
        assert (row["sm_kind"], row["sm_other"]) == ("complaint", "kept")
        assert "columns of an earlier triage replaced: sm_kind" in result.stderr

    def test_several_files_make_one_with_all_columns(self, here):
        (here / "d.jsonl").write_text('{"text": "broken", "id": "d1", "stars": 2}\n', "utf-8")
        assert triage("c.csv", "d.jsonl", "-o", "out.csv").exit_code == 0
        got = read("out.csv")
        assert list(got[0])[:7] == ["id", "author", "platform", "comment", "link", "text", "stars"]
        assert (got[5]["id"], got[5]["text"], got[5]["stars"]) == ("d1", "broken", "2")
        assert (got[5]["author"], got[5]["sm_kind"]) == ("", "complaint")

    def test_ragged_rows_keep_their_surplus_at_the_end(self, here):
        (here / "r.csv").write_text("id,text\n1,broken,more\n2\n", "utf-8")
        result = triage("r.csv", "-o", "out.csv")
        lines = (here / "out.csv").read_text("utf-8").splitlines()
        assert lines[1].startswith("1,broken,en,complaint")
        assert lines[1].endswith(",more")
        assert result.exit_code == 0
        assert "row 1" in result.stderr

    def test_unreadable_rows_are_listed_with_exit_code_2_and_the_others_written(self, here):
        lines = ['{"text": "a"}', *["{broken"] * 20, '{"text": "b"}']
        (here / "d.jsonl").write_text("\n".join(lines), "utf-8")
        result = triage("d.jsonl", "-o", "out.csv")
        assert [row["text"] for row in read("out.csv")] == ["a", "b"]
        assert result.exit_code == 2
        for row in range(2, 22):
            assert f"d.jsonl: row {row}," in result.stderr
        assert "20 rows could not be read" in result.stdout

    def test_standard_input(self):
        result = triage("-", "-o", "-", input="id,text\n1,broken\n")
        assert rows_of(result.stdout)[0]["sm_kind"] == "complaint"

    def test_columns_language_and_thresholds_can_be_named(self):
        result = triage(
            "c.csv", "-o", "-", "--text-column", "AUTHOR", "--lang", "fr",
            "--threshold", "private_reply=0.05",
        )  # fmt: skip
        got = rows_of(result.stdout)
        assert {row["sm_lang"] for row in got} == {"fr"}
        assert {row["sm_private_reply"] for row in got} == {"true"}

    def test_a_language_that_the_model_has_not_learned_is_noted(self):
        result = triage("c.csv", "-o", "-", "--lang", "de-AT")
        assert {row["sm_lang"] for row in rows_of(result.stdout) if row["comment"]} == {"de"}
        assert "has not learned de" in result.stderr
        assert "has not learned" not in triage("c.csv", "-o", "-", "--lang", "ko").stderr
        assert "such as de" in triage("c.csv", "-o", "-", "--lang", "german").stderr


class TestModel:
    def test_what_the_name_means_when_the_run_begins_is_asked_to_the_end(self, here, monkeypatch):
        module = sys.modules["smclassify.classifier"]
        before, after = (here / name for name in ("before", "after"))
        for folder in (before, after):
            folder.mkdir()
            (folder / "manifest.json").write_bytes((MODEL / "manifest.json").read_bytes())
        meant, asked = [before], []

        def find_model(name_or_path):
            found = {"default": meant[-1], "shipped": MODEL}.get(name_or_path, name_or_path)
            meant.append(after)  # somebody says "models use" in this moment
            return found

        def own_labels(name_or_path, task):
            asked.append(find_model(name_or_path))
            return ()

        def load(name_or_path, *, config):
            asked.append(find_model(name_or_path))
            return FakeClassifier(config)

        for one in (find_model, own_labels, load):
            monkeypatch.setattr(module, one.__name__, one)
        assert triage("c.csv", "-o", "out.csv").exit_code == 0
        assert asked == [before, before]

    def test_a_run_is_gone_on_with_by_what_the_model_holds_and_not_by_its_name(self, here):
        """The judge of a run is known by content: the same folder under another path will do."""
        copy = here / "copy"
        copy.mkdir()
        (copy / "manifest.json").write_bytes((MODEL / "manifest.json").read_bytes())
        assert judge_of(copy, Config()) == judge_of(MODEL, Config())
        (copy / "manifest.json").write_text("{}", "utf-8")
        assert judge_of(copy, Config()) != judge_of(MODEL, Config())


class TestUnion:
    @given(st.lists(st.lists(st.sampled_from("abc") | st.just("sm_kind"), max_size=5), max_size=4))
    def test_every_own_cell_has_exactly_one_place(self, headers):
        columns, plans = union_of_columns(headers, COLUMNS)
        assert not set(columns) & set(COLUMNS)
        for header, plan in zip(headers, plans, strict=True):
            kept = [source for source in plan.sources if source is not None]
            assert sorted(kept) == [i for i, name in enumerate(header) if name not in COLUMNS]
            for name, source in zip(columns, plan.sources, strict=True):
                assert source is None or header[source] == name


class TestSummary:
    def test_whom_to_answer_first_and_how_many_of_what(self):
        shown = triage("c.csv", "-o", "out.csv").stdout
        assert shown.index("<b>kim</b>") < shown.index("joe")
        assert (
            "99  x · <b>kim</b> · English · complaint → production  possible crisis  (id c3)"
            in shown
        )
        assert "it is broken, twice" in shown
        assert "→ something is “broken”\n" in shown
        assert shown.index("Single comments that could") < shown.index("boycott them")
        assert "5 comments: 2 to answer in private, 2 that could become a crisis." in shown
        assert "\x1b" not in shown

    def test_quiet(self):
        assert triage("c.csv", "-o", "out.csv", "-q").output == ""

    def test_lists_are_bounded_and_hold_the_most_urgent(self, here):
        texts = "".join(f"{n},{'broken ' if n % 2 else ''}{'x' * (n % 9)}\n" for n in range(500))
        (here / "many.csv").write_text(f"id,text\n{texts}", "utf-8")
        summary = run(["many.csv"], listed=7)
        assert len(summary.to_answer) == len(summary.top) == 7
        assert summary.private_replies == 250
        written = read("out.csv")
        best = max(int(row["sm_priority"]) for row in written)
        assert {row.priority for row in summary.to_answer} == {best}
        places = [row.place for row in summary.to_answer]
        assert places == sorted(places)

    def test_problems_and_counts_as_json(self):
        triage("c.csv", "-o", "out.csv", "--report", "r.json")
        report = json.loads(Path("r.json").read_text("utf-8"))
        assert report["kinds"] == {"complaint": 3, "chatter": 1}  # c5 has no text
        assert report["departments"] == {"production": 2, "communications": 1}
        assert [row["id"] for row in report["to_answer"]] == ["c3", "c1"]
        assert report["rows"] == report["rows_written"] == 5

    def test_a_page_on_its_own(self):
        triage("c.csv", "-o", "out.csv", "--report", "r.html")
        html = Path("r.html").read_text("utf-8")
        page = Page(html)
        assert "https://e.example/1" in page.links
        assert not any(link.startswith("javascript") for link in page.links)
        assert "&lt;b&gt;kim&lt;/b&gt;" in html
        assert "\x1b" not in html
        assert html.index("Crisis watch") < html.index("Answer in private")

    def test_a_page_without_anything_to_do(self, here):
        (here / "e.csv").write_text("id,text\n1,fine\n", "utf-8")
        triage("e.csv", "-o", "out.csv", "--report", "r.html")
        html = Path("r.html").read_text("utf-8")
        Page(html)
        assert "Nobody waits for a private answer." in html


class TestWhatIsWrongWithTheCall:
    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["c.csv"], "--output"),
            (["nosuch.csv", "-o", "out.csv"], "there is no such file"),
            (["c.csv", "-o", "out.doc"], "cannot be written as “.doc”"),
            (["c.csv", "-o", "nowhere/out.csv"], "there is no folder"),
            (["c.csv", "-o", "c.csv"], "is one of the inputs"),
            (["c.csv", "c.csv", "-o", "out.csv"], "is named twice"),
            (["-", "-", "-o", "out.csv"], "is named twice"),
            (["c.csv", "-o", "/dev/null", "--format", "csv"], "no ordinary file"),
            (["c.csv", "-o", "/dev/null"], "its name has no ending"),
            (["c.csv", "-o", "-", "--format", "xlsx"], "csv, tsv, jsonl"),
            (["c.csv", "-o", "-", "--resume"], "cannot be resumed"),
            (["c.csv", "-o", "out.csv", "--report", "r.pdf"], ".html"),
            (["c.csv", "-o", "out.csv", "--report", "nowhere/r.html"], "there is no folder"),
            (["c.csv", "-o", "out.html", "--format", "csv", "--report", "out.html"], "twice"),
            (["c.csv", "-o", "out.csv", "--text-column", "body"], "c.csv: there is no column"),
            (["c.csv", "-o", "out.csv", "--id-column", "key"], "--id-column"),
            (["c.csv", "-o", "out.csv", "--threshold", "spammy=0.5"], "private_reply, crisis"),
            (["c.csv", "-o", "out.csv", "--encoding", "klingon"], "is not an encoding"),
            (["c.csv", "-o", "out.csv", "--delimiter", "ab"], "cannot be a delimiter"),
        ],
    )
    def test_it_is_said_in_words_with_exit_code_2_and_nothing_is_written(
        self, here, arguments, said
    ):
        result = triage(*arguments, input="")
        assert result.exit_code == 2
        assert said in result.stderr
        assert "Traceback" not in result.stderr
        assert [path.name for path in here.iterdir()] == ["c.csv"]

    def test_no_source_at_all(self):
        with pytest.raises(InputError):
            run([])

    def test_the_commands_choices_are_the_programs(self):
        choices = {p.name: tuple(p.type.choices) for p in command.triage.params
                   if hasattr(p.type, "choices")}  # fmt: skip
        assert set(TABLE_INPUTS) == set(FORMATS)
        assert set(TABLE_OUTPUTS) == set(OUTPUT_FORMATS)
        assert (choices["sort"], choices["only"]) == (SORTS, ONLY)

    def test_the_help_names_all_columns(self):
        shown = " ".join(triage("--help").stdout.split())
        assert all(column in shown for column in COLUMNS)


class TestResultsThatAreThere:
    """What an earlier run has left is nobody's to lose."""

    @pytest.fixture(autouse=True)
    def earlier(self, here):
        (here / "out.csv").write_text("earlier", "utf-8")

    def test_a_result_is_not_overwritten(self, here):
        result = triage("c.csv", "-o", "out.csv")
        assert result.exit_code == 2
        assert "out.csv: is there already" in result.stderr
        assert "--force" in result.stderr
        assert (here / "out.csv").read_text("utf-8") == "earlier"

    def test_force_replaces_it(self):
        assert triage("c.csv", "-o", "out.csv", "--force").exit_code == 0
        assert len(read("out.csv")) == 5

    def test_resume_without_anything_to_go_on_with_does_not_replace_it(self, here):
        result = triage("c.csv", "-o", "out.csv", "--resume")
        assert result.exit_code == 2
        assert (here / "out.csv").read_text("utf-8") == "earlier"

    @pytest.mark.parametrize("ending", ["html", "json"])
    def test_a_report_is_not_overwritten_either_and_that_is_said_first(self, here, ending):
        (here / f"r.{ending}").write_text("earlier", "utf-8")
        arguments = ["c.csv", "-o", "new.csv", "--report", f"r.{ending}"]
        result = triage(*arguments)
        assert result.exit_code == 2
        assert f"r.{ending}: is there already" in result.stderr
        assert not (here / "new.csv").exists()
        assert (here / f"r.{ending}").read_text("utf-8") == "earlier"
        assert triage(*arguments, "--force").exit_code == 0
        assert (here / f"r.{ending}").read_text("utf-8") != "earlier"

    @pytest.mark.parametrize("report", ["r.pdf", "nowhere/r.html", "c.csv", "new.csv"])
    def test_a_report_that_cannot_be_is_refused_before_any_work(self, here, monkeypatch, report):
        def load(*_, **__):
            raise AssertionError("the model was loaded")

        monkeypatch.setattr(sys.modules["smclassify.classifier"], "load", load)
        result = triage("c.csv", "-o", "new.csv", "--report", report)
        assert result.exit_code == 2
        assert report in result.stderr
        assert sorted(path.name for path in here.iterdir()) == ["c.csv", "out.csv"]


class StopsAfter(FakeClassifier):
    """Ctrl-C in the middle of a batch."""

    def __init__(self, batches, error=KeyboardInterrupt):
        super().__init__()
        self.left, self.error = batches, error

    def triage(self, texts, **options):
        self.left -= 1
        if self.left < 0:
            raise self.error
        return super().triage(texts, **options)


class TestResume:
    def interrupt(self, sources, batches=3, target="out.csv", **options):
        with pytest.raises(TriageInterrupted) as stopped:
            run(sources, target, StopsAfter(batches), **options)
        return stopped.value

    @pytest.mark.parametrize(
        "options", [{}, {"sort": "priority"}, {"only": "private_reply"}, {"listed": 3}]
    )
    def test_a_resumed_run_ends_as_an_uninterrupted_one(self, here, big, options):
        whole = run(big, "whole.csv", **options)
        stopped = self.interrupt(big, **options)
        assert stopped.rows == 5 + 2 * 2000
        assert stopped.kept is not None
        resumed = run(big, resume=True, **options)
        assert (here / "out.csv").read_bytes() == (here / "whole.csv").read_bytes()
        same = {"target": "", "seconds": 0}
        assert resumed.to_dict() | same == whole.to_dict() | same
        assert not list(here.glob("*.part*"))

    def test_nothing_is_kept_of_a_run_without_a_row(self, here, big):
        stopped = self.interrupt(big, batches=0)
        assert stopped.kept is None
        assert not list(here.glob("out*"))

    def test_an_unfinished_run_is_not_thrown_away_unasked(self, here, big):
        kept = self.interrupt(big).kept
        with pytest.raises(OutputError, match=r"interrupted(?s:.*)--resume(?s:.*)--force"):
            run(big)
        assert kept.exists()
        assert run(big, force=True).rows == 9005
        assert len(read("out.csv")) == 9005

    @pytest.mark.parametrize(
        ("sources", "options", "said"),
        [
            (["c.csv"], {}, "input"),
            (None, {"lang": "fr"}, "language"),
            (None, {"thresholds": {"private_reply": 0.95}}, "thresholds"),
            (None, {"judge": "another"}, "model or configuration"),
            (None, {"columns": {Role.TEXT: "id"}}, "meaning of the columns"),
            (None, {"timezone": "Asia/Seoul"}, "time zone"),
            (None, {"accounts": ("us",)}, "own accounts"),
            (None, {"redact": True}, "masking of personal data"),
            (None, {"ui_language": "ko"}, "language of reasons"),
        ],
    )
    def test_another_run_is_not_resumed(self, here, big, sources, options, said):
        kept = self.interrupt(big, batches=2).kept
        before = kept.read_bytes()
        with pytest.raises(OutputError, match=said):
            run(sources or big, resume=True, **options)
        assert kept.read_bytes() == before
        assert run(big, resume=True).rows == 9005

    def test_order_and_choice_of_rows_can_still_be_changed(self, here, big):
        chosen = {"sort": "priority", "only": "private_reply", "format": "jsonl"}
        run(big, "whole.jsonl", **chosen)
        self.interrupt(big)
        run(big, resume=True, **chosen)
        assert (here / "out.csv").read_bytes() == (here / "whole.jsonl").read_bytes()

    def test_any_other_failure_can_be_resumed_too(self, here, big):
        with pytest.raises(InputError, match=r"not enough memory.*\n.*--resume"):
            run(big, "out.csv", StopsAfter(3, MemoryError))
        assert run(big, resume=True).rows == 9005

    def test_on_standard_output_nothing_can_be_kept(self, big, capsysbinary):
        assert self.interrupt(big, 2, "-").kept is None
        assert capsysbinary.readouterr().out == b""
