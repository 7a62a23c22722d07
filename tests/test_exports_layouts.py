"""Known exports of platforms, columns told by their content, and what their cells say."""

from __future__ import annotations

import csv
import io
import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smclassify.errors import InputError
from smclassify.exports.columns.layouts import FOLDER, layouts, read_layouts
from smclassify.exports.columns.recognition import How, Role, recognise
from smclassify.exports.columns.roles import KEYS, name_key
from smclassify.exports.columns.values import is_answered, plain_texts, rating_share, reach_numbers
from smclassify.exports.table import Row

ROOT = Path(__file__).parents[1]


def table(text):
    """Return the header and the rows of a small CSV file."""
    header, *rows = csv.reader(io.StringIO(text))
    return header, [Row(number, list(cells)) for number, cells in enumerate(rows, 1)]


def column(*cells, name="k1"):
    """Recognise a column of these cells beside one of comments; return its role and how."""
    rows = [
        Row(i, [f"My parcel number {i} has not come yet", cell]) for i, cell in enumerate(cells)
    ]
    found = recognise(["text", name], rows).found
    return next(((role, one.how) for role, one in found.items() if one.place == 1), None)


def names(recognition, header):
    """Return what each role's column is called."""
    return {str(role): header[one.place] for role, one in recognition.found.items()}


# One small file a layout, with its true header; the comments are ours.
FILES = {
    "google_play_reviews": (
        "Package Name,App Version Code,App Version Name,Reviewer Language,Device,"
        "Review Submit Date and Time,Review Submit Millis Since Epoch,"
        "Review Last Update Date and Time,Review Last Update Millis Since Epoch,Star Rating,"
        "Review Title,Review Text,Developer Reply Date and Time,"
        "Developer Reply Millis Since Epoch,Developer Reply Text,Review Link\n"
        "com.example,12,1.2,en,a06,2025-11-05T14:40:32Z,1762353632542,2025-11-05T14:40:32Z,"
        "1762353632542,2,,It closes when I pay,2025-11-13T13:02:47Z,1763038967867,"
        "We are on it,https://play.google.com/x\n",
        {"text": "Review Text", "rating": "Star Rating", "lang": "Reviewer Language",
         "time": "Review Last Update Date and Time", "reply": "Developer Reply Text",
         "reply_time": "Developer Reply Date and Time", "link": "Review Link"},
        "google_play",
    ),
    "youtube_takeout_comments": (
        "Comment ID,Channel ID,Comment Create Timestamp,Price,Parent Comment ID,Post ID,Video ID,"
        "Comment Text,Top-Level Comment ID\n"
        'Ugx1,UC1,2024-01-02T03:04:05+00:00,0,Ugx0,,dQw4,"{""text"":""That intro!""}",Ugx0\n',
        {"text": "Comment Text", "id": "Comment ID", "author": "Channel ID",
         "time": "Comment Create Timestamp", "parent": "Parent Comment ID", "thread": "Video ID"},
        "youtube",
    ),
    "youtube_takeout_live_chats": (
        "Live Chat ID,Channel ID,Live Chat Create Timestamp,Price,Video ID,Live Chat Text\n"
        'L1,UC1,2024-01-02T03:04:05+00:00,0,dQw4,"{""text"":""Hello all""}"\n',
        {"text": "Live Chat Text", "id": "Live Chat ID", "author": "Channel ID",
         "time": "Live Chat Create Timestamp", "thread": "Video ID"},
        "youtube",
    ),
    "linkedin_comments": (
        "Date,Link,Message\n"
        "2024-06-10 18:53:49,https://www.linkedin.com/feed/update/urn%3Ali%3A1,Well said\n",
        {"text": "Message", "time": "Date", "link": "Link"},
        "linkedin",
    ),
    "hootsuite_inbox_messages": (
        "Message ID,Conversation ID,Medium,Channel,Contact Primary Identifier,Message Type,"
        "Direction,Content,Created at,Post URL,Sentiment\n"
        "m1,c1,Facebook,Our page,Ana,Public comment,inbound,Still no answer,2025-02-01 10:00:00,"
        "https://www.facebook.com/1_2,negative\n",
        {"text": "Content", "id": "Message ID", "platform": "Medium", "time": "Created at",
         "author": "Contact Primary Identifier", "link": "Post URL", "thread": "Conversation ID"},
        None,
    ),
    "zendesk_tickets": (
        "Summation column,Id,Requester,Requester id,Requester external id,Requester email,"
        "Requester domain,Submitter,Assignee,Group,Subject,Tags,Status,Priority,Via,Ticket type,"
        "Created at,Updated at,Assigned at,Organization,Due date,Initially assigned at,Solved at,"
        "Resolution time,Satisfaction Score,Group stations,Assignee stations,Reopens,Replies\n"
        "1,35,Ana,7,,a@example.org,example.org,Ana,Ben,Help,Broken on arrival,,Pending,High,"
        "Twitter,,2025-02-01 10:00,2025-02-01 11:00,,,,,,,,,,0,1\n",
        {"text": "Subject", "id": "Id", "author": "Requester", "platform": "Via",
         "time": "Created at", "status": "Status"},
        None,
    ),
    "trustpilot_reviews": (
        "Domain Url,Webshop Name,Business Unit Id,Review Id,Review Created (UTC),"
        "Review Consumer User Id,Review Username,Review Title,Review Content,Review Stars,"
        "Company Response,Company Reply Date (UTC),Review Language\n"
        "example.org,Shop,b,r1,2025-02-01 10:00:00,u1,Ana,Late,Two weeks late,1,Sorry,"
        "2025-02-02 09:00:00,en\n",
        {"text": "Review Content", "id": "Review Id", "author": "Review Username",
         "time": "Review Created (UTC)", "rating": "Review Stars", "lang": "Review Language",
         "reply": "Company Response", "reply_time": "Company Reply Date (UTC)"},
        "trustpilot",
    ),
    "naver_smartstore_reviews": (
        "상품번호,상품명,리뷰구분,구매자평점,포토/영상,리뷰상세내용,리뷰도움수,등록자,리뷰등록일,"
        "최종수정일,리뷰글번호,관련리뷰글번호,관련리뷰상세내용,전시상태,답글여부,답글등록일시,"
        "베스트리뷰,상품주문번호\n"
        "77,선풍기,일반,2,,날개가 부러져서 왔어요,3,abc***,2026.01.15. 09:00:00,,901,,,전시,Y,"
        "2026.01.16. 10:00:00,N,55\n",
        {"text": "리뷰상세내용", "id": "리뷰글번호", "author": "등록자", "time": "리뷰등록일",
         "rating": "구매자평점", "reach": "리뷰도움수", "status": "답글여부",
         "reply_time": "답글등록일시"},
        "naver",
    ),
    "weibo_search": (
        "id,bid,user_id,用户昵称,微博正文,发布位置,艾特用户,话题,转发数,评论数,点赞数,发布时间,"
        "发布工具,微博图片url,微博视频url,retweet_id\n"
        "49,Mx,7,小明,快递三天没动了,,,,2,1,5,2025-02-01 10:00,iPhone,,,\n",
        {"text": "微博正文", "id": "id", "author": "用户昵称", "time": "发布时间",
         "reach": "转发数", "thread": "retweet_id"},
        "weibo",
    ),
    "weibo_mediacrawler_comments": (
        "comment_id,create_time,create_date_time,note_id,content,sub_comment_count,"
        "comment_like_count,last_modify_ts,ip_location,parent_comment_id,user_id,nickname,gender,"
        "profile_url,avatar\n"
        "5,1738375200,2025-02-01 10:00:00+08:00,49,客服一直不回,0,1.2万,1738375999,上海,5,7,小明,"
        "m,,\n",
        {"text": "content", "id": "comment_id", "author": "nickname", "time": "create_date_time",
         "thread": "note_id", "parent": "parent_comment_id", "reach": "comment_like_count"},
        "weibo",
    ),
    "xiaohongshu_mediacrawler_comments": (
        "comment_id,create_time,ip_location,note_id,content,user_id,nickname,avatar,"
        "sub_comment_count,pictures,parent_comment_id,last_modify_ts,like_count\n"
        "669,1720946095000,上海,66,做一张海报要多久,u1,小红,,3,,0,1728904545276,1.5万\n",
        {"text": "content", "id": "comment_id", "author": "nickname", "time": "create_time",
         "thread": "note_id", "parent": "parent_comment_id", "reach": "like_count"},
        "xiaohongshu",
    ),
    "x_twarc": (
        "id,conversation_id,referenced_tweets.replied_to.id,author_id,created_at,text,lang,source,"
        "public_metrics.impression_count,public_metrics.like_count,author.username,author.name,"
        "author.public_metrics.followers_count\n"
        "3,1,2,7,2025-02-01T10:00:00.000Z,No answer for a week,en,Twitter for iPhone,420,3,ana,"
        "Ana,12\n",
        {"text": "text", "id": "id", "lang": "lang", "author": "author.username",
         "time": "created_at", "thread": "conversation_id",
         "parent": "referenced_tweets.replied_to.id", "reach": "public_metrics.impression_count"},
        "x",
    ),
    "x_analytics": (
        "Post id,Date,Post text,Post Link,Impressions,Likes,Engagements\n"
        '2074,"Tue, Jul 14, 2026",We are open again,https://x.com/a/status/2074,122,12,300\n',
        {"text": "Post text", "id": "Post id", "time": "Date", "link": "Post Link",
         "reach": "Impressions"},
        "x",
    ),
}  # fmt: skip


@pytest.mark.parametrize("key", FILES)
def test_the_true_header_of_an_export_is_recognised(key):
    text, expected, platform = FILES[key]
    header, rows = table(text)
    found = recognise(header, rows)
    assert found.layout is not None
    assert found.layout.key == key
    assert names(found, header) == expected
    assert {one.how for one in found.found.values()} == {How.LAYOUT}
    assert found.platform == platform


def test_every_layout_of_a_flat_file_has_its_file_here():
    assert {key for key, layout in layouts().items() if layout.signature} == set(FILES)


def test_the_older_names_of_a_column_do_as_well():
    header, rows = table(
        "Tweet id,Tweet permalink,Tweet text,time,impressions\n"
        "1,https://twitter.com/a/status/1,Hello,2025-02-01 10:00 +0000,12\n"
    )
    found = recognise(header, rows)
    assert found.layout is not None
    assert found.layout.key == "x_analytics"
    assert names(found, header)["text"] == "Tweet text"


def test_everybodys_names_are_linkedins_only_where_the_links_are():
    header, rows = table("Date,Link,Message\n2024-06-10,https://example.org/1,Well said\n")
    found = recognise(header, rows)
    assert found.layout is None
    assert names(found, header) == {"text": "Message", "time": "Date", "link": "Link"}


def test_a_header_that_lacks_a_column_of_the_signature_is_no_such_layout():
    text, _, _ = FILES["trustpilot_reviews"]
    header, rows = table(text.replace("Review Stars", "Points"))
    assert recognise(header, rows).layout is None


def test_the_reader_may_name_the_layout_itself():
    header, rows = table("Content,x\nStill no answer at all,1\n")
    found = recognise(header, rows, layout="hootsuite_inbox_messages")
    assert found.layout is layouts()["hootsuite_inbox_messages"]
    assert recognise(header, rows, layout="no such").layout is None


def test_what_the_user_says_goes_before_the_layout():
    text, _, _ = FILES["trustpilot_reviews"]
    header, rows = table(text)
    found = recognise(header, rows, wanted={Role.TEXT: "review_title"})
    assert header[found.found[Role.TEXT].place] == "Review Title"
    assert found.found[Role.TEXT].how is How.OPTION
    assert found.found[Role.RATING].how is How.LAYOUT


def test_a_layout_goes_before_names_and_can_deny_them():
    header, rows = table(FILES["x_twarc"][0])
    assert Role.PLATFORM not in recognise(header, rows).found  # though there is a “source”


def test_a_role_that_the_layout_leaves_open_is_found_by_name():
    text, _, _ = FILES["linkedin_comments"]
    header, rows = table(text.replace("Date,", "Author,Date,").replace("2024", "Ana,2024"))
    found = recognise(header, rows)
    assert found.layout is not None
    assert found.found[Role.AUTHOR] == (0, How.NAME)


def test_a_layout_says_what_is_an_answer_and_whose_rows_are_ours():
    header, rows = table(FILES["zendesk_tickets"][0])
    found = recognise(header, rows)
    assert is_answered(["Pending", "solved", "open"], found.answered).tolist() == [1, 1, 0]
    assert layouts()["zendesk_api_tickets"].answered == layouts()["zendesk_tickets"].answered
    header, rows = table(FILES["hootsuite_inbox_messages"][0])
    assert recognise(header, rows).ours == ("Direction", ("outbound",))
    assert recognise(*table(FILES["youtube_takeout_comments"][0])).segments


@pytest.mark.parametrize("layout", layouts().values(), ids=list(layouts()))
def test_a_layout_is_specific_and_has_a_source(layout):
    assert layout.source.startswith("https://")
    assert layout.name
    assert len(layout.signature) != 1
    assert layout.roles[Role.TEXT]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[[layout]]\nkey = "a"\n', "name"),
        ('colour = "red"\n', "“colour” is no key"),
        ('[[layout]]\nkey = "a"\ncolour = "red"\n', "“colour” is no key"),
        (
            '[[layout]]\nkey = "a"\nname = "A"\nsource = ""\nsure = true\n'
            '[layout.roles]\nmood = "x"\n',
            "mood",
        ),
    ],
)
def test_a_damaged_layout_file_is_named(tmp_path, text, problem):
    path = tmp_path / "some.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=rf"some\.toml: .*{problem}"):
        list(read_layouts(path))


def page():
    return (ROOT / "docs" / "layouts.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("layout", layouts().values(), ids=list(layouts()))
def test_the_page_on_layouts_has_each_with_its_source(layout):
    line = next((line for line in page().splitlines() if f"[{layout.name}]" in line), "")
    assert f"]({layout.source})" in line
    assert f"`{layout.file}`" in line
    assert ("as documented" in line) == layout.sure


def test_the_page_on_layouts_names_every_option_and_no_name_that_is_not_known():
    rows = re.findall(r"^\|[^|]+\| `--([a-z-]+)-column` \|([^|]+)\|", page(), re.MULTILINE)
    assert {role.replace("-", "_") for role, _ in rows} == {*Role} - {Role.LANG}
    for role, names_ in rows:
        for name in re.findall(r"`([^`]+)`", names_):
            assert name_key(name) in KEYS[Role(role.replace("-", "_"))], (role, name)


def test_the_layouts_travel_with_the_package():
    assert FOLDER.parent.name == "columns"
    assert len(list(FOLDER.glob("*.toml"))) >= 8


# Columns told by what is in them


@pytest.mark.parametrize(
    "cells",
    [
        [f"2026-05-0{i} 12:30:00" for i in range(1, 8)],
        [f"2026-05-0{i}T12:30:00.000Z" for i in range(1, 8)],
        [f"0{i}/05/2026 13:10" for i in range(1, 8)],
        [f"5/{i}/26 3:04 PM" for i in range(1, 8)],
        [f"2026. 5. {i}. 오전 9:12" for i in range(1, 8)],
        [f"2026년 5월 {i}일 오후 9:12" for i in range(1, 8)],
        [f"2026年5月{i}日 下午3:05" for i in range(1, 8)],
        [f"{i} mai 2026 à 14:05" for i in range(1, 8)],
        [f"May {i}, 2026 3:04 PM" for i in range(1, 8)],
        [f"Wed Oct 1{i} 20:19:24 +0000 2018" for i in range(1, 8)],
    ],
)
def test_a_column_of_dates_is_the_time(cells):
    assert column(*cells) == (Role.TIME, How.CONTENT)


def test_of_several_columns_of_dates_the_one_with_the_hour_is_the_time():
    rows = [
        Row(i, [f"Nobody answers me since day {i}", f"2026-04-1{i}", f"2026-05-0{i} 10:12"])
        for i in range(1, 8)
    ]
    assert recognise(["a", "b", "c"], rows).place(Role.TIME) == 2


@pytest.mark.parametrize(
    "cells",
    [
        ["★★★★☆", "★☆☆☆☆", "★★★☆☆", "★★☆☆☆", "★★★★★"] * 2,
        ["FIVE", "ONE", "THREE", "FIVE", "FOUR"] * 2,
        ["4/5", "1/5", "5/5", "2/5", "5/5"] * 2,
        ["5점", "1점", "4점", "5점", "3점"] * 2,
        ["5星", "1星", "四星", "5星", "2星"] * 2,
        ["5", "1", "4", "5", "3", "5", "2", "1"] * 3,
        ["10", "1", "8", "10", "9", "10", "2", "1"] * 3,
    ],
)
def test_stars_in_any_script_are_the_rating(cells):
    assert column(*cells) == (Role.RATING, How.CONTENT)


def test_links_and_identifiers_are_told_by_what_they_look_like():
    assert column(*[f"https://example.org/p/{i}" for i in range(5)]) == (Role.LINK, How.CONTENT)
    ids = [f"{i:08x}-3f2a" for i in range(10**8, 10**8 + 25)]
    assert column(*ids) == (Role.ID, How.CONTENT)
    tweets = [str(1_830_000_000_000_000_000 + i) for i in range(25)]
    assert column(*tweets) == (Role.ID, How.CONTENT)


@pytest.mark.parametrize(
    "cells",
    [
        [f"{i}2.50" for i in range(1, 31)],  # prices
        [f"{i * 1000:,}원" for i in range(1, 31)],
        ["1", "1", "2", "1", "3", "1", "2", "5", "1", "4"] * 3,  # quantities
        ["1", "2", "3", "4"] * 8,
        [f"0101234567{i}" for i in range(10)] * 3,  # telephones
        [f"+33 6 12 34 56 {i}" for i in range(10, 40)],
        [f"010-1234-56{i}" for i in range(10, 40)],
        [f"01.23.45.67.{i}" for i in range(10, 40)],
        [str(i) for i in range(1, 31)],
        ["Nike", "Adidas", "Puma"] * 10,
        [f"user{'x' * (i % 9)}{i}" for i in range(30)],
        [f"1.2.{i}" for i in range(30)],  # versions
        [f"1{i}:30" for i in range(10)] * 3,
        ["12/5", "7/4"] * 10,
        ["0", "1"] * 15,
    ],
)
def test_prices_quantities_telephones_and_the_like_get_no_role(cells):
    assert column(*cells) is None


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("Birthday", [f"198{i}-05-01" for i in range(8)]),
        ("Quantity", ["5", "1", "4", "5", "3", "5", "2", "1"] * 3),
        ("수량", ["5", "1", "4", "5", "3", "5", "2", "1"] * 3),
        ("note", ["called back on Monday", "nobody there"] * 3),
        ("response date", ["2h 5min", "30 min", "1h"]),
        ("state", ["CA", "NY", "TX"]),
        ("likes", ["pizza", "jazz", "films"]),
    ],
)
def test_a_name_or_its_cells_can_say_that_a_column_is_something_else(name, cells):
    assert column(*cells, name=name) is None


def test_a_post_that_several_comments_belong_to_is_no_id():
    rows = [Row(i, [f"Comment number {i}", post]) for i, post in enumerate("aabb")]
    assert recognise(["text", "post id"], rows).found[Role.THREAD].place == 1
    rows = [Row(i, [f"Comment number {i}", post]) for i, post in enumerate("abcd")]
    assert recognise(["text", "post id"], rows).found[Role.ID].place == 1


def test_parent_and_thread_are_two_things():
    found = recognise(["text", "parent id", "video id"], [])
    assert (found.place(Role.PARENT), found.place(Role.THREAD)) == (1, 2)


def test_of_several_counts_the_most_telling_is_the_reach():
    assert recognise(["text", "likes", "shares", "views"], []).place(Role.REACH) == 3


def test_no_column_can_be_wanted_for_two_uses():
    wanted = {Role.TEXT: "a", Role.REPLY_TIME: "A"}
    with pytest.raises(InputError, match="--text-column and --reply-time-column"):
        recognise(["a", "b"], [], wanted=wanted)


def test_a_wanted_column_that_is_not_there_and_a_table_without_text_are_errors():
    with pytest.raises(InputError, match="no column “x”") as caught:
        recognise(["text"], [], wanted={Role.PARENT: "x"})
    assert "--parent-column" in str(caught.value.hint)
    with pytest.raises(InputError, match="no column looks like the text"):
        recognise(["a", "b"], [])


@pytest.mark.parametrize(("cells", "best"), [("1235", 5), (["8", "10"], 10), (["80", "95"], 100)])
def test_the_best_rating_is_told_by_the_cells(cells, best):
    rows = [Row(i, ["Good enough for me", cell]) for i, cell in enumerate(cells)]
    assert recognise(["text", "score"], rows).best_rating == best


CELLS = st.one_of(
    st.text(max_size=12),
    st.integers(),
    st.floats(),
    st.none(),
    st.sampled_from(["5", "★★★", "2026-05-01", "https://a.b", "12%", "1.2만", "Yes", "text"]),
)


@given(
    st.lists(st.one_of(st.text(max_size=8), st.sampled_from(["id", "date", "likes", "note"]))),
    st.data(),
)
def test_whatever_a_table_holds_no_column_has_two_roles(columns, data):
    row = st.lists(CELLS, min_size=len(columns), max_size=len(columns))
    rows = [
        Row(i, ["We waited for two hours", *cells])
        for i, cells in enumerate(data.draw(st.lists(row, max_size=5)))
    ]
    found = recognise(["text", *columns], rows).found
    places = [one.place for one in found.values()]
    assert len(set(places)) == len(places)


# What cells say


@pytest.mark.parametrize(
    ("cell", "share"),
    [
        (4, 0.8), (4.5, 0.9), ("4", 0.8), ("4,5", 0.9), ("４", 0.8), ("FIVE", 1),
        ("four stars", 0.8), ("FIVE_STARS", 1), ("cinq étoiles", 1), ("五星", 1),
        ("★★★★☆", 0.8), ("★★★", 0.6), ("⭐️⭐️⭐️⭐️⭐️", 1), ("★★★½☆", 0.7), ("4/5", 0.8),
        ("8 / 10", 0.8), ("8 sur 10", 0.8),
        ("4 out of 5 stars", 0.8), ("4점", 0.8), ("별점 4", None), ("4星", 0.8), ("4 étoiles", 0.8),
        ("80 %", 0.8), ("0%", 0), ("0", None), ("6", None), ("7/5", None), ("-1", None),
        ("good", None), ("", None), (None, None), (True, None), ("9" * 400, None),
    ],
)  # fmt: skip
def test_a_rating_is_a_share_of_the_best(cell, share):
    found = rating_share([cell])
    assert found.dtype == np.float32
    assert math.isnan(found[0]) if share is None else found[0] == pytest.approx(share)


def test_a_rating_without_its_best_is_held_against_the_tables():
    assert rating_share(["8", "0", "9/10", "★★★★★"], 10).tolist() == pytest.approx(
        [0.8, 0, 0.9, 0.5]
    )


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (1200, 1200), (12.0, 12), ("12", 12), ("12 345", 12345), ("12\u202f345", 12345),
        ("1,234", 1234), ("1.234", 1234), ("1,234,567", 1234567), ("0.5", 0.5), ("1.2K", 1200),
        ("3,4 k", 3400), ("12k views", 12000), ("2M", 2e6), ("1.2만", 12000), ("3만", 30000),
        ("5천", 5000), ("1.5万", 15000), ("3.4w", 34000), ("10万+", 100000), ("2亿", 2e8),
        ("조회 5", None), ("-3", None), ("many", None), ("", None), (None, None), ("9" * 400, None),
        ("2026-05-01", None),
    ],
)  # fmt: skip
def test_reach_is_read_as_platforms_write_it(cell, number):
    found = reach_numbers([cell])
    assert found.dtype == np.float32
    assert math.isnan(found[0]) if number is None else found[0] == pytest.approx(number)


@given(st.lists(CELLS))
def test_any_cell_gives_a_share_or_nothing(cells):
    shares = rating_share(cells)
    assert ((shares >= 0) & (shares <= 1) | np.isnan(shares)).all()
    reach = reach_numbers(cells)
    assert ((reach >= 0) | np.isnan(reach)).all()
    assert len(is_answered(cells)) == len(plain_texts(cells)) == len(cells)


def test_statuses_are_told_in_four_languages():
    yes = ["Solved", "REPLIED ", "répondu", "답변완료", "已回复", "已回覆", True]
    no = ["open", "not answered", "non répondu", "미답변", "未回复", "", None, False]
    assert is_answered(yes).all()
    assert not is_answered(no).any()
    assert is_answered(["Y", "N"], ["y"]).tolist() == [True, False]


def test_texts_in_pieces_become_texts():
    assert plain_texts(
        [
            '{"text":"Great "},{"text":"@Ana","mention":{"id":1}}',
            '{"takeoutSegments":[{"text":"two\nlines"}]}',
            "{sic} plain",
            '{"a": 1}',
            "[",
        ]
    ) == ["Great @Ana", "two\nlines", "{sic} plain", '{"a": 1}', "["]


def test_every_name_belongs_to_one_role_but_for_the_id_of_a_post():
    owners: dict[str, set[Role]] = {}
    for role, keys in KEYS.items():
        for key in keys:
            owners.setdefault(key, set()).add(role)
    assert [key for key, roles in owners.items() if len(roles) > 1] == ["postid"]
    assert all(re.search(r"\w", key) for key in owners)
