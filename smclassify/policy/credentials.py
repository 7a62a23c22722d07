"""Keys and passwords in a draft."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from smclassify.policy.hits import Hit
from smclassify.policy.scan import around, before, scan, texts_with_word
from smclassify.policy.schema import Contacts
from smclassify.text.batch import TextBatch

# Shapes as published by those who issue them: docs.aws.amazon.com/IAM (unique identifiers),
# github.blog/2021-04-05 (token formats), api.slack.com/authentication/token-types,
# docs.stripe.com/keys, RFC 7468 (private key blocks).
_KEY: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"(?P<aws>(?:AKIA|ASIA)[0-9A-Z]{16})"
    r"|(?P<github>gh[pousr]_[A-Za-z0-9]{36,251}|github_pat_[A-Za-z0-9_]{22,255})"
    r"|(?P<slack>xox[abeoprs]-[A-Za-z0-9-]{10,250})"
    r"|(?P<stripe>[sr]k_live_[A-Za-z0-9]{16,247})"
    r"|(?P<google>AIza[A-Za-z0-9_-]{35})"
    r")(?![A-Za-z0-9])"
    r"|(?P<block>-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----)"
)
_KEY_SIGNS: Final = (
    "AKIA",
    "ASIA",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "xox",
    "k_live_",
    "AIza",
    "PRIVATE KEY",
)
"""One of these is in every text that holds a key."""

_ISSUERS: Final = {
    "aws": "an AWS access key",
    "github": "a GitHub token",
    "slack": "a Slack token",
    "stripe": "a Stripe live key",
    "google": "a Google API key",
    "block": "a private key",
}


class SecretKeyRecognizer:
    """An access key, token or private key of a known issuer."""

    rule = "secret-key"
    label = "off_policy"
    reason = "confidentiality"
    severity = "block"
    message = "This is a secret key."
    suggestion = "Take it out, and have the key revoked: it has been in a draft."

    def find(self, batch: TextBatch, contacts: Contacts) -> Iterator[Hit]:
        """Return the keys; contacts have no say here."""
        for text, base, match in scan(
            batch, _KEY, texts_with_word(batch.joined, batch.starts.tolist(), _KEY_SIGNS)
        ):
            message = f"This is {_ISSUERS[match.lastgroup or 'block']}."
            yield Hit(self.rule, text, match.start() - base, match.end() - base, message=message)


_PASSWORD: Final = re.compile(
    r"(?:"
    r"(?<![\w-])(?i:pass(?:word|code|wd)|pwd|pw|mot de passe|mdp|code d['’]accès)"
    r"(?:\s*[:：=]\s*|\s+(?:is|est)\s*:?\s*|\s+[«\"“']\s*)"
    r"|(?:비밀\s?번호|비번|패스워드|암호)(?:는|은|가|도)?\s*[:：=]?\s*"
    r"|(?:密码|密碼|口令)(?:是|为|為|还是|今年还是)?\s*[:：=]?\s*"
    r")[\"'“”‘’「«]?(?P<value>[!-~]{4,40})"
)
_LATIN_SIGNS: Final = ("passw", "passcode", "pwd", "pw", "mdp", "mot de passe", "code d")
_PASSWORD_SIGNS: Final = (
    *(form for sign in _LATIN_SIGNS for form in (sign, sign.upper(), sign.capitalize())),
    *("비번", "비밀", "패스워드", "암호", "密码", "密碼", "口令"),
)
"""One of these is in every text that gives away a password."""

_MIXED: Final = re.compile(r"(?=[!-~]*\d)(?=[!-~]*[A-Za-z])(?=[!-~]{6})")
_DIGITS: Final = re.compile(r"\d{4,12}[#*]?$")
_HARMLESS: Final = re.compile(
    r"wi-?\s?fi|와이파이|무선|无线|無線|(?<!\w)(?:example|exemple|never|don['’]t|jamais|isn['’]t)(?!\w)"
    r"|예를|예시|처럼|例如|比如|别用|不要|切勿"
)
_TRAILING: Final = ".,;:!?)]}\"'"


class PasswordRecognizer:
    """A password given away: the word for it, and something that looks like one."""

    rule = "password"
    label = "off_policy"
    reason = "confidentiality"
    severity = "block"
    message = "This gives away a password."
    suggestion = "Take it out, and have the password changed: it has been in a draft."

    def find(self, batch: TextBatch, contacts: Contacts) -> Iterator[Hit]:
        """Return the passwords; a guest wi-fi's is none, contacts have no say here."""
        for text, base, match in scan(
            batch, _PASSWORD, texts_with_word(batch.joined, batch.starts.tolist(), _PASSWORD_SIGNS)
        ):
            value = match.group("value").rstrip(_TRAILING)
            mixed = _MIXED.match(value) is not None and "://" not in value
            if not mixed and not _DIGITS.match(value):
                continue
            if _HARMLESS.search(around(match, base, 40)) or _HARMLESS.search(match.group()):
                continue
            if mixed and before(match, base, 1) in ("#", "@"):
                continue
            start, end = match.start("value"), match.start("value") + len(value)
            yield Hit(
                self.rule,
                text,
                start - base,
                end - base,
                severity="" if mixed else "warn",
                score=1.0 if mixed else 0.7,
            )
