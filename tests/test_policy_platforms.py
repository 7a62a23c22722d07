"""Platform norms: counted as the platform counts, each figure with its source."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smclassify.findings import Finding
from smclassify.policy.platforms import (
    PLATFORM_RULES,
    Platform,
    check_platform,
    platform_key,
    platforms,
)
from smclassify.policy.schema import PlatformSettings, Policy
from smclassify.wording import UI_LANGUAGES, words_of

NAMES = tuple(platforms())


def rules(text: str, platform: str) -> list[str]:
    return [finding.rule for finding in check_platform(text, platform)]


# --- the norms of each platform ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("platform", "fits"),
    [
        ("x", 280),
        ("instagram", 2200),
        ("facebook", 63_206),
        ("linkedin", 3000),
        ("tiktok", 2200),
        ("youtube", 5000),
        ("threads", 500),
        ("bluesky", 300),
        ("wechat", 19_999),
        ("xiaohongshu", 1000),
        ("kakaotalk", 1300),
    ],
)
def test_a_text_may_be_as_long_as_the_platform_allows_and_no_longer(
    platform: str, fits: int
) -> None:
    assert check_platform("a" * fits, platform) == []
    (finding,) = check_platform("a" * (fits + 3), platform)
    assert (finding.rule, finding.start, finding.end) == ("platform-length", fits, fits + 3)
    assert f"takes {fits}." in finding.message
    assert finding.suggestion.startswith("Shorten it by 3; ")


@pytest.mark.parametrize("platform", ["weibo", "naver_blog", "pinterest"])
def test_a_length_that_could_not_be_confirmed_is_not_asked_for(platform: str) -> None:
    assert check_platform("a" * 100_000, platform) == []


def test_platforms_count_emoji_each_in_its_way() -> None:
    family = "👨‍👩‍👧‍👦"
    assert rules(family * 140, "x") == []
    assert rules(family * 141, "x") == ["platform-length"]
    assert rules(family * 300, "bluesky") == []
    assert rules(family * 301, "bluesky") == ["platform-length"]
    assert rules(family * 20, "threads") == []
    assert rules(family * 21, "threads") == ["platform-length"]
    assert rules("😷" * 1100, "tiktok") == []
    assert rules("😷" * 1101, "tiktok") == ["platform-length"]


def test_youtube_counts_bytes_and_takes_no_angle_brackets() -> None:
    assert rules("가" * 1666, "youtube") == []
    (finding,) = check_platform("가" * 1667, "youtube")
    assert finding.start == 1666
    assert rules("a <b> c", "youtube") == ["platform-character"]


def tags(n: int) -> str:
    return " ".join(f"#tag{chr(ord('a') + i // 26)}{chr(ord('a') + i % 26)}" for i in range(n))


@pytest.mark.parametrize(
    ("platform", "limit"), [("instagram", 5), ("tiktok", 5), ("threads", 1), ("youtube", 60)]
)
def test_hashtags_up_to_the_limit_and_beyond(platform: str, limit: int) -> None:
    assert "platform-hashtags" not in rules(tags(limit), platform)
    (finding,) = check_platform(tags(limit + 2), platform)
    assert finding.rule == "platform-hashtags"
    assert finding.message.endswith(f"takes {limit} at most.")
    assert finding.start == len(tags(limit)) + 1


@pytest.mark.parametrize(
    ("platform", "usual"),
    [
        ("x", 2),
        ("facebook", 3),
        ("linkedin", 5),
        ("youtube", 5),
        ("pinterest", 5),
        ("xiaohongshu", 8),
    ],
)
def test_more_hashtags_than_customary_are_called_unusual_not_refused(
    platform: str, usual: int
) -> None:
    assert rules(tags(usual), platform) == []
    (finding,) = check_platform(tags(usual + 1), platform)
    assert finding.rule == "platform-hashtags-usual"
    assert "unusual" in finding.message and "takes them" in finding.message


def test_the_hashtags_too_many_are_shown() -> None:
    text = "Tea #a #b #c #d #e #f #g"
    (finding,) = check_platform(text, "instagram")
    assert text[finding.start : finding.end] == "#f #g"
    assert rules("we're #1 and page.html#top", "threads") == []
    assert rules("see https://a.example/#top #tea", "threads") == []


def test_hashtags_without_a_space_between_them_are_several() -> None:
    text = "차 한잔 #차#카페#서울#부산#제주#여행"
    (finding,) = check_platform(text, "instagram")
    assert text[finding.start : finding.end] == "#여행"


@pytest.mark.parametrize(
    ("platform", "place"),
    [
        ("instagram", "the caption"),
        ("tiktok", "the video caption"),
        ("pinterest", "the Pin description"),
        ("wechat", "the article"),
    ],
)
def test_links_that_cannot_be_clicked_are_shown(platform: str, place: str) -> None:
    text = "Book at kilnlane.com/tea today"
    (finding,) = check_platform(text, platform)
    assert text[finding.start : finding.end] == "kilnlane.com/tea"
    assert place in finding.message and "cannot be clicked" in finding.message
    assert rules("Write to tea@kilnlane.com e.g. today...really", platform) == []


def test_xiaohongshu_wants_no_links_that_lead_elsewhere() -> None:
    (finding,) = check_platform("Book at kilnlane.com/tea", "xiaohongshu")
    assert finding.rule == "platform-link" and "breach of its rules" in finding.message


@pytest.mark.parametrize("platform", ["x", "facebook", "linkedin", "youtube", "bluesky", "weibo"])
def test_elsewhere_a_link_is_a_link(platform: str) -> None:
    assert rules("Book at kilnlane.com/tea today", platform) == []


def test_threads_takes_five_different_links() -> None:
    links = " ".join(f"https://a.example/{n}" for n in range(5))
    assert rules(f"{links} https://a.example/0", "threads") == []
    (finding,) = check_platform(f"{links} https://a.example/5", "threads")
    assert (finding.rule, finding.start) == ("platform-link", len(links) + 1)


def test_instagram_takes_twenty_mentions() -> None:
    people = " ".join(f"@guest{n}" for n in range(20))
    assert rules(people, "instagram") == []
    assert rules(f"{people} @one_more", "instagram") == ["platform-mention"]


@pytest.mark.parametrize(
    ("platform", "right", "wrong"),
    [
        ("x", "thanks @kilnlane에서 and @a_b, write to a@b.com", "감사합니다 @가마골목 님"),
        ("x", "@kilnlane", "merci @café"),
        ("bluesky", "thanks @kilnlane.bsky.social!", "thanks @kilnlane!"),
        ("linkedin", "thanks to Kiln Lane, a@b.com", "thanks @Kiln Lane"),
    ],
)
def test_a_mention_has_the_form_the_platform_reads(platform: str, right: str, wrong: str) -> None:
    assert rules(right, platform) == []
    (finding,) = check_platform(wrong, platform)
    assert finding.rule == "platform-mention"
    assert wrong[finding.start] == "@" and wrong[finding.start : finding.end] in finding.message


def test_weibo_topics_stand_between_two_signs() -> None:
    assert rules("去喝茶 #新茶上市#", "weibo") == []
    (finding,) = check_platform("去喝茶 #春天# #新茶上市", "weibo")
    assert finding.suggestion == "Write #新茶上市#."


@given(st.text(max_size=400), st.sampled_from(NAMES), st.sampled_from(UI_LANGUAGES))
def test_any_text_gets_warnings_without_a_label_and_places_within_it(
    text: str, platform: str, language: str
) -> None:
    for finding in check_platform(text, platform, ui_language=language):
        assert 0 <= finding.start < finding.end <= len(text)
        assert (finding.severity, finding.label, finding.reason) == ("warn", "", "")
        assert finding.rule in PLATFORM_RULES


@pytest.mark.parametrize("platform", NAMES)
@pytest.mark.parametrize("piece", ["#", "#1", "#a", "@", "@a.", "e\u0301", "😷", "a.", "\ud800"])
def test_a_hostile_text_is_read_in_bounded_time(platform: str, piece: str) -> None:
    found = check_platform(piece * 30_000, platform)  # pytest's own time limit is the test
    assert len(found) <= len(PLATFORM_RULES)


# --- names and sources ------------------------------------------------------------------------


def test_a_platform_goes_by_several_names() -> None:
    assert platform_key("Twitter") == platform_key(" X ") == "x"
    assert platform_key("Naver Blog") == platform_key("네이버 블로그") == "naver_blog"
    assert platform_key("小红书") == "xiaohongshu"
    assert platform_key("carrier pigeon") is None
    assert check_platform("a" * 100_000, "carrier pigeon") == []


def test_the_named_platforms_are_known_and_every_figure_has_a_source() -> None:
    wanted = (
        "x instagram facebook linkedin tiktok youtube threads weibo xiaohongshu wechat "
        "naver_blog kakaotalk bluesky pinterest"
    )
    assert set(wanted.split()) == set(platforms())
    for platform in platforms().values():
        norms = [getattr(platform, name) for name in Platform.model_fields]
        for norm in norms:
            if hasattr(norm, "source"):
                assert norm.source.startswith("https://")
                assert norm.read.year >= 2026


def test_no_name_means_two_platforms() -> None:
    names = [name for key, platform in platforms().items() for name in (key, *platform.aliases)]
    assert len(names) == len(set(names))


# --- what a person is told ----------------------------------------------------------------------


def test_a_finding_speaks_the_language_of_the_user_interface() -> None:
    messages = {
        language: check_platform("a" * 281, "x", ui_language=language)[0].message
        for language in UI_LANGUAGES
    }
    assert messages == {
        "en": "The post has 281 characters as X counts them; X takes 280.",
        "fr": "La publication compte 281 caractères au sens de X ; X en accepte 280.",
        "ko": "게시물 길이가 281자(X 계산 기준)입니다. X에는 280까지 올릴 수 있습니다.",
        "zh": "帖子共281个字符（按 X 的算法），X最多允许280。",
    }


def slips_of_every_kind(language: str) -> list[Finding]:
    settings = {"length": 3, "hashtags": 0, "links": 0, "languages": ("ko", "de")}
    strict = Policy(platforms={"x": PlatformSettings.model_validate(settings)})
    links = " ".join(f"a{n}.com" for n in range(6))
    found = check_platform("#tea kiln.com", "x", policy=strict, language="fr", ui_language=language)
    for text, platform in [
        *[("long " * 13_000, name) for name in NAMES],
        *[(tags(70), name) for name in NAMES],
        ("kiln.com @a @b #茶 <", "wechat"),
        (links, "threads"),
        ("@가마골목", "x"),
        ("@kiln", "bluesky"),
        ("@kiln", "linkedin"),
        ("@kiln " * 21, "instagram"),
        ("#茶", "weibo"),
        ("a > b", "youtube"),
        ("kiln.com", "instagram"),
    ]:
        found += check_platform(text, platform, ui_language=language)
    return found


@pytest.mark.parametrize("language", UI_LANGUAGES)
def test_nothing_is_left_unsaid_in_any_language(language: str) -> None:
    found = slips_of_every_kind(language)
    assert {finding.rule for finding in found} == set(PLATFORM_RULES)
    for finding in found:
        said = finding.message + finding.suggestion
        assert not re.search(r"[{}]", said), said
        assert finding.message and finding.suggestion
        if language in ("ko", "zh"):
            wanted = "HANGUL" if language == "ko" else "CJK"
            assert any(unicodedata.name(c, "").startswith(wanted) for c in finding.message)


def test_every_field_and_way_of_counting_has_its_words() -> None:
    for platform in platforms().values():
        for language in UI_LANGUAGES:
            assert all(words_of(f"platform-field-{platform.field}", language))
            if platform.length:
                assert all(words_of(f"platform-unit-{platform.length.count}", language))
