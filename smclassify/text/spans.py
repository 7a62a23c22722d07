"""What stands in a text as one thing: links, e-mails, mentions, hashtags, prices, placeholders.

Each pattern is tried only where a sign beside it says that it could begin there: at the dot
of a link's last label, at a price's currency.
"""

from __future__ import annotations

import re
from string import ascii_letters, digits
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.text.batch import SEPARATOR
from smclassify.text.characters import DIGIT, SPACE, WORD
from smclassify.text.placeholders import find_placeholders
from smclassify.text.scan import Positions, Scan, ranges, runs
from smclassify.text.traits import MAYBE_WORD, NUMERIC, PRICE_SIGN

_TLDS: Final = (
    "com|net|org|info|biz|shop|store|online|site|top|xyz|club|app|dev|blog|link|live|life|news"
    "|tv|me|io|ai|co|ly|gl|gg|be|eu|uk|us|ie|ca|au|nz|in|fr|ch|lu|qc|re|kr|cn|tw|hk|sg|jp|de|es|it|nl|pt|pl|ru|br|mx"
    "|example|test|paris|bzh|brussels"
)
_LABEL_LETTERS: Final = r"a-z0-9\u00e0-\u00ff\uac00-\ud7a3"
_LABEL: Final = rf"[{_LABEL_LETTERS}](?:[{_LABEL_LETTERS}-]{{0,61}}[{_LABEL_LETTERS}])?"
_PATH: Final = r"(?:[:/?#][a-z0-9\-._~:/?#\[\]@!$&'()*+,;=%\uac00-\ud7a3]*)?"

# "官网example.com" is a link, though Han are letters too.
_BEFORE_LABEL: Final = r"(?:(?<![\w@.\-])|(?<=[\u3040-\u30ff\u3400-\u9fff]))"
_TLD: Final = rf"(?:{_TLDS})(?![a-z0-9@-]|\.[a-z])"
URL: Final = re.compile(
    # "Awww...so cute" is no link.
    r"(?:https?://|(?<![a-z0-9])www\.(?=\w))[a-z0-9\-._~:/?#\[\]@!$&'()*+,;=%\u00e0-\u00ff\uac00-\ud7a3]+"
    rf"|{_BEFORE_LABEL}(?:{_LABEL}\.){{1,4}}{_TLD}{_PATH}",
    re.IGNORECASE,
)
_LONGEST_BACK: Final = 4 * 64
_DOT_TLD: Final = re.compile(rf"\.{_TLD}", re.IGNORECASE)
_URL_START: Final = re.compile(rf"{_BEFORE_LABEL}[{_LABEL_LETTERS}]", re.IGNORECASE)
_LABELS_BACK: Final = re.compile(rf"[{_LABEL_LETTERS}.-]{{0,256}}", re.IGNORECASE)
EMAIL: Final = re.compile(
    r"(?<![\w.+-])[a-z0-9][a-z0-9._%+-]{0,63}@(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}(?![\w])",
    re.IGNORECASE | re.ASCII,
)
_EMAIL_START: Final = re.compile(r"(?<![\w.+-])[a-z0-9]", re.IGNORECASE | re.ASCII)
_NAME_CHARACTERS: Final = f"{ascii_letters}{digits}._%+-"
_NAME_BACK: Final = re.compile(r"[a-z0-9._%+-]{0,64}", re.IGNORECASE | re.ASCII)
LEAST_SAID: Final = 12
"""Letters and digits after a name from which on a text says something besides the name."""
_SAYS_MORE: Final = re.compile(rf"(?:[\W_]*[^\W_]){{{LEAST_SAID}}}")

# Han and Hangul are letters too, but "回复@团子" mentions somebody; "me@home" doesn't.
MENTION: Final = re.compile(r"(?<![A-Za-z0-9_\u00c0-\u024f.@/])@\w[\w.\-]{0,49}(?<![.\-])")
# Weibo closes a topic with a second #; elsewhere a tag ends with its last letter.
HASHTAG: Final = re.compile(
    r"#[^\s#\x00\uac00-\ud7a3]{0,30}[\u4e00-\u9fff][^\s#\x00\uac00-\ud7a3]{0,30}#(?!\w{1,30}#)"
    r"|#\w{1,140}"
)
PRICE: Final = re.compile(
    r"[$€£¥₩]\s?\d[\d.,]{0,14}"
    r"|\d[\d.,]{0,14}\s?(?:[$€£¥₩]|元|块|塊|원(?!인|래|하|어|단)|만\s?원|천\s?원"
    r"|euros?\b|eur\b|usd\b|gbp\b|rmb\b|won\b|dollars?\b|pounds?\b)"
    r"|\d[\d.,]{0,6}\s?%",
    re.IGNORECASE,
)
_CURRENCY_SIGNS: Final = "$€£¥₩"
_LONGEST_NUMBER: Final = 15
_TRAILING: Final = ".,;:!?)]'\"*"


def _trimmed(match: re.Match[str]) -> tuple[int, int]:
    """Leave the punctuation that ends the sentence out of a link."""
    return match.start(), match.start() + len(match[0].rstrip(_TRAILING))


def as_array(spans: list[tuple[int, int]]) -> NDArray[np.int64]:
    """Return spans as an array of shape (k, 2)."""
    return np.array(spans, np.int64).reshape(-1, 2)


def outside(spans: NDArray[np.int64], covered: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the spans whose first code point is not covered."""
    return spans[~covered[spans[:, 0]]] if len(spans) else spans


def cover(size: int, *groups: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which of ``size`` code points lie in any of the spans."""
    covered = np.zeros(size, bool)
    for spans in groups:
        covered[ranges(spans[:, 0], spans[:, 1] - spans[:, 0])] = True
    return covered


def touching(spans: NDArray[np.int64], *groups: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which spans, none of them empty, share a code point with one of some others."""
    others = np.concatenate(groups)
    others = others[np.argsort(others[:, 0], kind="stable")]
    # Of the others that begin before a span ends, does the one that reaches farthest get there?
    reach = np.concatenate([[0], np.maximum.accumulate(others[:, 1])])
    return reach[np.searchsorted(others[:, 0], spans[:, 1])] > spans[:, 0]


def _starts_before(
    signs: Positions, start: re.Pattern[str], back: re.Pattern[str], scan: Scan
) -> Positions:
    """Return where something could begin that runs up to one of some signs.

    ``back`` matches, from the sign backwards, all that can stand between; ``start`` the first
    character, with what must stand before it.
    """
    found = []
    for at in signs.tolist():
        reach = next(back.finditer(scan.joined[max(at - _LONGEST_BACK, 0) : at][::-1])).end()
        found += [match.start() for match in start.finditer(scan.joined, at - reach, at)]
    return np.array(found, np.intp)


def _url_starts(scan: Scan) -> Positions:
    """Return where a link could begin."""
    dots = scan.where(characters=".")
    dots = dots[scan.has(MAYBE_WORD, dots + 1)]
    colons = scan.where(characters=":")
    colons = colons[scan.is_one("/", colons + 1)]
    colons = colons[scan.is_one("/", colons + 2)]
    if not len(dots) and not len(colons):
        return dots
    inner = dots[scan.has(WORD, dots - 1) & scan.has(WORD, dots + 1)]
    final = [_DOT_TLD.match(scan.joined, at) is not None for at in dots.tolist()]
    starts = np.concatenate(
        [
            colons - len("http"),
            colons - len("https"),
            dots[scan.is_one("wW", dots - 1)] - len("www"),
            _starts_before(dots[np.array(final, bool)], _URL_START, _LABELS_BACK, scan),
        ]
    )
    starts = np.sort(starts[starts >= 0])
    return scan.within(starts, np.concatenate([inner, colons]))


def _email_starts(scan: Scan) -> Positions:
    """Return where an e-mail address could begin."""
    at = scan.where(characters="@")
    at = at[scan.is_one(_NAME_CHARACTERS, at - 1)]
    return np.sort(_starts_before(at, _EMAIL_START, _NAME_BACK, scan))


def find_addresses(scan: Scan) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return links and e-mail addresses, shapes (k, 2); no link lies within an e-mail."""
    emails = as_array([match.span() for match in scan.matches(EMAIL, _email_starts(scan))])
    spans = [_trimmed(match) for match in scan.matches(URL, _url_starts(scan))]
    urls = as_array([span for span in spans if span[1] - span[0] > 3])
    return outside(urls, cover(len(scan.codes), emails)), emails


def _addresses(mentions: NDArray[np.int64], scan: Scan) -> NDArray[np.int64]:
    """Return the mentions that a text opens with before it goes on to say something.

    On X every comment on a brand begins with its name; that tells as little of what the
    comment is as the stamp on a letter. A bare name, or one with hardly a word, is a friend
    being tagged and stays a mention.
    """
    if not len(mentions):
        return mentions
    start, end = mentions.T
    opens = scan.codes[start - 1] == SEPARATOR
    follows = np.zeros(len(mentions), bool)
    follows[1:] = (start[1:] == end[:-1] + 1) & scan.has(SPACE, end[:-1])
    first = np.flatnonzero(~follows)
    counts = np.diff(first, append=len(mentions))
    last = end[first + counts - 1].tolist()
    named = [
        opening and _says_more(after, scan)
        for opening, after in zip(opens[first].tolist(), last, strict=True)
    ]
    return mentions[np.repeat(np.array(named, bool), counts)]


def _says_more(after: int, scan: Scan) -> bool:
    longest = after + 4 * LEAST_SAID
    end = scan.joined.find(chr(SEPARATOR), after, longest)
    return _SAYS_MORE.match(scan.joined, after, longest if end < 0 else end) is not None


def _price_starts(scan: Scan) -> Positions:
    """Return where a price could begin: at a currency, or in the number before one."""
    figures = scan.where(NUMERIC)
    figures = figures[scan.has(DIGIT, figures)]
    if not len(figures):
        return figures
    last = len(scan.codes) - 1
    near = scan.has(PRICE_SIGN, figures - 1) | scan.has(PRICE_SIGN, figures + 1)
    for beside, beyond in (
        (figures - 1, figures - 2),
        (figures + 1, np.minimum(figures + 2, last)),
    ):
        near |= scan.has(PRICE_SIGN, beyond) & (scan.codes[beside] != SEPARATOR)
    hot = figures[near]
    numbers = scan.within(scan.where(NUMERIC, ".,"), hot)
    after = runs(numbers)[1] + 1
    priced = scan.has(PRICE_SIGN, after + scan.has(SPACE, after))
    numbers = numbers[priced & (numbers >= after - _LONGEST_NUMBER)]
    signs = scan.within(scan.where(characters=_CURRENCY_SIGNS), hot)
    return np.sort(np.concatenate([numbers, signs]))


def find_spans(scan: Scan) -> dict[str, NDArray[np.int64]]:
    """Find everything that stands as one thing in a batch.

    Parameters
    ----------
    scan : Scan
        The clean texts.

    Returns
    -------
    dict of str to ndarray of int64, shape (k, 2)
        ``url``, ``email``, ``mention``, ``hashtag``, ``price``, ``placeholder``, and of the
        mentions those that only say to whom (``address``), each in order; what lies within a
        link or an e-mail is not counted again, save for a placeholder.
    """
    urls, emails = find_addresses(scan)
    found = {"url": urls, "email": emails}
    covered = cover(len(scan.codes), urls, emails)
    for kind, pattern, starts in (
        ("mention", MENTION, scan.where(characters="@")),
        ("hashtag", HASHTAG, scan.where(characters="#")),
        ("price", PRICE, _price_starts(scan)),
    ):
        spans = as_array([match.span() for match in scan.matches(pattern, starts)])
        found[kind] = outside(spans, covered)
    found["address"] = _addresses(found["mention"], scan)
    found["placeholder"] = as_array(find_placeholders(scan))
    return found
