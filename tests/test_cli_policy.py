"""``smclassify policy init``, ``check`` and ``test``: what they print, and with which exit code."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cli_policy import OWN, REPLACING, policy

from smclassify.config import load_policy

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return tmp_path


def write(text: str, name: str = "smclassify.toml") -> None:
    Path(name).write_text(text, "utf-8")


def process(*arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return subprocess.run(
        [sys.executable, "-m", "smclassify", "policy", *arguments],
        capture_output=True, text=True, encoding="utf-8", timeout=300, check=False,
        env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip


class TestInit:
    def test_it_writes_a_file_and_says_what_to_do_next(self, here: Path) -> None:
        result = policy("init")
        assert result.exit_code == 0
        assert result.stdout == (
            "Written: smclassify.toml. Edit it, then run: "
            "smclassify policy check --policy smclassify.toml\n"
        )
        assert "[policy]" in (here / "smclassify.toml").read_text("utf-8")

    def test_a_file_that_is_there_is_left_alone(self, here: Path) -> None:
        write("mine")
        result = policy("init")
        assert result.exit_code == 2
        assert "smclassify.toml: is there already." in result.stderr
        assert "--force" in result.stderr
        assert (here / "smclassify.toml").read_text("utf-8") == "mine"

    def test_unless_it_is_forced(self, here: Path) -> None:
        write("mine")
        assert policy("init", "--force").exit_code == 0
        assert "[policy]" in (here / "smclassify.toml").read_text("utf-8")

    def test_it_may_go_under_another_name(self, here: Path) -> None:
        assert policy("init", "ours.toml").exit_code == 0
        assert [path.name for path in here.iterdir()] == ["ours.toml"]

    def test_a_folder_that_is_not_there_is_an_error(self) -> None:
        result = policy("init", "nowhere/ours.toml")
        assert result.exit_code == 2
        assert "nowhere" in result.stderr
        assert "Traceback" not in result.output

    def test_its_file_is_valid_and_switches_nothing_on(self) -> None:
        before = policy("list", "--format", "json").stdout
        policy("init")
        assert policy("check").exit_code == 0
        assert policy("list", "--format", "json").stdout == before

    def test_its_file_stays_valid_when_every_example_in_it_is_switched_on(self) -> None:
        policy("init", "ours.toml")
        written = Path("ours.toml").read_text("utf-8")
        switched, count = switched_on(written)
        assert count > 40, "the examples were not found"
        write(switched, "ours.toml")
        result = policy("check", "--policy", "ours.toml")
        assert (result.exit_code, result.stdout) == (0, "ours.toml: nothing to mend.\n")
        tried = policy("test", "--policy", "ours.toml")
        assert (tried.exit_code, tried.stdout) == (
            0, "4 examples of 2 rules, all as they should be.\n",
        )  # fmt: skip

    def test_its_file_shows_every_key_that_a_policy_has(self) -> None:
        policy("init", "ours.toml")
        write(switched_on(Path("ours.toml").read_text("utf-8"))[0], "ours.toml")
        shown = load_policy("ours.toml")
        default = type(shown)()
        same = {key for key in type(shown).model_fields
                if getattr(shown, key) == getattr(default, key)}  # fmt: skip
        assert same <= {"campaign"}, "switched on, these are as by default"
        assert "campaign" in shown.model_fields_set


# A line that is TOML but for its "#": a header, a key, or what goes on of a list.
_SWITCH = re.compile(r"#[ ]((?:\[\[?policy\.|[\w-]+[ ]=|[ ]{2}[\"{]|\]$).*)")


def switched_on(text: str) -> tuple[str, int]:
    """Return the starting file with the "#" taken from every line that is TOML without it."""
    lines = [_SWITCH.fullmatch(line) for line in text.splitlines()]
    kept = zip(text.splitlines(), lines, strict=True)
    return "\n".join(on.group(1) if on else line for line, on in kept), sum(map(bool, lines))


class TestCheck:
    def test_without_a_file_the_built_in_policy_is_checked(self) -> None:
        result = policy("check")
        assert (result.exit_code, result.stdout) == (
            0, "The built-in policy: nothing to mend.\n",
        )  # fmt: skip

    def test_the_file_in_the_working_folder_is_read(self) -> None:
        write(OWN)
        result = policy("check")
        assert (result.exit_code, result.stdout) == (0, "smclassify.toml: nothing to mend.\n")

    def test_a_named_file_goes_before_it(self) -> None:
        write(OWN)
        write('[policy]\nconfidential = [{ term = "Osprey", until = 2020-01-01 }]\n', "b.toml")
        result = policy("check", "--policy", "b.toml")
        assert result.exit_code == 1
        assert "b.toml, line 2, policy.confidential[0]: expired: 'Osprey'" in result.stdout

    def test_a_wrong_file_is_an_error_that_names_the_line(self) -> None:
        write(OWN.replace("phrases", "frases"))
        result = policy("check")
        assert result.exit_code == 2
        assert "smclassify.toml, line 9, policy.rule[0].frases" in result.stderr
        assert "did you mean 'phrases'?" in result.stderr
        assert result.stdout == ""

    @pytest.mark.parametrize(
        "command", [["check"], ["test"], ["list"], ["explain", "phone-number"]]
    )
    def test_a_file_that_is_not_there_is_an_error_everywhere(self, command: list[str]) -> None:
        result = policy(*command, "--policy", "nowhere.toml")
        assert result.exit_code == 2
        assert "nowhere.toml: the file cannot be read" in result.stderr

    def test_a_rule_that_takes_a_built_in_ones_place_is_noted(self) -> None:
        write(REPLACING)
        result = policy("check")
        assert result.exit_code == 0
        assert "your rule 'engagement-exchange' takes the place of the built-in" in result.stderr

    @pytest.mark.parametrize(
        ("table", "name"),
        [
            ("rule", "phone-number"),
            ("rule", "platform-length"),
            ("rule", "confidential-term"),
            ("rule", "forbidden-phrase-1"),
            ("rule", "confidential-until-2027-01-01"),
            ("required", "phone-number"),
            ("required", "engagement-exchange"),
        ],
    )
    def test_a_name_whose_place_cannot_be_taken_is_refused(self, table: str, name: str) -> None:
        write(f'[[policy.{table}]]\nname = "{name}"\nphrases = ["x y"]\nmessage = "m"\n')
        result = policy("check")
        assert result.exit_code == 2
        assert f"smclassify.toml, line 2, policy.{table}[0].name" in result.stderr
        assert "another name" in result.stderr


class TestTest:
    def test_own_examples_that_do_as_they_should_give_0(self) -> None:
        write(OWN)
        result = policy("test")
        assert (result.exit_code, result.stdout) == (
            0, "2 examples of 1 rule, all as they should be.\n",
        )  # fmt: skip

    def test_examples_that_go_wrong_are_shown_and_give_1(self) -> None:
        good, bad = "Your refund comes within 24 hours.", "No refunds."
        write(OWN.replace("Refunds take five days.", good).replace("Your refund lands within 24 "
              "hours!", bad))  # fmt: skip
        result = policy("test")
        assert result.exit_code == 1
        assert f"refund-promise (en): found something in a good example: {good}" in result.stdout
        assert f"refund-promise (en): found nothing in a bad example: {bad}" in result.stdout
        assert "2 examples of 1 rule, 2 wrong." in result.stdout

    def test_the_same_as_json(self) -> None:
        write(OWN.replace("Refunds take five days.", "Your refund comes within 24 hours."))
        result = policy("test", "--format", "json")
        assert result.exit_code == 1
        assert json.loads(result.stdout) == [
            {"rule": "refund-promise", "language": "en", "good": 1, "bad": 1,
             "found_in_good": ["Your refund comes within 24 hours."], "missed_in_bad": []},
        ]  # fmt: skip

    def test_without_own_rules_there_is_nothing_to_try(self) -> None:
        result = policy("test")
        assert (result.exit_code, result.stdout) == (
            0, "0 examples of 0 rules, all as they should be.\n",
        )  # fmt: skip

    def test_only_the_named_rules_are_tried(self) -> None:
        write(OWN + OWN.split("\n\n")[1].replace("refund-promise", "other"))
        records = json.loads(policy("test", "other", "--format", "json").stdout)
        assert {record["rule"] for record in records} == {"other"}

    def test_a_built_in_rule_is_tried_on_its_own_examples_in_every_language(self) -> None:
        records = json.loads(policy("test", "shouting", "--format", "json").stdout)
        assert {record["rule"] for record in records} == {"shouting"}
        assert all(record["good"] and record["bad"] for record in records)

    def test_one_rule_whose_name_begins_as_anothers_does_not_answer_for_it(self) -> None:
        rule = OWN.split("\n\n")[1]
        longer = rule.replace("refund-promise", "refund-promise-2026")
        write(rule.replace("refund … within 24 hours", "never said") + longer)
        result = policy("test", "refund-promise")
        assert result.exit_code == 1
        assert "found nothing in a bad example" in result.stdout

    def test_an_unknown_rule_is_answered_with_the_nearest(self) -> None:
        write(OWN)
        result = policy("test", "refund-promis")
        assert result.exit_code == 2
        assert "There is no rule 'refund-promis'. Did you mean 'refund-promise'?" in result.stderr
        assert "smclassify policy list" in result.stderr


def test_a_policy_is_written_checked_and_tried_as_processes() -> None:
    written = process("init")
    assert (written.returncode, written.stderr) == (0, "")
    assert process("init").returncode == 2
    Path("smclassify.toml").write_text(OWN, "utf-8")
    checked = process("check")
    assert (checked.returncode, checked.stdout) == (0, "smclassify.toml: nothing to mend.\n")
    tried = process("test")
    assert (tried.returncode, tried.stderr) == (0, "")
    assert "2 examples of 1 rule" in tried.stdout
    Path("smclassify.toml").write_text(OWN.replace("24 hours!", "a day!"), "utf-8")
    assert process("test").returncode == 1
    Path("smclassify.toml").write_text("[policy\n", "utf-8")
    wrong = process("check")
    assert wrong.returncode == 2
    assert "smclassify.toml, line 1" in wrong.stderr
    assert "Traceback" not in wrong.stderr
