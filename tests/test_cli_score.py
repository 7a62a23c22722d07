"""``smclassify score``: what it takes for a draft, what it writes, what it says when it can't."""

import csv
import io
import json
import sys
from html.parser import HTMLParser

import pytest
from cli_fake import fake_module
from click.testing import CliRunner

from smclassify.cli.app import cli


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "smclassify.classifier", fake_module())
    monkeypatch.delenv("NO_COLOR", raising=False)
    return tmp_path


def score(*arguments, **settings):
    return CliRunner().invoke(cli, ["score", *map(str, arguments)], **settings)


def records(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def ids(result):
    return [record["id"] for record in records(result)]


class TestWhatCountsAsADraft:
    def test_arguments_are_drafts(self):
        result = score("one", "two BUY NOW", "--format", "jsonl")
        assert [(r["id"], r["text"]) for r in records(result)] == [
            ("1", "one"), ("2", "two BUY NOW"),
        ]  # fmt: skip

    def test_a_text_or_markdown_file_is_one_draft_of_several_lines(self, here):
        (here / "a.md").write_text("# Hello\n\nfriends\n", "utf-8")
        (record,) = records(score("a.md", "--format", "jsonl"))
        assert record["text"] == "# Hello\n\nfriends\n"
        assert record["id"] == "a.md"

    def test_a_table_holds_a_draft_a_row_under_its_own_ids(self, here):
        (here / "d.csv").write_text('key,id,text\n1,d1,"two\nlines"\n2,d2,fine\n', "utf-8")
        result = score("d.csv", "--format", "jsonl")
        assert [(r["id"], r["text"]) for r in records(result)] == [
            ("d1", "two\nlines"), ("d2", "fine"),
        ]  # fmt: skip

    def test_columns_can_be_named(self, here):
        (here / "d.csv").write_text("text,id,better,ref\nno,1,yes,r9\n", "utf-8")
        (record,) = records(
            score("d.csv", "--format", "jsonl", "--text-column", "better", "--id-column", "ref")
        )
        assert (record["id"], record["text"]) == ("r9", "yes")

    def test_rows_of_several_files_without_ids_are_told_apart(self, here):
        (here / "a.csv").write_text("text\nx\n", "utf-8")
        (here / "b.csv").write_text("text\ny\nz\n", "utf-8")
        result = score("a.csv", "b.csv", "w", "--format", "jsonl")
        assert ids(result) == ["a.csv:1", "b.csv:1", "b.csv:2", "1"]

    def test_standard_input_is_a_draft_a_line(self):
        result = score("-", "--format", "jsonl", input="one\n\n two \r\nthree")
        assert [(r["id"], r["text"]) for r in records(result)] == [
            ("1", "one"), ("3", " two "), ("4", "three"),
        ]  # fmt: skip

    def test_standard_input_may_be_one_draft(self):
        (record,) = records(
            score("-", "--format", "jsonl", "--input-format", "text", input="one\n\ntwo\n")
        )
        assert record["text"] == "one\n\ntwo\n"

    @pytest.mark.parametrize("wanted", [[], ["--input-format", "jsonl"]])
    def test_jsonl_on_standard_input_is_recognised(self, wanted):
        lines = '{"id": "a", "text": "x\\ny"}\n{"id": "b", "text": "z"}\n'
        assert ids(score("-", "--format", "jsonl", *wanted, input=lines)) == ["a", "b"]

    def test_a_placeholder_at_the_start_is_no_json(self):
        (record,) = records(score("-", "--format", "jsonl", input="{first_name}, hello\n"))
        assert record["text"] == "{first_name}, hello"

    def test_standard_input_as_csv_has_to_be_said(self):
        table = "id,text\nq,hello\n"
        assert ids(score("-", "--format", "jsonl", "--input-format", "csv", input=table)) == ["q"]

    def test_lines_in_korean_encoding(self):
        result = score(
            "-", "--format", "jsonl", "--encoding", "cp949", input="안녕하세요\n".encode("cp949")
        )
        assert records(result)[0]["text"] == "안녕하세요"

    def test_what_was_written_is_read_again(self):
        first = score("one", "BUY NOW", "--format", "jsonl").stdout
        assert score("-", "--format", "jsonl", input=first).stdout == first

    def test_a_link_or_a_slash_in_a_draft_is_no_path(self):
        drafts = ["https://a.example/x.csv", "and/or?", "Ends.\nWith a file.csv", "50% off / today"]
        assert [r["text"] for r in records(score(*drafts, "--format", "jsonl"))] == drafts


class TestWhatIsWrongWithTheCall:
    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["missing.csv"], "missing.csv: there is no such file"),
            (["my drafts.xlsx"], "my drafts.xlsx: there is no such file"),
            (["./posts/launch"], "./posts/launch: there is no such file"),
            (["old.xls"], "old.xls: there is no such file"),
            (["."], "is a folder"),
            ([""], "is empty"),
            (["-", "-"], "only be read once"),
            (["x", "--threshold", "spam=0.5"], "spammy, self_centered, off_policy"),
            (["x", "--threshold", "spammy"], "spammy=0.7"),
            (["x", "--threshold", "spammy=nan"], "from 0 to 1"),
            (["x", "--threshold", "spammy=1.5"], "from 0 to 1"),
            (["x", "--platform", "myspace"], "instagram"),
            (["x", "--lang", "german"], "such as de or pt-BR"),
            (["x", "--lang", "und"], "such as de or pt-BR"),
            (["x", "--format", "pdf"], "'jsonl'"),
            (["x", "-o", "out.xlsx"], "cannot be written as “.xlsx”"),
            (["x", "-o", "out"], "its name has no ending"),
            (["x", "-o", "nowhere/out.html"], "there is no folder"),
            (["x", "--model", "nosuch"], "There is no model 'nosuch'"),
            (["x", "--config", "nosuch.toml"], "nosuch.toml"),
            (["x", "--policy", "nosuch.toml"], "nosuch.toml"),
            ([], "DRAFT"),
        ],
    )
    def test_it_is_said_in_words_with_exit_code_2(self, arguments, said):
        result = score(*arguments)
        assert result.exit_code == 2
        assert said in result.stderr
        assert "Traceback" not in result.stderr
        assert result.stdout == ""

    def test_a_config_key_that_is_wrong_is_named(self, here):
        (here / "smclassify.toml").write_text("[thresholds]\nspamy = 0.5\n", "utf-8")
        result = score("x")
        assert result.exit_code == 2
        assert "spamy" in result.stderr

    def test_a_file_without_a_telling_name_needs_a_word(self, here):
        (here / "posts").write_text("a\nb\n", "utf-8")
        assert "--input-format" in score("posts").stderr
        assert ids(score("posts", "--input-format", "lines", "--format", "jsonl")) == ["1", "2"]

    def test_a_named_column_that_is_missing(self, here):
        (here / "d.csv").write_text("a,b\n1,2\n", "utf-8")
        result = score("d.csv", "--text-column", "c")
        assert (result.exit_code, "d.csv" in result.stderr) == (2, True)
        assert "“a”, “b”" in result.stderr

    def test_escapes_in_a_file_name_do_not_reach_the_terminal(self):
        assert "\x1b" not in score("\x1b[31mred.csv").stderr

    def test_unreadable_rows_are_listed_and_the_others_scored(self, here):
        lines = '{"id": "a", "text": "BUY NOW"}\nnonsense\n{"id": "b", "text": "x"}\n'
        (here / "d.jsonl").write_text(lines, "utf-8")
        result = score("d.jsonl", "--format", "jsonl")
        assert ids(result) == ["a", "b"]
        assert result.exit_code == 2
        assert "row 2" in result.stderr
        assert "1 row could not be read" in result.stderr

    def test_rows_without_text_are_passed_over_and_said(self, here):
        (here / "d.csv").write_text("id,text\na,\nb,fine\n", "utf-8")
        result = score("d.csv", "--format", "jsonl")
        assert ids(result) == ["b"]
        assert "row 1: holds no text" in result.stderr
        assert result.exit_code == 0


class TestExitCodes:
    def test_nothing_flagged(self):
        assert score("fine").exit_code == 0

    def test_something_flagged(self):
        assert score("fine", "BUY NOW").exit_code == 1

    def test_advice_alone_is_no_flag(self):
        result = score("see https://a.example", "--platform", "instagram")
        assert result.exit_code == 0
        assert "cannot be clicked" in result.stdout


class TestWhatTheClassifierIsTold:
    def test_platform_lang_and_thresholds_reach_it(self, monkeypatch):
        calls = []
        module = fake_module()

        def load(name, *, config):
            classifier = module.FakeClassifier(config)
            classifier.calls = calls
            return classifier

        monkeypatch.setattr(sys.modules["smclassify.classifier"], "load", load)
        score("x", "--platform", "IG", "--lang", "fr", "--threshold", "spammy=0.2",
              "--threshold", "off_policy=0.9")  # fmt: skip
        assert calls == [(1, "instagram", "fr", {"spammy": 0.2, "off_policy": 0.9})]

    def test_a_table_says_platform_and_language_of_each_row(self, here, monkeypatch):
        calls = []
        module = fake_module()

        def load(name, *, config):
            classifier = module.FakeClassifier(config)
            classifier.calls = calls
            return classifier

        monkeypatch.setattr(sys.modules["smclassify.classifier"], "load", load)
        (here / "d.csv").write_text(
            "text,platform,lang\na,Instagram,fr-FR\nb,Hootsuite,de\nc,,und\nd,,French\n", "utf-8"
        )
        score("d.csv")
        platforms, langs = ["instagram", None, None, None], ["fr", "de", None, None]
        assert calls == [(4, platforms, langs, None)]

    @pytest.mark.parametrize("code", ["de", "DE", "deu", "de-AT"])
    def test_any_language_can_be_named_and_one_not_learned_is_noted(self, code):
        result = score("x", "--lang", code, "--format", "jsonl")
        assert json.loads(result.stdout)["lang"] == "de"
        assert "has not learned de" in result.stderr and "drafts is a guess" in result.stderr

    def test_a_language_that_is_learned_is_not_noted(self, monkeypatch):
        module = sys.modules["smclassify.classifier"]
        monkeypatch.setattr(module, "learned_languages", lambda model, task: {"de", "en"})
        assert score("x", "--lang", "de").stderr == ""
        assert score("x", "--lang", "en").stderr == ""
        assert score("x", "--lang", "fr").stderr != ""

    def test_a_threshold_decides(self):
        assert score("BUY NOW", "--threshold", "spammy=0.99").exit_code == 0

    def test_the_policy_file_takes_the_place_of_the_configurations(self, here, monkeypatch):
        seen = []
        module = sys.modules["smclassify.classifier"]
        load = module.load
        monkeypatch.setattr(
            module, "load", lambda name, *, config: seen.append(config) or load(config=config)
        )
        (here / "smclassify.toml").write_text(
            '[thresholds]\nspammy = 0.6\n[policy]\nforbidden = ["cheap"]\n', "utf-8"
        )
        (here / "p.toml").write_text('[policy]\nforbidden = ["vulgar"]\n', "utf-8")
        score("x", "--policy", "p.toml")
        assert [one.term for one in seen[0].policy.forbidden] == ["vulgar"]
        assert seen[0].thresholds == {"spammy": 0.6}


class TestText:
    def test_nothing_but_one_line_when_all_is_well(self):
        assert score("fine", "good").stdout == "2 drafts, nothing to mend.\n"

    def test_a_flagged_draft_shows_where_why_how_sure_and_what_would_mend_it(self):
        shown = score("fine", "Hurry, BUY NOW please").stdout
        assert "Hurry, >>BUY NOW<< please" in shown
        assert "spammy - it pushes, it doesn't talk (almost certainly, 97%)" in shown
        assert "hard_sell: promotion alone" in shown
        assert "“BUY NOW”  It says BUY NOW. [spammy, hard_sell]" in shown
        assert "→ Say why." in shown
        assert shown.endswith("2 drafts: 1 flagged (1 spammy), 1 clean.\n")
        assert "fine" not in shown

    def test_what_is_wrong_in_the_same_way_twice_is_said_once(self):
        shown = score("BUY NOW or we are proud or BUY NOW!").stdout
        assert ">>BUY NOW<< or >>we are proud<< or >>BUY NOW<<!" in shown
        assert shown.count("It says BUY NOW.") == 1

    def test_a_policy_block_says_that_a_rule_decided(self):
        shown = " ".join(score("Project Heron is out").stdout.split())
        assert "off_policy - it breaks the social media policy (by a rule of the policy" in shown

    def test_on_a_colour_terminal_the_words_are_underlined_instead(self):
        shown = score("Hurry, BUY NOW please", "--color").stdout
        assert "\x1b[1;4;31mBUY NOW\x1b[0m" in shown
        assert ">>" not in shown

    def test_no_color(self, monkeypatch):
        assert "\x1b" not in score("BUY NOW", "--no-color").stdout
        assert "\x1b" not in score("BUY NOW").stdout

    def test_markup_and_escapes_in_a_draft_are_only_text(self):
        draft = "[bold]BUY NOW[/bold] \x1b[31m \x9b \u202eabc :smile: [link=x]"
        shown = score(draft).stdout
        assert "[bold]>>BUY NOW<<[/bold] ␛[31m" in shown
        assert ":smile: [link=x]" in shown
        assert not {"\x1b", "\x9b", "\u202e"} & set(shown)

    def test_of_a_long_draft_only_the_surroundings_are_shown(self):
        shown = score("start " + "word " * 2000 + "BUY NOW " + "word " * 2000).stdout
        assert ">>BUY NOW<<" in shown
        assert "start" in shown
        assert "[…]" in shown
        assert shown.count("word") < 200


class TestFiles:
    def test_the_ending_says_the_format(self, here):
        result = score("BUY NOW", "-o", "out.jsonl")
        assert result.exit_code == 1
        assert result.stdout == ""
        assert json.loads((here / "out.jsonl").read_text("utf-8"))["flags"] == ["spammy"]

    def test_a_failure_leaves_the_old_file_and_nothing_else(self, here):
        (here / "out.csv").write_text("old", "utf-8")
        (here / "d.json").write_text('[{"text": "a"}, {"text": ', "utf-8")
        assert score("d.json", "-o", "out.csv").exit_code == 2
        assert (here / "out.csv").read_text("utf-8") == "old"
        assert sorted(path.name for path in here.iterdir()) == ["d.json", "out.csv"]

    def test_an_input_is_never_overwritten(self, here):
        (here / "d.csv").write_text("text\nhello\n", "utf-8")
        result = score("d.csv", "-o", "./d.csv")
        assert result.exit_code == 2
        assert "one of the inputs" in result.stderr
        assert (here / "d.csv").read_text("utf-8") == "text\nhello\n"

    def test_csv_has_a_row_a_draft(self):
        rows = list(csv.DictReader(io.StringIO(score("BUY NOW", "x,y", "--format", "csv").stdout)))
        assert [(r["id"], r["text"], r["flags"], r["spammy"], r["reasons"]) for r in rows] == [
            ("1", "BUY NOW", "spammy", "0.97", "hard_sell"), ("2", "x,y", "", "0.02", ""),
        ]  # fmt: skip
        assert rows[0]["findings"] == "0-7 hard_sell: It says BUY NOW."

    def test_a_jsonl_record_is_the_contract(self):
        (record,) = records(score("é BUY NOW", "--format", "jsonl"))
        assert set(record) == {
            "id", "text", "lang", "flags", "scores", "reasons", "findings", "raised_by",
        }  # fmt: skip
        assert set(record["scores"]) == {"spammy", "self_centered", "off_policy"}
        (finding,) = record["findings"]
        assert record["text"][finding["start"] : finding["end"]] == "BUY NOW"
        assert {"rule", "source", "message", "suggestion"} <= set(finding)

    def test_half_a_character_is_written_as_json_has_it(self, here):
        (here / "d.jsonl").write_text('{"text": "x \\ud83d y"}\n', "ascii")
        (record,) = records(score("d.jsonl", "--format", "jsonl"))
        assert record["text"] == "x \ud83d y"
        assert score("d.jsonl", "--format", "csv").exit_code == 0
        assert score("d.jsonl").exit_code == 0


class Page(HTMLParser):
    """Every tag is closed in order; texts of marks, and all attributes."""

    VOID = frozenset({"meta", "br", "rect"})

    def __init__(self, text):
        super().__init__()
        self.open, self.marks, self.links, self.places = [], [], [], set()
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        assert not {"src", "onclick", "onload"} & set(attributes)
        assert tag not in ("script", "link", "img", "iframe")
        if "id" in attributes:
            assert attributes["id"] not in self.places
            self.places.add(attributes["id"])
        if tag == "a":
            self.links.append(attributes["href"])
        if tag == "mark":
            self.marks.append("")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if "mark" in self.open and self.open[-1] == "mark":
            self.marks[-1] += data


class TestHtml:
    def test_a_page_on_its_own_with_the_words_marked(self):
        html = score("<b>BUY NOW</b>", "fine", "--format", "html").stdout
        page = Page(html)
        assert page.marks == ["BUY NOW"]
        assert "&lt;b&gt;" in html
        assert "2 drafts: 1 flagged (1 spammy), 1 clean." in html
        assert all(link.startswith("#") and link[1:] in page.places for link in page.links)
        assert "http" not in html

    def test_nothing_to_mend(self):
        html = score("fine", "--format", "html").stdout
        Page(html)
        assert "1 draft, nothing to mend." in html

    def test_a_hostile_draft_stays_text(self):
        html = score("</p><script>alert(1)</script>\u202e BUY NOW \x00", "--format", "html").stdout
        Page(html)
        assert "\u202e" not in html


class TestHelp:
    def test_it_shows_examples_and_sections(self):
        shown = score("--help").stdout
        assert "Examples:" in shown
        for heading in ("What to read:", "How to judge:", "What to write:"):
            assert heading in shown
