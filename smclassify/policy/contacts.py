"""E-mail addresses and telephone numbers that look like a person's.

A brand's posts are full of its own addresses and numbers, and those are no slip. So only
what is likely to be somebody's is reported: mobile numbers, private mail boxes, and
whatever stands next to a person's name. The brand's own are listed in the policy file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from smclassify.policy.hits import Hit
from smclassify.policy.scan import around, before, scan, texts_with_any, texts_with_digits
from smclassify.policy.schema import Contacts
from smclassify.text.batch import TextBatch

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
    message = "This looks like a person's e-mail address."
    suggestion = "Take it out unless it is yours to publish; list your own under [policy.contacts]."

    def find(self, batch: TextBatch, contacts: Contacts) -> Iterator[Hit]:
        """Return the addresses that are not the brand's and look like a person's."""
        for text, base, match in scan(batch, _EMAIL, texts_with_any(batch, "@")):
            address = match.group().lower()
            if _is_role(address) or _is_own_address(address, contacts):
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

_SEP: Final = r"[ .\-\u00a0]?"
_MOBILE: Final = re.compile(
    r"(?:"
    # the same separator twice: "010-65551234" is an office in Beijing
    rf"(?:\+82{_SEP}\(?0?\)?{_SEP}1[016789]|01[016789])(?P<kr>{_SEP})\d{{3,4}}(?P=kr)\d{{4}}"
    rf"|(?:(?:\+33|0033){_SEP}(?:\(0\))?{_SEP}|0)[67](?:{_SEP}\d{{2}}){{4}}"
    rf"|(?:(?:\+|00)86{_SEP})?1[3-9]\d{_SEP}\d{{4}}{_SEP}\d{{4}}"
    rf"|(?:(?:\+|00)44{_SEP}(?:\(0\))?{_SEP}|0)7\d{{3}}{_SEP}\d{{3}}{_SEP}\d{{3}}"
    rf"|(?:\+886{_SEP}|0)9\d{{2}}{_SEP}\d{{3}}{_SEP}\d{{3}}"
    r")"
)
_OTHER: Final = re.compile(
    r"(?:"
    rf"(?:\+1{_SEP})?(?:\([2-9]\d{{2}}\) ?|[2-9]\d{{2}}[ .-])[2-9]\d{{2}}[ .-]\d{{4}}"
    rf"|0[1-5](?:{_SEP}\d{{2}}){{4}}"
    r"|0(?:2|[3-6]\d)-\d{3,4}-\d{4}"
    r"|0\d{2,3}-[2-8]\d{6,7}"
    r"|0[12]\d{2,4} \d{3,4} ?\d{3,4}"
    r")"
)
_PHONE: Final = re.compile(
    rf"(?<![\w.,+*#/$€£¥₩@=-])(?:(?P<mobile>{_MOBILE.pattern})|(?P<other>{_OTHER.pattern}))"
    r"(?![\d*%@]|[-.,/:]\d)(?![A-Za-z_])",
    re.ASCII,
)
_A_REFERENCE: Final = re.compile(
    r"(?:order|ticket|tracking|invoice|parcel|ref|reference|isbn|booking|commande|colis|suivi|"
    r"facture|dossier|n°|#|주문|송장|운송장|접수|예약\s?번호|单号|單號|订单|訂單|运单|编号|編號|工单)"
    r"\D{0,12}$"
)


class PhoneRecognizer:
    """A telephone number that looks like a person's own."""

    rule = "phone-number"
    label = "off_policy"
    reason = "privacy"
    severity = "warn"
    message = "This looks like a person's telephone number."
    suggestion = "Take it out unless it is yours to publish; list your own under [policy.contacts]."

    def find(self, batch: TextBatch, contacts: Contacts) -> Iterator[Hit]:
        """Return the mobile numbers, and other numbers next to a person, not the brand's."""
        own = {_national(phone) for phone in contacts.phones}
        for text, base, match in scan(batch, _PHONE, texts_with_digits(batch, 9)):
            mobile = match.group("mobile") is not None
            if _national(match.group()) in own or _A_REFERENCE.search(before(match, base, 20)):
                continue
            if mobile or _PERSON.search(around(match, base, _REACH)):
                score = 0.9 if mobile else 0.6
                yield Hit(self.rule, text, match.start() - base, match.end() - base, score=score)


def _national(phone: str) -> str:
    """Return a number's digits without country code or trunk zero."""
    digits = re.sub(r"\(0\)|\D", "", phone)
    if phone.lstrip().startswith(("+", "00")):
        digits = re.sub(r"^(?:00)?(?:886|82|86|44|33|1)", "", digits)
    return digits.lstrip("0")
