"""The shape of a draft that only pushes: bare links, walls of hashtags, shouting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smclassify.policy.schema import Policy
from smclassify.policy.shape import (
    BareLinkRecognizer,
    HashtagWallRecognizer,
    LinkShareRecognizer,
    ShoutingRecognizer,
)
from smclassify.text.prepare import prepare

BARE, SHARE, WALL, SHOUTING = (
    BareLinkRecognizer(),
    LinkShareRecognizer(),
    HashtagWallRecognizer(),
    ShoutingRecognizer(),
)


def places(recognizer: object, *texts: str) -> list[tuple[int, str]]:
    """Return which texts are hit, and the stretch of each."""
    batch = prepare(texts)
    hits = recognizer.find(batch, Policy())  # type: ignore[attr-defined]
    return [(hit.text, batch.texts[hit.text][hit.start : hit.end]) for hit in hits]


def hit(recognizer: object, text: str) -> bool:
    return places(recognizer, text) != []


# --- links and hashtags -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "https://shop.example/x",
        "New: https://shop.example/x",
        "👉👉👉👉👉👉👉👉👉👉👉👉👉👉 shop.example/x",
        "#tea #green #morning https://shop.example/x @friends_of_tea",
        "立即点击 https://shop.example/x",
        "링크는 여기 shop.example",
        "！！！！！！！！！！！！！！ shop.example",
    ],
)
def test_a_link_with_next_to_nothing_said_is_bare(text: str) -> None:
    assert hit(BARE, text)


@pytest.mark.parametrize(
    "text",
    [
        "How to water a fern in winter: https://shop.example/x",
        "周末三款热茶的冲泡时间对照表 https://shop.example/x",
        "겨울철 고사리 물 주는 법 세 가지 정리 shop.example",
        "New today!",
        "hello@shop.example",
        "",
    ],
)
def test_a_link_with_something_said_and_no_link_at_all_are_not(text: str) -> None:
    assert not hit(BARE, text)


def test_a_bare_link_is_pointed_at_in_its_own_text() -> None:
    assert places(BARE, "no link here", "Now 👉 a.com b.com", "b.com") == [
        (1, "a.com"),
        (2, "b.com"),
    ]


@pytest.mark.parametrize(
    ("text", "mostly"),
    [
        ("Tea! https://a.example/long/path https://b.example/long/path", True),
        ("Tea! #tea #green #leaf #morning", True),
        ("https://a.example/a/very/long/path/alone", False),
        ("A word about tea and the people who grow it, and two tags #tea #green", False),
        ("", False),
    ],
)
def test_a_text_of_which_half_is_links_and_tags_is_mostly_that(text: str, mostly: bool) -> None:
    assert hit(SHARE, text) is mostly


def test_the_share_is_told_in_hundredths() -> None:
    (found,) = SHARE.find(prepare(["abcd #cd #fg #i"]), Policy())
    assert found.details == {"share": "53%"}


@pytest.mark.parametrize(("number", "wall"), [(0, False), (8, False), (9, True), (30, True)])
def test_more_hashtags_than_eight_are_a_wall(number: int, wall: bool) -> None:
    text = "Tea in the morning " + " ".join(f"#tag{'x' * n}" for n in range(number))
    assert places(WALL, text) == ([(0, "#tag")] if wall else [])


# --- shouting -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "BUY NOW!!! THE CHEAPEST FLIGHTS IN THE WORLD!!!",
        "LAST CHANCE EVERYBODY, ONLY TODAY at our shop",
        "DERNIÈRE JOURNÉE : TOUT DOIT DISPARAÎTRE",
        "ÉTÉ DÉJÀ FINI À ÉPINAL, ÉCOLE OUVERTE",
        "HURRY HURRY HURRY, 50% OFF EVERYTHING https://shop.example/small-letters-here",
    ],
)
def test_words_mostly_in_capitals_shout(text: str) -> None:
    assert hit(SHOUTING, text)


@pytest.mark.parametrize(
    "text",
    [
        "A calm sentence with a NASA and an UNESCO in it",
        "WOW, that is all",
        "EXTRAORDINAIREMENT",
        # keys, codes and account numbers
        "AKIAIOSFODNN7EXAMPLE",
        "GB82WEST12345698765432 MT84MALT011000012345MTLCAST001S",
        "GB82 WEST 1234 5698 7654 32",
        "ABC-123-DEF-456 XYZ-77-QRS-99 KLM-12-OPQ-34",
        "QWERTYUIOPASDFGHJKLZXCVBNM QWERTYUIOPASDFGHJKLZXCVBNM QWERTYUIOPASDFGHJKLZXCVBN",
        "API_KEY_OF_THE_SHOP SECRET_TOKEN_OF_THE_SHOP NAME_OF_THE_SHOP",
        # what is no word
        "{{FIRST_NAME}} {{LAST_NAME}} [INSERT THE PRODUCT NAME HERE]",
        "#BLACKFRIDAY #SALESEASON #BESTPRICES #SHOPNOW see you",
        "HTTPS://WWW.SHOP.EXAMPLE/SALE/OF/THE/YEAR/NOW/ON see you",
        # acronyms in another script
        "새 인박스는 SLA, API, SSO, CRM, ERP, MES, SCADA 연동과 감사로그를 지원합니다",
        "路由器支持 MESH, MLO, IPTV, OFDMA, WPA, VPN, DDNS 等功能，适合多台设备",
        "",
        "한국어 문장",
    ],
)
def test_keys_codes_acronyms_and_calm_words_do_not_shout(text: str) -> None:
    assert not hit(SHOUTING, text)


def test_each_text_shouts_for_itself() -> None:
    loud, calm = "EVERYTHING HAS TO GO RIGHT NOW TODAY", "everything may stay as it is"
    assert [text for text, _ in places(SHOUTING, calm, loud, "", calm, loud)] == [1, 4]


@given(
    st.lists(
        st.lists(
            st.sampled_from(
                ["LOUD", "WORDS", "calm", "KEY1", "A_B", "#TAG", "a.com", "É", "é", "한국", "🔥"]
            ),
            max_size=14,
        ).map(" ".join),
        max_size=6,
    )
)
def test_a_batch_finds_what_each_text_alone_does(texts: list[str]) -> None:
    for recognizer in (BARE, SHARE, WALL, SHOUTING):
        alone = [
            (n, found) for n, text in enumerate(texts) for _, found in places(recognizer, text)
        ]
        assert places(recognizer, *texts) == alone


def test_no_texts_have_no_shape() -> None:
    for recognizer in (BARE, SHARE, WALL, SHOUTING):
        assert places(recognizer) == []
