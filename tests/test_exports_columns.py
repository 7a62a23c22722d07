"""Which column is the text, which the date, in four languages."""

import pytest

from smclassify.errors import InputError
from smclassify.exports import NAMES, Role, Row, find_column, recognise


def rows(*cells):
    return [Row(number, list(row)) for number, row in enumerate(cells, 1)]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["id", "text", "created_at"], {Role.ID: 0, Role.TEXT: 1, Role.TIME: 2}),
        (
            ["Comment ID", "Comment Text", "Author Name", "Date", "Permalink"],
            {Role.ID: 0, Role.TEXT: 1, Role.AUTHOR: 2, Role.TIME: 3, Role.LINK: 4},
        ),
        (
            ["Date de publication", "Auteur", "COMMENTAIRE", "Note", "Réseau social", "Langue"],
            {Role.TIME: 0, Role.AUTHOR: 1, Role.TEXT: 2, Role.RATING: 3, Role.PLATFORM: 4,
             Role.LANG: 5},
        ),
        (
            ["번호", "작성일", "닉네임", "댓글 내용", "별점", "답글"],
            {Role.ID: 0, Role.TIME: 1, Role.AUTHOR: 2, Role.TEXT: 3, Role.RATING: 4,
             Role.REPLY: 5},
        ),
        (
            ["评论ID", "用户昵称", "评论内容", "评论时间", "评分", "商家回复", "来源"],
            {Role.ID: 0, Role.AUTHOR: 1, Role.TEXT: 2, Role.TIME: 3, Role.RATING: 4,
             Role.REPLY: 5, Role.PLATFORM: 6},
        ),
        (["留言內容", "發布時間", "貼文ID"], {Role.TEXT: 0, Role.TIME: 1, Role.THREAD: 2}),
    ],
)  # fmt: skip
def test_known_headers_are_recognised(columns, expected):
    assert {role: find_column(columns, role) for role in expected} == expected


@pytest.mark.parametrize("name", ["created_time", "Created Time", "createdTime", "CREATED-TIME "])
def test_case_spaces_and_punctuation_do_not_matter(name):
    assert find_column(["x", name], Role.TIME) == 1


def test_a_role_that_nobody_plays_is_none_except_the_text():
    assert find_column(["text"], Role.RATING) is None
    with pytest.raises(InputError, match=r"no column looks like the text.*“a”, “b”") as caught:
        find_column(["a", "b"], Role.TEXT)
    assert "--text-column" in str(caught.value.hint)


def test_the_surer_name_wins_and_of_equal_names_the_first():
    assert find_column(["content", "text"], Role.TEXT) == 1
    assert find_column(["text", "text"], Role.TEXT) == 0


def test_a_number_of_comments_is_no_comment():
    columns = ["comments", "post text"]
    assert find_column(columns, Role.TEXT, rows(["12", "We are open again"], ["7", "Hi"])) == 1


def test_the_users_name_for_a_column_goes_first():
    assert find_column(["text", "Note Client"], Role.TEXT, wanted="note_client") == 1
    assert find_column(["Text", "text"], Role.TEXT, wanted="text") == 1


def test_a_name_that_is_no_column_is_answered_with_those_there_are():
    with pytest.raises(InputError, match=r"no column “texte”.*“id”, “text”") as caught:
        find_column(["id", "text"], Role.TIME, wanted="texte")
    assert "--time-column" in str(caught.value.hint)


def test_a_hundred_columns_are_not_all_listed():
    with pytest.raises(InputError, match="and 70 more"):
        find_column([f"c{i}" for i in range(100)], Role.TEXT)


@pytest.mark.parametrize(
    "texts",
    [
        [
            "Where is my order? It has been three weeks",
            "Love it, thank you so much",
            "No reply yet",
        ],
        ["Toujours pas de réponse à mon mail", "Merci à toute l'équipe", "Le colis est cassé"],
        ["배송이 너무 늦어요", "감사합니다 잘 쓸게요", "환불은 언제 되나요"],
        ["送餐太晚了饿死我了", "很好吃下次还来", "客服一直不回复我"],
    ],
)
def test_without_a_known_name_the_column_that_reads_like_comments_is_the_text(texts):
    columns = ["k1", "k2", "k3", "k4", "k5", "k6", "k7"]
    found = find_column(columns, Role.TEXT, rows(*[
        [f"40015{i}e1", f"https://example.org/very/long/path/to/the/post/{i}",
         f"2024-05-0{i} 12:30:00", "1234567890", text, "Paris office support team", "ko"]
        for i, text in enumerate(texts, 1)
    ]))  # fmt: skip
    assert found == 4


@pytest.mark.parametrize(
    "cells",
    [
        ["https://example.org/a/b/c", "https://example.org/a/b/d"],
        ["2024년 5월 1일 오전 10:00", "2024년 5월 2일 오후 3:00"],
        ["12,50", "7"],
        ["", None],
        ["positive", "negative"],
    ],
)
def test_links_dates_numbers_and_labels_are_never_the_text(cells):
    with pytest.raises(InputError, match="no column looks like"):
        find_column(["k1"], Role.TEXT, rows(*[[cell] for cell in cells]))


def test_every_role_is_known_in_four_languages():
    for role, names in NAMES.items():
        assert any(name.isascii() for name in names), role
        assert any("가" <= char <= "힣" for name in names for char in name), role
        assert any("一" <= char <= "龥" for name in names for char in name), role


def test_a_title_over_the_width_of_a_table_is_no_header():
    sample = rows(["ID", "Date", "Comment"], ["1", "", "it never came at all"])
    with pytest.raises(InputError, match=r"only the first of its 3 columns has a name: “May”"):
        recognise(["May", "", ""], sample)
    assert recognise(["May", "", ""], sample, wanted={Role.TEXT: "may"}).place(Role.TEXT) == 0
