"""A brand's languages, links and form of address."""

from __future__ import annotations

from typing import Any

import pytest
from policies import alone

from smclassify.findings import Finding
from smclassify.policy.brand import LanguageCheck, LinkDomainCheck, ToneCheck
from smclassify.policy.checker import PolicyChecker
from smclassify.policy.schema import Policy
from smclassify.text.prepare import prepare

CHECKS = (LanguageCheck(), LinkDomainCheck(), ToneCheck())


def findings(
    policy: dict[str, Any], text: str, language: str = "en", ui: str = "en"
) -> list[Finding]:
    checker = PolicyChecker(
        Policy.model_validate(alone(policy, *(check.rule for check in CHECKS))),
        recognizers=CHECKS,
        ui_language=ui,
    )
    return checker.check(prepare([text], [language]))[0]


def test_without_a_policy_nothing_is_asked() -> None:
    assert findings({}, "你好 https://anywhere.example tu", "fr") == []


# --- languages ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "told"), [("en", False), ("fr", False), ("zh", True), ("de", True)]
)
def test_a_text_is_in_a_language_of_the_brand(language: str, told: bool) -> None:
    found = findings({"languages": ["en", "fr"]}, "…", language)
    assert [f.rule for f in found] == (["language-not-permitted"] if told else [])
    assert all((f.start, f.end) == (0, 0) for f in found)


def test_a_language_that_cannot_be_told_is_not_held_against_a_text() -> None:
    assert findings({"languages": ["en"]}, "🎉", "unknown") == []


@pytest.mark.parametrize(
    ("ui", "name"), [("en", "Chinese"), ("fr", "chinois"), ("ko", "중국어"), ("zh", "中文")]
)
def test_the_language_is_called_as_its_reader_calls_it(ui: str, name: str) -> None:
    (finding,) = findings({"languages": ["en"]}, "你好", "zh", ui)
    assert name in finding.message


def test_a_language_without_a_name_is_called_by_its_code() -> None:
    assert "de" in findings({"languages": ["en"]}, "Hallo", "de")[0].message


# --- links --------------------------------------------------------------------------------------

_LINKS = {
    "link_domains": ["partner.example", "münchen.example"],
    "contacts": {"domains": ["Brand.example"]},
}


@pytest.mark.parametrize(
    "link",
    [
        "https://partner.example/offer?x=1#top",
        "https://shop.de.partner.example",
        "HTTPS://WWW.PARTNER.EXAMPLE:8443/",
        "www.partner.example",
        "brand.example/about",
        "https://help.brand.example",
        "https://partner.example./x",
        "https://user@partner.example/",
        "https://MÜNCHEN.example/",
        "https://ｐartner.example",
    ],
)
def test_links_to_a_listed_domain_and_below_it_are_left_alone(link: str) -> None:
    assert findings(_LINKS, f"See {link} today") == []


@pytest.mark.parametrize(
    ("link", "domain"),
    [
        ("https://elsewhere.example/x", "elsewhere.example"),
        ("https://evilpartner.example", "evilpartner.example"),
        ("https://partner.example.evil.com/login", "partner.example.evil.com"),
        ("https://partner-example.com", "partner-example.com"),
        ("https://partner.example@evil.com/", "evil.com"),
        ("https://partner.example:80@evil.com/", "evil.com"),
        ("https://evil.com/@partner.example", "evil.com"),
        ("https://evil.com?to=partner.example", "evil.com"),
        ("https://evil.com#partner.example", "evil.com"),
        ("https://evil.com\\@partner.example", "evil.com"),
        ("https://pаrtner.example/", "pаrtner.example"),  # a Cyrillic а
        ("http://xn--prtner-4fg.example", "xn--prtner-4fg.example"),
        ("https://munchen.example", "munchen.example"),
    ],
)
def test_links_elsewhere_are_told_however_much_they_look_alike(link: str, domain: str) -> None:
    (finding,) = findings(_LINKS, f"See {link} today")
    assert finding.rule == "link-domain" and f" {domain}," in finding.message
    assert finding.start == 4


def test_each_link_is_looked_at() -> None:
    text = "a.com, partner.example and b.com"
    found = findings(_LINKS, text)
    assert [text[f.start : f.end] for f in found] == ["a.com", "b.com"]


def test_where_no_domains_are_listed_links_may_lead_anywhere() -> None:
    assert findings({"contacts": {"domains": ["brand.example"]}}, "https://a.com") == []


# --- form of address ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "wanted", "text", "shown"),
    [
        ("fr", "vous", "Et toi, tu viens ?", "toi"),
        ("fr", "vous", "T’as vu ?", "T’as"),
        ("fr", "vous", "N'oublie pas tes bottes", "tes"),
        ("fr", "tu", "Et vous, vous venez ?", "vous"),
        ("fr", "tu", "Votre avis compte", "Votre"),
        ("ko", "해요체", "오늘 같이 놀자. 같이 하자!", "하자"),
        ("ko", "해요체", "새로 나왔어. 진짜 좋아", "왔어"),
        ("ko", "합쇼체", "같이 가자!", "가자"),
        ("ko", "반말", "같이 가요. 기다릴게요!", "게요"),
        ("ko", "반말", "감사합니다", "니다"),
        ("zh", "您", "今天你来吗？", "你"),
        ("zh", "您", "妳喜歡嗎？", "妳"),
        ("zh", "你", "感谢您的支持", "您"),
    ],
)
def test_the_other_form_of_address_is_told_once_where_it_first_stands(
    language: str, wanted: str, text: str, shown: str
) -> None:
    (finding,) = findings({"tone": {language: wanted}}, text, language)
    assert (finding.rule, finding.reason) == ("tone", "brand_voice")
    assert text[finding.start : finding.end] == shown
    assert wanted in finding.message and shown.replace("’", "'") in finding.message


@pytest.mark.parametrize(
    ("language", "wanted", "text"),
    [
        ("fr", "vous", "Et vous, vous venez ?"),
        ("fr", "vous", "Il s'appelle Tuan, la tuile et le tutu"),
        ("fr", "tu", "Et toi, tu viens au rendez-vous ?"),
        ("fr", "tu", "Nous vouvoyons Vosges"),
        ("ko", "해요체", "같이 가요. 감사합니다!"),
        ("ko", "합쇼체", "감사합니다. 기다릴게요"),
        ("ko", "해요체", "있어요, 좋아요"),
        ("ko", "반말", "같이 가자! 좋아"),
        ("zh", "您", "感谢您的支持，迷你款也有"),
        ("zh", "你", "你喜欢吗？"),
    ],
)
def test_the_brands_own_form_is_left_alone(language: str, wanted: str, text: str) -> None:
    assert findings({"tone": {language: wanted}}, text, language) == []


def test_tone_is_asked_of_its_own_language_only() -> None:
    policy = {"tone": {"zh": "您"}}
    assert findings(policy, "你", "ko") == []
    assert findings(policy, "tu", "fr") == []
