"""What a column is for, told by what is in it. A wrong guess is worse than none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from smclassify.exports.columns.roles import Role, name_key
from smclassify.exports.columns.values import ANSWERED, OPEN, rating_share, reach_numbers

_LINKS: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_NUMBERS: Final = re.compile(r"[\d\s.,:;/+\-TZ%年月日时分秒년월일시분초時午오전후上下前後()]+")
_ONE_WORD_SCRIPT: Final = re.compile(r"[가-힣ㄱ-ㅣ一-鿿ぁ-ヿ]")
_READS_LIKE_TEXT: Final = 0.35

_DAY, _MONTH = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_YEAR: Final = r"(?:19|20)\d\d"
_MONTH_NAME: Final = (
    r"(?:jan|feb|fév|mar|apr|avr|may|mai|jun|juin|jul|juil|aug|aoû|sep|oct|nov|dec|déc)[a-zéû]*\.?"
)
_TIME: Final = re.compile(
    rf"""(?:[a-zé]{{2,9}}\.?,?\s+)?(?:                                    # Wed, mercredi
        {_YEAR}([-/.])\s?{_MONTH}\1\s?{_DAY}                               # 2026-05-01, 2026. 5. 1.
      | {_DAY}(?:/{_MONTH}|[-.]{_MONTH})[-/.]{_YEAR}                       # 01/05/2026, 1.5.2026
      | {_MONTH}/{_DAY}/(?:{_YEAR}|\d\d) | {_DAY}/{_MONTH}/\d\d            # 5/25/26
      | (?:{_YEAR}|\d\d)\s?[年년]\s?{_MONTH}\s?[月월]\s?{_DAY}\s?[日일]
      | {_DAY}(?:er|st|nd|rd|th)?[\s-]{_MONTH_NAME}[\s,-]+{_YEAR}          # 1 mai 2026
      | {_MONTH_NAME}\s{_DAY}(?:st|nd|rd|th)?,?\s(?:{_YEAR}|\d\d:\d\d)        # May 1, 2026
    )(?!\d)""",
    re.IGNORECASE | re.VERBOSE,
)
_EPOCH: Final = re.compile(r"1\d{9}(?:\d{3}|\d{6})?(?:\.\d+)?")
_CLOCK: Final = re.compile(r"\d:\d\d")
_LONGEST_TIME: Final = 40

_ALIKE_NUMBERS: Final = re.compile(r"\d{17,}")
_ID_WITH_LETTERS: Final = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[\w.:=-]{6,}", re.ASCII)

_NOT_OURS: Final = {
    Role.TIME: ("birth", "naissance", "생일", "생년", "출생", "生日", "出生"),
    Role.RATING: (
        "quant", "qty", "count", "number", "price", "prix", "amount", "montant", "total",
        "phone", "tél", "size", "수량", "개수", "가격", "금액", "전화", "数量", "數量", "价格",
        "價格", "金额", "金額", "电话", "電話",
    ),
}  # fmt: skip
"""Parts of header names that say that the column is something else."""

_MOST: Final = 0.8
_HALF: Final = 0.5


def could_be(role: Role, cells: Sequence[str]) -> bool:
    """Tell whether a column whose name fits a role can be it, by what is in it.

    Many a header has two meanings: “comments” may say how many there are, “note” is a rating in
    French, “response time” may be a duration, “state” a part of a country.
    """
    check = _CHECKS.get(role)
    return check is None or not cells or check(cells)


def by_content(role: Role, columns: Sequence[str], texts: Sequence[Sequence[str]]) -> int | None:
    """Return the place of the column that by its cells plays a role, or ``None``.

    Only text, time, link, rating and id can be told so.

    Parameters
    ----------
    role : Role
        The role.
    columns : sequence of str
        The header; a name can say what a column is not.
    texts : sequence of sequence of str
        For each column its cells that are not empty; none at all for a column that has its
        role already.
    """
    score = _SCORES.get(role)
    if score is None:
        return None
    not_ours = _NOT_OURS.get(role, ())
    scores = [
        0.0 if not cells or any(part in name_key(column) for part in not_ours) else score(cells)
        for column, cells in zip(columns, texts, strict=True)
    ]
    best = max(range(len(scores)), key=lambda place: scores[place], default=None)
    return best if best is not None and scores[best] > 0 else None


def best_rating(cells: Sequence[str]) -> float:
    """Return the best rating that a column of ratings can have: 5, 10 or 100."""
    bare = rating_share(cells, 100.0) * 100
    said = rating_share(cells, 5.0)
    if not np.isnan(said).all() and not (np.isnan(said) & ~np.isnan(bare)).any():
        return 5.0
    top = float(np.nanmax(bare, initial=0.0))
    return 5.0 if top <= 5 else 10.0 if top <= 10 else 100.0


def _is_no_number(cells: Sequence[str]) -> bool:
    return not all(map(_NUMBERS.fullmatch, cells))


def _has_times(cells: Sequence[str]) -> bool:
    return _share([bool(_EPOCH.fullmatch(cell)) or _is_time(cell) for cell in cells]) >= _HALF


def _has_ratings(cells: Sequence[str]) -> bool:
    return float(np.mean(~np.isnan(rating_share(cells, 100.0)))) >= _HALF


def _has_counts(cells: Sequence[str]) -> bool:
    return float(np.mean(~np.isnan(reach_numbers(cells)))) >= _HALF


def _has_statuses(cells: Sequence[str]) -> bool:
    return _share([name_key(cell) in ANSWERED | OPEN for cell in cells]) >= _HALF


def is_distinct(cells: Sequence[str]) -> bool:
    """Tell whether no two cells are the same."""
    return len(set(cells)) == len(cells)


def _text_score(cells: Sequence[str]) -> float:
    likeness = _likeness(cells)
    return likeness if likeness >= _READS_LIKE_TEXT else 0.0


def _likeness(cells: Sequence[str]) -> float:
    """Return how much a column reads like comments, from 0 to 1.

    Comments are made of several words (or of a script without spaces), hardly ever repeat,
    and are no links, dates or numbers. Among columns of words the longer ones win.
    """
    words = _share([_has_words(cell) for cell in cells])
    distinct = len(set(cells)) / len(cells)
    length = sum(min(len(cell), 200) for cell in cells) / len(cells)
    return words * distinct * min(1.0, 0.3 + length / 60)


def _has_words(text: str) -> bool:
    if _NUMBERS.fullmatch(text) or not (rest := _LINKS.sub("", text).strip()):
        return False
    letters = _ONE_WORD_SCRIPT.findall(rest)
    return len(rest.split()) > 2 or len(letters) > 4


def _time_score(cells: Sequence[str]) -> float:
    if len(cells) < 5 or _share([_is_time(cell) for cell in cells]) < _MOST:
        return 0.0
    # Of several, one with the time of day: the others are days of orders, of stays...
    return 1.0 + _share([bool(_CLOCK.search(cell)) for cell in cells])


def _is_time(cell: str) -> bool:
    return len(cell) <= _LONGEST_TIME and _TIME.match(cell) is not None


def _link_score(cells: Sequence[str]) -> float:
    share = _share([_LINKS.fullmatch(cell) is not None for cell in cells])
    return share if len(cells) >= 3 and share >= _MOST else 0.0


def _rating_score(cells: Sequence[str]) -> float:
    if len(cells) < 10:
        return 0.0
    counts = Counter(cells)
    if not np.isnan(rating_share(list(counts))).any() and not all(map(_bare, counts)):
        return 2.0  # stars, FIVE, 4/5: no quantity is written so
    return 1.0 if len(cells) >= 20 and _rates(counts) else 0.0


def _rates(counts: Counter[str]) -> bool:
    """Tell whether bare numbers are ratings.

    People give the best rating oftener than any of those between; quantities, sizes and
    counts grow rarer the greater they are.
    """
    if not all(map(_bare, counts)):
        return False
    numbers = Counter({float(text.replace(",", ".")): count for text, count in counts.items()})
    top = max(numbers)
    if top not in (5.0, 10.0) or min(numbers) < 1 or any(value * 2 % 1 for value in numbers):
        return False
    between = [count for value, count in numbers.items() if 1 < value < top]
    return 1.0 in numbers and len(numbers) >= 3 and numbers[top] >= max(between)


def _bare(cell: str) -> bool:
    return re.fullmatch(r"\d+(?:[.,]\d)?", cell) is not None


def _id_score(cells: Sequence[str]) -> float:
    if len(cells) < 20 or not is_distinct(cells):
        return 0.0
    lengths = [len(cell) for cell in cells]
    if max(lengths) - min(lengths) > 2:
        return 0.0
    if all(map(_ALIKE_NUMBERS.fullmatch, cells)):
        return 1.0
    made = all(map(_ID_WITH_LETTERS.fullmatch, cells)) and not any(map(_is_time, cells))
    return 1.0 if made and "".join(cells).isascii() else 0.0


def _share(facts: Sequence[bool]) -> float:
    return sum(facts) / len(facts)


_CHECKS: Final[dict[Role, Callable[[Sequence[str]], bool]]] = {
    Role.TEXT: _is_no_number,
    Role.REPLY_TIME: _has_times,
    Role.RATING: _has_ratings,
    Role.REACH: _has_counts,
    Role.STATUS: _has_statuses,
}

_SCORES: Final[dict[Role, Callable[[Sequence[str]], float]]] = {
    Role.TEXT: _text_score,
    Role.TIME: _time_score,
    Role.LINK: _link_score,
    Role.RATING: _rating_score,
    Role.ID: _id_score,
}
