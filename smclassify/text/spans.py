"""What stands in a text as one thing: links, e-mails, mentions, hashtags, prices, placeholders.

Patterns run once over the joined string of a batch; none of them can match the NUL that
stands between two texts.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smclassify.text import characters
from smclassify.text.batch import SEPARATOR
from smclassify.text.placeholders import find_placeholders
from smclassify.text.scan import Scan, shifted

_TLDS: Final = (
    "com|net|org|info|biz|shop|store|online|site|top|xyz|club|app|dev|blog|link|live|life|news"
    "|tv|me|io|ai|co|ly|gl|gg|be|eu|uk|us|ie|ca|au|nz|in|fr|ch|lu|qc|re|kr|cn|tw|hk|sg|jp|de|es|it|nl|pt|pl|ru|br|mx"
    "|example|test|paris|bzh|brussels"
)
_LABEL_LETTERS: Final = r"a-z0-9\u00e0-\u00ff\uac00-\ud7a3"
_LABEL: Final = rf"[{_LABEL_LETTERS}](?:[{_LABEL_LETTERS}-]{{0,61}}[{_LABEL_LETTERS}])?"
_PATH: Final = r"(?:[:/?#][a-z0-9\-._~:/?#\[\]@!$&'()*+,;=%\uac00-\ud7a3]*)?"

URL: Final = re.compile(
    # "Awww...so cute" is no link; "官网example.com" is one, though Han are letters too.
    r"(?:https?://|(?<![a-z0-9])www\.(?=\w))[a-z0-9\-._~:/?#\[\]@!$&'()*+,;=%\u00e0-\u00ff\uac00-\ud7a3]+"
    rf"|(?:(?<![\w@.\-])|(?<=[\u3040-\u30ff\u3400-\u9fff]))(?:{_LABEL}\.){{1,4}}(?:{_TLDS})(?![a-z0-9@-]|\.[a-z]){_PATH}",
    re.IGNORECASE,
)
EMAIL: Final = re.compile(
    r"(?<![\w.+-])[a-z0-9][a-z0-9._%+-]{0,63}@(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}(?![\w])",
    re.IGNORECASE | re.ASCII,
)
LEAST_SAID: Final = 12
"""Letters and digits after a name from which on a text says something besides the name."""

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
    steps = np.zeros(size + 1, np.int32)
    for spans in groups:
        np.add.at(steps, spans[:, 0], 1)
        np.add.at(steps, spans[:, 1], -1)
    return np.cumsum(steps[:-1]) > 0


def find_addresses(scan: Scan) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return links and e-mail addresses, shapes (k, 2); no link lies within an e-mail."""
    classes = characters.class_table()[scan.codes]
    word = classes & characters.WORD > 0
    dotted = shifted(word, -1) & scan.has(".") & shifted(word, 1)
    slashes = scan.has("/")
    dotted |= scan.has(":") & shifted(slashes, 1) & shifted(slashes, 2)
    emails = as_array([match.span() for match in scan.matches(EMAIL, scan.has("@"))])
    spans = [_trimmed(match) for match in scan.matches(URL, dotted)]
    urls = as_array([span for span in spans if span[1] - span[0] > 3])
    return outside(urls, cover(len(scan.codes), emails)), emails


def _addresses(mentions: NDArray[np.int64], scan: Scan) -> NDArray[np.int64]:
    """Return the mentions that a text opens with before it goes on to say something.

    On X every comment on a brand begins with its name; that tells as little of what the
    comment is as the stamp on a letter. A bare name, or one with hardly a word, is a friend
    being tagged and stays a mention.
    """
    openings: list[list[tuple[int, int]]] = []
    for start, end in mentions.tolist():
        if openings and start == openings[-1][-1][1] + 1 and scan.joined[start - 1].isspace():
            openings[-1].append((start, end))
        elif start == 0 or scan.codes[start - 1] == SEPARATOR:
            openings.append([(start, end)])
    return as_array(
        [span for names in openings if _says_more(names[-1][1], scan) for span in names]
    )


def _says_more(after: int, scan: Scan) -> bool:
    rest = scan.joined[after : after + 4 * LEAST_SAID].partition(chr(SEPARATOR))[0]
    return sum(map(str.isalnum, rest)) >= LEAST_SAID


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
    covered = cover(len(scan.codes), urls, emails)
    found = {"url": urls, "email": emails}
    digits = characters.class_table()[scan.codes] & characters.DIGIT > 0
    near_digit = shifted(digits, -1) | shifted(digits, -2) | shifted(digits, 1) | shifted(digits, 2)
    for kind, pattern, hot in (
        ("mention", MENTION, scan.has("@")),
        ("hashtag", HASHTAG, scan.has("#")),
        ("price", PRICE, scan.has("$€£¥₩元块塊원만천%eEuUgGrRwWdDpP") & near_digit),
    ):
        spans = as_array([match.span() for match in scan.matches(pattern, hot)])
        found[kind] = outside(spans, covered)
    found["address"] = _addresses(found["mention"], scan)
    found["placeholder"] = as_array(find_placeholders(scan))
    return found
