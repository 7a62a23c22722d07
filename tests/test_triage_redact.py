"""Masking personal data: what must not be left in any cell or reason, and what must stay."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smclassify.comments import CommentResult
from smclassify.triage.judge import ToMask
from smclassify.triage.masking.redact import LEVELS, TOO_DEEP, Redactor, pseudonym
from tests.wild import texts as wild_texts

LINES = Path(__file__).parent / "data" / "personal"
LANGUAGES = ("en", "fr", "ko", "zh")
SECRET = re.compile("⟦(.*?)⟧")
KEY = "the key of this run"
ALL_OF_THEM = 0.98
"""The share of our own lines' personal data that has to be masked."""


def lines(language: str) -> list[str]:
    return (LINES / f"{language}.txt").read_text(encoding="utf-8").splitlines()


def plain(line: str) -> str:
    return re.sub("[⟦⟧]", "", line)


def masked(*texts: str, keep: tuple[str, ...] = ()) -> list[str]:
    cells, _ = Redactor(keep).mask(ToMask([[text] for text in texts]), [])
    return [str(cell) for (cell,) in cells]


def by_author(name: object, *rest: object, keep: tuple[str, ...] = ()) -> list[object]:
    rows = ToMask([[name, *rest]], authors=(0,), links=(len(rest),), key=KEY)
    return Redactor(keep).mask(rows, [])[0][0]


def result(text: str, *reasons: str) -> CommentResult:
    return CommentResult(
        "1", text, "en", "complaint", {}, True, 0.9, "billing", False, 0.1, 70, reasons
    )


def is_told(secret: str, text: str) -> bool:
    """Whether a text holds a secret, or six characters of it in a row."""
    pieces = [secret[i : i + 6] for i in range(len(secret) - 5)] if len(secret) > 9 else [secret]
    return any(piece in text for piece in pieces)


# --- what must go -------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_personal_data_of_all_kinds_is_masked(language: str) -> None:
    told = lines(language)
    pairs = [
        (secret, text)
        for line, text in zip(told, masked(*map(plain, told)), strict=True)
        for secret in SECRET.findall(line)
    ]
    leaks = [pair for pair in pairs if is_told(*pair)]
    assert len(pairs) >= 100
    assert len(leaks) <= (1 - ALL_OF_THEM) * len(pairs), leaks


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write to jane.doe@mail.example, please.", "Write to [e-mail], please."),
        ("Call 07700 900123 after 5pm", "Call [phone] after 5pm"),
        ("카드 4111 1111 1111 1111로 결제", "카드 [card]로 결제"),
        ("IBAN GB82 WEST 1234 5698 7654 32", "IBAN [bank account]"),
        ("주민번호는 850312-1234567", "주민번호는 [id number]"),
        ("Order #A-123456 is late", "Order #[number] is late"),
        ("我叫王小明，很生气", "我叫[name]，很生气"),
        ("J'habite 12 rue des Lilas", "J'habite [address]"),
        ("my password is Hunter2x9", "my password is [secret]"),
        ("from 203.0.113.77", "from [ip]"),
        ("né le 12/03/1985", "né le [date of birth]"),
        ("hey @debfinch look", "hey @[account] look"),
    ],
)
def test_a_mask_says_what_was_there(text: str, expected: str) -> None:
    assert masked(text) == [expected]


@pytest.mark.parametrize(
    "hidden",
    [
        "jane&#64;mail.example",
        "ja\u200bne@mail.exam\u200bple",
        "ｊａｎｅ＠ｍａｉｌ．ｅｘａｍｐｌｅ",
        "０７７００ ９００１２３",
        "+44\u00a07700\u00a0900123",
    ],
)
def test_disguises_do_not_help(hidden: str) -> None:
    assert hidden not in masked(f"reach me: {hidden} ok")[0]


@settings(max_examples=60)
@given(before=wild_texts, after=wild_texts)
def test_an_address_is_masked_whatever_stands_around_it(before: str, after: str) -> None:
    assert "jane.doe77" not in masked(f"{before} jane.doe77@mail.com {after}")[0]


# --- what must stay -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "iPhone 15 Pro Max 256 for $1,299.00",
        "Paid 1 299,00 € for it, 20 % off, 12,50 €",
        "2025-06-02T00:12:20+00:00",
        "2025-06-02 00:12:20",
        "02/06/2025 00:12",
        "on 12.03.2025 at 10:30 - 11:45",
        "17900240921171922",
        "1790024092117192000",
        "I waited 45 minutes for 2 x RTX 4090 24 GB in 2024!",
        "Version 10.4.2 of the app crashes",
        "https://shop.example/p/52902191?comment_id=17900240921171922",
        "https://www.instagram.com/p/C8abcDEF/",
        "2024년 6월 12일에 3만 9천원 주고 샀어요. 앞으로 3일 안에",
        "这个1299元的手机256G，2024年6月12日买的，用了3天就坏了",
        "Galaxy S24 Ultra 512GB 12/256",
        "J'ai attendu 3 heures et payé 1299,90 euros le 12 juin 2025",
        "The address bar and the phone app are great, thank you all",
        "urn:li:comment:(activity:7123456789012345678,7123456789012345679)",
        "122104471902883_788120047199",
        "客服小程序打不开",
        "open",
        "",
    ],
)
def test_prices_dates_products_and_ids_stay(text: str) -> None:
    assert masked(text) == [text]


def test_what_is_no_text_stays_as_it_is() -> None:
    row = [12, 3.5, True, None, datetime.date(2025, 6, 2), b"raw"]
    assert Redactor().mask(ToMask([row]), []) == ([row], [])


def test_our_own_accounts_stay() -> None:
    text = "@Roveo help! @roveo야 @roveo_fan https://instagram.com/roveo/ //@roveo:"
    assert masked(text, keep=("@roveo",)) == [text.replace("roveo_fan", "[account]")]


# --- authors ------------------------------------------------------------------------------


def test_an_author_has_one_pseudonym_in_a_run_and_another_in_the_next() -> None:
    (first,) = by_author("Jane Doe")
    assert re.fullmatch(r"author-[0-9a-f]{12}", str(first))
    assert by_author("@JANE doe") == [first] != [pseudonym("Jane Doe", b"another run")]


def test_our_own_account_and_an_empty_author_stay() -> None:
    assert by_author("Roveo", keep=("@roveo",)) == ["Roveo"]
    assert by_author("") == [""]
    assert by_author(None) == [None]


def test_pseudonyms_need_a_key() -> None:
    with pytest.raises(ValueError, match="key"):
        Redactor().mask(ToMask([["Jane"]], authors=(0,)), [])


@pytest.mark.parametrize(
    "rest",
    [
        "JANE DOE was here",
        "— jane doe",
        "https://blog.example/jane-doe/1",
        "https://blog.example/?by=Jane%20Doe&x=1",
        "https://blog.example/users/janedoe",
        ["Jane Doe", {"by": "Jane Doe"}],
    ],
)
def test_an_authors_name_is_masked_all_over_the_row(rest: object) -> None:
    said = json.dumps(by_author("Jane Doe", rest)).casefold()
    assert "jane" not in said


def test_a_short_name_is_not_cut_out_of_other_words() -> None:
    name = by_author("Ann")[0]
    assert by_author("Ann", "Ann: anniversary of Anna")[1] == f"{name}: anniversary of Anna"
    assert by_author("Al", "All alone, Al")[1] == "All alone, Al"


def test_a_number_that_names_the_author_is_masked_in_other_columns() -> None:
    row = by_author(100044771902883, 100044771902883, "100044771902883", 7)
    assert row == [row[0]] * 3 + [7]


@given(
    # What stands in a mask's place, [account] or author-4af6, is nobody's name.
    name=st.text(st.characters(categories=("L",)), min_size=6, max_size=12).filter(
        lambda name: name not in ("author", "account")
    ),
    before=wild_texts,
    after=wild_texts,
)
@settings(max_examples=100)
def test_an_authors_name_is_masked_wherever_it_stands(name: str, before: str, after: str) -> None:
    row = by_author(name, f"{before}{name}{after}", {"deep": [f"{name} {after}"]})
    assert name not in str(row[1])
    assert name not in json.dumps(row[2], ensure_ascii=False)


def test_profiles_are_masked_in_links() -> None:
    links = ["https://x.com/deb82/status/17900", "https://forum.example/members/deb82"]
    assert by_author("someone", *links)[2:] == ["https://forum.example/members/[account]"]
    assert masked(links[0]) == ["https://x.com/[account]/status/17900"]


# --- reasons ------------------------------------------------------------------------------


def test_reasons_quote_nothing_that_is_masked() -> None:
    text = "refund me\nor call 07700  900123 now, says Jane Doe"
    why = "needs a private reply: “refund me or”, “900123 now”, “Jane”"
    rows = ToMask([["Jane Doe", text]], authors=(0,), key=KEY)
    cells, ((reason,),) = Redactor().mask(rows, [result(text, why)])
    assert reason == (f"needs a private reply: “refund me or”, “[phone] now”, “{cells[0][0]}”")


def test_reasons_stay_where_nothing_is_masked() -> None:
    why = ("wants an answer: “refund”", "a bad experience with us")
    _, reasons = Redactor().mask(ToMask([["refund!"]]), [result("refund!", *why)])
    assert reasons == [list(why)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_quote_of_any_word_tells_what_its_cell_does_not(language: str) -> None:
    told = [plain(line) for line in lines(language)]
    quotes = [f"why: {', '.join(f'“{word}”' for word in text.split())}" for text in told]
    results = [result(text, quote) for text, quote in zip(told, quotes, strict=True)]
    cells, reasons = Redactor().mask(ToMask([[text] for text in told]), results)
    for line, (cell,), (reason,) in zip(lines(language), cells, reasons, strict=True):
        for secret in SECRET.findall(line):
            assert secret not in reason or secret in str(cell)


# --- rows and batches -----------------------------------------------------------------------


def test_a_row_is_masked_the_same_in_any_batch() -> None:
    told = [[plain(line), line] for language in LANGUAGES for line in lines(language)[::5]]
    together = Redactor().mask(ToMask(told), [])[0]
    assert together == [Redactor().mask(ToMask([row]), [])[0][0] for row in told]


def test_masking_again_changes_nothing() -> None:
    once = masked(*(plain(line) for language in LANGUAGES for line in lines(language)))
    assert masked(*once) == once


def test_what_is_nested_too_deep_is_masked_as_a_whole() -> None:
    cell: object = "jane@mail.example"
    for _ in range(LEVELS + 5):
        cell = [cell]
    said = json.dumps(Redactor().mask(ToMask([[cell]]), [])[0])
    assert "jane" not in said and TOO_DEEP in said


@given(st.lists(wild_texts, max_size=4))
@settings(max_examples=60)
def test_wild_cells_come_back_as_many_as_they_were(cells: list[str]) -> None:
    rows = ToMask([[*cells, "x"]], authors=(0,), key=KEY)
    (row,), _ = Redactor().mask(rows, [])
    assert len(row) == len(cells) + 1
    assert all(isinstance(cell, str) for cell in row)
