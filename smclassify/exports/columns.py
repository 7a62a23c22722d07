"""What a column is for: recognised by its name, or, for the text, by what is in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from smclassify.errors import InputError
from smclassify.exports.cells import cell_text
from smclassify.exports.table import Row


class Role(StrEnum):
    """What a column of an export is for."""

    TEXT = "text"
    ID = "id"
    LANG = "lang"
    PLATFORM = "platform"
    TIME = "time"
    AUTHOR = "author"
    REPLY = "reply"
    RATING = "rating"
    LINK = "link"
    THREAD = "thread"


TEXT, ID, LANG, PLATFORM, TIME = Role.TEXT, Role.ID, Role.LANG, Role.PLATFORM, Role.TIME
AUTHOR, REPLY, RATING, LINK, THREAD = (
    Role.AUTHOR, Role.REPLY, Role.RATING, Role.LINK, Role.THREAD,
)  # fmt: skip

# The surest name first. Compared without case, accents' forms, spaces and punctuation.
NAMES: Final = MappingProxyType(
    {
        TEXT: (
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
        ID: (
            "id", "comment id", "message id", "review id", "post id", "tweet id", "uid", "no",
            "number", "identifiant", "id commentaire", "id du commentaire", "numéro", "réf",
            "번호", "댓글 번호", "댓글 ID", "리뷰 번호", "编号", "序号", "评论ID", "评论编号",
            "編號", "序號", "評論ID",
        ),
        LANG: (
            "lang", "language", "locale", "language code", "langue", "언어", "语言", "語言",
        ),
        PLATFORM: (
            "platform", "source", "channel", "network", "social network", "site", "plateforme",
            "réseau", "réseau social", "canal", "플랫폼", "채널", "매체", "출처", "平台", "渠道",
            "来源", "來源",
        ),
        TIME: (
            "time", "created at", "created time", "timestamp", "date", "datetime", "date time",
            "comment date", "published at", "publish date", "published time", "posted at", "posted",
            "review date", "created", "date de création", "date de publication", "publié le",
            "heure", "horodatage", "작성일", "작성 시간", "작성일시", "등록일", "등록일시", "일시",
            "날짜", "시간", "게시일", "时间", "发布时间", "评论时间", "评价时间", "创建时间",
            "日期", "發布時間", "評論時間", "時間",
        ),
        AUTHOR: (
            "author", "author name", "user", "username", "user name", "screen name", "from",
            "from name", "name", "commenter", "reviewer", "handle", "auteur", "utilisateur",
            "nom d'utilisateur", "nom", "pseudo", "작성자", "작성자명", "닉네임", "이름", "사용자",
            "아이디", "作者", "用户", "用户名", "昵称", "用户昵称", "评论者", "买家昵称",
            "用戶", "用戶名", "暱稱",
        ),
        REPLY: (
            "reply", "reply text", "brand reply", "response", "our reply", "owner response",
            "answer", "réponse", "notre réponse", "réponse du propriétaire", "답변", "답글",
            "사장님 답글", "답변 내용", "回复", "回复内容", "商家回复", "官方回复",
            "回覆", "商家回覆",
        ),
        RATING: (
            "rating", "stars", "star rating", "score", "review rating", "note", "étoiles",
            "évaluation", "별점", "평점", "점수", "评分", "星级", "打分", "評分", "星等",
        ),
        LINK: (
            "link", "url", "permalink", "permalink url", "comment url", "post url", "comment link",
            "lien", "lien permanent", "링크", "주소", "链接", "网址", "评论链接", "連結", "網址",
        ),
        THREAD: (
            "thread", "thread id", "conversation id", "parent id", "parent comment id",
            "in reply to", "in reply to id", "post id", "media id", "video id", "fil",
            "id du fil", "conversation", "게시물 ID", "게시글 번호", "원글", "원글 번호", "主题",
            "会话ID", "父评论ID", "帖子ID", "微博ID", "會話ID", "貼文ID",
        ),
    }
)  # fmt: skip
"""The header names that a role is known by, in English, French, Korean and Chinese."""

_NOT_WORDS = re.compile(r"[\W_]+")
_LINKS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_NUMBERS = re.compile(r"[\d\s.,:;/+\-TZ%年月日时分秒년월일시분초時午오전후上下前後()]+")
_ONE_WORD_SCRIPT = re.compile(r"[가-힣ㄱ-ㅣ一-鿿ぁ-ヿ]")
_READS_LIKE_TEXT: Final = 0.35


def _key(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return _NOT_WORDS.sub("", folded) or folded.strip()


_KEYS = {role: [_key(name) for name in names] for role, names in NAMES.items()}


def find_column(
    columns: Sequence[str],
    role: Role,
    sample_rows: Sequence[Row] | None = None,
    wanted: str | None = None,
) -> int | None:
    """Find the column that plays a role.

    Parameters
    ----------
    columns : sequence of str
        The header.
    role : Role
        The role.
    sample_rows : sequence of Row, optional
        Some rows; for :data:`TEXT`, what is in the columns decides where no name does.
    wanted : str, optional
        The name that the user gave; case, spaces and punctuation may differ.

    Returns
    -------
    int or None
        The column's place, from 0; ``None`` when there is none. Never ``None`` for
        :data:`TEXT`. Of several columns with the same name, the first.

    Raises
    ------
    InputError
        If there is no column of the wanted name, or none that could be the text.
    """
    if wanted is not None:
        return _by_wanted(columns, role, wanted)
    keys = [_key(column) for column in columns]
    for key in _KEYS[role]:
        # A column “comments” may also say how many there are.
        if key in keys and not (role is TEXT and _all_numbers(keys.index(key), sample_rows or ())):
            return keys.index(key)
    if role is not TEXT:
        return None
    found = _by_content(len(columns), sample_rows or ())
    if found is None:
        raise InputError(
            f"no column looks like the text. The columns are: {_listed(columns)}.",
            hint="Name it with --text-column.",
        )
    return found


def _by_wanted(columns: Sequence[str], role: Role, wanted: str) -> int:
    if wanted in columns:
        return columns.index(wanted)
    keys = [_key(column) for column in columns]
    if _key(wanted) in keys:
        return keys.index(_key(wanted))
    raise InputError(
        f"there is no column “{wanted}”. The columns are: {_listed(columns)}.",
        hint=f"Give one of them to --{role}-column.",
    )


def _listed(columns: Sequence[str]) -> str:
    shown = [f"“{column[:60]}”" for column in columns[:30]]
    more = [f"and {len(columns) - 30} more"] if len(columns) > 30 else []
    return ", ".join([*shown, *more])


def _all_numbers(place: int, rows: Sequence[Row]) -> bool:
    cells = [text for row in rows if (text := cell_text(row.cells[place]).strip())]
    return bool(cells) and all(map(_NUMBERS.fullmatch, cells))


def _by_content(width: int, rows: Sequence[Row]) -> int | None:
    scores = [_likeness([cell_text(row.cells[i]) for row in rows]) for i in range(width)]
    best = max(range(width), key=lambda i: scores[i], default=None)
    return best if best is not None and scores[best] >= _READS_LIKE_TEXT else None


def _likeness(cells: Sequence[str]) -> float:
    """Return how much a column reads like comments, from 0 to 1.

    Comments are made of several words (or of a script without spaces), hardly ever repeat,
    and are no links, dates or numbers. Among columns of words the longer ones win.
    """
    texts = [cell.strip() for cell in cells if cell.strip()]
    if not texts:
        return 0.0
    words = sum(map(_has_words, texts)) / len(texts)
    distinct = len(set(texts)) / len(texts)
    length = sum(min(len(text), 200) for text in texts) / len(texts)
    return words * distinct * min(1.0, 0.3 + length / 60)


def _has_words(text: str) -> bool:
    if _NUMBERS.fullmatch(text) or not (rest := _LINKS.sub("", text).strip()):
        return False
    letters = _ONE_WORD_SCRIPT.findall(rest)
    return len(rest.split()) > 2 or len(letters) > 4
