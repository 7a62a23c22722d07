"""E-mail addresses and telephone numbers that look like a person's.

A brand's posts are full of its own addresses and numbers, and those are no slip. So only
what is likely to be somebody's is reported: mobile numbers, private mail boxes, and
whatever stands next to a person's name. The brand's own are listed in the policy file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from smclassify.policy.fold import has_cjk
from smclassify.policy.hits import Hit
from smclassify.policy.scan import around, before, scan, texts_with_any, texts_with_digits
from smclassify.policy.schema import Contacts, Policy
from smclassify.text.batch import TextBatch

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_PERSON: Final = re.compile(
    r"(?<!\w)(?:mr|mrs|ms|miss|mme|mlle|monsieur|madame|customer|client|cliente|guest|"
    r"patient|patiente|tenant|locataire|his|her|their|son|sa)(?!\w)"
    r"|고객|회원님|환자|어르신|[가-힣]{2,4}\s?(?:님|씨)|女士|先生|小姐|客人|顾客|顧客|客户|客戶|患者"
)
"""Words that say a person, not a business, is spoken of."""

_REACH: Final = 40

# --- e-mail -------------------------------------------------------------------------------

_EMAIL: Final = re.compile(
    r"(?<![\w.+%-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}(?![\w@])",
    re.ASCII,  # Chinese and Korean letters may stand right beside an address or a number
)
_PRIVATE_BOXES: Final = frozenset(
    """gmail googlemail hotmail outlook live msn yahoo ymail aol icloud me proton protonmail gmx
    orange wanadoo free laposte sfr bbox neuf naver hanmail daum kakao nate qq foxmail 163 126
    yeah sina sohu aliyun 139 189""".split()  # noqa: SIM905 - a word list reads best as words
)
"""The name before the ending of providers where people keep their own boxes."""

_FIRST_AND_LAST: Final = re.compile(r"[a-z]{1,20}[._][a-z]{1,20}\d{0,4}|[a-z]{2,20}\d{2,4}")
_ROLES: Final = re.compile(
    r"(?:info|hello|hi|contact|contacts|support|help|service|services|care|sales|press|media|"
    r"jobs|careers|hr|team|office|desk|booking|bookings|reservation|reservations|orders?|shop|"
    r"store|recall|returns|events?|news|newsletter|privacy|legal|billing|no-?reply|admin|"
    r"bonjour|accueil|presse|recrutement|commande|rappel|sav|boutique|communication)\d{0,3}"
)


class EmailRecognizer:
    """An e-mail address that looks like a person's own."""

    rule = "email-address"
    label = "off_policy"
    reason = "privacy"
    severity = "warn"

    def find(self, batch: TextBatch, policy: Policy) -> Iterator[Hit]:
        """Return the addresses that are not the brand's and look like a person's."""
        for text, base, match in scan(batch, _EMAIL, texts_with_any(batch, "@")):
            address = match.group().lower()
            if _is_role(address) or _is_own_address(address, policy.contacts):
                continue
            score = _personal(address)
            if not score and _PERSON.search(around(match, base, _REACH)):
                score = 0.6
            if score:
                yield Hit(self.rule, text, match.start() - base, match.end() - base, score=score)


def _is_role(address: str) -> bool:
    local = address.partition("@")[0]
    return any(_ROLES.fullmatch(part) for part in re.split(r"[._+-]", local)) or (
        _ROLES.fullmatch(local) is not None
    )


def _is_own_address(address: str, contacts: Contacts) -> bool:
    domain = address.partition("@")[2]
    return address in contacts.emails or any(
        domain == own or domain.endswith("." + own) for own in contacts.domains
    )


def _personal(address: str) -> float:
    local, _, domain = address.partition("@")
    if domain.split(".")[0] in _PRIVATE_BOXES:
        return 0.9
    return 0.7 if _FIRST_AND_LAST.fullmatch(local) else 0.0


# --- telephone ----------------------------------------------------------------------------

_BLANK: Final = "[ \u00a0]"
_CANDIDATE: Final = re.compile(
    r"(?<![\w.,+*#/$€£¥₩@=-])"
    rf"\+?(?:\(\d{{1,5}}+\){_BLANK}?)?\d{{1,15}}+"
    rf"(?:(?:[ .\-\u00a0]|{_BLANK}?\(\d{{1,4}}+\){_BLANK}?)\d{{1,15}}+){{0,7}}+"
    r"(?![\d*%@]|[-.,/:]\d)(?![A-Za-z_])",
    re.ASCII,  # Chinese and Korean letters may stand right beside a number
)
"""Digits in groups. Which of them are a telephone number, ``phonenumbers`` knows."""

_BEGINS: Final = re.compile(r"\+|\(?0|1[3-9]\d|\(?[2-9]\d\d\)?[ .-]")
"""How a number with its country code begins, or one without: with a zero, but for a few."""

_LEAST_DIGITS: Final = 9
_MOST_DIGITS: Final = 16
_REGIONS: Final = {
    "en": ("GB", "US", "IE", "AU"),
    "fr": ("FR", "BE", "CH"),
    "ko": ("KR",),
    "zh": ("CN", "TW", "HK"),
}
"""Where writers of a language live; Canada numbers as the United States do."""

_FICTIONAL: Final = {44: re.compile(r"7700900\d{3}"), 33: re.compile(r"63998\d{4}")}
"""Mobile numbers that Ofcom and Arcep keep for stories; ``phonenumbers`` calls them invalid."""

_A_REFERENCE: Final = re.compile(
    r"(?:order|ticket|tracking|invoice|parcel|ref|reference|isbn|booking|commande|colis|suivi|"
    r"facture|dossier|n°|#|주문|송장|운송장|접수|예약\s?번호|单号|單號|订单|訂單|运单|编号|編號|工单)"
    r"\D{0,12}$"
)
_TO_CALL: Final = re.compile(
    r"(?:\b(?:call|ring|phone|helpline|hotline)|appelez(?:-nous)?|문의|전화|电话|来电|拨打)"
    r"(?: (?:us|on|at|me|au|le))*[\s:：]*$"
)
"""What stands before a number that readers are meant to call."""

_HANGUL: Final = re.compile("[\uac00-\ud7a3]")


class PhoneRecognizer:
    """A telephone number that looks like a person's own."""

    rule = "phone-number"
    label = "off_policy"
    reason = "privacy"
    severity = "warn"

    def find(self, batch: TextBatch, policy: Policy) -> Iterator[Hit]:
        """Return the mobile numbers, and other numbers next to a person, not the brand's."""
        for text, base, match in scan(batch, _CANDIDATE, texts_with_digits(batch, _LEAST_DIGITS)):
            if sum(map(str.isdigit, match.group())) < _LEAST_DIGITS:
                continue
            near = around(match, base, _REACH)
            language = batch.languages[text] if batch.languages else ""
            for start, phone in _phones(match.group(), _likeliest(language, near)):
                if phone.digits in _own(policy.contacts.phones):
                    continue
                if _A_REFERENCE.search(before(match, base, 20)):
                    continue
                to_call = _TO_CALL.search(before(match, base, 20))
                if phone.mobile or (_PERSON.search(near) and not to_call):
                    at = match.start() - base + start
                    score = 0.9 if phone.mobile else 0.6
                    yield Hit(self.rule, text, at, at + len(phone.shown), score=score)


class _Phone(NamedTuple):
    """What ``phonenumbers`` says of a number.

    Attributes
    ----------
    shown : str
        The number as it is written.
    digits : str
        Its digits without country code and trunk zero.
    mobile : bool
        Whether it is a mobile's.
    """

    shown: str
    digits: str
    mobile: bool


def _likeliest(language: str, near: str) -> str:
    """Return the language whose countries' numbers are tried first."""
    if language in _REGIONS:
        return language
    return "ko" if _HANGUL.search(near) else "zh" if has_cjk(near) else "en"


def _phones(shown: str, language: str) -> Iterator[tuple[int, _Phone]]:
    """Yield the first number among groups of digits, and where it begins."""
    parts = list(re.finditer(r"[^ \u00a0]+", shown))
    for first, part in enumerate(parts):
        if not _BEGINS.match(shown, part.start()):
            continue
        for last in reversed(parts[first:]):
            phone = _phone(shown[part.start() : last.end()], language)
            if phone is not None:
                yield part.start(), phone
                return


@lru_cache(1000)
def _phone(shown: str, language: str) -> _Phone | None:
    """Return what a number is, if it is one.

    In the language's own countries any grouping will do; elsewhere it has to be the usual one:
    "010-65551234" is an office in Beijing, since in Korea it would be 010-6555-1234.
    """
    groups = re.findall(r"\d+", shown.replace("(0)", ""))
    block = "".join(groups)
    if not _LEAST_DIGITS <= len(block) <= _MOST_DIGITS:
        return None
    loose = None
    own = _REGIONS[language]
    for region in (*own, *(one for regions in _REGIONS.values() for one in regions)):
        number = _parsed(shown, region)
        usual = _written(number) if number else []
        if number is None or not any(block == "".join(form) for form in usual):
            continue
        phone = _Phone(shown, str(number.national_number), _is_mobile(number))
        if not phone.mobile and (shown.isdigit() or not _is_line(number) or region not in own):
            continue  # digits in a row may be anything; a free line is an office's
        if groups in usual or (len(groups) == 1 and (phone.mobile or region in own)):
            return phone
        loose = loose or (phone if region in own else None)
    return loose


def _parsed(shown: str, region: str) -> PhoneNumber | None:
    import phonenumbers

    try:
        number = phonenumbers.parse(re.sub(r"^00", "+", shown), region)
    except phonenumbers.NumberParseException:
        return None
    valid = phonenumbers.is_valid_number(number) or _is_fictional(number)
    return number if valid else None


def _is_fictional(number: PhoneNumber) -> bool:
    kept = _FICTIONAL.get(number.country_code or 0)
    return kept is not None and kept.fullmatch(str(number.national_number)) is not None


def _is_mobile(number: PhoneNumber) -> bool:
    import phonenumbers

    mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    return mobile or _is_fictional(number)


def _is_line(number: PhoneNumber) -> bool:
    import phonenumbers

    kinds = phonenumbers.PhoneNumberType
    lines = (kinds.FIXED_LINE, kinds.FIXED_LINE_OR_MOBILE)
    return phonenumbers.number_type(number) in lines


def _written(number: PhoneNumber) -> list[list[str]]:
    """Return the groups of digits that a number is usually written in."""
    import phonenumbers

    kinds = phonenumbers.PhoneNumberFormat
    national = re.findall(r"\d+", phonenumbers.format_number(number, kinds.NATIONAL))
    abroad = re.findall(r"\d+", phonenumbers.format_number(number, kinds.INTERNATIONAL))
    return [national, abroad, [f"00{abroad[0]}", *abroad[1:]]]


@cache
def _own(phones: tuple[str, ...]) -> frozenset[str]:
    """Return the brand's own numbers without country code and trunk zero."""
    numbers = (
        _parsed(phone, region)
        for phone in phones
        for regions in _REGIONS.values()
        for region in regions
    )
    parsed = {str(number.national_number) for number in numbers if number is not None}
    return frozenset(parsed | {re.sub(r"\D", "", phone).lstrip("0") for phone in phones})
