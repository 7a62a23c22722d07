"""``smclassify score`` over a set of drafts."""

import csv
import json
import sys

import pytest
from cli_fake import fake_module
from click.testing import CliRunner
from test_campaign import ALIKE, POST

from smclassify.cli.app import cli


class TestCommand:
    @pytest.fixture(autouse=True)
    def here(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setitem(sys.modules, "smclassify.classifier", fake_module())
        monkeypatch.setenv("LANG", "C")
        for variable in ("LC_ALL", "LC_MESSAGES"):
            monkeypatch.delenv(variable, raising=False)
        return tmp_path

    def score(self, *arguments):
        return CliRunner().invoke(cli, ["score", *map(str, arguments)])

    @pytest.fixture
    def table(self, here):
        with (here / "d.csv").open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(["id", "published_at", "platform", "text"])
            rows.writerow(["a", "2026-03-01 09:00", "X", POST])
            rows.writerow(["b", "2026-03-20 09:00", "insta", POST])
            rows.writerows([n, "", "", f"{n} tarrowmere.example"] for n in "cdef")
        return "d.csv"

    def test_a_text_sent_to_two_platforms_is_flagged(self, table):
        result = self.score(table)
        assert result.exit_code == 1
        shown = " ".join(result.stdout.split())
        assert "The very same text goes to X, Instagram (see a). [spammy, canned]" in shown
        assert "All drafts together • Posts with a link: 4 of 6" in shown
        assert "from 2026-03-01 to 2026-03-20 (19 days)" in shown
        assert result.stdout.endswith("6 drafts: 1 flagged (1 spammy), 5 clean.\n")

    def test_each_alone(self, table):
        result = self.score(table, "--each-alone")
        assert (result.exit_code, result.stdout) == (0, "6 drafts, nothing to mend.\n")

    def test_clean_drafts_with_a_remark_on_the_set(self, table):
        result = self.score(*[f"{n} tarrowmere.example" for n in "abcdef"])
        assert result.exit_code == 0
        assert result.stdout.endswith("6 drafts, nothing to mend in any of them alone.\n")

    @pytest.mark.parametrize("format", ["jsonl", "csv"])
    def test_records_stay_records_and_remarks_are_notes(self, table, format):
        result = self.score(table, "--format", format)
        assert "Note: Posts with a link: 4 of 6" in result.stderr
        assert "Posts with a link" not in result.stdout
        if format == "jsonl":
            found = [json.loads(line) for line in result.stdout.splitlines()]
            assert [one["id"] for one in found] == list("abcdef")
            assert [one["flags"] for one in found] == [[], ["spammy"], [], [], [], []]
            assert found[1]["findings"][0]["rule"] == "same-text"

    def test_the_page_has_them_at_its_end(self, table):
        html = self.score(table, "--format", "html").stdout
        assert html.index("All drafts together") > html.index("The very same text")
        assert "Posts with a link: 4 of 6" in html

    def test_several_files_are_one_set(self, here):
        for name in ("a.md", "b.md"):
            (here / name).write_text(POST, "utf-8")
        result = self.score("a.md", "b.md")
        assert result.exit_code == 1
        assert "stands in a.md." in result.stdout

    def test_the_policy_file_switches_it_off(self, here):
        (here / "smclassify.toml").write_text('[policy]\noff = ["same-text"]\n', "utf-8")
        assert self.score(POST, POST).exit_code == 0
        (here / "smclassify.toml").write_text("[policy.campaign]\nsimilar = 0.5\n", "utf-8")
        assert "with some words changed" in self.score(POST, ALIKE).stdout
