"""What a column of an export can be for, and the header names that each use is known by."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Role(StrEnum):
    """What a column of an export is for."""

    TEXT = "text"
    ID = "id"
    LANG = "lang"
    PLATFORM = "platform"
    TIME = "time"
    AUTHOR = "author"
    REPLY = "reply"
    """What we answered."""
    REPLY_TIME = "reply_time"
    """When we answered."""
    RATING = "rating"
    LINK = "link"
    THREAD = "thread"
    """The post, video or conversation that a comment belongs to."""
    PARENT = "parent"
    """The comment that this one answers."""
    REACH = "reach"
    """How many have seen, shared or liked it, or follow its author."""
    STATUS = "status"
    """Open, answered, solved."""

    @property
    def option(self) -> str:
        """The option of the command line that names the column."""
        return f"--{self.value.replace('_', '-')}-column"


# The surest name first. Compared without case, accents' forms, spaces and punctuation.
NAMES: Final = MappingProxyType(
    {
        Role.TEXT: (
            "text", "full text", "comment text", "comment", "comments", "message", "body",
            "comment body", "review text", "review", "review body", "review content", "content",
            "post text", "post", "tweet", "tweet text", "caption", "draft", "copy", "feedback",
            "commentaire", "commentaires", "texte", "texte du commentaire", "avis",
            "texte de l'avis", "contenu", "contenu du message", "publication", "légende",
            "댓글 내용", "댓글", "리뷰 내용", "리뷰", "후기", "후기 내용", "본문", "내용", "코멘트",
            "메시지", "메시지 내용", "텍스트", "게시글", "게시물", "글", "문의 내용", "고객 의견",
            "评论内容", "评论", "评价内容", "评价", "正文", "内容", "留言内容", "留言", "文本",
            "微博正文", "微博内容", "笔记内容", "反馈内容", "消息", "消息内容", "点评", "点评内容",
            "評論內容", "評論", "評價內容", "評價", "內容", "留言內容", "訊息", "貼文", "貼文內容",
        ),
        Role.ID: (
            "id", "comment id", "message id", "review id", "post id", "tweet id", "uid", "no",
            "number", "identifiant", "id commentaire", "id du commentaire", "numéro", "réf",
            "번호", "댓글 번호", "댓글 ID", "리뷰 번호", "编号", "序号", "评论ID", "评论编号",
            "編號", "序號", "評論ID",
        ),
        Role.LANG: (
            "lang", "language", "locale", "language code", "langue", "언어", "语言", "語言",
        ),
        Role.PLATFORM: (
            "platform", "source", "channel", "network", "social network", "site", "plateforme",
            "réseau", "réseau social", "canal", "플랫폼", "채널", "매체", "출처", "平台", "渠道",
            "来源", "來源",
        ),
        Role.TIME: (
            "time", "created at", "created time", "timestamp", "date", "datetime", "date time",
            "comment date", "published at", "publish date", "published time", "posted at", "posted",
            "review date", "created", "date de création", "date de publication", "publié le",
            "heure", "horodatage", "작성일", "작성 시간", "작성일시", "등록일", "등록일시", "일시",
            "날짜", "시간", "게시일", "时间", "发布时间", "评论时间", "评价时间", "创建时间",
            "日期", "發布時間", "評論時間", "時間",
        ),
        Role.AUTHOR: (
            "author", "author name", "user", "username", "user name", "screen name", "from",
            "from name", "name", "commenter", "reviewer", "handle", "auteur", "utilisateur",
            "nom d'utilisateur", "nom", "pseudo", "작성자", "작성자명", "닉네임", "이름", "사용자",
            "아이디", "作者", "用户", "用户名", "昵称", "用户昵称", "评论者", "买家昵称",
            "用戶", "用戶名", "暱稱",
        ),
        Role.REPLY: (
            "reply", "reply text", "brand reply", "response", "our reply", "owner response",
            "answer", "réponse", "notre réponse", "réponse du propriétaire", "답변", "답글",
            "사장님 답글", "답변 내용", "回复", "回复内容", "商家回复", "官方回复",
            "回覆", "商家回覆", "developer reply", "company reply", "business reply",
            "seller reply",
        ),
        Role.REPLY_TIME: (
            "reply time", "reply date", "replied at", "replied on", "response date",
            "response created at", "responded at", "answered at", "answer date", "first reply at",
            "first response at", "owner response date", "developer reply date",
            "company reply date", "business reply date", "date de réponse",
            "date de la réponse", "répondu le", "heure de réponse", "답변일", "답변일시",
            "답변 시간", "답변 등록일", "답글 작성일", "답글 등록일", "답글 등록일시", "답글 시간",
            "回复时间", "回复日期", "商家回复时间", "官方回复时间", "回覆時間", "回覆日期",
            "商家回覆時間",
        ),
        Role.RATING: (
            "rating", "stars", "star rating", "score", "review rating", "note", "étoiles",
            "évaluation", "별점", "평점", "점수", "评分", "星级", "打分", "評分", "星等",
        ),
        Role.LINK: (
            "link", "url", "permalink", "permalink url", "comment url", "post url", "comment link",
            "lien", "lien permanent", "링크", "주소", "链接", "网址", "评论链接", "連結", "網址",
        ),
        Role.THREAD: (
            "thread", "thread id", "conversation id", "post id", "media id", "video id", "note id",
            "fil", "id du fil", "conversation", "id de la publication", "id de la vidéo",
            "게시물 ID", "게시글 번호", "원글", "원글 번호", "동영상 ID", "主题",
            "会话ID", "帖子ID", "微博ID", "视频ID", "笔记ID", "會話ID", "貼文ID", "影片ID",
        ),
        Role.PARENT: (
            "parent comment id", "parent id", "in reply to id", "in reply to", "reply to id",
            "reply to comment id", "in reply to status id", "in reply to tweet id", "parent",
            "id du commentaire parent", "id parent", "en réponse à", "commentaire parent",
            "상위 댓글 ID", "상위 댓글 번호", "부모 댓글 ID", "부모 댓글", "원댓글 번호",
            "원댓글 ID", "父评论ID", "上级评论ID", "父级评论ID", "回复评论ID", "父評論ID",
            "上層留言ID", "回覆留言ID",
        ),
        Role.REACH: (
            "reach", "impressions", "views", "view count", "impression count", "followers",
            "follower count", "followers count", "shares", "share count", "retweets",
            "retweet count", "reposts", "likes", "like count", "likes count", "reactions",
            "reaction count", "favorites", "favorite count", "upvotes", "helpful votes",
            "portée", "vues", "abonnés", "partages", "mentions j'aime", "j'aime", "réactions",
            "도달", "도달수", "노출수", "조회수", "팔로워", "팔로워 수", "공유", "공유수", "좋아요",
            "좋아요 수", "공감", "공감수", "추천수",
            "触达", "曝光量", "阅读量", "阅读数", "播放量", "粉丝数", "转发数", "转发量", "分享数",
            "点赞数", "点赞", "赞", "有用数",
            "觸及人數", "曝光數", "觀看次數", "瀏覽量", "粉絲數", "轉發數", "分享數", "按讚數",
            "點讚數", "讚",
        ),
        Role.STATUS: (
            "status", "ticket status", "conversation status", "case status", "message status",
            "reply status", "answered", "replied", "state", "statut", "statut du ticket", "état",
            "répondu", "traité", "상태", "처리 상태", "답변 상태", "답변 여부",
            "답글 여부", "처리 여부", "状态", "处理状态", "回复状态", "工单状态", "是否回复",
            "是否已回复", "狀態", "處理狀態", "回覆狀態", "是否回覆",
        ),
    }
)  # fmt: skip
"""The header names that a role is known by, in English, French, Korean and Chinese."""

_NOT_WORDS = re.compile(r"[\W_]+")


def name_key(name: str) -> str:
    """Return a header name without what doesn't count: case, Unicode forms, all but letters."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return _NOT_WORDS.sub("", folded) or folded.strip()


KEYS: Final = MappingProxyType({role: tuple(map(name_key, names)) for role, names in NAMES.items()})
"""The names as :func:`name_key` makes them."""

SHARED_KEYS: Final = frozenset(KEYS[Role.ID]) & frozenset(KEYS[Role.THREAD])
"""Names that a row may be called by, or the post that it belongs to."""
