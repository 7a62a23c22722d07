"""What a company's policy says of every text: its languages, its links, its form of address."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

import numpy as np

from smclassify.labels import UNKNOWN_LANGUAGE
from smclassify.policy.hits import Hit
from smclassify.policy.scan import scan
from smclassify.policy.schema import Policy
from smclassify.text.batch import TextBatch


class LanguageCheck:
    """A text in a language that the brand doesn't post in."""

    rule = "language-not-permitted"
    label = ""
    reason = ""
    severity = "warn"

    def find(self, batch: TextBatch, policy: Policy) -> Iterator[Hit]:
        """Return the texts that are surely in another language than the policy's."""
        if not policy.languages:
            return
        for text, language in enumerate(batch.languages):
            if language != UNKNOWN_LANGUAGE and language not in policy.languages:
                yield Hit(self.rule, text, 0, 0, details={"language": language})


class LinkDomainCheck:
    """A link that leads where the policy doesn't list."""

    rule = "link-domain"
    label = ""
    reason = ""
    severity = "warn"

    def find(self, batch: TextBatch, policy: Policy) -> Iterator[Hit]:
        """Return the links to other domains than the brand's and the listed ones."""
        if not policy.link_domains:
            return
        allowed = (*policy.link_domains, *policy.contacts.domains)
        for start, end in batch.spans.get("url", np.empty((0, 2), np.int64)).tolist():
            text = int(batch.text_of(start))
            base = int(batch.starts[text])
            host_start, host_end = _host(batch.joined[start:end])
            host = _as_written(batch, text, start + host_start - base, start + host_end - base)
            if not any(_within(host, domain) for domain in allowed):
                details = {"domain": host}
                yield Hit(self.rule, text, start - base, end - base, details=details)


def _within(host: str, domain: str) -> bool:
    return host == domain or host.endswith("." + domain)


_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_AUTHORITY_END: Final = re.compile(r"[/\\?#]|$")


def _host(address: str) -> tuple[int, int]:
    """Return where in an address the name of the host stands, without "www." and port."""
    scheme = _SCHEME.match(address)
    start = scheme.end() if scheme else 0
    ending = _AUTHORITY_END.search(address, start)
    end = ending.start() if ending else len(address)
    # Whatever stands before an "@" is a user's name, however much it looks like a host.
    start = max(start, address.rfind("@", start, end) + 1)
    port = address.find(":", start, end)
    end = port if port >= 0 else end
    if address[start:end].lower().startswith("www."):
        start += 4
    return start, start + len(address[start:end].rstrip("."))


def _as_written(batch: TextBatch, text: int, start: int, end: int) -> str:
    """Return a host's name, with the letters of other scripts that the user wrote.

    Normalising makes a Cyrillic letter that looks Latin a Latin one; a browser doesn't.
    """
    clean = batch.texts[text][start:end].lower()
    if start == end:
        return clean
    first, last = batch.original_span(text, start, end)
    original = unicodedata.normalize("NFKC", batch.originals[text][first:last]).lower()
    foreign = any(character.isalpha() and not character.isascii() for character in original)
    return original if foreign else clean


# --- form of address ------------------------------------------------------------------------

_END: Final = r"(?=[\s\x00.!?~…ㅋㅎㅠㅜ♡♥❤)\"'”’]|$)"
_INTIMATE: Final = (
    r"(?:했어|할래|하자|먹자|보자|가자|이야|거야|잖아|했지|하지\s?마|해봐|해 봐|할까|좋아|있어|"
    r"없어|몰라|줄게|할게|갈게|올게|어때|뭐야|왔어|됐어|됐지|알지|알아|맞지|그치|가져가|"
    r"놀러 ?와|써 ?봐|와봐|먹어|먹어봐|골라봐|올려줘|알려줘|말해줘|해줘)"
)
_POLITE: Final = r"(?:세요|해요|어요|아요|에요|예요|네요|죠|까요|게요|니다|니까|십시오)"
_FORMS: Final[dict[str, dict[str, str]]] = {
    "fr": {
        "tu": r"(?<![\w'’-])(?:tu|toi|tes|t['’](?:es|as|attend|offre|aime|inscri)\w*)(?![\w'’])",
        "vous": r"(?<![\w'’-])(?:votre|vos|vous)(?![\w'’])",
    },
    "ko": {"반말": _INTIMATE + _END, "해요체": _POLITE + _END},
    "zh": {"你": "(?<!迷)[你妳]", "您": "您"},
}
"""By language, the forms of address and what shows them; those that leave no doubt."""

_SAME: Final = {"합쇼체": "해요체"}
_COMPILED: Final = {
    language: {form: re.compile(shown, re.IGNORECASE) for form, shown in forms.items()}
    for language, forms in _FORMS.items()
}


class ToneCheck:
    """A reader addressed in another form than the policy's."""

    rule = "tone"
    label = "off_policy"
    reason = "brand_voice"
    severity = "warn"

    def find(self, batch: TextBatch, policy: Policy) -> Iterator[Hit]:
        """Return the first place in each text that uses the other form of address."""
        for language, forms in _COMPILED.items():
            wanted = getattr(policy.tone, language)
            if wanted is None:
                continue
            mine = [text for text, code in enumerate(batch.languages) if code == language]
            for form, shown in forms.items():
                if form == _SAME.get(wanted, wanted):
                    continue
                told: set[int] = set()
                for text, base, match in scan(batch, shown, mine):
                    if text not in told:
                        told.add(text)
                        details = {"wanted": wanted, "found": match.group().strip()}
                        start, end = match.start() - base, match.end() - base
                        yield Hit(self.rule, text, start, end, details=details, score=0.8)
