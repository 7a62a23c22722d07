"""Keys and passwords in a draft."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Final, NamedTuple

import numpy as np

from smclassify.policy.hits import Hit
from smclassify.policy.scan import around, before, scan, texts_with_word
from smclassify.policy.schema import Policy
from smclassify.text.batch import TextBatch

# --- keys ---------------------------------------------------------------------------------

_PLUGINS: Final = (
    ("aws", "AWSKeyDetector", "AWS"),
    ("azure_storage_key", "AzureStorageKeyDetector", "Azure"),
    ("basic_auth", "BasicAuthDetector", "URL"),
    ("discord", "DiscordBotTokenDetector", "Discord"),
    ("github_token", "GitHubTokenDetector", "GitHub"),
    ("gitlab_token", "GitLabTokenDetector", "GitLab"),
    ("jwt", "JwtTokenDetector", "JWT"),
    ("mailchimp", "MailchimpDetector", "Mailchimp"),
    ("npm", "NpmDetector", "npm"),
    ("openai", "OpenAIDetector", "OpenAI"),
    ("private_key", "PrivateKeyDetector", "PEM"),
    ("pypi_token", "PypiTokenDetector", "PyPI"),
    ("sendgrid", "SendGridDetector", "SendGrid"),
    ("slack", "SlackDetector", "Slack"),
    ("square_oauth", "SquareOAuthDetector", "Square"),
    ("stripe", "StripeDetector", "Stripe"),
    ("telegram_token", "TelegramBotTokenDetector", "Telegram"),
    ("twilio", "TwilioKeyDetector", "Twilio"),
)
"""Plugins of ``detect-secrets`` whose patterns are asked, and whose keys they find.

Those that need a program's source around the key, or take any long word for one, are left out.
"""

# Shapes as published by those who issue them: github.blog/2021-04-05 and the GitHub docs
# (fine-grained tokens), docs.stripe.com/keys, RFC 7468 (private key blocks).
_OWN: Final = (
    (r"github_pat_[A-Za-z0-9_]{22,255}|gh[pousr]_[A-Za-z0-9]{36,251}", "GitHub"),
    (r"[sr]k_live_[A-Za-z0-9]{16,247}", "Stripe"),
    (r"xox[abeoprs]-[A-Za-z0-9-]{10,250}", "Slack"),
    (r"AIza[A-Za-z0-9_-]{35}", "Google"),
    (r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----", "PEM"),
    (r"npm_[A-Za-z0-9]{36}", "npm"),
)
"""What ``detect-secrets`` lacks, or knows only the beginning of."""

_WITH_DIGITS: Final = ("AWS", "Discord", "Mailchimp", "Telegram", "Twilio")
"""Whose patterns would take a long word in capitals as well."""

_GLUED: Final = re.compile(r"[A-Za-z0-9]")
_PIECE: Final = 2000
_OVERLAP: Final = 300
"""Long texts are searched in pieces: some of the patterns take a time that grows as the square."""

_LONG_WORD: Final = 20
_SIGNS: Final = ("PRIVATE KEY", "PuTTY-User-Key", "AccountKey=")


class _KeyPattern(NamedTuple):
    """A pattern, and whose keys it finds."""

    pattern: re.Pattern[str]
    issuer: str


@cache
def _key_patterns() -> tuple[_KeyPattern, ...]:
    own = [_KeyPattern(re.compile(pattern), issuer) for pattern, issuer in _OWN]
    for module, name, issuer in _PLUGINS:
        plugin = getattr(import_module(f"detect_secrets.plugins.{module}"), name)
        own += [_KeyPattern(pattern, issuer) for pattern in plugin.denylist]
    return tuple(own)


class SecretKeyRecognizer:
    """An access key, token or private key of a known issuer."""

    rule = "secret-key"
    label = "off_policy"
    reason = "confidentiality"
    severity = "block"

    def find(self, batch: TextBatch, policy: Policy) -> Iterator[Hit]:
        """Return the keys; the company's policy has no say here."""
        for text in _texts_with_long_words(batch):
            clean = batch.joined[int(batch.starts[text]) : int(batch.ends[text])]
            for start, end, issuer in _keys(clean):
                yield Hit(self.rule, text, start, end, details={"issuer": issuer})


def _texts_with_long_words(batch: TextBatch) -> list[int]:
    """Return the texts with a word no language has, a signed-in address or a key's title."""
    table = np.zeros(129, bool)
    table[[code for code in range(128) if chr(code).isalnum() or chr(code) in "_-"]] = True
    inside = table[np.minimum(batch.codes, 128)]
    # Where words end; each text ends in a separator, which is none of a word's characters.
    outside = np.flatnonzero(~inside)
    long = outside[np.diff(outside, prepend=-1) > _LONG_WORD]
    texts = set(batch.text_of(long).tolist())
    starts = batch.starts.tolist()
    texts.update(texts_with_word(batch.joined, starts, _SIGNS))
    links = texts_with_word(batch.joined, starts, ("://",))
    texts.update(text for text, _, _ in scan(batch, _SIGNED_IN, links))
    return sorted(texts)


_SIGNED_IN: Final = re.compile(r"://[^\s/@:]{1,100}+:[^\s/@:]{1,100}+@")


def _keys(clean: str) -> Iterator[tuple[int, int, str]]:
    for offset in range(0, max(1, len(clean) - _OVERLAP), _PIECE - _OVERLAP):
        piece = clean[offset : offset + _PIECE]
        for pattern, issuer in _key_patterns():
            for match in pattern.finditer(piece):
                start, end = match.span()
                if issuer == "JWT":
                    end = (_TOKEN_END.match(piece, end) or match).end()
                if _is_key(piece, start, end, issuer):
                    yield offset + start, offset + end, issuer


_TOKEN_END: Final = re.compile(r"[\w.-]*+", re.ASCII)


def _is_key(piece: str, start: int, end: int, issuer: str) -> bool:
    """Return whether a match is a key that stands alone, not a stretch of something longer."""
    if issuer == "URL":
        return True
    if _GLUED.match(piece[max(0, start - 1) : start]) or _GLUED.match(piece, end):
        return False
    found = piece[start:end]
    if issuer == "JWT":
        return _is_web_token(found.rstrip("."))
    return issuer not in _WITH_DIGITS or any(map(str.isdigit, found))


def _is_web_token(token: str) -> bool:
    from detect_secrets.plugins.jwt import JwtTokenDetector

    return bool(JwtTokenDetector.is_formally_valid(token))


# --- passwords ----------------------------------------------------------------------------

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

    def find(self, batch: TextBatch, policy: Policy) -> Iterator[Hit]:
        """Return the passwords; a guest wi-fi's is none, the company's policy has no say here."""
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
