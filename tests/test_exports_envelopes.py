"""Responses of platforms' APIs and their downloads, read as flat rows. All texts are made up."""

import json

import pytest
from shapes import (
    EXAMPLES,
    FACEBOOK_DOWNLOAD,
    FACEBOOK_RESPONSE,
    GOOGLE_RESPONSE,
    INSTAGRAM_DOWNLOAD,
    INSTAGRAM_RESPONSE,
    REDDIT_LISTINGS,
    TICKET,
    TWEET,
    TWEET_V1,
    X_RESPONSE,
    x_post,
    x_user,
    youtube_comment,
    youtube_response,
    youtube_thread,
)

from smclassify.errors import InputError
from smclassify.exports import ABSENT, open_table
from smclassify.exports.columns.layouts import layouts
from smclassify.exports.nested.shaped import LIST_READ, MENDED
from smclassify.exports.nested.shapes import SHAPES


@pytest.fixture
def file(tmp_path):
    def write(content, name="a.json", indent=None):
        text = content if isinstance(content, str) else json.dumps(content, indent=indent)
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def read(path, **options):
    with open_table(path, **options) as table:
        rows = [row for batch in table.batches(max_rows=2) for row in batch]
        return table, rows


def column(table, rows, name):
    place = table.columns.index(name)
    return [row.cells[place] for row in rows]


def test_every_shape_has_an_example_and_a_layout():
    keys = {shape.key for shape in SHAPES}
    assert keys == EXAMPLES.keys()
    assert keys <= layouts().keys()


@pytest.mark.parametrize("key", EXAMPLES)
@pytest.mark.parametrize("indent", [None, 2], ids=["one line", "many lines"])
def test_a_shape_is_told_and_its_layout_fits(file, key, indent):
    content, count = EXAMPLES[key]
    table, rows = read(file(content, indent=indent))
    assert table.layout == key
    assert [row.number for row in rows] == list(range(1, count + 1))
    assert table.problems.lost == 0
    for role, names in layouts()[key].roles.items():
        required = role in ("text", "id", "time") and names
        assert not required or set(names) & set(table.columns), (role, names)


@pytest.mark.parametrize("key", EXAMPLES)
def test_one_a_line_and_a_list_of_them_give_the_same_rows(file, key):
    content, count = EXAMPLES[key]
    several = content if isinstance(content, list) else [content, content]
    by_line = read(file("\n".join(map(json.dumps, several)), "a.jsonl"))
    listed = read(file(several))
    assert (by_line[0].format, listed[0].format) == ("jsonl", "json")
    assert by_line[0].layout == listed[0].layout == key
    assert by_line[0].columns == listed[0].columns
    assert by_line[1] == listed[1]
    assert len(listed[1]) == (count if several is content else 2 * count)


def test_a_youtube_reply_has_the_columns_of_a_first_comment(file):
    table, rows = read(file(youtube_response(youtube_thread(1, 2, 3), youtube_thread(4))))
    assert column(table, rows, "id") == ["c1", "c2", "c3", "c4"]
    assert column(table, rows, "snippet.textDisplay") == [f"text {n}" for n in (1, 2, 3, 4)]
    assert column(table, rows, "snippet.parentId") == [ABSENT, "c1", "c1", ABSENT]
    assert column(table, rows, "thread.id") == ["c1", "c1", "c1", "c4"]
    assert column(table, rows, "thread.snippet.totalReplyCount") == [2, 2, 2, 0]
    assert "nextPageToken" not in table.columns


def test_a_list_of_youtube_comments_is_read_too(file):
    response = {"kind": "youtube#commentListResponse", "items": [youtube_comment(1, "a")]}
    table, rows = read(file(response, indent=1))
    assert column(table, rows, "snippet.textDisplay") == ["a"]


def test_pages_one_after_the_other_are_one_table(file):
    pages = [youtube_response(youtube_thread(n, n + 1), page="x") for n in (1, 3, 5)]
    for text in (
        "\n".join(json.dumps(page, indent=2) for page in pages),
        "\n\n".join(json.dumps(page) for page in pages),
        json.dumps(pages, indent=2),
    ):
        table, rows = read(file(text))
        assert column(table, rows, "id") == [f"c{n}" for n in range(1, 7)]
        assert [row.number for row in rows] == list(range(1, 7))


def test_an_empty_page_has_no_rows(file):
    pages = [youtube_response(), youtube_response(youtube_thread(1))]
    _, rows = read(file("\n".join(map(json.dumps, pages)), "a.jsonl"))
    assert len(rows) == 1
    lines = [{"meta": {"result_count": 0}}, X_RESPONSE]
    _, rows = read(file("\n".join(map(json.dumps, lines)), "a.jsonl"))
    assert len(rows) == 3


@pytest.mark.parametrize("indent", [None, 1])
def test_authors_on_x_are_joined_from_beside_the_posts(file, indent):
    table, rows = read(file(X_RESPONSE, indent=indent))
    assert column(table, rows, "author.username") == ["u7", "u8", ABSENT]
    assert column(table, rows, "author.public_metrics.followers_count") == [10, 10, ABSENT]
    assert column(table, rows, "replied_to.id") == [ABSENT, "1", ABSENT]
    assert column(table, rows, "public_metrics.like_count") == [1, 2, 3]


def test_a_stream_of_single_posts_is_read(file):
    lines = [
        {
            "data": x_post(n, "7"),
            "includes": {"users": [x_user("7")]},
            "matching_rules": [{"id": n}],
        }
        for n in (1, 2)
    ]
    table, rows = read(file("\n".join(map(json.dumps, lines)), "a.jsonl"))
    assert column(table, rows, "text") == ["text 1", "text 2"]
    assert column(table, rows, "author.name") == ["N7", "N7"]
    assert column(table, rows, "matching_rules") == [[{"id": 1}], [{"id": 2}]]


@pytest.mark.parametrize("end", ["", ";", "\n"])
@pytest.mark.parametrize("name", ["tweets.js", "tweets.json", "-"])
def test_an_x_archive_is_read_through_its_assignment(file, end, name):
    text = "window.YTD.tweets.part0 = " + json.dumps([{"tweet": TWEET}] * 3, indent=2) + end
    table, rows = read(file(text, name))
    assert (table.format, table.layout) == ("json", "x_archive_tweets")
    assert column(table, rows, "full_text") == [TWEET["full_text"]] * 3
    assert column(table, rows, "entities.hashtags") == [[]] * 3


def test_other_parts_of_an_x_archive_are_lists_as_any(file):
    text = 'window.YTD.like.part0 = [ {"like": {"tweetId": "1", "fullText": "a"}} ]'
    table, rows = read(file(text, "like.js"))
    assert (table.columns, rows[0].cells) == (["like"], [{"tweetId": "1", "fullText": "a"}])


def test_after_an_archives_list_nothing_may_follow(file):
    for text in ("window.YTD.a.part0 = [{}] alert(1)", "window.YTD.a.part0 = {}", "[{}];"):
        with pytest.raises(InputError, match="not valid JSON"):
            open_table(file(text, "a.json"))


def test_a_tweet_in_a_tweet_stays_one_cell(file):
    table, rows = read(file([TWEET_V1]))
    assert column(table, rows, "user.screen_name") == ["ann"]
    assert column(table, rows, "quoted_status") == [TWEET_V1["quoted_status"]]


def test_replies_on_facebook_say_what_they_answer(file):
    table, rows = read(file(FACEBOOK_RESPONSE))
    assert column(table, rows, "message") == ["It came broken.", "We are sorry.", "Lovely!"]
    assert column(table, rows, "parent.id") == [ABSENT, "100_1", ABSENT]
    assert column(table, rows, "from.name") == ["Ann", "Brand", ABSENT]


def test_no_access_token_comes_through(file):
    for indent in (None, 2):
        table, rows = read(file(FACEBOOK_RESPONSE, indent=indent))
        assert "SECRET" not in repr(table.columns) + repr(rows)


POST = {
    "id": "9_100",
    "message": "Our new printer",
    "created_time": "2026-05-01T08:00:00+0000",
    "attachments": {"data": [{"type": "photo"}]},
    "comments": FACEBOOK_RESPONSE,
}


@pytest.mark.parametrize("content", [POST, {"data": [POST, POST]}, [POST]])
@pytest.mark.parametrize("indent", [None, 2])
def test_a_post_stands_beside_its_comments(file, content, indent):
    table, rows = read(file(content, indent=indent))
    assert table.layout == "facebook_graph_comments"
    assert set(column(table, rows, "message")) == {"It came broken.", "We are sorry.", "Lovely!"}
    assert set(column(table, rows, "thread.message")) == {"Our new printer"}
    assert set(column(table, rows, "thread.id")) == {"9_100"}
    assert column(table, rows, "thread.attachments.data")[0] == [{"type": "photo"}]


def test_an_instagram_medium_stands_beside_its_comments(file):
    medium = {"id": "1", "caption": "Look", "timestamp": "2026", "comments": INSTAGRAM_RESPONSE}
    table, rows = read(file({"data": [medium]}, indent=2))
    assert column(table, rows, "text") == ["I love this!", "Me too", "This is awesome!"]
    assert column(table, rows, "thread.caption") == ["Look"] * 3
    assert column(table, rows, "parent.id") == [ABSENT, "17873440459141021", ABSENT]


def test_letters_written_byte_by_byte_are_put_together_and_it_is_said(file):
    table, rows = read(file(FACEBOOK_DOWNLOAD, indent=2))
    assert column(table, rows, "data.comment.comment") == ["déjà vu 😀", ABSENT]
    assert column(table, rows, "title") == ["Zoë commented on her own post.", "a sticker"]
    assert [problem.message for problem in table.problems] == [MENDED]
    table, rows = read(file(INSTAGRAM_DOWNLOAD))
    assert column(table, rows, "string_map_data.Comment.value") == ["très bien", "ok"]
    assert [problem.message for problem in table.problems] == [MENDED]


def test_older_instagram_downloads_are_read(file):
    entry = {"title": "ann", "string_list_data": [{"value": "Ã©", "timestamp": 1, "href": ""}]}
    table, rows = read(file({"comments_media_comments": [entry]}, indent=2))
    assert column(table, rows, "string_list_data.value") == ["é"]


def test_a_list_of_followers_is_no_list_of_comments(file):
    table, _ = read(file([{"string_list_data": [{"value": "ann", "timestamp": 1}]}]))
    assert (table.layout, table.columns) == (None, ["string_list_data"])


def test_requesters_of_tickets_are_joined(file):
    response = {"users": [{"id": 20978392, "name": "Ann"}], "tickets": [TICKET]}
    table, rows = read(file(response, indent=2))
    assert column(table, rows, "requester.name") == ["Ann"]
    assert column(table, rows, "via.source.to") == [{}]
    assert column(table, rows, "tags") == [["printer"]]


def test_reddit_replies_come_after_what_they_answer(file):
    table, rows = read(file(REDDIT_LISTINGS))
    assert column(table, rows, "body") == [ABSENT, "first", "second"]
    assert column(table, rows, "name") == ["t3_1", "t1_a", "t1_b"]
    assert column(table, rows, "kind") == ["t3", "t1", "t1"]


# Lists of no known shape.


@pytest.mark.parametrize("indent", [None, 2])
def test_one_great_list_is_read_and_named(file, indent):
    comments = [{"text": f"text {n}", "by": {"name": "ann"}} for n in range(20)]
    table, rows = read(file({"post": {"id": "p"}, "found": comments}, indent=indent))
    assert column(table, rows, "text") == [f"text {n}" for n in range(20)]
    assert column(table, rows, "by.name") == ["ann"] * 20
    assert column(table, rows, "envelope.post.id") == ["p"] * 20
    assert (table.format, table.layout) == ("json", None)
    assert [problem.message for problem in table.problems] == [LIST_READ.format("found")]


def test_of_several_lists_none_is_guessed(file):
    content = {"a": [{"text": "x" * 100}], "b": [{"text": "y" * 100}]}
    with pytest.raises(InputError, match=r"“a” \(1\), “b” \(1\)"):
        open_table(file(content, indent=2))


def test_what_stands_beside_a_list_is_bounded_and_said(file):
    content = {"note": "x" * 20_000, "found": [{"text": "y" * 1000}] * 100}
    table, _ = read(file(content, indent=2))
    assert "envelope.note" not in table.columns
    assert any("left out" in problem.message for problem in table.problems)


@pytest.mark.parametrize(
    "lines",
    [
        [{"text": "a", "user": {"name": "b"}}],
        [{"text": "a", "items": [{"text": "b"}] * 9}] * 2,
        [{"comments": [{"text": "b"}] * 9}],
        [{"id": "1", "text": "a", "timestamp": "2026", "user": {"name": "b"}}],
        [{"a.b": 1, "a": {"b": 2}}],
    ],
)
def test_lines_of_no_known_shape_are_rows_as_ever(file, lines):
    table, rows = read(file("\n".join(map(json.dumps, lines)), "a.jsonl"))
    assert (table.format, table.layout) == ("jsonl", None)
    assert [dict(zip(table.columns, row.cells, strict=True)) for row in rows] == lines
    table, rows = read(file(lines))
    assert (table.format, table.layout) == ("json", None)
    assert [dict(zip(table.columns, row.cells, strict=True)) for row in rows] == lines


# Damage.


def test_a_broken_line_is_lost_and_the_others_are_not(file):
    lines = [json.dumps(youtube_response(youtube_thread(n))) for n in (1, 2, 3)]
    lines[1] = lines[1][:-20]
    table, rows = read(file("\n\n".join(lines), "a.jsonl"))
    assert column(table, rows, "id") == ["c1", "c3"]
    (problem,) = table.problems
    assert (problem.row, problem.line, problem.lost) == (2, 3, True)
    assert table.blank_rows == 2


def test_elements_that_are_no_objects_are_listed(file):
    content = {"reviews": [GOOGLE_RESPONSE["reviews"][0], 12, None]}
    table, rows = read(file(content, indent=2))
    assert len(rows) == 1
    assert [(problem.row, problem.lost) for problem in table.problems] == [(2, True), (3, True)]


@pytest.mark.parametrize("cut", [0.5, 0.9, 0.999])
@pytest.mark.parametrize("key", ["google_reviews_api", "x_api_v2", "facebook_graph_comments"])
def test_a_response_that_is_cut_off_is_an_error_that_names_the_line(file, key, cut):
    text = json.dumps(EXAMPLES[key][0], indent=2)
    text = text[: int(len(text) * cut)]
    with pytest.raises(InputError, match="not valid JSON") as caught:
        open_table(file(text))
    assert "line " in str(caught.value.where)


def test_an_unknown_response_that_is_cut_off_is_an_error_too(file):
    text = json.dumps({"found": [{"text": "a"}] * 100}, indent=2)[:-30]
    with pytest.raises(InputError, match="not valid JSON"):
        open_table(file(text))


def test_damaged_bytes_are_listed_with_their_row(file, tmp_path):
    content = json.dumps(GOOGLE_RESPONSE, indent=1, ensure_ascii=False) + " " * 10
    data = content.replace("Cold food", "배송이 늦어요 " * 9).encode().replace(b"Bob", b"Zo\xeb")
    path = tmp_path / "damaged.json"
    path.write_bytes(data)
    table, rows = read(path, encoding="utf-8")
    assert column(table, rows, "reviewer.displayName") == ["Ann", "Zo�"]
    assert [(problem.row, problem.lost) for problem in table.problems] == [(2, False)]


def test_hostile_nesting_is_listed_or_an_error(file):
    deep = json.loads("[" * 500 + "]" * 500)
    table, rows = read(file({"reviews": [*GOOGLE_RESPONSE["reviews"], {"a": deep}]}, indent=None))
    assert len(rows) == 2
    assert [problem.lost for problem in table.problems] == [True]
    for text in ('{"a":' * 50_000, '{"a":[' * 50_000, '{"items": [{"a": ' + "[" * 100_000):
        with pytest.raises(InputError):
            open_table(file(text))


def test_nested_replies_do_not_exhaust_the_stack(file):
    comment = {"id": "0", "message": "deepest", "created_time": "2026"}
    for number in range(90):
        comment = {**comment, "id": str(number), "comments": {"data": [comment]}}
    _, rows = read(file({"data": [comment]}))
    assert len(rows) == 91


def test_numbers_that_are_no_numbers_are_read_as_ever(file):
    text = '{"reviews": [{"starRating": NaN, "reviewer": {}, "createTime": 1e999, "n": -Infinity}]}'
    _, rows = read(file(text))
    assert repr(rows[0].cells) == "[nan, {}, inf, -inf]"


def test_a_list_that_comes_twice_is_read_twice(file):
    text = '{"reviews": [%s],\n"reviews": [%s]}' % tuple(  # noqa: UP031
        json.dumps(review) for review in GOOGLE_RESPONSE["reviews"]
    )
    table, rows = read(file(text))
    assert column(table, rows, "reviewId") == ["a", "b"]


def test_a_key_that_is_once_a_value_and_once_a_list_is_read(file):
    found = json.dumps([{"text": "a" * 50}] * 20)
    table, rows = read(file('{"note": 5, "note": [1], "note": [2],\n"found": ' + found + "}"))
    assert set(map(str, column(table, rows, "envelope.note"))) == {"[1, 2]"}
