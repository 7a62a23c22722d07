"""Which encoding a text file is in.

Detectors that are built for web pages are often wrong about the short, mixed comments of an
export, so the order here is: byte order marks, zero bytes (UTF-16), strict UTF-8, then which
of the East Asian and Western encodings makes the most plausible text; charset-normalizer
answers when none of them does.
"""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO, Final

from smclassify.errors import InputError
from smclassify.exports.reading.decoding import MARK, MARKING

_BLOCK = 65_536
_SAMPLE_BLOCKS = 4

# The 300 syllables and 400 characters that cover 88 % of the Hangul and 78 % of the Han
# characters in Korean and Chinese comments (counted over public comment sets), and the
# commonest traditional forms. Text decoded by the wrong table hits few of them.
_HANGUL: Final = frozenset(
    "이다는고지가하아도에화영나어기한요니은들라보서만리의로을게인시사그면데자재대있정해네무스마미진주거수으말없여음"
    "를전안내오연생좋상드감우장일야제었까부점너적신작구세것같동더소모짜습남분성개간했저국과봐려중잘비밌최원와러되건때던랑할히런본래유치실"
    "운조각았문배않입못람공금평예터명년겠난바애르두왜번냐심당물반알많임함느용디단노토선듯살트걸역현좀편처싶님레박타위매력버든름독결볼루추준관"
    "방막직속계민울차긴였불프새경합렇악먹발줄교냥달김뭐강린쓰완집참천회넘된식체코품받질억행별출웃포후호얼빠피올눈절잼길워끝날청망따근끼누른글크"
    "극짱설또머션친파희군잔메키테씨통족온릴학언져약멋돌표형순죽겨몰맞답초혼엔판돈종양티봤"
    "댓객택송환센터록폰번카톡앱답"
)
_HAN: Final = frozenset(
    "的是不了一人有我好很个这就还在没也都到大上说来么以要店间房你点多看可们时小能酒服为子过得国错比下用黑家后会中和"
    "女东次天那去太觉他地买里务果对感住本差但出真自道样送度给吃生种价发前面心方实然视只什别餐话男想电常打外分意性最机而快非问开现年较如着水"
    "行高知所其西理被当啊三第歧美再两客因京手吧起事经己台老些便全同入员评直质定早南之味少北头才日装无回学品几于量新让喜主体口位哈特车正算明"
    "格单且白欢成作货又门等候做动星题晚接重怎吗物二情友像收完合满已该内总海把通应月设更法挺费反般楼相洗色从包十超提力跟公书信结音四身气工关"
    "部进网长程边难河平级钱望饭华受恶带见态安清半值您加她确孩热干强亚印系放朋者山慢流族市号呢订菜路件速走找商换认区先文解数民床死拿标儿牛贵"
    "谢每近购原五哪活施场元置退环听适选爱宾论卡境整周声馆离黄穿调修交教表配象舒建业保名卖苹待肉空处语刚期携条坏够江准思今并化低钟片代裔字叫"
    "权连广推显花光香虽套"
    "個這還沒說來麼間點們時為過國錯後會東覺買裡務對樣給種價發實視別話電機開現較當歧兩經臺員評質頭裝無學幾於讓體車單歡貨門動題嗎難錢飯帶見"
    "態氣熱強號訂選購愛場環聽適論週聲館離調業條壞夠準請謝應該關進網長邊級華惡係亞從寫書報結設費樓歲讀師裏麗萬億頁閱"
)
_PUNCTUATION: Final = frozenset("，。！？、；：“”‘’（）《》【】…—～·￥　")
_WESTERN: Final = frozenset(
    "àâäáãåçéèêëíîïñóôöõúùûüÿýœæßÀÂÄÁÃÅÇÉÈÊËÍÎÏÑÓÔÖÕÚÙÛÜŸŒÆøØ’‘“”«»–—…•€£°²³½©®™·¿¡\xa0"
)
_ASCII = re.compile(r"[\x00-\x7f]+")
_ASCII_BYTES = re.compile(rb"[\x00-\x7f]+")
_PLAUSIBLE: Final = 0.35
"""Real Korean and Chinese files score 0.6 and more, wrongly decoded ones 0.2 and less."""


def check_encoding(name: str, where: str) -> str:
    """Return the canonical name of an encoding that a user asked for.

    Raises
    ------
    InputError
        If Python knows no such text encoding.
    """
    try:
        info = codecs.lookup(name)
        "".encode(name)
    except (LookupError, ValueError) as error:
        raise InputError(
            f"“{name}” is not an encoding.",
            where=where,
            hint="Common ones: utf-8, utf-16, cp949 (Korean), gb18030 (Chinese), big5, cp1252.",
        ) from error
    return info.name


def detect_encoding(stream: BinaryIO, name: str) -> str:
    """Tell a text file's encoding from a bounded sample of it.

    Parameters
    ----------
    stream : binary file, seekable
        The file.
    name : str
        What messages call it.

    Returns
    -------
    str
        A Python codec's name; one with a byte order mark of its own where the file has one.

    Raises
    ------
    InputError
        If the bytes are no text.
    """
    sample, complete = _sample(stream)
    found = _by_bom(sample) or _by_zeros(sample)
    if found:
        return found
    _refuse_binary(sample, name)
    return _by_utf8(sample, complete) or _by_plausibility(sample) or _as_last_resort(sample)


def _sample(stream: BinaryIO) -> tuple[bytes, bool]:
    """Return the first block and, where that is plain ASCII, the first blocks that aren't.

    An English export may hold its first accented letter megabytes into the file; looking
    for it costs a fraction of reading the file.
    """
    stream.seek(0)
    blocks = [stream.read(_BLOCK)]
    ascii_only = blocks[0].isascii() and b"\0" not in blocks[0]
    while len(blocks) < _SAMPLE_BLOCKS and (block := stream.read(_BLOCK)):
        if ascii_only and block.isascii():
            continue
        if ascii_only:
            blocks = []  # what comes before says nothing, and a cut must not part a character
            ascii_only = False
        blocks.append(block)
    return b"".join(blocks), not stream.read(1)


def _by_bom(sample: bytes) -> str | None:
    # UTF-32's mark begins with UTF-16's.
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if sample.startswith(mark):
            return encoding
    return None


def _by_zeros(sample: bytes) -> str | None:
    """Tell UTF-16 without a mark: its commas and line ends each bring a zero byte."""
    if sample.count(0) * 100 < len(sample):
        return None
    even = sample[: len(sample) & ~1]
    decoded = {name: even.decode(name, "replace") for name in ("utf-16-le", "utf-16-be")}
    scores = {
        encoding: _share_utf16(text)
        # Pairs of ASCII letters pass for Han characters; their line ends then disappear.
        for encoding, text in decoded.items()
        if "\n" in text or b"\n" not in sample
    }
    if not scores:
        return None
    best = max(scores, key=lambda encoding: scores[encoding])
    return best if scores[best] > 0.8 else None


def _share_utf16(text: str) -> float:
    """Return the share of characters that people write: ASCII, Western, Hangul, common Han."""
    good = sum(
        " " <= char <= "~" or char in "\t\r\n" or char in _WESTERN or "가" <= char <= "힣"
        or "ㄱ" <= char <= "ㅣ" or "一" <= char <= "龥" or "\u3000" <= char <= "\u303f"
        or "\uff00" <= char <= "\uffee" or "\ud800" <= char <= "\udfff" or char > "\uffff"
        for char in text
    )  # fmt: skip
    return good / max(len(text), 1)


def _refuse_binary(sample: bytes, name: str) -> None:
    controls = len(sample) - len(sample.translate(None, bytes(range(1, 9)) + bytes(range(14, 27))))
    if controls * 50 > len(sample) or sample.count(0) * 3 > len(sample):
        raise InputError(
            "is not text: it is full of control characters.",
            where=name,
            hint="What can be read: csv, tsv, xlsx, jsonl, json, parquet.",
        )


def _by_utf8(sample: bytes, complete: bool) -> str | None:
    """Tell UTF-8, also with a few damaged places: no other encoding looks like it."""
    decoder = codecs.getincrementaldecoder("utf-8")(MARKING)
    text = decoder.decode(sample, complete)
    damage = text.count(MARK)
    if not damage:
        return "utf-8"
    sound = sum(char > "\x7f" and char != MARK for char in text)
    # Of Korean and Chinese comments in other encodings, 1 in 4000 reaches a ratio of three.
    return "utf-8" if sound >= 3 * damage else None


def _by_plausibility(sample: bytes) -> str | None:
    scores = {
        "cp949": _share_common(sample, "cp949"),
        "gb18030": _share_common(sample, "gb18030"),
        "cp950": _share_common(sample, "cp950"),
        "cp1252": _share_western(sample),
    }
    best = max(scores, key=lambda encoding: scores[encoding])
    if scores[best] < _PLAUSIBLE:
        return None
    if best == "cp1252":
        return _western(sample)
    if best == "cp950" and MARK in _decode(sample, "cp950") not in _decode(sample, "big5hkscs"):
        return "big5hkscs"
    return best


def _decode(sample: bytes, encoding: str) -> str:
    return codecs.getincrementaldecoder(encoding)(MARKING).decode(sample)


def _share_common(sample: bytes, encoding: str) -> float:
    """Return the share of common characters among those that are not ASCII."""
    text = _ASCII.sub("", _decode(sample, encoding))
    common = _HANGUL if encoding == "cp949" else _HAN
    letters = [char for char in text if char not in _PUNCTUATION]
    if encoding == "cp949":
        # ㅋㅋㅋ and ㅠㅠ are Korean but no syllables.
        good = sum(char in common or "ㄱ" <= char <= "ㅣ" for char in letters)
    else:
        good = sum(char in common for char in letters)
    return good / max(len(letters), 1)


def _share_western(sample: bytes) -> float:
    """Return the share of Western letters that stand among ASCII ones, as those of words do."""
    text = sample.decode("cp1252", "replace")
    runs = re.findall(r"[^\x00-\x7f]+", text)
    good = sum(len(run) for run in runs if len(run) <= 2 and all(char in _WESTERN for char in run))
    return good / max(sum(map(len, runs)), 1)


def _western(sample: bytes) -> str:
    """Return CP1252, or Latin-1, which gives every byte a meaning, where it has none for one."""
    undefined = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
    return "latin-1" if any(byte in sample for byte in undefined) else "cp1252"


def _as_last_resort(sample: bytes) -> str:
    """Tell what none of the rules could: odd symbols in English, or another language."""
    if len(_ASCII_BYTES.sub(b"", sample)) * 20 < len(sample):
        return _western(sample)  # too few to be another script, and too few to guess from
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return codecs.lookup(best.encoding).name if best is not None else "latin-1"
