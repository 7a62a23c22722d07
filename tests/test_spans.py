"""Links, e-mails, mentions, hashtags, prices and placeholders: where they stand."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from wild import batches, real_texts

from smclassify.labels import LANGUAGES
from smclassify.policy.placeholders import PlaceholderRecognizer
from smclassify.policy.schema import Contacts
from smclassify.text.batch import TextBatch
from smclassify.text.normalize import normalize
from smclassify.text.placeholders import find_placeholders
from smclassify.text.scan import Scan
from smclassify.text.spans import as_array, cover, find_spans, outside, touching

KINDS = ("url", "email", "mention", "address", "hashtag", "price", "placeholder")


def found(text: str, kind: str) -> list[str]:
    batch = normalize([text])
    return [batch.joined[start:end] for start, end in batch.spans[kind].tolist()]


# --- links and e-mails --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("Read https://example.com/a?b=c#d now", ["https://example.com/a?b=c#d"]),
        ("(see http://example.com/x).", ["http://example.com/x"]),
        ("WWW.EXAMPLE.COM!!!", ["WWW.EXAMPLE.COM"]),
        ("bit.ly/3xYz, t.co/abc", ["bit.ly/3xYz", "t.co/abc"]),
        (
            "quillstack.com/blog and shop.example.co.uk",
            ["quillstack.com/blog", "shop.example.co.uk"],
        ),
        ("rendez-vous sur boulangerie-léa.fr !", ["boulangerie-léa.fr"]),
        ("자세히 보기: brand.kr/event", ["brand.kr/event"]),
        ("한글도메인.com 방문", ["한글도메인.com"]),
        ("官网example.com看看", ["example.com"]),
        ("详情：https://example.cn/a，欢迎", ["https://example.cn/a"]),
        ("ｅｘａｍｐｌｅ．ｃｏｍ", ["example.com"]),
        ("exa\u200bmple.com", ["example.com"]),
        ("http://localhost:8000/x", ["http://localhost:8000/x"]),
    ],
)
def test_links_are_found(text: str, urls: list[str]) -> None:
    assert found(text, "url") == urls


@pytest.mark.parametrize(
    "text",
    [
        "Awww...so cute, a.b.c",
        "Wait...what. Then 3.5 stars.No",
        "e.g. i.e. a.m. U.S.A.",
        "C'est fini.Alors on part",
        "node.js vs. readme.txt",
        "版本3.5.1更新",
        "끝.시작",
        "me@example.com",
    ],
)
def test_dots_alone_make_no_link(text: str) -> None:
    assert found(text, "url") == []


@pytest.mark.parametrize(
    ("text", "emails"),
    [
        ("write to me@example.com.", ["me@example.com"]),
        ("Jane.Doe+shop@mail.example.co.uk!", ["Jane.Doe+shop@mail.example.co.uk"]),
        ("이메일: help@brand.co.kr 로", ["help@brand.co.kr"]),
        ("邮箱: kefu@brand.cn 谢谢", ["kefu@brand.cn"]),
        ("me@home, @me, a@b", []),
    ],
)
def test_e_mails_are_found(text: str, emails: list[str]) -> None:
    assert found(text, "email") == emails


def test_an_e_mail_is_neither_link_nor_mention() -> None:
    text = "me@example.com"
    assert found(text, "url") == found(text, "mention") == []


def test_what_lies_within_a_link_is_not_counted_again() -> None:
    text = "https://example.com/@user/#top?p=50%&x=$5"
    assert [found(text, kind) for kind in ("mention", "hashtag", "price")] == [[], [], []]


# --- mentions and hashtags ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("Thanks @jane_doe and @j.doe.", ["@jane_doe", "@j.doe"]),
        ("merci @léa-paris !", ["@léa-paris"]),
        ("고마워요@친구 @카페_봄", ["@친구", "@카페_봄"]),
        ("回复@团子:好的 @小王 看", ["@团子", "@小王"]),
        ("＠brand", ["@brand"]),
        ("me@home a@ @ @@", []),
        ("medium.com/@writer", []),
    ],
)
def test_mentions_are_found(text: str, mentions: list[str]) -> None:
    assert found(text, "mention") == mentions


@pytest.mark.parametrize(
    ("text", "hashtags"),
    [
        ("#Sale #été2024 #b_c!", ["#Sale", "#été2024", "#b_c"]),
        ("#빵스타그램 #서울카페", ["#빵스타그램", "#서울카페"]),
        ("#빵#카페#서울", ["#빵", "#카페", "#서울"]),
        ("#话题# 大家好", ["#话题#"]),
        ("#夏日 上新#", ["#夏日"]),
        ("#夏日！上新#来啦", ["#夏日!上新#"]),
        ("#话题一##话题二#", ["#话题一#", "#话题二#"]),
        ("#美食 #探店", ["#美食", "#探店"]),
        ("＃话题＃", ["#话题#"]),
        ("C# and # 1", []),
    ],
)
def test_hashtags_are_found(text: str, hashtags: list[str]) -> None:
    assert found(text, "hashtag") == hashtags


# --- prices -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "prices"),
    [
        ("only $5, £3.50 or 10 dollars", ["$5,", "£3.50", "10 dollars"]),
        ("à partir de 12,90 € ou 15 euros", ["12,90 €", "15 euros"]),
        ("-20 % et 50%", ["20 %", "50%"]),
        ("3만원, 5만 원, 12,000원", ["3만원", "5만 원", "12,000원"]),
        ("只要99元！￥199 或 5块", ["99元", "¥199", "5块"]),
        ("５０％ off", ["50%"]),
        ("1원인 3원래", []),
        ("10 women, 5 europeans, 3 wonderful", []),
        ("100% ready, call 555", ["100%"]),
        ("元旦 万元", []),
    ],
)
def test_prices_are_found(text: str, prices: list[str]) -> None:
    assert found(text, "price") == prices


# --- placeholders -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "placeholders"),
    [
        ("Hi {first_name}, see [LINK]", ["{first_name}", "[LINK]"]),
        ("Dear %FNAME%, *|LNAME|* and ${city}", ["%FNAME%", "*|LNAME|*", "${city}"]),
        ("Bonjour <insérer prénom>, [votre lien]", ["<insérer prénom>", "[votre lien]"]),
        ("{고객명}님, [링크]에서", ["{고객명}", "[링크]"]),
        ("尊敬的【姓名】，您好", ["【姓名】"]),
        ("［ＬＩＮＫ］ here? ｛ｎａｍｅ｝", ["[LINK]", "{name}"]),
        ("Hi [{name}]!", ["[{name}]"]),
        ("https://example.com/?c=[CAMPAIGN]", ["[CAMPAIGN]"]),
        ("&#123;&#123;name&#125;&#125;", ["{{name}}"]),
        ("see\n  [날짜] 5월 3일", []),
        ("【公告】明天停电 [sic] {sigh} 50% <3", []),
        ("[a](b) [ ] {} {{}} %% <>", []),
    ],
)
def test_placeholders_are_found(text: str, placeholders: list[str]) -> None:
    assert found(text, "placeholder") == placeholders


def test_a_heading_is_told_by_its_own_text_not_by_the_one_before() -> None:
    alone = found("[날짜] 5월 3일", "placeholder")
    batch = normalize(["no end", "[날짜] 5월 3일", "[LINK"])
    assert alone == batch.spans["placeholder"].tolist() == []


def test_policy_reports_the_placeholders_that_normalising_found() -> None:
    batch = normalize(["Hi there", "Hi {name}"])
    batch.spans["placeholder"] = np.array([[0, 2]])
    hits = list(PlaceholderRecognizer().find(batch, Contacts()))
    assert [(hit.text, hit.start, hit.end) for hit in hits] == [(0, 0, 2)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_policy_finds_them_itself_in_a_batch_that_was_not_normalised(language: str) -> None:
    clean = normalize(real_texts(language))
    plain = TextBatch.from_texts(clean.texts)
    recognizer = PlaceholderRecognizer()
    assert list(recognizer.find(plain, Contacts())) == list(recognizer.find(clean, Contacts()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_of_real_drafts_stand_for_something(language: str) -> None:
    batch = normalize(real_texts(language))
    spans = [batch.joined[start:end] for start, end in batch.spans["placeholder"].tolist()]
    assert spans
    assert all(re.fullmatch(r"[\[【{<%*$].+[\]】}>%*]", span) for span in spans)


def test_many_brackets_after_much_white_space_are_bounded_work() -> None:
    assert len(found(" " * 50_000 + "[LINK]" * 8_000, "placeholder")) == 8_000


# --- whatever comes in --------------------------------------------------------------------


@given(batches)
def test_spans_are_in_order_apart_and_each_within_one_text(texts: list[str]) -> None:
    batch = normalize(texts)
    assert set(batch.spans) == set(KINDS)
    for spans in batch.spans.values():
        assert spans.dtype == np.int64 and spans.ndim == 2 and spans.shape[1] == 2
        assert (spans[:, 0] < spans[:, 1]).all()
        assert (spans[1:, 0] >= spans[:-1, 1]).all()
        assert (batch.text_of(spans[:, 0]) == batch.text_of(spans[:, 1] - 1)).all()
        assert not any("\0" in batch.joined[start:end] for start, end in spans.tolist())


@given(batches)
def test_looking_again_finds_the_same(texts: list[str]) -> None:
    batch = normalize(texts)
    again = find_spans(Scan(batch.codes))
    assert {kind: spans.tolist() for kind, spans in again.items()} == {
        kind: spans.tolist() for kind, spans in batch.spans.items()
    }


@pytest.mark.parametrize("piece", ["[", "{", "<", "%", "*|", "【", "{{", "[LINK", "name]", "\n"])
def test_pieces_of_a_placeholder_in_different_texts_make_none(piece: str) -> None:
    texts = [piece, "name", "LINK", "]", "}", ">", "%", "|*", "】", "}}"]
    assert find_placeholders(Scan(TextBatch.from_texts(texts).codes)) == []


@pytest.mark.parametrize(
    ("kind", "text", "count"),
    [
        ("hashtag", "#tag " * 20_000, 20_000),
        ("mention", "@me " * 20_000, 20_000),
        ("url", "a.com " * 20_000, 20_000),
        ("email", "a@b.co " * 10_000, 10_000),
        ("price", "$5 " * 20_000, 20_000),
        ("placeholder", "to {{a}} " * 10_000, 10_000),
        ("hashtag", "#" * 100_000, 0),
        ("mention", "@" * 100_000, 0),
        ("url", "a-" * 100_000, 0),
        ("price", "1" * 100_000, 0),
        ("placeholder", "{[<%【" * 20_000, 0),
    ],
)
def test_long_texts_are_bounded_work(kind: str, text: str, count: int) -> None:
    assert len(found(text, kind)) == count


# --- the tools ----------------------------------------------------------------------------

SPANS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)).map(sorted), max_size=5)


@given(SPANS, SPANS)
def test_cover_marks_what_lies_in_any_span(one: list[list[int]], other: list[list[int]]) -> None:
    inside = {k for start, end in one + other for k in range(start, end)}
    covered = cover(20, as_array([(a, b) for a, b in one]), as_array([(a, b) for a, b in other]))
    assert np.flatnonzero(covered).tolist() == sorted(inside)


def test_outside_keeps_spans_that_begin_in_the_open() -> None:
    covered = np.array([False, True, True, False])
    assert outside(as_array([(0, 2), (1, 3), (3, 4)]), covered).tolist() == [[0, 2], [3, 4]]
    assert outside(as_array([]), covered).shape == (0, 2)


@given(SPANS, SPANS)
def test_touching_spans_share_a_code_point(one: list[list[int]], other: list[list[int]]) -> None:
    one = [span for span in one if span[0] < span[1]]
    other = [span for span in other if span[0] < span[1]]
    covered = {k for start, end in other for k in range(start, end)}
    expected = [not covered.isdisjoint(range(start, end)) for start, end in one]
    half = len(other) // 2
    groups = [as_array([(a, b) for a, b in spans]) for spans in (other[:half], other[half:])]
    assert touching(as_array([(a, b) for a, b in one]), *groups).tolist() == expected


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@united my bags never arrived in Denver", ["@united"]),
        ("@united @delta which of you has my bags now", ["@united", "@delta"]),
        ("@jane look", []),
        ("@jane @john @jack @joe", []),
        ("look at this @jane it is so much like you", []),
    ],
)
def test_a_name_that_only_says_to_whom_is_told_from_a_friend_who_is_tagged(text, names):
    batch = normalize(["before", text])
    found = [batch.joined[start:end] for start, end in batch.spans["address"].tolist()]
    assert found == names
