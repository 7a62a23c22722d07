"""The recognisers: small classes that each know one kind of thing in a text.

After Presidio's analyzer (https://microsoft.github.io/presidio/analyzer/): each
recogniser stands in a registry, and says what it found, where, how sure it is and why.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from smclassify.policy.brand import LanguageCheck, LinkDomainCheck, ToneCheck
from smclassify.policy.contacts import EmailRecognizer, PhoneRecognizer
from smclassify.policy.credentials import PasswordRecognizer, SecretKeyRecognizer
from smclassify.policy.hits import Hit
from smclassify.policy.numbers import (
    CardRecognizer,
    ChineseIdRecognizer,
    IbanRecognizer,
    KoreanIdRecognizer,
    NationalIdRecognizer,
)
from smclassify.policy.persons import (
    CustomerNameRecognizer,
    HealthDataRecognizer,
    OrderNumberRecognizer,
    PostalAddressRecognizer,
)
from smclassify.policy.persons_public import AskRecognizer, InternalFiguresRecognizer
from smclassify.policy.placeholders import PlaceholderRecognizer
from smclassify.policy.schema import Policy
from smclassify.policy.shape import (
    BareLinkRecognizer,
    HashtagWallRecognizer,
    LinkShareRecognizer,
    ShoutingRecognizer,
)
from smclassify.text.batch import TextBatch


@runtime_checkable
class Recognizer(Protocol):
    """Finds one kind of thing in all texts of a batch at once.

    Attributes
    ----------
    rule : str
        Name under which its findings appear and under which it can be switched off.
    label, reason : str
        What its findings speak for.
    severity : str
        ``"block"`` or ``"warn"``; a hit may bring its own.

    What is said of a finding stands in ``smclassify/wording.toml``, under the rule's name.
    """

    rule: str
    label: str
    reason: str
    severity: str

    def find(self, batch: TextBatch, policy: Policy) -> Iterable[Hit]:
        """Return the hits; what the company's policy allows is none."""
        ...


RECOGNIZERS: tuple[Recognizer, ...] = (
    EmailRecognizer(),
    PhoneRecognizer(),
    CardRecognizer(),
    IbanRecognizer(),
    KoreanIdRecognizer(),
    ChineseIdRecognizer(),
    NationalIdRecognizer(),
    CustomerNameRecognizer(),
    HealthDataRecognizer(),
    OrderNumberRecognizer(),
    PostalAddressRecognizer(),
    AskRecognizer(),
    InternalFiguresRecognizer(),
    SecretKeyRecognizer(),
    PasswordRecognizer(),
    PlaceholderRecognizer(),
    BareLinkRecognizer(),
    LinkShareRecognizer(),
    HashtagWallRecognizer(),
    ShoutingRecognizer(),
    LanguageCheck(),
    LinkDomainCheck(),
    ToneCheck(),
)
"""The built-in recognisers."""
