"""The shapes that platforms give their JSON, and what in them is a row.

Where each shape can be seen is written in the layout of the same key, ``layouts/*_json.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from smclassify.exports.nested import records as of
from smclassify.exports.nested.flat import Record
from smclassify.exports.nested.jsontext import KeyPath
from smclassify.exports.nested.records import Rows, Test, as_object, beside, itself, without


@dataclass(frozen=True, slots=True)
class Join:
    """Objects that stand beside the records and belong to them, such as their authors.

    Attributes
    ----------
    path : tuple of str
        Where in a response they stand.
    by : str
        The record's key that holds the ``id`` of one of them.
    name : str
        What it is called in the row.
    """

    path: KeyPath
    by: str
    name: str


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape of JSON.

    Attributes
    ----------
    key : str
        The key of its layout.
    lists : tuple of tuple of str
        Where in a response its records may stand.
    is_record : callable
        Whether an object in such a list is one of its records.
    rows : callable
        What rows there are in a record, still nested.
    alone : callable or None
        Whether an object is one of its records wherever it stands; ``None`` if the names of
        its keys are everybody's.
    join : Join or None
        What stands beside the records.
    whole : frozenset of str
        The keys whose values stay objects.
    thread : tuple of str or None
        The list in ``lists`` that belongs to a post: what stands beside it is the post's.
    split_letters : bool
        Whether letters were written byte by byte.
    """

    key: str
    lists: tuple[KeyPath, ...]
    is_record: Test
    rows: Rows
    alone: Test | None = None
    join: Join | None = None
    whole: frozenset[str] = frozenset()
    thread: KeyPath | None = None
    split_letters: bool = False


SHAPES: Final = (
    Shape("youtube_api_comments", (("items",),), of.is_youtube, of.youtube_rows, of.is_youtube),
    Shape(
        "x_api_v2",
        (("data",),),
        of.is_x_v2,
        of.x_v2_rows,
        of.is_lone_x_v2,
        join=Join(("includes", "users"), "author_id", "author"),
    ),
    Shape(
        "x_archive_tweets",
        (),
        of.is_x_archive,
        of.x_archive_rows,
        of.is_x_archive,
        whole=frozenset({"retweeted_status"}),
    ),
    Shape(
        "x_api_v1",
        (("statuses",),),
        of.is_x_v1,
        itself,
        of.is_x_v1,
        whole=frozenset({"retweeted_status", "quoted_status"}),
    ),
    Shape(
        "facebook_graph_comments",
        (("data",), ("comments", "data")),
        of.is_facebook,
        of.graph_rows,
        thread=("comments", "data"),
    ),
    Shape(
        "instagram_graph_comments",
        (("data",), ("comments", "data")),
        of.is_instagram,
        of.graph_rows,
        thread=("comments", "data"),
    ),
    Shape(
        "facebook_download_comments",
        (("comments_v2",), ("comments",)),
        of.is_facebook_download,
        of.one_a_row("data"),
        of.is_facebook_download,
        split_letters=True,
    ),
    Shape(
        "instagram_download_comments",
        (("comments_media_comments",), ("comments_reels_comments",)),
        of.is_instagram_download,
        of.one_a_row("string_list_data"),
        of.is_lone_instagram_download,
        split_letters=True,
    ),
    Shape("google_reviews_api", (("reviews",),), of.is_google, itself, of.is_google),
    Shape("trustpilot_api_reviews", (("reviews",),), of.is_trustpilot, itself, of.is_trustpilot),
    Shape(
        "zendesk_api_tickets",
        (("tickets",), ("results",)),
        of.is_zendesk,
        itself,
        of.is_zendesk,
        join=Join(("users",), "requester_id", "requester"),
    ),
    Shape("disqus_api_posts", (("response",),), of.is_disqus, itself, of.is_disqus),
    Shape(
        "tiktok_research_comments",
        (("data", "comments"),),
        of.has("text", "create_time"),
        itself,
    ),
    Shape(
        "tiktok_download_comments",
        (("Comment", "Comments", "CommentsList"),),
        of.is_tiktok_download,
        itself,
    ),
    Shape(
        "reddit_listing",
        (("data", "children"),),
        of.is_reddit,
        of.reddit_rows,
        of.is_reddit,
        whole=frozenset({"media_metadata"}),
    ),
)


def shape_of_listed(path: KeyPath, record: Record) -> Shape | None:
    """Return the shape of a record in the list at a path of a response."""
    for shape in SHAPES:
        if path in shape.lists and shape.is_record(record):
            return shape
        if shape.alone is not None and shape.alone(record):
            return shape
    return None


def shape_of_whole(value: Record) -> Shape | None:
    """Return the shape of an object that stands alone: a record, or a response with records."""
    for shape in SHAPES:
        if shape.alone is not None and shape.alone(value):
            return shape
        for path in shape.lists:
            found = follow(value, path)
            first = next(iter(found), None) if isinstance(found, list) else found
            if isinstance(first, dict) and shape.is_record(first):
                return shape
    return None


def follow(value: Any, path: KeyPath) -> Any:
    """Return what stands at a path; ``None`` if nothing does."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def _beginning(join: Join | None) -> str:
    return join.path[0] if join else ""


def records_of(shape: Shape, value: Record) -> tuple[list[Any], list[Any]]:
    """Return the records in an object that stands alone, and what is to be joined to them.

    A response to a question for one record of.has that itself where otherwise the list is. What
    is no response is taken for a record: so nothing of a strange object is lost.
    """
    joined = follow(value, shape.join.path) if shape.join else None
    joined = joined if isinstance(joined, list) else []
    if shape.alone is not None and shape.alone(value):
        return [value], joined
    for path in shape.lists:
        found = follow(value, path)
        if isinstance(found, list) and path != shape.thread:
            return found, joined
        if isinstance(found, dict) and shape.is_record(found):
            for key, rest in without(value, path[0], _beginning(shape.join)).items():
                found = beside(found, key, rest)
            return [found], joined
    empty = as_object(value.get("meta")).get("result_count") == 0
    return ([] if empty else [value]), joined
