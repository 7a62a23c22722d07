"""Named people, what is nobody else's business about them, and what is asked or told in public."""

from __future__ import annotations

import socket
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smclassify.labels import LANGUAGES
from smclassify.policy.persons import marks_of
from smclassify.policy.recognizers import RECOGNIZERS
from smclassify.policy.schema import Policy
from smclassify.text.batch import TextBatch
from smclassify.wording import words_of

RULES = (
    "customer-name",
    "health-data",
    "order-number",
    "postal-address",
    "asks-personal-data",
    "internal-figures",
    "national-id",
)
BY_RULE = {recognizer.rule: recognizer for recognizer in RECOGNIZERS}


def found(rule: str, *texts: str) -> list[str]:
    batch = TextBatch.from_texts(texts)
    return [texts[h.text][h.start : h.end] for h in BY_RULE[rule].find(batch, Policy())]


# --- a name next to a case ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mrs Whitlock, your prescription is waiting at the counter.", "Mrs Whitlock"),
        ("Mr. Aldous: your direct debit bounced in March.", "Mr. Aldous"),
        ("Dear Karen Mills, your complaint was closed on Friday.", "Karen Mills"),
        ("Our customer Rohan Kulkarni still owes us for May, overdue.", "Rohan Kulkarni"),
        ("Bonjour Madame Delaunoy, votre facture de février est impayée.", "Madame Delaunoy"),
        ("M. Tessandier, votre carte est bloquée.", "M. Tessandier"),
        ("La cliente Aurore Vidal attend votre remboursement.", "Aurore Vidal"),
        ("조도현 고객님, 수리비 87만 원이 미납되었습니다.", "조도현 고객님"),
        ("정미란 보호자님 수술비 절반이 아직 안 들어왔어요", "정미란 보호자님"),
        ("김나윤님 환불은 안 됩니다", "김나윤님"),
        ("陈建国先生，您的订单已经发出。", "陈建国先生"),
        ("郭女士欠费412元，请尽快补上。", "郭女士"),
        ("林淑芬小姐，妳還有尾款沒匯喔", "林淑芬小姐"),
    ],
)
def test_a_customers_name_next_to_a_case_is_found(text: str, name: str) -> None:
    assert name in found("customer-name", text)


@pytest.mark.parametrize(
    "text",
    [
        "Thank you, Mrs Whitlock, for forty years behind this counter!",
        "Your order ships today. Questions? Write to us.",
        "Our customer Service Team will look into your refund.",
        "Dear all, your booking opens on Monday.",
        "Bravo à Madame Delaunoy pour son marathon !",
        "Cher client, votre commande est prête.",
        "Merci à M. Tessandier. Votre commande part demain.",
        "고객님, 주문하신 상품이 출발했어요.",
        "김나윤 님 결혼을 축하드려요",
        "이용자님, 환불은 앱에서 신청하세요",
        "亲爱的顾客，您的订单已经发出。",
        "感谢王老师的分享！",
        "这位女士，您的订单号请私信我们。",
    ],
)
def test_a_name_alone_and_a_case_without_a_name_are_left_alone(text: str) -> None:
    assert found("customer-name", text) == []


# --- health -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Mrs Eleanor Finch is getting over her stroke and the house is empty.",
        "Well done Gerald Pike, 54, six months out of rehab!",
        "Mme Kerbrat, vos antidépresseurs sont prêts au comptoir 2.",
        "M. Alphonse Berthier, 84 ans, début d'Alzheimer, entend de nouveau.",
        "정유나 회원님, 산후 우울증 약 드시면서 11kg 감량!",
        "황인규(54) 님은 무릎 수술 받고 두 달 만에 오셨어요",
        "贺春梅，58岁，今年三月确诊。",
        "冯秋月女士刚做完化疗，大家给她加油。",
    ],
)
def test_a_named_persons_health_is_found(text: str) -> None:
    assert found("health-data", text) != []


@pytest.mark.parametrize(
    "text",
    [
        "One in eight women is diagnosed with breast cancer. Book a screening.",
        "Mrs Finch has raised £900 for cancer research.",
        "Our nurses help people who live with diabetes.",
        "Mme Kerbrat court pour la recherche contre le cancer.",
        "Le diabète touche des millions de personnes.",
        "당뇨 예방 강의, 김민수 교수님을 모십니다",
        "우울증, 혼자 견디지 마세요.",
        "糖尿病患者的饮食建议来了",
        "特邀王建国先生做癌症防治讲座。",
    ],
)
def test_health_as_a_subject_is_left_alone(text: str) -> None:
    assert found("health-data", text) == []


# --- order numbers and addresses ----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Mr Patel, order number AB-20931 is still at the depot.", "AB-20931"),
        ("Mme Delattre, votre dossier n° 88213 est arrivé.", "88213"),
        ("서진아님 주문번호 T22310 맞으시죠?", "T22310"),
        ("郑小满女士，订单尾号6620已签收", "6620"),
    ],
)
def test_an_order_number_next_to_a_name_is_found(text: str, number: str) -> None:
    assert found("order-number", text) == [number]


@pytest.mark.parametrize(
    "text",
    [
        "Order 20931 is the first we ever shipped!",
        "Mr Patel has been with us since order one.",
        "Votre dossier n° 88213 est arrivé.",
        "주문번호 T22310 조회는 앱에서",
        "订单号20260411已发货",
    ],
)
def test_an_order_number_without_a_name_is_left_alone(text: str) -> None:
    assert found("order-number", text) == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Sharon lives at 14 Laburnum Close, do say hello.", "14 Laburnum Close"),
        ("Sold! Mrs Finch, 12 Willow Court, moves to Hove.", "12 Willow Court"),
        ("Monsieur Ferrand, la facture est partie au 9 rue Lamartine.", "9 rue Lamartine"),
        ("Elle habite 22 bis, allée des Tilleuls", "22 bis, allée des Tilleuls"),
        ("오은경 님 댁 107동 2203호 청소 후기", "107동 2203호"),
        ("서하늘님(강동구 해솔로 14, 302호) 남편분이 받으셨어요", "해솔로 14, 302호"),
        ("李强先生家住锦绣花园7栋2单元901", "7栋2单元901"),
        ("收货地址幸福路12号2单元301室，今天派送", "12号2单元301室"),
    ],
)
def test_where_somebody_lives_is_found(text: str, address: str) -> None:
    assert found("postal-address", text) == [address]


@pytest.mark.parametrize(
    "text",
    [
        "Come and see us at 14 Laburnum Close, open till six.",
        "Retrouvez-nous au 9 rue Lamartine, à deux pas du marché.",
        "매장: 해솔로 14, 302호",
        "门店地址：幸福路12号2单元301室，欢迎光临",
        "2026 Main event, way to go",
        "10층 203호 전시실에서 만나요",
    ],
)
def test_a_shops_own_address_is_left_alone(text: str) -> None:
    assert found("postal-address", text) == []


# --- asked for in public --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("Just pop your account number down here in the comments!", "account number"),
        ("Reply with your date of birth and we'll sort it below.", "date of birth"),
        ("Mettez votre adresse en commentaire.", "votre adresse"),
        ("Indiquez sous cette publication votre numéro de compte.", "votre numéro de compte"),
        ("댓글에 전화번호 남겨 주세요", "전화번호"),
        ("아래 댓글로 성함이랑 생년월일 적어 주세요", "성함"),
        ("请在评论区留下您的手机号", "手机号"),
        ("把卡号打在评论里，不用私信", "卡号"),
    ],
)
def test_asking_for_personal_data_in_public_is_found(text: str, data: str) -> None:
    assert found("asks-personal-data", text) == [data]


@pytest.mark.parametrize(
    "text",
    [
        "Send us your account number in a private message, not in the comments.",
        "Please don't post your phone number in the comments.",
        "Comment your favourite colour below!",
        "Envoyez votre numéro de commande par message privé, pas en commentaire.",
        "Ne laissez jamais votre adresse en commentaire.",
        "Dites-nous en commentaire votre recette préférée",
        "주문번호는 댓글 말고 쪽지로 보내 주세요",
        "댓글에 여러분의 여름 이야기를 남겨 주세요",
        "手机号请私信我们，不要写在评论区",
        "评论区聊聊你的周末",
    ],
)
def test_asking_in_private_or_for_something_else_is_left_alone(text: str) -> None:
    assert found("asks-personal-data", text) == []


# --- figures that aren't out ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("Not announced yet, but we're buying Stanmore for £62m, shh", "£62m"),
        ("You didn't hear it from us: the rate drops 11% in April", "11%"),
        ("Entre nous, le chiffre d'affaires est à 41 M€, soit +18 %", "41 M€"),
        ("Chut, pas encore annoncé : 420 000 € de subvention", "420 000 €"),
        ("아직 공시 전인데 영업이익이 38% 늘었습니다", "38%"),
        ("대외비지만 분양가는 2,340만 원이에요", "2,340만 원"),
        ("财报还没出，先说营收增长23%", "23%"),
        ("合同刚签，800万，对方要求保密", "800万"),
    ],
)
def test_figures_not_yet_public_are_found(text: str, figure: str) -> None:
    assert found("internal-figures", text) == [figure]


@pytest.mark.parametrize(
    "text",
    [
        "Revenue rose 11% in the first half, as published today.",
        "Save 20% this weekend.",
        "100% confidential, call our helpline.",
        "Le prix passe à 42 € le 1er mars.",
        "Entre nous, on adore ce gâteau.",
        "올해 매출이 38% 늘었습니다.",
        "쉿! 도서관에서는 조용히",
        "营收同比增长23%，详见公告。",
        "悄悄说一句：我爱你们",
    ],
)
def test_public_figures_and_harmless_secrets_are_left_alone(text: str) -> None:
    assert found("internal-figures", text) == []


# --- numbers of other countries -------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "SSN 536-90-4399 on file",
        "son numéro : 2 95 10 99 126 111 93",
        "her ni number is AB123456C",
        "NINO AB 12 34 56 C",
        "codice fiscale RSSMRA85T10A562S",
        "DNI 12345678Z",
        "NHS number 943 476 5919",
        "身分證字號A123456789",
        "香港身份證 A123456(3)",
    ],
)
def test_national_numbers_are_found(text: str) -> None:
    assert len(found("national-id", text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Ticket 536904399",
        "Parcel 295109912611194",  # the last digit is wrong
        "Bus 943 476 5919",
        "Model A123456789 is back",
        "型号A123456789到货",
        "americanairlines ReligiousFreedom",
        "DNI 12345678A",
    ],
)
def test_other_numbers_are_no_national_number(text: str) -> None:
    assert found("national-id", text) == []


def test_only_proven_numbers_block() -> None:
    batch = TextBatch.from_texts(["DNI 12345678Z", "her ni number is AB123456C"])
    proven, likely = BY_RULE["national-id"].find(batch, Policy())
    assert (proven.severity, likely.severity) == ("", "warn")
    assert dict(proven.details) == {"country": "ES"}


# --- all of them ----------------------------------------------------------------------------

WILD = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(list("MrsMmeDear 님씨先生女士号호$€%0123456789,.-@()身份证댓글评论区")),
    ),
    max_size=200,
)


@settings(deadline=None, max_examples=60)
@given(st.lists(WILD, min_size=1, max_size=5))
def test_wild_texts_never_fail_and_hits_lie_within_them(texts: list[str]) -> None:
    batch = TextBatch.from_texts(texts)
    for rule in RULES:
        for hit in BY_RULE[rule].find(batch, Policy()):
            assert 0 <= hit.start < hit.end <= len(texts[hit.text])


@settings(deadline=None, max_examples=30)
@given(st.lists(WILD, max_size=3), st.lists(WILD, max_size=3))
def test_neighbours_in_a_batch_change_nothing(before: list[str], after: list[str]) -> None:
    text = "郭女士欠费412元，家住锦绣花园7栋2单元901"
    batch = TextBatch.from_texts([*before, text, *after])
    for rule in ("customer-name", "postal-address"):
        alone = found(rule, text)
        hits = [h for h in BY_RULE[rule].find(batch, Policy()) if h.text == len(before)]
        assert [text[h.start : h.end] for h in hits] == alone


@pytest.mark.parametrize(
    "hostile",
    [
        "1 2 3 4 5 6 7 8 " * 5_000,
        "06 12 34 56 7 " * 5_000,
        "Mr A Mr B " * 10_000 + "your order",
        "님" * 50_000 + "환불",
        "A" * 100_000,
        "//" * 20_000 + "_authToken" + "eyJ" * 20_000,
        "(" * 50_000 + "0" * 50_000,
    ],
    ids=range(7),
)
def test_hostile_texts_end_soon(hostile: str) -> None:
    batch = TextBatch.from_texts([hostile])
    began = time.perf_counter()
    for recognizer in RECOGNIZERS:
        if recognizer.reason in ("privacy", "confidentiality"):
            list(recognizer.find(batch, Policy()))
    assert time.perf_counter() - began < 10


def test_every_new_rule_is_worded_in_its_own_language() -> None:
    for rule in RULES:
        messages = {words_of(rule, language).message for language in LANGUAGES}
        assert len(messages) == len(LANGUAGES)


def test_a_batchs_words_are_looked_up_once() -> None:
    batch = TextBatch.from_texts(["Mr Patel, your order"])
    assert marks_of(batch) is marks_of(batch)
    assert marks_of(TextBatch.from_texts(["Mr Patel"])) is not marks_of(batch)


def test_ordinary_texts_need_neither_presidio_nor_phonenumbers() -> None:
    program = (
        "import sys, smclassify.policy.recognizers as r\n"
        "from smclassify.policy.schema import Policy\n"
        "from smclassify.text.batch import TextBatch\n"
        "batch = TextBatch.from_texts(['Open till 8 on 12 May, 20% off! https://kiln.au'])\n"
        "[list(one.find(batch, Policy())) for one in r.RECOGNIZERS[:15]]\n"
        "heavy = ('presidio_analyzer', 'phonenumbers', 'detect_secrets', 'tldextract')\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_nothing_reaches_for_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("the network")

    monkeypatch.setattr(socket.socket, "connect", refused)
    text = "kim@naver.com 010-1234-5678 4111 1111 1111 1111 SSN 536-90-4399 900101-1234568"
    batch = TextBatch.from_texts([text])
    assert sum(len(list(one.find(batch, Policy()))) for one in RECOGNIZERS[:7]) >= 5
