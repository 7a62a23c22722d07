"""Placeholders that nobody filled in.

Anything in double braces, percent signs or merge marks is one. A word in brackets is one
only if it names what should stand there ("[LINK]", "[이름]") and does not head a line
("【公告】 …", "[날짜] 5월 3일"), as brackets do in many an honest post.
"""

from __future__ import annotations

import re
from typing import Final

from smclassify.text.scan import Positions, Scan, Span

_MARKED: Final = re.compile(
    r"\{\{\{?\s?[^{}\n\x00]{1,40}\s?\}?\}\}"
    r"|(?<!\{)\$?\{(?P<word>[^\W\d][\w .'’+-]{0,30})\}(?!\})"
    r"|(?<![\w%])%[A-Za-z][A-Za-z]*(?:_[A-Za-z0-9]+)*%(?![\w%])"
    r"|\*\|[A-Z][A-Z0-9_:]{1,40}\|\*"
    r"|<<?(?i:insert|your|enter|add|first.?name|last.?name|nom|prénom|insérer|ins[ée]rez|votre|"
    r"ajouter|indiquer)\b[^<>\n\x00]{0,30}>>?"
)
_BRACKETED: Final = re.compile(
    r"(?P<open>[\[【［〔])(?P<inner>[^\[\]【】［］〔〕\n\x00]{2,40})[\]】］〕](?!\()"
)

_INSTRUCTION: Final = re.compile(
    r"(?:insert|enter|fill in|type|your|put|ins[ée]rer|ins[ée]rez|votre|vos|remplir|indiquer|"
    r"à compl[ée]ter|à remplir|tbd|tbc)\b.*|.*\b(?:goes here|here|à compléter|à remplir|to fill)"
    r"|.*(?:입력|기입|삽입|넣기|기재)(?:하세요|해주세요|하기|란)?|.*填写.*|.*填入.*|.*插入.*|请输入.*|.*待填.*"
)
_FIELDS: Final = frozenset(
    """name first last full surname link url date time day month year city town place location
    address phone email number code price amount discount percent title company brand business
    product service store shop customer client user username handle hashtag event venue holiday
    season category campaign sender signature ticket order id start end short station
    nom prénom prenom lien jour heure mois année annee ville lieu adresse téléphone telephone
    courriel mail numéro numero num prix montant remise réduction titre entreprise marque produit
    magasin boutique cliente utilisateur événement evenement fête fete saison catégorie campagne
    expéditeur civilité civilite fonction début fin desabo week""".split()  # noqa: SIM905 - a word list reads best as words
)
_SMALL: Final = frozenset("of the a an de la le les du des d l et and or ou".split())  # noqa: SIM905
_KOREAN: Final = re.compile(
    "(?:고객|회원|업체|지점|상호|상품|제품|브랜드|담당자|행사|이벤트|학원|매장|회사|도시|지역)?"
    "(?:이름|성함|성명|명|링크|주소|날짜|일시|일자|시간|장소|연락처|전화번호|금액|가격|할인율|번호|코드|호칭|닉네임)"
)
_CHINESE: Final = re.compile(
    "(?:客户|客戶|顾客|用户|您的|你的|产品|產品|商品|品牌|公司|店铺|门店|活动|活動|课程|学员)?"
    "(?:姓名|名字|名称|名稱|名|昵称|暱稱|称呼|链接|連結|网址|網址|日期|时间|時間|地点|地點|地址|"
    "电话|電話|价格|價格|金额|折扣|优惠码|编号|單號|单号|节日|節日|城市)"
)
_EUROPEAN_WORD: Final = re.compile(r"[^\W_]+")
_LONGEST_LEAD: Final = 1000
"""How far back the beginning of a line is looked for."""
_FIRST_CHARACTER: Final = re.compile(r"\s*(\S)")
_FOLLOWS_A_BLANK: Final = re.compile(
    r"\s?(?:님|씨|고객|께|에서|에|을|를|의|로|이|가|은|는|까지|부터|您好|你好|先生|女士|小姐|亲|[,，、!！?？])"
)
_LEADS_TO_A_BLANK: Final = re.compile(
    r"(?:[于於在到至从從是为為的给給致向用按]|dear|hi|hello|hey|to|at|in|on|for|by|bonjour|cher|chère|"
    r"à|le|la|en|chez|sur|de|안녕하세요|亲爱的|尊敬的)[ ,，]?$"
)
_CJK: Final = re.compile(
    "[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff]"
)


def find_placeholders(scan: Scan) -> list[Span]:
    """Find the placeholders of a batch.

    Parameters
    ----------
    scan : Scan
        The clean texts.

    Returns
    -------
    list of (int, int)
        Where they stand in ``scan.codes``, end exclusive, in order. Of two that overlap
        only the one that begins first, or else is longer: "[{name}]" is one placeholder.
    """
    found = [
        match.span()
        for match in scan.matches(_MARKED, _marked_starts(scan))
        if match["word"] is None or _names_a_variable(match["word"])
    ]
    found += [
        match.span()
        for match in scan.matches(_BRACKETED, _bracketed_starts(scan))
        if _names_a_field(match["inner"]) and not _is_heading(match)
    ]
    kept: list[Span] = []
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _marked_starts(scan: Scan) -> Positions:
    return scan.where(characters="{%<$*")


def _bracketed_starts(scan: Scan) -> Positions:
    return scan.where(characters="[【［〔")


def _names_a_variable(word: str) -> bool:
    """Tell ``{first_name}`` from ``{sigh}``."""
    return "_" in word or word.isupper() or _CJK.search(word) is not None or _names_a_field(word)


def _names_a_field(inner: str) -> bool:
    inner = inner.strip()
    folded = inner.lower()
    if _INSTRUCTION.fullmatch(folded):
        return True
    tight = re.sub(r"\s", "", folded)
    if _KOREAN.fullmatch(tight) or _CHINESE.fullmatch(tight):
        return True
    words = [word for word in _EUROPEAN_WORD.findall(folded) if word not in _SMALL]
    known = [word in _FIELDS for word in words]
    if not any(known) or len(words) > 4:
        return False
    # "[STATION NAME]" says what is missing by its last word, whatever the first one is.
    named = inner.isupper() and words[-1] in ("name", "url")
    snake = "_" in inner and " " not in inner
    return all(known) or named or snake


def _is_heading(match: re.Match[str]) -> bool:
    """Return whether a bracketed word labels what follows it rather than stands for it."""
    string, start = match.string, match.start()
    near = max(0, start - _LONGEST_LEAD)
    line = max(near, *(string.rfind(end, near, start) + 1 for end in "\0\n"))
    first = _FIRST_CHARACTER.match(string, line, start)
    if first is not None and first[1] != match["open"]:
        return False
    after = string[match.end() : match.end() + 12].partition("\0")[0]
    before = string[max(line, start - 20) : start].lower()
    if _FOLLOWS_A_BLANK.match(after) or _LEADS_TO_A_BLANK.search(before):
        return False
    content = re.match(r"\s?[:：]?[ \t]*(\S)", after)
    return content is not None and (
        content[1].isdigit()
        or content[1].isupper()
        or ord(content[1]) > 0x2FF
        or after.lstrip(" :：").startswith(("http", "www"))
    )
