"""What a person is told: words for everything, in four languages, and in the right one."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from smclassify.classifier import Classifier
from smclassify.cli.app import cli
from smclassify.cli.setup import locale_language
from smclassify.config import Config
from smclassify.labels import (
    CRISIS,
    DEPARTMENTS,
    FLAGS,
    KINDS,
    LANGUAGES,
    PRIVATE_REPLY,
    REASONS,
    UNKNOWN_LANGUAGE,
)
from smclassify.policy.platforms import PLATFORM_RULES
from smclassify.policy.recognizers import RECOGNIZERS
from smclassify.policy.rules import CAMPAIGN_RULES, TERM_RULES, builtin
from smclassify.triage.types import REASON_SEPARATOR
from smclassify.wording import (
    UI_LANGUAGES,
    Words,
    label_name,
    language_name,
    phrase,
    phrases,
    worded,
    words_of,
)

OTHERS = tuple(language for language in UI_LANGUAGES if language != "en")
RULES = (*builtin().rules, *builtin().required)


def needed() -> set[str]:
    """Return every name that the program can say something of."""
    recognised = {recognizer.rule for recognizer in RECOGNIZERS}
    reasons = {reason for many in REASONS.values() for reason in many}
    own = {*TERM_RULES, *PLATFORM_RULES, *CAMPAIGN_RULES}
    return recognised | reasons | own | set(FLAGS)


def braces(sentence: str) -> set[str]:
    return set(re.findall(r"{(\w*)}", sentence))


# --- the catalogue ------------------------------------------------------------------------------


def test_the_program_speaks_the_four_languages() -> None:
    assert set(UI_LANGUAGES) == {"en", "fr", "ko", "zh"}


def test_rules_recognisers_norms_reasons_and_flags_have_words() -> None:
    assert needed() - worded() == set()


@pytest.mark.parametrize("name", sorted(worded()))
def test_words_are_there_in_every_language_and_fill_in_the_same(name: str) -> None:
    english = words_of(name, "en")
    for language in UI_LANGUAGES:
        words = words_of(name, language)
        assert words.message.strip() and words.message == words.message.strip()
        assert words.suggestion == words.suggestion.strip()
        assert bool(words.suggestion) == bool(english.suggestion), language
        assert braces(words.message) == braces(english.message), language
        assert braces(words.suggestion) == braces(english.suggestion), language


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_left_in_english(language: str) -> None:
    untranslated = {
        name
        for name in worded()
        for english, other in zip(words_of(name), words_of(name, language), strict=True)
        if english and english == other
    }
    assert untranslated == set()


_SCRIPT = {"ko": "[가-힣]", "zh": "[一-龥]"}


@pytest.mark.parametrize("language", _SCRIPT)
def test_korean_and_chinese_words_are_written_so(language: str) -> None:
    said = {name: " ".join(words_of(name, language)) for name in needed()}
    assert {name for name, line in said.items() if not re.search(_SCRIPT[language], line)} == set()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_built_in_phrase_rule_carries_its_words_in_every_language(rule: Any) -> None:
    for words in (rule.message, rule.suggestion):
        assert set(words) == set(UI_LANGUAGES)
        assert len(set(words.values())) == len(UI_LANGUAGES)
        assert all(re.search(_SCRIPT[language], words[language]) for language in _SCRIPT)


# --- names and single sentences -----------------------------------------------------------------

CIRCUMSTANCES = ("overdue", "repeat", "reach", "burst", "copies", "answered", "ours", "empty")
"""What a triage says of a row besides what its text says."""

SENTIMENTS = ("negative", "neutral", "positive")
UNITS = ("minutes", "hours", "days")
REASON_PHRASES = sorted(name for name in phrases() if name.startswith("reason-"))


def test_kinds_departments_languages_and_reasons_have_phrases_and_nothing_else_has() -> None:
    flags = (PRIVATE_REPLY, CRISIS)
    named = (*KINDS, *DEPARTMENTS, *flags, *SENTIMENTS, *LANGUAGES, UNKNOWN_LANGUAGE)
    reasons = (*KINDS, *flags, *CIRCUMSTANCES, "words", "own-label")
    assert phrases() == {
        *(f"name-{label}" for label in named),
        *(f"reason-{reason}" for reason in reasons),
        *UNITS,
    }


@pytest.mark.parametrize("name", sorted(phrases()))
def test_a_phrase_is_there_in_every_language_and_fills_in_the_same(name: str) -> None:
    english = phrase(name, "en")
    for language in UI_LANGUAGES:
        said = phrase(name, language)
        assert said.strip() and said == said.strip()
        assert braces(said) == braces(english), language


@pytest.mark.parametrize("language", UI_LANGUAGES)
def test_names_tell_labels_apart(language: str) -> None:
    for labels in (KINDS, DEPARTMENTS, SENTIMENTS, (*LANGUAGES, UNKNOWN_LANGUAGE)):
        names = [label_name(label, language) for label in labels]
        assert len(set(names)) == len(labels)


def test_a_label_of_a_companys_own_is_called_by_its_own_name() -> None:
    assert label_name("warranty_desk", "ko") == "warranty desk"


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", [name for name in REASON_PHRASES if name != "reason-words"])
def test_no_reason_is_left_in_english(name: str, language: str) -> None:
    assert phrase(name, language) != phrase(name, "en")


@pytest.mark.parametrize("language", _SCRIPT)
def test_korean_and_chinese_phrases_are_written_so(language: str) -> None:
    said = {name: phrase(name, language) for name in phrases() - {"reason-words"}}
    assert {name for name, line in said.items() if not re.search(_SCRIPT[language], line)} == set()


@pytest.mark.parametrize("language", UI_LANGUAGES)
@pytest.mark.parametrize("name", REASON_PHRASES)
def test_no_reason_holds_what_stands_between_reasons(name: str, language: str) -> None:
    assert REASON_SEPARATOR.strip() not in phrase(name, language)


def test_what_is_filled_into_a_phrase_is_not_filled_in_again() -> None:
    said = phrase("reason-words", "en", reason="{words}", words="{reason}, {0!r}")
    assert said == "{words}: {reason}, {0!r}"


# --- filling in ---------------------------------------------------------------------------------


def test_what_is_filled_in_may_hold_braces_itself() -> None:
    words = Words("{found} is not {wanted}", "Write {wanted}.")
    assert words.filled({"found": "{wanted", "wanted": "vous"}) == (
        "{wanted is not vous",
        "Write vous.",
    )
    assert words.filled({"found": "{0} {x!r}", "wanted": "%s"}).message == "{0} {x!r} is not %s"


def test_what_is_filled_in_is_not_filled_in_again() -> None:
    words = Words("{found} is not {wanted}", "")
    assert words.filled({"found": "{wanted}", "wanted": "vous"}).message == "{wanted} is not vous"


def test_an_unknown_name_or_language_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        words_of("no-such-rule")
    with pytest.raises(KeyError):
        words_of("phone-number", "xx")


@pytest.mark.parametrize("language", UI_LANGUAGES)
def test_languages_have_names_in_each_language(language: str) -> None:
    names = [language_name(code, language) for code in LANGUAGES]
    assert len(set(names)) == len(LANGUAGES) and not set(names) & set(LANGUAGES)
    assert language_name("de", language) == "de"


# --- the language of the user interface ---------------------------------------------------------

DRAFT = "Hi {first_name}! Credit to the owner."
_RULES_OF_DRAFT = {"placeholder", "copyright-no-permission"}


def expected(language: str) -> dict[str, str]:
    (rule,) = (rule for rule in RULES if rule.name == "copyright-no-permission")
    assert isinstance(rule.message, dict)
    return {
        "placeholder": words_of("placeholder", language).suggestion,
        rule.name: dict(rule.suggestion)[language],
    }


@pytest.mark.parametrize("language", UI_LANGUAGES)
def test_the_classifier_speaks_the_language_of_its_configuration(
    small_model: Any, language: str
) -> None:
    classifier = Classifier(small_model, config=Config(ui_language=language))
    findings = classifier.score(DRAFT).findings
    said = {one.rule: one.suggestion for one in findings if one.source == "policy"}
    assert {rule: said[rule] for rule in _RULES_OF_DRAFT} == expected(language)
    for one in findings:
        if one.source == "model":
            assert one.suggestion == words_of(one.rule, language).suggestion


@pytest.mark.parametrize("language", UI_LANGUAGES)
def test_reasons_of_the_model_are_told_in_the_language_asked_for(
    small_model: Any, drafts: list[str], language: str
) -> None:
    classifier = Classifier(small_model, config=Config(ui_language=language))
    results = classifier.score(drafts, thresholds=dict.fromkeys(FLAGS, 0.0))
    told = [one for result in results for one in result.findings if one.source == "model"]
    assert told
    for one in told:
        assert one.message.startswith(words_of(one.rule, language).message)


class TestCommand:
    """``score``: the option, else the configuration, else the locale."""

    @pytest.fixture(autouse=True)
    def here(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.chdir(tmp_path)
        for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
            monkeypatch.delenv(variable, raising=False)
        assert sys.modules["smclassify.classifier"].__name__ == "smclassify.classifier"
        return tmp_path

    @pytest.fixture
    def said(self, small_folder: Path) -> Any:
        def said(*arguments: str) -> str:
            result = self.score(small_folder, *arguments)
            (record,) = [json.loads(line) for line in result.stdout.splitlines()]
            (placeholder,) = (one for one in record["findings"] if one["rule"] == "placeholder")
            return str(placeholder["suggestion"])

        return said

    def score(self, folder: Path, *arguments: str) -> Result:
        call = ["score", DRAFT, "--model", str(folder), "--format", "jsonl", *arguments]
        return CliRunner().invoke(cli, call)

    @pytest.mark.parametrize("language", UI_LANGUAGES)
    def test_the_option_decides(
        self, said: Any, here: Path, language: str, monkeypatch: Any
    ) -> None:
        monkeypatch.setenv("LANG", "ko_KR.UTF-8")
        (here / "smclassify.toml").write_text('ui_language = "fr"\n', "utf-8")
        assert said("--ui-lang", language) == words_of("placeholder", language).suggestion

    def test_then_the_configuration(self, said: Any, here: Path, monkeypatch: Any) -> None:
        monkeypatch.setenv("LANG", "ko_KR.UTF-8")
        (here / "smclassify.toml").write_text('ui_language = "fr"\n', "utf-8")
        assert said() == words_of("placeholder", "fr").suggestion

    def test_then_the_locale(self, said: Any, monkeypatch: Any) -> None:
        monkeypatch.setenv("LANG", "zh_TW.UTF-8")
        assert said() == words_of("placeholder", "zh").suggestion

    def test_else_english(self, said: Any) -> None:
        assert said() == words_of("placeholder", "en").suggestion

    def test_another_language_is_refused_with_those_there_are(self, small_folder: Path) -> None:
        result = self.score(small_folder, "--ui-lang", "de")
        assert result.exit_code == 2
        assert all(f"'{language}'" in result.stderr for language in UI_LANGUAGES)


@pytest.mark.parametrize(
    ("settings", "language"),
    [
        ({}, "en"),
        ({"LANG": "fr_CA.UTF-8"}, "fr"),
        ({"LANG": "ko"}, "ko"),
        ({"LANG": "zh_Hant_HK@calendar=x"}, "zh"),
        ({"LANG": "FR"}, "fr"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "POSIX"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "fr_FR", "LC_MESSAGES": "ko_KR"}, "ko"),
        ({"LANG": "fr_FR", "LC_MESSAGES": "ko_KR", "LC_ALL": "zh_CN"}, "zh"),
        ({"LANG": "fr_FR", "LC_ALL": ""}, "fr"),
        ({"LANG": "fr_FR", "LC_ALL": "C"}, "en"),
    ],
)
def test_the_locale_is_the_first_that_is_set(
    settings: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in settings.items():
        monkeypatch.setenv(variable, value)
    assert locale_language() == language
