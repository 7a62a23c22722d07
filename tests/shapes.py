"""Made-up files of the shapes that platforms give their JSON: all texts are invented."""


def youtube_comment(number, text, parent=None):
    snippet = {
        "channelId": "UC1",
        "videoId": "v1",
        "textDisplay": text,
        "textOriginal": text,
        "authorDisplayName": f"@user{number}",
        "authorChannelId": {"value": f"UC{number}"},
        "likeCount": number,
        "publishedAt": "2026-05-01T09:12:00Z",
    }
    if parent:
        snippet["parentId"] = parent
    return {"kind": "youtube#comment", "etag": "e", "id": f"c{number}", "snippet": snippet}


def youtube_thread(number, *answers):
    thread = {
        "kind": "youtube#commentThread",
        "etag": "t",
        "id": f"c{number}",
        "snippet": {
            "channelId": "UC1",
            "videoId": "v1",
            "topLevelComment": youtube_comment(number, f"text {number}"),
            "canReply": True,
            "totalReplyCount": len(answers),
            "isPublic": True,
        },
    }
    if answers:
        parent = f"c{number}"
        comments = [youtube_comment(a, f"text {a}", parent) for a in answers]
        thread["replies"] = {"comments": comments}
    return thread


def youtube_response(*threads, page=None):
    response = {"kind": "youtube#commentThreadListResponse", "etag": "r"}
    if page:
        response["nextPageToken"] = page
    return {**response, "pageInfo": {"totalResults": 9}, "items": list(threads)}


def x_post(number, author, **more):
    return {
        "id": str(number),
        "text": f"text {number}",
        "edit_history_tweet_ids": [str(number)],
        "author_id": author,
        "created_at": "2026-05-01T09:12:00.000Z",
        "conversation_id": "1",
        "public_metrics": {"retweet_count": 0, "like_count": number, "impression_count": 50},
        **more,
    }


def x_user(number):
    metrics = {"followers_count": 10}
    return {"id": number, "name": f"N{number}", "username": f"u{number}", "public_metrics": metrics}


X_RESPONSE = {
    "data": [
        x_post(1, "7"),
        x_post(2, "8", referenced_tweets=[{"type": "replied_to", "id": "1"}]),
        x_post(3, "9"),
    ],
    "includes": {"users": [x_user("7"), x_user("8")]},
    "meta": {"newest_id": "3", "result_count": 3},
}

TWEET = {
    "created_at": "Wed Oct 10 20:19:24 +0000 2018",
    "id": 1050118621198921728,
    "id_str": "1050118621198921728",
    "full_text": "Where is my order?",
    "entities": {"hashtags": [], "urls": []},
    "favorite_count": "3",
    "retweet_count": "0",
    "lang": "en",
}

TWEET_V1 = {
    **TWEET,
    "favorite_count": 3,
    "user": {"id_str": "1", "screen_name": "ann", "followers_count": 12},
    "quoted_status": {"id_str": "2", "full_text": "of another", "user": {"screen_name": "b"}},
}

FACEBOOK_RESPONSE = {
    "data": [
        {
            "created_time": "2026-05-01T09:12:00+0000",
            "from": {"name": "Ann", "id": "5"},
            "message": "It came broken.",
            "id": "100_1",
            "comments": {
                "data": [
                    {
                        "created_time": "2026-05-01T09:20:00+0000",
                        "from": {"name": "Brand", "id": "6"},
                        "message": "We are sorry.",
                        "id": "100_2",
                    }
                ],
                "paging": {"next": "https://graph.facebook.com/?access_token=SECRET"},
            },
        },
        {"created_time": "2026-05-01T10:00:00+0000", "message": "Lovely!", "id": "100_3"},
    ],
    "paging": {"cursors": {"before": "a", "after": "b"}, "next": "…access_token=SECRET"},
}

INSTAGRAM_RESPONSE = {
    "data": [
        {
            "timestamp": "2017-08-31T18:10:30+0000",
            "text": "I love this!",
            "username": "ann",
            "like_count": 2,
            "id": "17873440459141021",
            "replies": {
                "data": [{"timestamp": "2017-08-31T19:00:00+0000", "text": "Me too", "id": "178"}]
            },
        },
        {"timestamp": "2017-08-31T19:16:02+0000", "text": "This is awesome!", "id": "1787"},
    ]
}

FACEBOOK_DOWNLOAD = {
    "comments_v2": [
        {
            "timestamp": 1239798000,
            "data": [
                {
                    "comment": {
                        "timestamp": 1239798000,
                        "comment": "d\u00c3\u00a9j\u00c3\u00a0 vu \u00f0\u009f\u0098\u0080",
                        "author": "Zo\u00c3\u00ab",
                    }
                }
            ],
            "title": "Zo\u00c3\u00ab commented on her own post.",
        },
        {"timestamp": 1239798001, "title": "a sticker", "attachments": [{"data": []}]},
    ]
}

INSTAGRAM_DOWNLOAD = [
    {
        "media_list_data": [{"uri": ""}],
        "string_map_data": {
            "Comment": {"value": "tr\u00c3\u00a8s bien"},
            "Media Owner": {"value": "someone"},
            "Time": {"timestamp": 1700000001},
        },
    },
    {"string_map_data": {"Comment": {"value": "ok"}, "Time": {"timestamp": 1700000002}}},
]

GOOGLE_RESPONSE = {
    "reviews": [
        {
            "name": "accounts/1/locations/2/reviews/a",
            "reviewId": "a",
            "reviewer": {"displayName": "Ann", "isAnonymous": False},
            "starRating": "ONE",
            "comment": "Cold food.",
            "createTime": "2026-05-01T09:12:00Z",
            "updateTime": "2026-05-01T09:12:00Z",
            "reviewReply": {"comment": "We are sorry.", "updateTime": "2026-05-02T09:00:00Z"},
        },
        {
            "name": "accounts/1/locations/2/reviews/b",
            "reviewId": "b",
            "reviewer": {"displayName": "Bob"},
            "starRating": "FIVE",
            "createTime": "2026-05-03T09:12:00Z",
        },
    ],
    "averageRating": 3,
    "totalReviewCount": 2,
}

TRUSTPILOT_RESPONSE = {
    "links": [{"href": "x", "method": "GET", "rel": "self"}],
    "reviews": [
        {
            "id": "507f",
            "stars": 2,
            "title": "Late",
            "text": "It came late.",
            "language": "en",
            "createdAt": "2013-09-07T13:37:00",
            "numberOfLikes": 1,
            "companyReply": {"text": "Sorry.", "createdAt": "2013-09-08T13:37:00"},
            "consumer": {"displayName": "John Doe", "id": "5"},
        }
    ],
}

TICKET = {
    "url": "https://example.zendesk.com/api/v2/tickets/35436.json",
    "id": 35436,
    "created_at": "2026-05-01T09:12:00Z",
    "subject": "Help!",
    "description": "My printer is on fire",
    "status": "open",
    "requester_id": 20978392,
    "via": {"channel": "web", "source": {"from": {"name": "Ann"}, "to": {}, "rel": None}},
    "tags": ["printer"],
}

DISQUS_RESPONSE = {
    "cursor": {"hasNext": False},
    "code": 0,
    "response": [
        {
            "id": "1",
            "forum": "shop",
            "thread": "33",
            "parent": None,
            "author": {"name": "Ann", "username": "ann"},
            "message": "<p>Hello</p>",
            "raw_message": "Hello",
            "likes": 1,
            "createdAt": "2026-05-01T09:12:00",
        }
    ],
}

TIKTOK_RESEARCH = {
    "data": {
        "comments": [
            {"id": 1, "video_id": 7, "text": "cute", "like_count": 3, "create_time": 1700000000,
             "parent_comment_id": 7},
        ],
        "cursor": 1,
        "has_more": False,
    },
    "error": {"code": "ok", "message": ""},
}  # fmt: skip

TIKTOK_DOWNLOAD = {
    "Activity": {"Video Browsing History": {"VideoList": [{"Date": "2024", "Link": "x"}] * 30}},
    "Comment": {
        "Comments": {
            "CommentsList": [
                {"date": "2024-04-01 12:00:00", "comment": "Great video!", "photo": "N/A"}
            ]
        }
    },
}


def reddit_comment(name, body, replies=""):
    data = {"name": name, "body": body, "author": "ann", "parent_id": "t3_1", "created_utc": 1.7e9}
    return {"kind": "t1", "data": {**data, "replies": replies}}


def listing(*children):
    return {"kind": "Listing", "data": {"after": None, "children": list(children)}}


REDDIT_POST = {"kind": "t3", "data": {"name": "t3_1", "title": "A post", "selftext": "words"}}
REDDIT_LISTINGS = [
    listing(REDDIT_POST),
    listing(
        reddit_comment("t1_a", "first", listing(reddit_comment("t1_b", "second"))),
        {"kind": "more", "data": {"count": 3, "children": ["x"]}},
    ),
]

EXAMPLES = {
    "youtube_api_comments": (youtube_response(youtube_thread(1, 2, 3), youtube_thread(4)), 4),
    "x_api_v2": (X_RESPONSE, 3),
    "x_archive_tweets": ([{"tweet": TWEET}], 1),
    "x_api_v1": ([TWEET_V1], 1),
    "facebook_graph_comments": (FACEBOOK_RESPONSE, 3),
    "instagram_graph_comments": (INSTAGRAM_RESPONSE, 3),
    "facebook_download_comments": (FACEBOOK_DOWNLOAD, 2),
    "instagram_download_comments": (INSTAGRAM_DOWNLOAD, 2),
    "google_reviews_api": (GOOGLE_RESPONSE, 2),
    "trustpilot_api_reviews": (TRUSTPILOT_RESPONSE, 1),
    "zendesk_api_tickets": ({"tickets": [TICKET], "count": 1, "next_page": None}, 1),
    "disqus_api_posts": (DISQUS_RESPONSE, 1),
    "tiktok_research_comments": (TIKTOK_RESEARCH, 1),
    "tiktok_download_comments": (TIKTOK_DOWNLOAD, 1),
    "reddit_listing": (REDDIT_LISTINGS, 3),
}
