"""Personal data, secrets and placeholders: found where they are, left where they aren't."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import iban as stdnum_iban
from stdnum import luhn
from stdnum.cn import ric
from stdnum.kr import rrn

from smclassify.findings import Finding
from smclassify.labels import FLAG_OF_REASON
from smclassify.policy.checker import PolicyChecker
from smclassify.policy.recognizers import RECOGNIZERS, Recognizer
from smclassify.policy.schema import Policy
from smclassify.text.batch import TextBatch
from smclassify.wording import UI_LANGUAGES, words_of

BUILT_IN = PolicyChecker()


def findings(text: str, policy: dict[str, Any] | None = None) -> list[Finding]:
    batch = TextBatch.from_texts([text])
    batch.languages = ["unknown"]
    checker = PolicyChecker(Policy.model_validate(policy)) if policy else BUILT_IN
    return checker.check(batch)[0]


def found(text: str, policy: dict[str, Any] | None = None) -> list[tuple[str, str]]:
    return [(f.rule, text[f.start : f.end]) for f in findings(text, policy)]


def test_every_recogniser_is_complete() -> None:
    for recognizer in RECOGNIZERS:
        assert isinstance(recognizer, Recognizer)
        assert FLAG_OF_REASON.get(recognizer.reason, "") == recognizer.label
        assert all(words_of(recognizer.rule, language) for language in UI_LANGUAGES)
    assert len({recognizer.rule for recognizer in RECOGNIZERS}) == len(RECOGNIZERS)


# --- telephone ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    [
        "010-1234-5678",
        "010 1234 5678",
        "01012345678",
        "+82 10-1234-5678",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "+33 6 12 34 56 78",
        "13812345678",
        "138 1234 5678",
        "+86 138-1234-5678",
        "07700 900123",
        "+44 7700 900123",
        "0912-345-678",
        "+852 9123 4567",
        "079 123 45 67",
        "0412 345 678",
    ],
)
def test_mobile_numbers_are_found(number: str) -> None:
    assert found(f"Reach me at {number}, thanks") == [("phone-number", number)]
    assert found(f"전화번호{number}입니다") == [("phone-number", number)]


@pytest.mark.parametrize(
    "text",
    [
        "Call us on 0800 555 0136 any time",
        "문의 02-555-0147",
        "Réservations au 03 53 01 44 20",
        "客服电话 010-65551234",
        "Ring 512-555-0144 to book",
        "Customers can call 020 7946 0958 or 0800 555 0136",
        "고객센터 문의 02-555-0147",
        "客户请拨打 010-65551234",
    ],
)
def test_a_business_line_is_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Dear Mrs Bell, we rang 512-555-0144 twice", "512-555-0144"),
        ("김민지 고객님 댁 02-555-0147로 연락드렸어요", "02-555-0147"),
        ("Madame Durand, votre 01 42 68 53 00 ne répond pas", "01 42 68 53 00"),
        ("张女士，您家 010-65551234 没人接", "010-65551234"),
    ],
)
def test_any_line_next_to_a_person_is_found(text: str, number: str) -> None:
    assert found(text) == [("phone-number", number)]


@pytest.mark.parametrize(
    "text",
    [
        "From 2026-11-22 to 2026-12-24, 10:30-18:00",
        "Du 06.07.2026 au 12.08.2026",
        "Only 1,380,123,456 won or €13 812 345",
        "Your order 13812345678 left today",
        "快递单号13812345678已发出",
        "운송장 010-1234-5678-90 조회",
        "주문번호 01012345678",
        "ISBN 978-2-07-036822-8",
        "138****5678",
        "v10.0.1234.5678 build 20261122",
        "https://x.com/a/status/13812345678",
        "colis n° 0612345678",
    ],
)
def test_dates_prices_and_order_numbers_are_no_telephone(text: str) -> None:
    assert found(text) == []


def test_the_brands_own_number_is_no_finding_however_written() -> None:
    policy = {"contacts": {"phones": ["+33 6 12 34 56 78", "010-1234-5678"]}}
    for own in ("06 12 34 56 78", "+33612345678", "01012345678", "+82 10 1234 5678"):
        assert found(f"Joignez-nous : {own}", policy) == []
    assert found("06 12 34 56 79", policy) == [("phone-number", "06 12 34 56 79")]


# --- e-mail -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["marie.durand@laposte.net", "kim88@naver.com", "j_smith@acme.co.uk", "a1@qq.com"]
)
def test_a_persons_address_is_found(address: str) -> None:
    assert found(f"reply sent to {address}.") == [("email-address", address)]
    assert found(f"답장은{address}로") == [("email-address", address)]


@pytest.mark.parametrize(
    "address", ["hello@kiln.au", "jobs@kiln.au", "customer.service@kiln.au", "recall@kiln.au"]
)
def test_an_address_of_an_office_is_left_alone(address: str) -> None:
    assert found(f"Write to {address}, Mr Jones will answer") == []


def test_the_brands_own_addresses_are_no_finding() -> None:
    policy = {"contacts": {"emails": ["kilnlane@gmail.com"], "domains": ["Kiln.au"]}}
    assert found("kilnlane@gmail.com or marie.durand@shop.kiln.au", policy) == []
    assert found("marie.durand@notkiln.au", policy) != []


# --- numbers with check digits ------------------------------------------------------------


def with_luhn(digits: str) -> str:
    return digits + str(luhn.calc_check_digit(digits))


@settings(deadline=None)
@given(st.text("0123456789", min_size=14, max_size=14), st.sampled_from(["", " ", "-"]))
def test_any_card_number_is_found_in_any_grouping(middle: str, separator: str) -> None:
    number = with_luhn("4" + middle)
    shown = separator.join(number[at : at + 4] for at in range(0, 16, 4))
    hits = [hit for hit in found(f"card {shown} please") if hit[0] == "card-number"]
    assert hits == ([("card-number", shown)] if len(set(number)) > 1 else [])


@settings(deadline=None)
@given(st.text("0123456789", min_size=14, max_size=14), st.integers(1, 9))
def test_a_card_number_with_a_wrong_check_digit_is_none(middle: str, wrong: int) -> None:
    number = with_luhn("4" + middle)
    broken = number[:-1] + str((int(number[-1]) + wrong) % 10)
    assert "card-number" not in {rule for rule, _ in found(f"card {broken}")}


def test_american_express_and_unionpay_numbers_are_found() -> None:
    assert found("3782 822463 10005") == [("card-number", "3782 822463 10005")]
    unionpay = with_luhn("622202123456789012")
    assert found(f"卡号{unionpay}转账") == [("card-number", unionpay)]


@pytest.mark.parametrize(
    "iban", ["GB82 WEST 1234 5698 7654 32", "FR1420041010050500013M02606", "DE89370400440532013000"]
)
def test_account_numbers_are_found(iban: str) -> None:
    assert stdnum_iban.is_valid(iban)
    assert found(f"IBAN {iban}.") == [("iban", iban)]
    assert found(f"IBAN {iban.replace('3', '4', 1)}.") == []


def test_korean_registration_numbers_are_found() -> None:
    assert rrn.is_valid("9001011234568")
    assert found("주민번호 900101-1234568") == [("korean-resident-number", "900101-1234568")]
    # given out since October 2020, the last digits prove nothing: the shape is enough
    assert found("210101-3123456") == [("korean-resident-number", "210101-3123456")]
    assert found("9001011234567") == []
    assert found("991332-1234567 991232-1234567") == []
    assert found("900101-1******") == []


@settings(deadline=None)
@given(
    st.sampled_from(["110105", "310101", "440300", "510104"]),
    st.dates(
        min_value=date(1940, 1, 1),
        max_value=date(2020, 1, 1),
    ),
    st.integers(0, 999),
)
def test_any_chinese_identity_number_is_found_and_its_neighbours_are_not(
    place: str, born: Any, serial: int
) -> None:
    stem = f"{place}{born:%Y%m%d}{serial:03}"
    right = ric.calc_check_digit(stem + "0")
    for last in "0123456789X":
        hits = [hit for hit in found(f"身份证{stem}{last}号") if hit[0] == "chinese-resident-id"]
        assert hits == ([("chinese-resident-id", stem + last)] if last == right else [])


# --- secrets ------------------------------------------------------------------------------

# Put together here, so that no scanner takes this file for a leak.
KEYS = [
    ("AWS", "AKIA" + "IOSFODNN7EXAMPLE"),
    ("GitHub", "ghp" + "_" + "a1B2" * 9),
    ("Slack", "xoxb" + "-123456789012-abcdefABCDEF"),
    ("Stripe", "sk" + "_live_" + "4eC39HqLyjWDarjtT1zdp7dc"),
    ("Google", "AIza" + "B" * 35),
    ("PEM", "-----BEGIN RSA " + "PRIVATE KEY-----"),
    ("Azure", "AccountKey=" + "a1/+" * 22),
    ("GitLab", "glpat-" + "a1B2" * 5),
    ("JWT", "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0" + ".c2lnbmF0dXJl"),
    ("OpenAI", "sk-" + "a1" * 10 + "T3BlbkFJ" + "b2" * 10),
    ("SendGrid", "SG." + "a1" * 11 + "." + "b2" * 21 + "c"),
    ("Telegram", "123456789:" + "a1B2_" * 7),
    ("Twilio", "AC" + "a1b2" * 8),
    ("npm", "npm_" + "a1B2" * 9),
    ("PyPI", "pypi-" + "AgEIcHlwaS5vcmc" + "a1B2" * 18),
    ("URL", "postgres" + "://admin:" + "Falcon2019" + "@db.kiln.au/live"),
]


@pytest.mark.parametrize(
    "text",
    [
        "#ThankYouEveryoneWhoCameTonightInLeeds2026",
        "https://kiln.au/stories/the-long-way-home-from-the-market-2026",
        "https://kiln.au:8080/a@b",
        "AKIAAAAAAAAAAAAAAAAAAAAAAAA so tired",
        "eyJust.kidding.about.that-long-long-long-word",
        "git commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
    ],
)
def test_long_words_and_links_are_no_keys(text: str) -> None:
    assert [one for one in findings(text) if one.rule == "secret-key"] == []


@pytest.mark.parametrize(("what", "key"), KEYS)
def test_keys_are_found_and_named(what: str, key: str) -> None:
    (finding,) = (one for one in findings(f"use {key} for now") if one.rule == "secret-key")
    assert (finding.rule, finding.severity, finding.reason) == (
        "secret-key",
        "block",
        "confidentiality",
    )
    assert finding.message == f"This is a secret key ({what})."


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Password: Falcon-2019!", "Falcon-2019"),
        ("the admin password is Falcon-2019.", "Falcon-2019"),
        ("mot de passe : Soleil2026", "Soleil2026"),
        ("비밀번호는 Tm!2024work입니다", "Tm!2024work"),
        ("账号admin，密码Qiezi2025，别乱删", "Qiezi2025"),
        ("密碼：abc12345", "abc12345"),
    ],
)
def test_passwords_are_found_in_four_languages(text: str, value: str) -> None:
    assert found(text) == [("password", value)]


def test_a_code_of_digits_alone_only_warns() -> None:
    (finding,) = findings("관리자 비번은 7722예요")
    assert finding.severity == "warn"


@pytest.mark.parametrize(
    "text",
    [
        "Wi-Fi password: coffee2026",
        "와이파이 비밀번호: cafe1234",
        "无线密码：coffee2026",
        "Choose a password of 12 characters or more",
        "Forgot your password? Reset it at kiln.au/reset2026",
        "비밀번호는 8자리 이상으로 정하세요",
        "密码至少8位",
        "Never use a password like Password: Summer2026",
        "Votre mot de passe est personnel",
    ],
)
def test_advice_on_passwords_and_a_guests_wifi_are_left_alone(text: str) -> None:
    assert found(text) == []


# --- placeholders -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "placeholder"),
    [
        ("Hi {first_name}, welcome", "{first_name}"),
        ("Hi {{name}}, welcome", "{{name}}"),
        ("Hi {{ customer.name | default }}!", "{{ customer.name | default }}"),
        ("Dear %FNAME%,", "%FNAME%"),
        ("Dear *|FNAME|*,", "*|FNAME|*"),
        ("Hello ${name}", "${name}"),
        ("Join us: [LINK]", "[LINK]"),
        ("See you in [CITY] soon", "[CITY]"),
        ("Trains from [STATION NAME] are late", "[STATION NAME]"),
        ("Hi <insert name>, thanks", "<insert name>"),
        ("Hi [your name here]", "[your name here]"),
        ("Cliquez sur [votre lien]", "[votre lien]"),
        ("Bonjour [PRÉNOM], merci", "[PRÉNOM]"),
        ("Fête : [FÊTE À COMPLÉTER]", "[FÊTE À COMPLÉTER]"),
        ("안녕하세요 [이름]님", "[이름]"),
        ("{고객명} 고객님", "{고객명}"),
        ("자세히 보기 [링크]에서", "[링크]"),
        ("尊敬的【姓名】，您好", "【姓名】"),
        ("【姓名】您好", "【姓名】"),
        ("本店将于【日期】开业", "【日期】"),
        ("【此处填写活动】", "【此处填写活动】"),
    ],
)
def test_placeholders_are_found(text: str, placeholder: str) -> None:
    assert found(text) == [("placeholder", placeholder)]


@pytest.mark.parametrize(
    "text",
    [
        "Read [our guide](https://kiln.au/guide)",
        "- [x] done, - [ ] to do",
        "[UPDATE] Doors open at 8",
        "[PODCAST] Épisode 12",
        "【公告】明天停电",
        "【日期】5月3日【地点】大剧院",
        "[날짜] 5월 3일\n[장소] 시청 광장",
        "[은행나무학원] 개강 안내",
        "[광고] 가을 세일",
        "[06:40] 출발",
        "Save 50% today, 100% cotton, 5%off",
        "if (ready) { go(); } else arr[0] = 1",
        "He said it [sic], I {sigh} agree",
        "a < b and c > d, <3 you",
        "She sells [sea] shells",
        "Prix < 10 € et > 5 €",
    ],
)
def test_honest_brackets_are_left_alone(text: str) -> None:
    assert found(text) == []
