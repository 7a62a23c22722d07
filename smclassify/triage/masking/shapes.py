"""What personal data looks like that no word need announce."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import numpy as np

from smclassify.policy.scan import scan, texts_with_any, texts_with_digits, texts_with_word
from smclassify.text.batch import TextBatch

Worth = Callable[[TextBatch], list[int]]
"""Tells which texts of a batch could hold something at all."""


def _digits(least: int) -> Worth:
    return lambda batch: texts_with_digits(batch, least)


def _any(characters: str) -> Worth:
    return lambda batch: texts_with_any(batch, characters)


def _many(character: str, least: int) -> Worth:
    def worth(batch: TextBatch) -> list[int]:
        where = batch.text_of(np.flatnonzero(batch.codes == ord(character)))
        counts = np.bincount(where, minlength=len(batch))
        found: list[int] = np.flatnonzero(counts >= least).tolist()
        return found

    return worth


def _word(*words: str) -> Worth:
    return lambda batch: texts_with_word(batch.joined, batch.starts.tolist(), words)


def _either(*worths: Worth) -> Worth:
    return lambda batch: sorted({text for worth in worths for text in worth(batch)})


def _both(one: Worth, other: Worth) -> Worth:
    return lambda batch: sorted({*one(batch)}.intersection(other(batch)))


class Shape(NamedTuple):
    """A kind of personal data that is told by how it is written.

    Attributes
    ----------
    mask : str
        What is written in its place.
    pattern : re.Pattern
    worth : Worth
        Which texts are searched.
    group : str or int
        The part of a match that is masked.
    """

    mask: str
    pattern: re.Pattern[str]
    worth: Worth
    group: str | int = 0

    def matches(self, batch: TextBatch) -> Iterator[re.Match[str]]:
        """Yield what looks like this in a batch; places are those of ``batch.joined``."""
        for _, _, match in scan(batch, self.pattern, self.worth(batch)):
            yield match


# --- addresses on the net -------------------------------------------------------------------

_LOCAL: Final = r"A-Za-z0-9\u00c0-\u024f._%+'-"
_EMAIL: Final = re.compile(
    rf"(?<![{_LOCAL}])[{_LOCAL}]{{1,64}}(?:@|%40)(?:[\w-]{{1,63}}\.){{1,5}}[A-Za-z]{{2,24}}"
)
_AT: Final = r"\s?[\[({]\s?(?:at|arobase|chez|@|골뱅이)\s?[\])}]\s?|\s?골뱅이\s?|\s@\s?"
_DOT: Final = r"\s?[\[({]\s?(?:dot|point|\.|닷|점)\s?[\])}]\s?|\s(?:dot|point)\s|\s?(?:닷|쩜)\s?|\."
_ENDING: Final = r"(?:com|net|org|edu|gov|info|io|me|uk|us|ca|au|fr|be|ch|kr|cn|tw|hk|de)(?!\w)"
_SPELT_EMAIL: Final = re.compile(
    rf"(?<![\w.+-])[\w.+-]{{2,64}}(?:{_AT}|\s(?:at|arobase)\s)[\w-]{{2,40}}"
    rf"(?:(?:{_DOT})[\w-]{{2,20}}){{0,2}}(?:{_DOT}){_ENDING}",
    re.IGNORECASE | re.ASCII,
)
_SPELT_SIGNS: Final = (
    *(" at ", " AT ", " At ", "(at", "[at", "{at", "(AT", "[AT", "(@", "[@", " @ ", "arobase"),
    *("골뱅이",),
)
MENTION: Final = Shape(
    "[account]",
    # Not what stands right behind a letter, nor an hour: "see you @5pm".
    re.compile(
        r"(?:(?<![A-Za-z0-9_\u00c0-\u024f.])@(?!\d{1,2}(?:[.:h]\d\d)?\s?(?:[ap]m|h)?(?!\w))"
        r"|(?<![\w/])/?u/)(?P<value>\w[\w.\-]{0,49}(?<![.\-]))"
    ),
    _any("@/"),
    "value",
)
_SITES: Final = (
    r"(?:instagram|facebook|fb|twitter|x|tiktok|threads|weibo|t|vk|youtube|pinterest|snapchat|"
    r"linkedin|reddit|xiaohongshu|douyin|blog\.naver|cafe\.naver|story\.kakao|band|medium|twitch)"
)
_NOBODY: Final = (
    r"(?:in|users?|channel|c|u|n|profile|people|add|p|reel|reels|tv|stories|explore|watch|groups|events|pages|pg|posts|photos?|videos?|hashtag|"
    r"search|i|intent|share|sharer|status|home|shorts|playlist|pin|detail|discovery|note|r|story\.php|"
    r"permalink\.php|profile\.php|photo\.php|photo|media|sharer\.php|permalink|feed|jobs|company|school|pulse|"
    r"results|dialog|plugins|marketplace|tag|tags|help|about|login|accounts)(?![\w.-])"
)
PROFILE: Final = Shape(
    "[account]",
    re.compile(
        rf"(?<![a-z0-9-]){_SITES}\.(?:com|net|cn|com\.cn|me|ru|tv|us|kr)/"
        r"(?:(?:user/profile|in|user|users|channel|c|u|n|profile|people|add|stories)/)?"
        r"(?:profile\.php\?id=|#!/)?@?"
        rf"(?!{_NOBODY})(?P<value>[\w.%-]{{2,80}})",
        re.IGNORECASE,
    ),
    _any("/"),
    "value",
)
_PARAMETER: Final = re.compile(
    r"[?&;](?:access_?token|id_?token|token|api_?key|auth|password|passwd|pwd|secret|session(?:_?id)?|sid|"
    r"sig(?:nature)?|code|otp)=(?P<value>(?!\[)[^&#\s\x00]{4,})",
    re.IGNORECASE,
)
_PERSON_PARAMETER: Final = re.compile(
    r"[?&;](?:user(?:_?name|_?id)?|author(?:_?id)?|uid|name|phone|tel|mobile|email|mail|customer(?:_?id)?)"
    r"=(?P<value>(?!\[)[^&#\s\x00]{2,})",
    re.IGNORECASE,
)
_OCTET: Final = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IP: Final = re.compile(rf"(?<![\w.])(?<!version )(?:{_OCTET}\.){{3}}{_OCTET}(?!\.?\d)", re.ASCII)
_LONG_IP: Final = re.compile(
    r"(?<![\w:-])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}"
    r"|(?:[0-9a-f]{1,4}:){1,6}:(?:[0-9a-f]{1,4}:){0,5}[0-9a-f]{1,4}"
    r"|(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2})(?![\w:-])",
    re.IGNORECASE | re.ASCII,
)

# --- numbers ------------------------------------------------------------------------------

GAP: Final = r"[ .\-\u00a0/()\u2010-\u2014·]{0,3}"
_BEGIN: Final = r"(?<![A-Za-z0-9_$€£¥₩=&%#/+])(?<![A-Za-z0-9]-)(?<!\d[.,:])"
_NO_DATE: Final = r"(?!\d{1,2}([./-])\d{1,2}\1\d{4}(?!\d))"
_END: Final = r"(?![A-Za-z0-9_%])(?![.,:]\d)(?!\s?[€$£¥₩元원块塊])"
_PHONE: Final = re.compile(
    rf"{_BEGIN}{_NO_DATE}(?:"
    rf"\+\s?\(?\d(?:{GAP}\d){{6,14}}"  # with its country
    rf"|\(?0[\doO](?:{GAP}[\doO]){{6,11}}"  # with a trunk zero: Korea, China, France, Britain
    r"|(?:1[ .-])?\(?[2-9]\d\d\)?[ .\-\u00a0][ .-]?\d{3}[ .\-\u00a0]\d{4}"  # North America
    r"|(?:86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}"  # a mobile in China
    r"|(?:82[ .-]?)?\(?10[ .-]\d{4}[ .-]\d{4}"  # one in Korea, without its zero
    r"|(?:33|44|82|886|852|49|34|39|32|41|81)[1-9]\d{8,9}"  # digits in a row, with the country
    rf"){_END}",
    re.ASCII,
)
_SPELT_PHONE: Final = re.compile(
    r"[공영]일[공영일][\s.\-]{0,2}(?:[공영일이삼사오육륙칠팔구][\s.\-]?){7,8}"
    r"|[o0][1l][o0][\s.\-]{0,2}[\do]{3,4}[\s.\-]{0,2}[\do]{4}(?!\w)"
    r"|幺[三四五六七八九](?:[零〇幺一二三四五六七八九]){9}|[一1壹][三五七八九3-9](?:[零〇幺一二三四五六七八九壹贰叁肆伍陆柒捌玖]){9}",
    re.IGNORECASE,
)
_CALLING_LINK: Final = re.compile(r"(?:wa\.me/|tel:|callto:|sms:)(?P<value>\+?[\d.\-]{7,18})")
_CARD: Final = re.compile(
    rf"{_BEGIN}(?:\d{{4}}([ -])\d{{4}}\1\d{{4}}\1\d{{4}}|3[47]\d\d([ -])\d{{6}}\2\d{{5}}){_END}",
    re.ASCII,
)
_IBAN: Final = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])",
    re.ASCII,
)
_MONTH_DAY: Final = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_ID: Final = re.compile(
    rf"{_BEGIN}(?:"
    rf"\d\d{_MONTH_DAY}\s?[-–]\s?[1-8](?:\d{{6}}|\*{{6}})"  # Korea
    rf"|[1-8]\d{{5}}(?:19|20)\d\d{_MONTH_DAY}\d{{3}}[\dXx]"  # China
    r"|\d{3}-\d\d-\d{4}"  # United States
    r"|[12] \d\d \d\d \d[\dAB] \d{3} \d{3}(?: \d\d)?"  # France
    r"|[A-CEGHJ-PR-TW-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D]"  # United Kingdom
    r")(?![A-Za-z0-9_])",
    re.ASCII,
)

NUMBERED: Final = Shape(
    "",
    # Not the beginning of a time, nor of a post's long number.
    re.compile(
        r"(?<![A-Za-z0-9_.,+#/=@-])(?!\d{4}-\d\d-\d\d(?:[T ]\d\d:|$|\x00)|1[6-9]\d{15})"
        r"(?:\d[\d .-]{5}|[A-Z]{1,6} ?\d\d|[A-Za-z]{6}\d\d)",
        re.ASCII,
    ),
    _digits(6),
)
"""How numbers begin that prove themselves; what has none of it need not be checked."""

_PLATE: Final = re.compile(
    r"(?<![0-9])\d{2,3}(?![년월일시분초개원명번만천백위층호동])[가-힣]\s?\d{4}(?![0-9])"
    r"|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][A-Z0-9]{5,6}(?![A-Za-z0-9])"
    r"|(?<![\w-])[A-HJ-NP-TV-Z]{2}-\d{3}-[A-HJ-NP-TV-Z]{2}(?![\w-])"
)
"""Of cars in Korea, China and France."""

_REFERENCE: Final = re.compile(
    # Only among words: a cell of its own may be what the row or its post is called by.
    rf"(?<=[\s(,;.，。“\"']){_BEGIN}(?!\d{{4}}[-.]\d\d[-.]\d\d)(?=(?:[A-Z-]{{0,4}}\d){{9,16}}(?![\dA-Z]))"
    rf"[A-Z\d]+(?:-[A-Z\d]+){{0,5}}{_END}",
    re.ASCII,
)
"""What no shape or word tells the meaning of, but is long enough to find somebody by."""

# --- where people live ----------------------------------------------------------------------

CAPITAL: Final = r"[A-ZÀ-ÖØ-Þ]"
_WORD: Final = rf"{CAPITAL}[\w'’-]*"
_TOWN: Final = rf"{CAPITAL}[^\W\d_]+"
_STREET: Final = re.compile(
    rf"(?<!\w)(?=[\dA-ZÀ-ÖØ-Þpb])(?:(?<![\w.,-])\d{{1,5}}[A-Za-z]?,?\s(?:(?:{_WORD}|\d{{1,3}}(?:st|nd|rd|th))\.?\s){{1,4}}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Close|Crescent|Court|Ct|Terrace|Way|Gardens|"
    r"Grove|Place|Pl|Boulevard|Blvd|Square|Hill|Row|Mews|Parkway|Pkwy|Highway|Hwy)(?!\w)\.?"
    r"(?:,?\s(?:Apt|Apartment|Flat|Unit|Suite|#)\.?\s?\w{1,5})?"
    rf"(?:,\s?{_TOWN}(?:\s{_TOWN})?){{0,2}}(?:,?\s[A-Z]{{2}}(?!\w))?"
    r"(?:,?\s\d{5}(?:-\d{4})?|,?\s[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}(?!\w))?"
    rf"|(?<!\w)(?:Apt|Apartment|Flat|Unit)\.?\s\d{{1,4}}[A-Za-z]?,\s\d{{1,5}}\s(?:{_WORD}\s?){{1,4}}"
    rf"|(?<!\w){_WORD},?\s[A-Z]{{2}},?\s\d{{5}}(?:-\d{{4}})?(?!\w)"
    r"|(?<!\w)[A-Z]{1,2}\d[A-Z\d]?\s\d(?!GB|MB|TB|PM|AM|HZ|KG|KM|MM)[ABD-HJLNP-UW-Z]{2}(?!\w)"
    r"|(?<!\w)(?i:p\.?\s?o\.?\s?box|bp)\s\d{1,6}"
    r"|(?<![\w.,-])\d{1,4}(?:\s?(?:bis|ter|[A-D](?=[\s,])))?,?\s(?i:rue|avenue|av\.|boulevard|bd|all[ée]e|"
    r"chemin|impasse|quai|route|square|place|cours|passage|faubourg|résidence)"
    r"(?:\s(?:de|du|des|la|le|les|et))*\s(?:de\s)?(?:[dl]['’])?(?:\d{1,2}\s)?[\w'’-]+"
    rf"(?:[\s-]{_WORD}){{0,3}}(?:,?\s(?:à\s)?\d{{5}}(?:\s{_WORD}(?:[\s-]{_WORD}){{0,2}})?)?)"
)
HAN: Final = r"\u4e00-\u9fff"
_HOUSE: Final = r"(?:号楼|号院|号|號|弄|栋|棟|幢|楼|樓|层|單元|单元|座|室)"
_ASIAN: Final = re.compile(
    # Korea: a district and a road or a quarter with its number; a block and a flat
    r"(?:[가-힣]{1,7}\s?(?:특별시|광역시|시|도|군|구)?\s){0,2}[가-힣]{1,6}(?:시|군|구)\s?(?:[가-힣\d]{1,8}(?:읍|면|동|가)\s?)?"
    r"[가-힣\d]{1,12}(?:로|길|동|읍|면|리)\s?\d{1,4}(?:번길|길|가길)?(?:\s?\d{1,4}(?![\d동호층]))?(?:-\d{1,4})?(?:번지)?"
    r"(?:,?\s?(?:[가-힣\d]{2,12}\s?)?\d{1,4}동)?(?:,?\s?(?:지하\s?)?\d{1,4}[호층])?(?:\s?\d{1,4}호)?"
    r"|[가-힣]{1,8}(?:로|길)\s?\d{1,4}(?:번길|길)?\s?\d{0,4}(?:-\d{1,4})?,?\s?(?:[가-힣]{2,10}\s?)?(?:\d{1,4}동\s?)?\d{1,4}호"
    r"|(?:[가-힣]{2,10}(?:아파트|자이|푸르지오|래미안|힐스테이트|아이파크|빌라|오피스텔)\s?)?\d{2,4}동\s?\d{3,4}호"
    # China: districts, a street and a house; a street and a house; a house and a flat
    rf"|(?:[{HAN}]{{1,7}}?(?:省|市|区|區|县|縣|镇|乡|街道)){{1,4}}[{HAN}A-Za-z\d]{{0,20}}?\d{{1,5}}{_HOUSE}"
    rf"(?:[\d一二三四五六七八九十A-Z-]{{1,6}}{_HOUSE})*(?:[\d-]{{3,8}})?"
    rf"|[{HAN}]{{2,6}}(?:路|街|大道|巷|胡同|段)\d{{1,5}}{_HOUSE}"
    rf"(?:[{HAN}]{{0,6}}?[\d一二三四五六七八九十A-Z-]{{1,6}}{_HOUSE})*(?:[\d-]{{3,8}})?"
    rf"|(?:[{HAN}]{{2,6}}(?:小区|花园|苑|公寓|家园|新村))?\d{{1,4}}(?:号楼|號樓|栋|棟|幢|座)"
    r"(?:-\d{1,2}-|\s?(?:[\d一二三四五六七八九十]{1,3}单元)?\s?)\d{3,4}(?:室|号|號)?"
)

ANYWHERE: Final = (
    Shape("[e-mail]", _EMAIL, _any("@%")),
    Shape(
        "[e-mail]",
        _SPELT_EMAIL,
        _word(*_SPELT_SIGNS),
    ),
    Shape("[secret]", _PARAMETER, _any("="), "value"),
    Shape("[account]", _PERSON_PARAMETER, _any("="), "value"),
    Shape("[ip]", _IP, _many(".", 3)),
    Shape("[ip]", _LONG_IP, _either(_word("::"), _many(":", 5), _many("-", 5))),
    Shape("[phone]", _PHONE, _digits(7)),
    Shape("[phone]", _SPELT_PHONE, _any("공영일oO幺一壹")),
    Shape("[phone]", _CALLING_LINK, _digits(7), "value"),
    Shape("[card]", _CARD, _digits(15)),
    Shape("[bank account]", _IBAN, _digits(10)),
    Shape("[id number]", _ID, _digits(7)),
    Shape("[number]", _PLATE, _digits(3)),
    Shape("[number]", _REFERENCE, _digits(9)),
    Shape("[address]", _STREET, _digits(1)),
    Shape(
        "[address]",
        _ASIAN,
        _both(_digits(2), _any("호동로길가읍면리号號路街道巷胡栋棟幢座楼樓室弄")),
    ),
)
"""What needs no word before it."""
