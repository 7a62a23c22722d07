"""A company's own norms for a platform, and what it wants otherwise of those built in."""

from __future__ import annotations

from pathlib import Path

import pytest

from smclassify.config import load_policy
from smclassify.errors import ConfigError
from smclassify.policy.checker import PolicyChecker
from smclassify.policy.platforms import check_platform
from smclassify.policy.schema import Adjustment, PlatformSettings, Policy
from smclassify.text.batch import TextBatch


def rules(text: str, platform: str, policy: Policy) -> list[str]:
    return [finding.rule for finding in check_platform(text, platform, policy=policy)]


def own(name: str, **settings: object) -> Policy:
    return Policy(platforms={name: PlatformSettings.model_validate(settings)})


SIX_TAGS = "#a #b #c #d #e #f"


def test_a_companys_own_length_goes_before_the_platforms() -> None:
    longer, shorter = own("x", length=25_000), own("Twitter", length=100)
    assert rules("a" * 25_000, "x", longer) == []
    assert rules("a" * 25_001, "x", longer) == ["platform-length"]
    (finding,) = check_platform("가" * 51, "x", policy=shorter)
    assert finding.start == 50  # counted as X counts
    assert "your policy allows 100 on X" in finding.message
    assert rules("a" * 101, "naver_blog", own("naver_blog", length=100)) == ["platform-length"]


def test_a_companys_own_number_of_hashtags_goes_before_limit_and_custom() -> None:
    assert rules(SIX_TAGS, "instagram", own("instagram", hashtags=6)) == []
    assert rules(SIX_TAGS, "x", own("x", hashtags=6)) == []
    (finding,) = check_platform("#tea", "x", policy=own("x", hashtags=0))
    assert "your policy allows 0" in finding.message.lower()
    assert rules("#茶# #春天#", "weibo", own("weibo", hashtags=1)) == ["platform-hashtags"]


def test_a_companys_own_number_of_links_goes_before_the_platforms() -> None:
    assert rules("a.com b.com", "facebook", own("facebook", links=1)) == ["platform-link"]
    assert rules("a.com a.com", "facebook", own("facebook", links=1)) == []
    assert rules("a.com", "instagram", own("instagram", links=1)) == []


@pytest.mark.parametrize(
    ("language", "found"),
    [("fr", []), ("de", []), ("en", ["platform-language"]), ("unknown", []), (None, [])],
)
def test_a_text_is_in_a_language_of_the_page(language: str | None, found: list[str]) -> None:
    policy = own("facebook", languages=("fr", "de"))
    findings = check_platform("Bonjour", "facebook", policy=policy, language=language)
    assert [f.rule for f in findings] == found
    assert all((f.start, f.end) == (0, 0) for f in findings)
    if findings:
        assert "English" in findings[0].message and "French, de" in findings[0].message
    assert check_platform("Hello", "x", policy=policy, language="en") == []


def test_a_language_that_is_not_permitted_at_all_is_told_once() -> None:
    settings = PlatformSettings(languages=("fr",))
    policy = Policy(languages=("fr", "ko"), platforms={"facebook": settings})
    batch = TextBatch.from_texts(["Good morning to all", "여러분 안녕하세요"])
    batch.languages = ["en", "ko"]
    found = PolicyChecker(policy).check(batch, platforms=["facebook", "facebook"])
    assert [[f.rule for f in findings] for findings in found] == [
        ["language-not-permitted"],
        ["platform-language"],
    ]


def test_the_checker_hands_on_policy_and_language() -> None:
    batch = TextBatch.from_texts(["가" * 141])
    batch.languages = ["ko"]
    policy = own("x", languages=("fr",))
    found = PolicyChecker(policy, ui_language="ko").check(batch, platforms=["x"])[0]
    assert [f.rule for f in found] == ["platform-language", "platform-length"]
    assert "프랑스어" in found[0].message and found[1].message.startswith("게시물 길이가 282자")


@pytest.mark.parametrize(
    "policy",
    [
        Policy(off=("platform-length",)),
        Policy(severity={"platform-length": "off"}),
        Policy(adjust={"platform-length": Adjustment(severity="off")}),
        Policy(adjust={"platform-length": Adjustment(languages=("ko",))}),
    ],
)
def test_a_norm_can_be_switched_off(policy: Policy) -> None:
    assert check_platform("a" * 281, "x", policy=policy, language="en") == []


def test_a_norm_can_be_reworded() -> None:
    adjusted = Adjustment(message={"en": "Too long.", "fr": "Trop long."}, suggestion="Cut.")
    policy = Policy(adjust={"platform-length": adjusted})
    (finding,) = check_platform("a" * 281, "x", policy=policy, ui_language="fr")
    assert (finding.message, finding.suggestion) == ("Trop long.", "Cut.")


# --- what stands in the file --------------------------------------------------------------------


def test_a_policy_file_sets_norms(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text(
        '[policy.platforms.x]\nlength = 100\nlanguages = ["ko"]\n'
        '[policy.platforms."Naver Blog"]\nlinks = 1\n'
        '[policy.adjust.platform-link]\nseverity = "off"\n',
        "utf-8",
    )
    policy = load_policy(path)
    assert rules("a" * 101, "x", policy) == ["platform-length"]
    assert rules("a.com b.com", "naver_blog", policy) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "[policy.platforms.x]\nlength = 9\n[policy.platforms.instagran]\nhashtags = 3\n",
            ["line 3, policy.platforms.instagran", "no platform 'instagran'", "'instagram'?"],
        ),
        ("[policy]\nplatforms.qqqq.links = 1\n", ["line 2, policy.platforms.qqqq", "no platform"]),
        (
            "[policy.platforms.x]\nlength = 9\n[policy.platforms.twitter]\nlength = 8\n",
            ["line 3, policy.platforms.twitter", "'x' and 'twitter' are the same platform"],
        ),
        (
            '[policy.severity]\nplatform-link = "block"\n',
            ["line 2, policy.severity.platform-link", "cannot block", "label"],
        ),
        (
            '[policy.adjust.platform-length]\nmessage = "x"\nseverity = "block"\n',
            ["line 3, policy.adjust.platform-length.severity", "cannot block"],
        ),
        (
            '[policy.adjust.platform-lenght]\nmessage = "x"\n',
            ["line 1, policy.adjust.platform-lenght", "did you mean 'platform-length'"],
        ),
        ("[policy.platforms.x]\nlength = 0\n", ["line 2, policy.platforms.x.length"]),
        ("[policy.platforms.x]\nlinks = -1\n", ["line 2, policy.platforms.x.links"]),
    ],
)
def test_what_is_wrong_in_the_file_is_said_with_its_line(
    tmp_path: Path, text: str, told: list[str]
) -> None:
    path = tmp_path / "p.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_policy(path)
    said = str(caught.value)
    assert all(part in said for part in ["p.toml", *told]), said
