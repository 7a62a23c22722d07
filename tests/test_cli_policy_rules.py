"""``smclassify policy explain`` and ``list``: what a person is shown of the rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli_policy import OWN, REPLACING, policy


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def write(text: str, name: str = "smclassify.toml") -> None:
    Path(name).write_text(text, "utf-8")


def record_of(name: str, *arguments: str) -> dict[str, Any]:
    records = json.loads(policy("list", "--format", "json", *arguments).stdout)
    (record,) = [record for record in records if record["name"] == name]
    return dict(record)


class TestExplain:
    def test_an_own_rule_is_shown_with_the_line_it_stands_on(self) -> None:
        write(OWN)
        result = policy("explain", "refund-promise")
        assert result.exit_code == 0
        shown = result.stdout
        assert "your rules" in shown and "smclassify.toml, line 5, policy.rule[0]" in shown
        for said in ("block", "off_policy, unsafe_claim", "This promises a refund.",
                     "Say five days.", "refund … within 24 hours",
                     "Your refund lands within 24 hours!"):  # fmt: skip
            assert said in shown, said

    def test_its_words_come_in_the_asked_language(self) -> None:
        write(OWN)
        shown = policy("explain", "refund-promise", "--ui-lang", "fr").stdout
        assert "Ceci promet un remboursement." in shown
        assert "This promises" not in shown

    @pytest.mark.parametrize(
        ("language", "said"),
        [("en", "telephone number"), ("fr", "téléphone"), ("ko", "전화"), ("zh", "电话")],
    )
    def test_a_built_in_rule_speaks_four_languages(self, language: str, said: str) -> None:
        result = policy("explain", "phone-number", "--ui-lang", language)
        assert result.exit_code == 0
        assert "built in" in result.stdout
        says = result.stdout.split("says", 1)[1].split("finds", 1)[0]
        assert said in says

    def test_what_replaces_a_built_in_rule_is_shown_in_its_place(self) -> None:
        write(REPLACING)
        shown = policy("explain", "engagement-exchange").stdout
        assert "We swap nothing." in shown and "swap hearts" in shown
        assert "built in" not in shown
        assert shown.count("engagement-exchange") == 1

    def test_a_list_of_terms_is_a_rule_too(self) -> None:
        write(OWN)
        shown = policy("explain", "confidential-term").stdout
        assert "your lists" in shown and "Northgate contract" in shown

    def test_an_unknown_rule_is_answered_with_the_nearest(self) -> None:
        result = policy("explain", "copyright-found-onlin")
        assert result.exit_code == 2
        assert "Did you mean 'copyright-found-online'?" in result.stderr

    def test_a_name_like_no_other_gets_no_guess(self) -> None:
        result = policy("explain", "qqqqqqqq")
        assert result.exit_code == 2
        assert "There is no rule 'qqqqqqqq'." in result.stderr
        assert "Did you mean" not in result.stderr

    def test_words_that_would_drive_the_terminal_are_shown_harmless(self) -> None:
        write(OWN.replace("Say five days.", "\\u001b[31mred\\u202e"))
        shown = policy("explain", "refund-promise").stdout
        assert "red" in shown
        assert "\x1b" not in shown and "\u202e" not in shown


class TestList:
    def test_every_rule_has_a_line_and_they_are_counted(self) -> None:
        shown = policy("list").stdout
        records = json.loads(policy("list", "--format", "json").stdout)
        names = [record["name"] for record in records]
        assert len(names) == len(set(names)) > 40
        assert all(name in shown for name in names)
        assert shown.rstrip().endswith(f"{len(names)} rules.")

    def test_own_rules_come_first(self) -> None:
        write(OWN)
        records = json.loads(policy("list", "--format", "json").stdout)
        assert records[0]["name"] == "refund-promise"
        assert [record["origin"] for record in records[:2]] == ["your rules", "your lists"]

    def test_severities_are_those_in_force(self) -> None:
        assert record_of("shouting")["severity"] == "warn"
        write('[policy]\noff = ["shouting"]\n[policy.severity]\nphone-number = "block"\n')
        assert record_of("shouting")["severity"] == "off"
        assert record_of("phone-number")["severity"] == "block"

    def test_what_replaces_a_built_in_rule_stands_once(self) -> None:
        assert record_of("engagement-exchange")["origin"] == "built in"
        write(REPLACING, "b.toml")
        record = record_of("engagement-exchange", "--policy", "b.toml")
        assert (record["origin"], record["message"]) == ("your rules", "We swap nothing.")

    def test_words_come_in_the_asked_language(self) -> None:
        assert record_of("phone-number", "--ui-lang", "fr")["message"].startswith("Cela")

    def test_a_language_that_is_not_spoken_is_a_wrong_call(self) -> None:
        result = policy("list", "--ui-lang", "xx")
        assert result.exit_code == 2
        assert "'fr'" in result.stderr
