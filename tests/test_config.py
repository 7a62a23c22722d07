"""Reading smclassify.toml, and saying what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smclassify.config import Config, load_config, load_policy
from smclassify.errors import ConfigError
from smclassify.labels import LANGUAGES
from smclassify.policy.tomlfile import dotted, line_of

FULL = """\
languages = ["en", "ko"]
reply_time_target = 90

[thresholds]
spammy = 0.7
private_reply = 0.4

[pipelines]
ko = "ko_core_news_sm"

[policy]
brand_names = ["Quillstack"]
handles = ["@quillstack"]
competitors = ["Loopdesk"]
confidential = ["Project Falcon"]
forbidden = ["cheap"]
off = ["phone-number"]

[policy.severity]
email-address = "block"

[policy.contacts]
emails = ["Hello@Quillstack.com"]
phones = ["+33 1 42 68 53 00"]
domains = ["quillstack.com"]

[[policy.rule]]
name = "no-miracles"
reason = "unsafe_claim"
severity = "block"
languages = ["en"]
phrases = ["miracle cure"]
patterns = [[{ LOWER = "miracle" }, { LOWER = "product" }]]
message = "We promise no miracles."
suggestion = "Say what it does."

[[policy.rule]]
name = "house-style"
phrases = ["utilise"]
message = "We say use."
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "smclassify.toml"
    path.write_text(text, encoding="utf-8")
    return path


def error(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load_config(write(folder, text))
    return str(caught.value)


def test_without_a_file_everything_is_as_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = load_config()
    assert config == Config()
    assert config.languages == LANGUAGES
    assert config.reply_time_target == 120


def test_the_file_in_the_working_folder_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "reply_time_target = 45\n")
    monkeypatch.chdir(tmp_path)
    assert load_config().reply_time_target == 45


def test_a_full_file_is_understood(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, FULL))
    assert config.thresholds == {"spammy": 0.7, "private_reply": 0.4}
    assert config.pipelines == {"ko": "ko_core_news_sm"}
    assert config.policy.contacts.emails == ("hello@quillstack.com",)
    first, second = config.policy.rules
    assert (first.label, first.reason, first.severity) == ("off_policy", "unsafe_claim", "block")
    assert (second.label, second.severity) == ("", "warn")
    assert load_policy(tmp_path / "smclassify.toml") == config.policy


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "bom.toml"
    path.write_bytes(b"\xef\xbb\xbfreply_time_target = 30\n")
    assert load_config(path).reply_time_target == 30


def test_a_named_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml: the file cannot be read"):
        load_config(tmp_path / "nowhere.toml")


def test_a_policy_file_without_a_policy_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"expected a \[policy\] table"):
        load_policy(write(tmp_path, "reply_time_target = 30\n"))


def test_bad_toml_names_the_line(tmp_path: Path) -> None:
    told = error(tmp_path, 'languages = ["en"]\nreply_time_target = = 3\n')
    assert "smclassify.toml, line 2" in told
    assert "not valid TOML" in told


def test_toml_that_stops_short_names_its_last_line(tmp_path: Path) -> None:
    assert "line 2" in error(tmp_path, 'languages = ["en",\n"fr"')


def test_a_file_in_another_encoding_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes(b'# ok\n[policy]\nforbidden = ["\xe9"]\n')
    with pytest.raises(ConfigError, match="line 3: the file is not UTF-8"):
        load_config(path)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('severity = "block"\nl', 'severity = "blok"\nl', [
            "line 30, policy.rule[0].severity", "'block', 'warn' or 'off'", "found 'blok'",
            "did you mean 'block'?"]),
        ("spammy = 0.7", "spammy = 1.7", [
            "line 5, thresholds.spammy", "less than or equal to 1", "1.7"]),
        ("spammy = 0.7", 'spammy = "high"', ["line 5, thresholds.spammy", "number", "'high'"]),
        ("spammy = 0.7", "spamy = 0.7", ["line 5, thresholds.spamy", "did you mean 'spammy'?"]),
        ('"ko"]', '"kr"]', ["line 1, languages[1]", "'en', 'fr', 'ko', 'zh'", "found 'kr'"]),
        ("= 90", "= 0", ["line 2, reply_time_target", "greater than 0"]),
        ("competitors", "competitor", [
            "line 14, policy.competitor", "did you mean 'competitors'?"]),
        ("suggestion", "sugestion", ["policy.rule[0].sugestion", "did you mean 'suggestion'?"]),
        ("[pipelines]", "[pipeline]", ["line 8, pipeline", "did you mean 'pipelines'?"]),
        ('message = "We say use."\n', "", ["line 37, policy.rule[1].message", "missing"]),
        ('"unsafe_claim"', '"unsafe"', ["line 29, policy.rule[0].reason", "'unsafe_claim'"]),
        ('reason = "unsafe_claim"', 'label = "spammy"\nreason = "unsafe_claim"', [
            "policy.rule[0]", "belongs to label 'off_policy'"]),
        ('"house-style"', '"no-miracles"', ["policy.rule", "two rules are named 'no-miracles'"]),
        ('phrases = ["utilise"]\n', "", ["policy.rule[1]", "nothing to look for"]),
        ('phrases = ["utilise"]', 'phrases = ["use", "…"]', [
            "policy.rule[1].phrases[1]", "words to look for"]),
        ('LOWER = "miracle"', 'LOWR = "miracle"', [
            "line 33, policy.rule[0].patterns", "spaCy token pattern"]),
        ('"house-style"', '"House Style"', ["line 38, policy.rule[1].name"]),
        ('off = ["phone-number"]', 'off = ["phone-numbr"]', [
            "line 17, policy.off[0]", "no built-in rule 'phone-numbr'",
            "did you mean 'phone-number'?"]),
        ("email-address =", "e-mail =", ["line 20, policy.severity.e-mail", "no built-in rule"]),
        ('"quillstack.com"]', '"https://quillstack.com"]', ["line 25, policy.contacts.domains[0]"]),
        ('name = "house-style"', 'name = "house-style"\nseverity = "block"', [
            "policy.rule[1]", "needs a label"]),
    ],
)  # fmt: skip
def test_an_error_names_file_line_key_and_what_was_expected(
    tmp_path: Path, before: str, after: str, said: list[str]
) -> None:
    assert before in FULL
    told = error(tmp_path, FULL.replace(before, after, 1))
    assert "smclassify.toml" in told
    for words in said:
        assert words in told, told


def test_several_errors_are_told_together(tmp_path: Path) -> None:
    told = error(tmp_path, "reply_time_target = -1\ncolour = 3\n[policy]\nforbidden = 4\n")
    assert "3 things are wrong" in told
    assert "line 1, reply_time_target" in told
    assert "line 2, colour" in told
    assert "line 4, policy.forbidden" in told


def test_lines_are_right_for_every_way_of_writing_a_key() -> None:
    text = 'a.b = 1\n\n# c\nc = [\n  "x",\n  "y",\n]\nd = { e = 2 }\n[[f]]\ng = 1\n[[f]]\ng = 2\n'
    assert line_of(text, ("a", "b")) == 1
    assert line_of(text, ("c",)) == 4
    assert line_of(text, ("c", 1)) == 6
    assert line_of(text, ("d", "e")) == 8
    assert line_of(text, ("f", 0, "g")) == 10
    assert line_of(text, ("f", 1, "g")) == 12
    assert line_of(text, ("f", 1, "missing")) == 11
    assert line_of(text, ("nowhere",)) is None


def test_keys_are_written_as_in_the_file() -> None:
    assert dotted(("policy", "rule", 2, "severity")) == "policy.rule[2].severity"
    assert dotted(("thresholds", "le mien")) == 'thresholds."le mien"'


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80
)
@given(st.integers(0, len(FULL)), st.integers(0, 12), st.text(max_size=6))
def test_however_a_file_is_damaged_the_answer_is_a_config_or_an_error_that_names_it(
    tmp_path: Path, at: int, cut: int, put: str
) -> None:
    path = tmp_path / "smclassify.toml"
    path.write_bytes((FULL[:at] + put + FULL[at + cut :]).encode("utf-8", "surrogatepass"))
    try:
        load_config(path)
    except ConfigError as caught:
        assert str(path) in str(caught)
