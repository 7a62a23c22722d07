"""What is a record in a platform's JSON, and what rows are in a record, platform by platform.

Where each of them can be seen is written in the layouts, ``layouts/*_json.toml``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from smclassify.exports.nested.flat import Record

Test = Callable[[Record], bool]
Rows = Callable[[Record], Iterator[Record]]


def beside(record: Record, name: str, value: Any) -> Record:
    """Return a record with one thing more; its own things keep their names."""
    while name in record:
        name += "_"
    return {**record, name: value}


def itself(record: Record) -> Iterator[Record]:
    """Yield the record, which is one row."""
    yield record


def without(record: Record, *keys: str) -> Record:
    """Return a record without some of its keys."""
    return {key: value for key, value in record.items() if key not in keys}


def as_object(value: object) -> Record:
    """Return an object as it is, and an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def objects(value: object) -> list[Record]:
    """Return a list whose elements are all objects; anything else has none."""
    all_objects = isinstance(value, list) and all(isinstance(item, dict) for item in value)
    return value if isinstance(value, list) and all_objects else []


# YouTube Data API v3: a thread holds its first comment and some of the replies.


def is_youtube(record: Record) -> bool:
    """Tell a comment or a thread of the YouTube Data API v3; both name their kind."""
    return record.get("kind") in ("youtube#commentThread", "youtube#comment")


def youtube_rows(record: Record) -> Iterator[Record]:
    """Yield a thread's first comment and its replies, each with the rest of the thread."""
    snippet, replies = as_object(record.get("snippet")), as_object(record.get("replies"))
    first, answers = as_object(snippet.get("topLevelComment")), objects(replies.get("comments"))
    if not first:
        yield record
        return
    thread = {**record, "snippet": without(snippet, "topLevelComment")}
    if answers:
        thread |= {"replies": without(replies, "comments")}
    for comment in (first, *answers):
        yield beside(comment, "thread", thread)


# X: API v2 (authors apart), API v1.1 (authors within), and the archive (no authors: all one's own).


def is_x_v2(record: Record) -> bool:
    """Tell a post of the X API v2 in a response; it has the fields that were asked for."""
    author = record.get("author_id")
    numbered = isinstance(author, str) and author.isdecimal()
    return "id" in record and "text" in record and (numbered or is_lone_x_v2(record))


def is_lone_x_v2(record: Record) -> bool:
    """Tell a post of the X API v2 by the fields that nobody else has."""
    counted = "retweet_count" in as_object(record.get("public_metrics"))
    return "text" in record and (counted or "edit_history_tweet_ids" in record)


def x_v2_rows(record: Record) -> Iterator[Record]:
    """Yield the post, with the number of the post that it answers taken from its references."""
    for reference in objects(record.get("referenced_tweets")):
        if reference.get("type") == "replied_to":
            yield beside(record, "replied_to", {"id": reference.get("id")})
            return
    yield record


def is_x_v1(record: Record) -> bool:
    """Tell a tweet of the Twitter API v1.1, or of an archive that doesn't wrap its tweets."""
    counted = "favorite_count" in record or "screen_name" in as_object(record.get("user"))
    return "id_str" in record and ("full_text" in record or "text" in record) and counted


def is_x_archive(record: Record) -> bool:
    """Tell a tweet as it is wrapped in an archive's ``tweets.js``."""
    tweet = as_object(record.get("tweet"))
    return len(record) == 1 and "id_str" in tweet and ("full_text" in tweet or "text" in tweet)


def x_archive_rows(record: Record) -> Iterator[Record]:
    """Yield the tweet without its wrapping."""
    yield record["tweet"] if is_x_archive(record) else record


# Meta's Graph API: comments within comments, within posts.

_EDGES = ("comments", "replies")


def is_facebook(record: Record) -> bool:
    """Tell a comment or post of Facebook's Graph API."""
    return "created_time" in record and ("message" in record or "comments" in record)


def is_instagram(record: Record) -> bool:
    """Tell a comment or medium of Instagram's Graph API."""
    return "timestamp" in record and "id" in record and ("text" in record or "comments" in record)


def _edges(record: Record) -> dict[str, list[Record]]:
    found = {edge: objects(as_object(record.get(edge)).get("data")) for edge in _EDGES}
    return {edge: answers for edge, answers in found.items() if answers}


def _is_post(record: Record, answers: list[Record]) -> bool:
    """Tell a post from a comment; the number of a Facebook comment begins with its post's."""
    if "message" not in record and "text" not in record:
        return True
    post = str(record.get("id", "")).partition("_")[2]
    return bool(post) and str(answers[0].get("id", "")).startswith(f"{post}_")


def graph_rows(record: Record) -> Iterator[Record]:
    """Yield a comment and the replies under it, or the comments under a post.

    A post has no row of its own; its comments have it as ``thread``. A reply that doesn't say
    what it answers is given its ``parent``. The cursors of a list are left out: they hold the
    access token of whoever asked.
    """
    edges = _edges(record)
    own = without(record, *edges)
    for edge in edges:
        if rest := without(record[edge], "data", "paging"):
            own[edge] = rest
    answers = [answer for edge in edges.values() for answer in edge]
    post = bool(answers) and _is_post(record, answers)
    if not post:
        yield own
    for answer in answers:
        for row in graph_rows(answer):
            if post:
                yield beside(row, "thread", own)
            elif "parent" in row or "parent_id" in row or "id" not in record:
                yield row
            else:
                yield beside(row, "parent", {"id": record["id"]})


# Meta's “Download your information”: what the account itself wrote.


def is_facebook_download(record: Record) -> bool:
    """Tell a comment in a Facebook download."""
    comments = [entry for entry in objects(record.get("data")) if as_object(entry.get("comment"))]
    return bool(comments) and "timestamp" in record


def is_instagram_download(record: Record) -> bool:
    """Tell a comment in an Instagram download's list of comments, newer or older."""
    listed = objects(record.get("string_list_data"))
    return is_lone_instagram_download(record) or bool(listed and "value" in listed[0])


def is_lone_instagram_download(record: Record) -> bool:
    """Tell what stands under names in an Instagram download; the names are in any language."""
    entries = as_object(record.get("string_map_data")).values()
    return any("value" in as_object(entry) for entry in entries)


def one_a_row(key: str) -> Rows:
    """Give each object of a list within a record a row, with all the rest of the record."""

    def rows(record: Record) -> Iterator[Record]:
        entries = objects(record.get(key))
        if not entries:
            yield record
        for entry in entries:
            yield {**record, key: entry}

    return rows


# Reviews, tickets and comments elsewhere.


def has(*keys: str) -> Test:
    """Return a test whether a record has all of some keys."""

    def test(record: Record) -> bool:
        return all(key in record for key in keys)

    return test


def is_zendesk(record: Record) -> bool:
    """Tell a ticket of the Zendesk API or of Zendesk's JSON export."""
    return "requester_id" in record and "subject" in record and "description" in record


def is_disqus(record: Record) -> bool:
    """Tell a post of the Disqus API."""
    text = "message" in record or "raw_message" in record
    return text and "forum" in record and "thread" in record and "author" in record


def is_tiktok_download(record: Record) -> bool:
    """Tell a comment in a TikTok download, older or newer."""
    return has("Date", "Comment")(record) or has("date", "comment")(record)


def is_reddit(record: Record) -> bool:
    """Tell a comment (t1) or a post (t3) in a listing of Reddit."""
    return record.get("kind") in ("t1", "t3") and isinstance(record.get("data"), dict)


def reddit_rows(record: Record) -> Iterator[Record]:
    """Yield a comment and the replies under it.

    A “more” has no row: it holds only the numbers of comments that Reddit did not send.
    """
    if not is_reddit(record):
        if record.get("kind") != "more":
            yield record
        return
    data = record["data"]
    replies = as_object(as_object(data.get("replies")).get("data"))
    answers = objects(replies.get("children"))
    yield beside(without(data, "replies") if answers else data, "kind", record["kind"])
    for answer in answers:
        yield from reddit_rows(answer)


is_google = has("starRating", "reviewer", "createTime")
is_trustpilot = has("stars", "consumer", "createdAt")
