"""Platform norms: counted as the platform counts, each figure with its source."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smclassify.policy.platforms import (
    PLATFORM_RULES,
    Platform,
    check_platform,
    platform_key,
    platforms,
    x_length,
)


def rules(text: str, platform: str) -> set[str]:
    return {finding.rule for finding in check_platform(text, platform)}


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("hello", 5),
        ("été", 3),
        ("e\u0301te\u0301", 3),
        ("안녕", 4),
        ("你好！", 6),
        ("😷", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("👩🏽‍🚀", 2),
        ("🇫🇷🇰🇷", 4),
        ("❤️", 2),
        ("https://example.com/a/very/long/path?with=query&and=more", 23),
        ("t.co", 23),
        ("see https://t.co/a now", 4 + 23 + 4),
    ],
)
def test_x_counts_as_twitter_text_does(text: str, length: int) -> None:
    assert x_length(text) == length


@given(
    st.text(
        st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters="."), max_size=400
    )
)
def test_x_counts_plain_ascii_one_by_one(text: str) -> None:
    text = text.replace("://", " ")
    assert x_length(text) == len(text)


@given(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=300))
def test_x_counts_korean_twice_and_says_where_it_gets_too_long(text: str) -> None:
    assert x_length(text) == 2 * len(text)
    found = check_platform(text, "x")
    if len(text) <= 140:
        assert found == []
    else:
        assert [(f.start, f.end) for f in found] == [(140, len(text))]
        assert x_length(text[: found[0].start]) <= 280


@given(st.text(max_size=500))
def test_what_comes_before_the_cut_always_fits(text: str) -> None:
    for finding in check_platform(text, "x"):
        assert 0 <= finding.start < finding.end == len(text)
        assert x_length(text[: finding.start]) <= 280 or not unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize(
    ("platform", "fits"),
    [
        ("instagram", 2200),
        ("linkedin", 3000),
        ("threads", 500),
        ("tiktok", 2200),
        ("kakaotalk", 1300),
    ],
)
def test_a_text_may_be_as_long_as_the_platform_allows_and_no_longer(
    platform: str, fits: int
) -> None:
    assert check_platform("a" * fits, platform) == []
    (finding,) = check_platform("a" * (fits + 3), platform)
    assert (finding.rule, finding.start, finding.end) == ("platform-length", fits, fits + 3)
    assert finding.suggestion == "Shorten it by 3."


def test_youtube_counts_bytes_and_takes_no_angle_brackets() -> None:
    assert rules("가" * 1666, "youtube") == set()
    (finding,) = check_platform("가" * 1667, "youtube")
    assert finding.start == 1666
    assert rules("a <b> c", "youtube") == {"platform-character"}


def test_hashtags_beyond_the_limit_are_shown() -> None:
    text = "Tea #a #b #c #d #e #f #g"
    (finding,) = check_platform(text, "instagram")
    assert text[finding.start : finding.end] == "#f #g"
    assert rules("Tea #a #b #c #d #e", "instagram") == set()
    assert rules("#one #two", "threads") == {"platform-hashtags"}
    assert rules("we're #1 and page.html#top", "threads") == set()


def test_links_that_cannot_be_clicked_are_shown() -> None:
    text = "Book at kilnlane.com/tea today"
    (finding,) = check_platform(text, "instagram")
    assert text[finding.start : finding.end] == "kilnlane.com/tea"
    assert rules(text, "facebook") == set()
    assert rules("Write to tea@kilnlane.com e.g. today...really", "instagram") == set()


def test_weibo_topics_stand_between_two_signs() -> None:
    assert rules("去喝茶 #新茶上市#", "weibo") == set()
    (finding,) = check_platform("去喝茶 #春天# #新茶上市", "weibo")
    assert finding.suggestion == "Write #新茶上市#."


def test_norms_are_warnings_that_set_no_flag() -> None:
    for finding in check_platform("a" * 3000 + " #a" * 40 + " kiln.com", "instagram"):
        assert (finding.severity, finding.label, finding.reason) == ("warn", "", "")
        assert finding.rule in PLATFORM_RULES


def test_a_platform_goes_by_several_names() -> None:
    assert platform_key("Twitter") == platform_key(" X ") == "x"
    assert platform_key("Naver Blog") == "naver_blog"
    assert platform_key("carrier pigeon") is None
    assert check_platform("a" * 100_000, "carrier pigeon") == []


def test_the_named_platforms_are_known_and_every_figure_has_a_source() -> None:
    wanted = (
        "x instagram facebook linkedin tiktok youtube threads weibo xiaohongshu wechat "
        "naver_blog kakaotalk"
    )
    assert set(wanted.split()) == set(platforms())
    for platform in platforms().values():
        for name in Platform.model_fields:
            norm = getattr(platform, name)
            if hasattr(norm, "source"):
                assert norm.source.startswith("https://")
                assert norm.read.year >= 2026


def test_no_alias_means_two_platforms() -> None:
    names = [name for key, platform in platforms().items() for name in (key, *platform.aliases)]
    assert len(names) == len(set(names))
