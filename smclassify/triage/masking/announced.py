"""What personal data looks like behind a word that announces it (``personal.toml``)."""

from __future__ import annotations

import re
from typing import Final

from smclassify.policy.persons import entries
from smclassify.triage.masking.shapes import CAPITAL, GAP, HAN

_GLUE: Final = (
    r"(?:\s{0,3}(?:number|no\.?|nr\.?|n[°ºo]|num[eé]ro|num|id|code|ref(?:erence)?|is|was|are|est|me|at|on|au|le|"
    r"back|in|ending|번호|[는은이가도]|号码|号|號|是|为|為|叫|[:：#=\-(\"“'’«.、,，])(?![a-zà-ÿ])){0,4}\s{0,3}"
)
_SIGN: Final = (
    r"\s{0,3}(?:id|ID|아이디|号|是|는|is|est|[:：=]|\s)?\s{0,3}(?:[:：=@]|是|is|는)\s{0,3}@?"
)
_CODE: Final = (
    r"\d\d(?:[ -]\d\d){2}(?!\d)|(?=[\w-]*\d{3})[A-Za-z0-9][A-Za-z0-9-]{2,24}(?:[ -]\d{2,11}){0,6}"
)
_DAY: Final = (
    r"\d{1,4}\s?[./\-年년]\s?\d{1,2}\s?[./\-月월]\s?(?:\d{1,4}\s?[日일]?)?|\d{6,8}(?!\d)|\d{1,2}(?:st|nd|rd|th|er)?\s"
    r"(?:of\s)?[A-Za-zéûà]{3,9}\.?,?\s\d{4}|[A-Z][a-z]{2,8}\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4}|(?:in|en)\s(?:19|20)\d\d"
)
_KOREAN_NAME: Final = rf"(?:{'|'.join(entries('family_name', 'ko'))})[가-힣]{{2}}"
_FAMILY: Final = "|".join(entries("family_name", "zh"))
_CHINESE_NAME: Final = rf"(?:{_FAMILY})[{HAN}]{{1,2}}"
_KOREAN_END: Final = (
    r"(?=입니다|이고|이에요|예요|인데|라고|이라|님|씨|이요|에게|한테|이랑|[\s,.!?)]|$|\x00)"
)
_CHINESE_END: Final = rf"(?=[^{HAN}]|的|，|$)"
_NO_NAME: Final = r"(?!(?:I|The|A|An|My|Our|We|You|Le|La|Les|Je|Mon|Un|Une|Please|And|In|On|At)\b)"
_ONE_NAME: Final = rf"{_NO_NAME}{CAPITAL}[\w'’-]+"
_NAME: Final = rf"{_ONE_NAME}(?:\s(?:{CAPITAL}\.\s?)?{_ONE_NAME}){{0,2}}"
_FULL_NAME: Final = rf"{_ONE_NAME}\s(?:{CAPITAL}\.\s?)?{_ONE_NAME}"


def _behind(value: str, glue: str = _GLUE) -> re.Pattern[str]:
    return re.compile(rf"{glue}(?P<value>{value})")


AFTER: Final = {
    "phone": _behind(rf"[+(]{{0,2}}\d(?:{GAP}\d){{5,14}}(?![\d%])"),
    "number": _behind(_CODE),
    "card": _behind(r"[Xx*•]{0,4}\d(?:[ -]?[\dXx*•]){2,18}(?![\d%])(?!\s?[€$£¥₩元원])"),
    "id": _behind(
        r"[A-Z]{2}(?: \d\d){3} ?[A-Z]?"
        r"|(?=[\w-]*\d{2})[A-Za-z0-9][A-Za-z0-9-]{4,24}(?:[ -][\dA-Z]{1,6}){0,6}"
    ),
    "code": _behind(r"\d{4,10}[#*]?(?!\d)"),
    "password": _behind(
        r"[!-~]{4,40}",
        r"(?:\s{0,3}(?:[:：=]|is|est|는|은|是|为)(?!\w)|는|은|是|为)\s{0,3}[\"'“«]?\s?(?!not|too|so|in|the|a\b)",
    ),
    "account": _behind(
        r"[A-Za-z0-9][\w.\-]{3,30}", rf"(?:{_SIGN}|(?<=[信号톡타디])\s?(?=[a-z_.-]{{0,30}}[0-9_]))"
    ),
    "birth": _behind(_DAY, r"(?:\s{0,2}(?:is|est|on|le|은|는|이|是|为|[:：]))?\s{0,2}"),
    "address": _behind(
        r"(?=[^.!?\n\x00]{0,40}\d)[^\n\x00.!?;。！？；]{4,60}",
        r"(?:\s?(?:is|est|는|은|是|[:：,]))?\s{0,2}",
    ),
    "name": _behind(
        rf"(?:{CAPITAL}\.\s?)?{_NAME}|[小老阿](?:{_FAMILY})(?!序)|{_KOREAN_NAME}{_KOREAN_END}|{_CHINESE_NAME}{_CHINESE_END}",
        r"(?:\s?(?:is|est|called|named|[은는:：,，是叫]))?\s{0,3}",
    ),
    "self": _behind(
        rf"{_FULL_NAME}(?![\w])|{_KOREAN_NAME}(?=입니다|이고|이에요|예요|인데|라고|이라)|{_CHINESE_NAME}{_CHINESE_END}",
        r",?\s{0,2}",
    ),
}
"""What follows a word of ``personal.toml``, by the word's kind; the group ``value`` is masked."""
