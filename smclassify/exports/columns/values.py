"""What cells say besides text: ratings, numbers of people reached, whether we have answered."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from smclassify.exports.cells import cell_texts
from smclassify.exports.columns.roles import name_key

ANSWERED: Final = frozenset(
    map(
        name_key,
        (
            "answered", "replied", "responded", "solved", "resolved", "closed", "done",
            "completed", "complete", "yes", "y", "true", "répondu", "répondue", "traité",
            "traitée", "résolu", "résolue", "fermé", "fermée", "clos", "terminé", "oui",
            "답변 완료", "답변함", "답변됨", "답글 완료", "처리 완료", "해결", "해결됨",
            "해결 완료", "완료", "종료", "예", "已回复", "已答复", "已处理", "已解决", "已关闭",
            "已完成", "是", "已回覆", "已答覆", "已處理", "已解決", "已關閉",
        ),
    )
)  # fmt: skip
"""Statuses that mean that we have answered, where the layout says nothing, as keys."""

OPEN: Final = frozenset(
    map(
        name_key,
        (
            "new", "open", "pending", "on hold", "hold", "waiting", "unanswered", "unresolved",
            "not answered", "not replied", "assigned", "unassigned", "in progress", "to do", "no",
            "n", "false", "nouveau", "ouvert", "ouverte", "en attente", "en cours", "à traiter",
            "non répondu", "non", "미답변", "답변 대기", "대기", "대기중", "접수", "처리중",
            "진행중", "미처리", "미해결", "아니오", "未回复", "待回复", "未处理", "待处理",
            "处理中", "未解决", "否", "未回覆", "待回覆", "未處理", "待處理", "處理中", "未解決",
        ),
    )
)  # fmt: skip
"""Statuses that mean that we have not, as keys."""

_NUMBER: Final = r"\d+(?:[.,]\d+)?"
_OF: Final = re.compile(rf"({_NUMBER})\s*(?:/|out of|of|sur)\s*({_NUMBER})(?:\s*\D{{1,10}})?")
_PERCENT: Final = re.compile(rf"({_NUMBER})\s*%")
_POINTS: Final = re.compile(
    rf"({_NUMBER})[\s_]*(?:stars?|étoiles?|points?|pts?|점|점수|개|星级?|顆星|颗星|分)?"
)
_STARS: Final = re.compile(r"([★⭐🌟✭✮]*)(½?)([☆✩]*)")
_WORDS: Final = re.compile(r"([a-zé]+|[一二三四五])[\s_]*(stars?|étoiles?|星级?|顆星|颗星)?")
_VALUES: Final = {
    word: value
    for words in ("one two three four five", "un deux trois quatre cinq", "一 二 三 四 五")
    for value, word in enumerate(words.split(), 1)
} | {"une": 1}

_UNITS: Final = {
    "": 1.0, "k": 1e3, "천": 1e3, "千": 1e3, "만": 1e4, "万": 1e4, "萬": 1e4, "w": 1e4,
    "m": 1e6, "백만": 1e6, "mio": 1e6, "b": 1e9, "bn": 1e9, "md": 1e9,
    "억": 1e8, "亿": 1e8, "億": 1e8,
}  # fmt: skip
_REACH: Final = re.compile(
    r"(\d+(?:[.,]\d+)*)\s*(백만|mio|md|bn|[kmbw천만억千万萬亿億])?\+?"
    r"(?:\s*(?:views?|likes?|followers?|shares?|vues?|abonnés?|회|명|개|次|人|赞|讚))?"
)
_GAPS: Final = re.compile(r"(?<=\d)[\s'’](?=\d{3}(?!\d))")
_THOUSANDS: Final = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")


def rating_share(cells: Sequence[object], best: float = 5.0) -> NDArray[np.float32]:
    """Return ratings as shares of the best one.

    Parameters
    ----------
    cells : sequence of object
        ``4``, ``"4,5"``, ``"FIVE"``, ``"★★★★☆"``, ``"4/5"``, ``"4점"``, ``"4星"``, ``"80 %"``...
    best : float
        The best rating, for cells that don't say it themselves.

    Returns
    -------
    ndarray of float32, shape (n,)
        From 0 to 1; NaN where there is no rating, or one beyond the best. A bare 0 is no
        rating where the best is 5: stars begin at 1, and exports write 0 for none.
    """
    return _read(cells, lambda text: _share(text, best))


def reach_numbers(cells: Sequence[object]) -> NDArray[np.float32]:
    """Return how many have seen, liked or shared something, as platforms write it.

    Parameters
    ----------
    cells : sequence of object
        ``1200``, ``"12 345"``, ``"1,234"``, ``"1.2K"``, ``"3,4 k"``, ``"1.2만"``, ``"3万"``...

    Returns
    -------
    ndarray of float32, shape (n,)
        NaN where there is no such number. Without a unit these are whole numbers, so
        ``"1.234"`` is one thousand.
    """
    return _read(cells, _reach)


def is_answered(cells: Sequence[object], words: Collection[str] = ANSWERED) -> NDArray[np.bool_]:
    """Return which cells of a status column mean that we have answered.

    Parameters
    ----------
    cells : sequence of object
        The statuses.
    words : collection of str
        The statuses that mean it; case, spaces and punctuation don't count.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    keys = frozenset(map(name_key, words))
    return np.asarray(_read(cells, lambda text: float(name_key(text) in keys)) == 1.0)


def plain_texts(cells: Sequence[object]) -> list[str]:
    """Return texts that are written piece by piece, as YouTube's Takeout does, as texts.

    ``{"text":"Great "},{"text":"@Ana","mention":{...}}`` and, before 2024,
    ``{"takeoutSegments":[{"text":"Great"}]}``. What is not written so is returned as it is.
    """
    return list(map(_plain, cell_texts(cells)))


def _read(cells: Sequence[object], read: Callable[[str], float]) -> NDArray[np.float32]:
    # The same few values come again and again: each is read once a batch.
    texts = cell_texts(cells)
    known = {text: read(text) for text in set(texts)}
    return np.fromiter(map(known.__getitem__, texts), np.float32, len(texts))


def _share(text: str, best: float) -> float:
    stars = _STARS.fullmatch(text.replace("\ufe0f", "").replace(" ", ""))
    if stars and stars.group():
        return _share_of_stars(stars, best)
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    if found := _OF.fullmatch(folded):
        return _bounded(_number(found[1]), _number(found[2]))
    if found := _PERCENT.fullmatch(folded):
        return _bounded(_number(found[1]), 100.0)
    if found := _POINTS.fullmatch(folded):
        value = _number(found[1])
        return math.nan if value == 0 and best == 5 else _bounded(value, best)
    if found := _WORDS.fullmatch(folded):
        return _bounded(_VALUES.get(found[1], math.nan), 5.0)
    return math.nan


def _share_of_stars(stars: re.Match[str], best: float) -> float:
    full, half, empty = len(stars[1]), len(stars[2]), len(stars[3])
    return _bounded(full + half / 2, full + half + empty if empty else best)


def _bounded(value: float, best: float) -> float:
    return value / best if best > 0 and value <= best else math.nan


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _reach(text: str) -> float:
    if text.isdecimal() and len(text) < 30:
        return float(text)
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    found = _REACH.fullmatch(_GAPS.sub("", folded))
    if found is None:
        return math.nan
    digits, unit = found[1], found[2] or ""
    if _THOUSANDS.fullmatch(digits) and not (unit and "." in digits):
        digits = re.sub("[.,]", "", digits)
    elif "." in digits:
        digits = digits.replace(",", "")
    digits = digits.replace(",", ".")
    value = float(digits) * _UNITS[unit] if digits.count(".") < 2 else math.nan
    return value if value <= np.finfo(np.float32).max else math.nan


def _plain(text: str) -> str:
    if not text.lstrip().startswith("{"):
        return text
    pieces = _pieces(text)
    return text if pieces is None else "".join(pieces)


def _pieces(text: str) -> list[str] | None:
    """Return the texts of a row of JSON objects with commas between, or ``None``."""
    decoder = json.JSONDecoder(strict=False)  # line breaks stand in the strings as they are
    pieces: list[str] = []
    place = 0
    rest = text.strip()
    while place < len(rest):
        try:
            item, place = decoder.raw_decode(rest, place)
        except (ValueError, RecursionError):
            return None  # somebody's text that begins with a brace
        if not isinstance(item, dict):
            return None
        found = _piece(item)
        if found is None:
            return None
        pieces += found
        while rest[place : place + 1] in {",", " ", "\n", "\r"}:
            place += 1
    return pieces


def _piece(item: dict[str, Any]) -> list[str] | None:
    segments = item.get("takeoutSegments", [item])
    if not isinstance(segments, list):
        return None
    texts = [segment.get("text") for segment in segments if isinstance(segment, dict)]
    return [text for text in texts if isinstance(text, str)] if any(texts) else None
