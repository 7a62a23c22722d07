"""A rule of the policy file: what to look for, what it means, what to say about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final, Literal, Self

import re2
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from smclassify.labels import FLAG_OF_REASON, FLAGS, REASONS

Severity = Literal["block", "warn", "off"]

GAP: Final = "…"
"""In a phrase: a few words, or none, of the same sentence may stand here."""

REGEX_OPTIONS: Final = re2.Options()
REGEX_OPTIONS.case_sensitive = False
REGEX_OPTIONS.log_errors = False


_MOST_GAPS: Final = 3
_MOST_EXCUSES: Final = 2_000


TRUSTED: Final = {"trusted": True}
"""A context of validation, for the rules that come with the program: tests have searched their
phrases and expressions for mistakes, which takes a tenth of a second at every start."""


def _is_trusted(info: ValidationInfo) -> bool:
    return info.context is TRUSTED


def _with_words(phrase: str, info: ValidationInfo) -> str:
    if _is_trusted(info):
        return phrase
    parts = phrase.split(GAP)
    if len(parts) > _MOST_GAPS + 1:
        raise ValueError(f"a phrase may hold {_MOST_GAPS} {GAP!r} at most, not {len(parts) - 1}")
    for part in parts:
        if not any(character.isalnum() for character in part):
            raise ValueError(f"expected words to look for, on both sides of any {GAP!r}")
    return phrase


def _regular(pattern: str, info: ValidationInfo) -> str:
    if _is_trusted(info):
        return pattern
    try:
        compiled = re2.compile(pattern, REGEX_OPTIONS)
    except re2.error as error:
        raise ValueError(
            f"this is no regular expression that RE2 takes ({_said(error)}); "
            "see https://github.com/google/re2/wiki/Syntax"
        ) from error
    if compiled.search("") is not None:
        raise ValueError("this matches the empty text, and so everywhere")
    return pattern


def _said(error: Exception) -> str:
    said = error.args[0] if error.args else error
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Phrase = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_with_words),
]
Excuses = Annotated[tuple[Phrase, ...], Field(max_length=_MOST_EXCUSES)]
Regex = Annotated[str, StringConstraints(min_length=1, max_length=1000), AfterValidator(_regular)]
Example = Annotated[str, StringConstraints(min_length=1, max_length=5000)]
RuleName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$")]
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Wording = Line | dict[LanguageCode, Line]
"""A sentence, or one for each language of the user interface."""


_MOST_TOKENS: Final = 50
_MOST_OPTIONAL: Final = 10
_SEVERAL: Final = 5
"""What ``*`` and ``+`` mean at most: what a person wrote, not what a machine repeats."""

_TIMES: Final = re.compile(r"\{(\d{0,9})(,?)(\d{0,9})\}")
_NEEDS_SEARCHING: Final = ("REGEX", "FUZZY")


def _bounded(number: int, pattern: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
    """Refuse what could keep spaCy's matcher busy for ever, and say how often ``*`` is.

    The matcher follows every way in which a pattern can match: each token that may be there
    or not doubles them, and one that may come any number of times takes the square of the
    text's length.
    """
    tokens: list[dict[str, Any]] = []
    total = optional = 0
    for written in pattern:
        token = {key.upper(): value for key, value in written.items()}
        _check_keys(number, token)
        operator = token.get("OP", "1")
        if operator in ("*", "+") and set(token) == {"OP"}:
            raise ValueError(
                f"pattern {number} has a token of any kind any number of times; "
                "say how many, such as {OP = '{0,5}'}"
            )
        least, most = _times(number, operator)
        total, optional = total + most, optional + most - least
        if operator == "+":  # a word that has to be there shows where to look
            tokens.append({key: value for key, value in token.items() if key != "OP"})
            token["OP"] = f"{{0,{_SEVERAL - 1}}}"
        elif operator == "*" or str(operator).endswith(",}"):
            token["OP"] = f"{{{least},{most}}}"
        tokens.append(token)
    if total > _MOST_TOKENS:
        raise ValueError(f"pattern {number} should hold 1 to {_MOST_TOKENS} tokens")
    if optional > _MOST_OPTIONAL:
        raise ValueError(
            f"pattern {number} has {optional} tokens that may be there or not (* and + count "
            f"as up to {_SEVERAL}); {_MOST_OPTIONAL} are the most, or it could take for ever"
        )
    if optional == total:
        raise ValueError(f"pattern {number} matches where nothing stands; require a token")
    return tuple(tokens)


def _times(number: int, operator: object) -> tuple[int, int]:
    """Return how often a token stands at least and at most."""
    known = {"1": (1, 1), "!": (1, 1), "?": (0, 1), "*": (0, _SEVERAL), "+": (1, _SEVERAL)}
    if operator in known:
        return known[str(operator)]
    times = _TIMES.fullmatch(str(operator))
    low, comma, high = times.groups() if times else ("", "", "")
    if not low and not high:
        raise ValueError(f"pattern {number} has the operator {operator!r}; expected '{{0,5}}'")
    least = int(low or 0)
    if not comma:
        return least, least
    return least, max(least, int(high)) if high else least + _SEVERAL


def _check_keys(number: int, token: Mapping[str, Any]) -> None:
    if "_" in token:
        raise ValueError(f"pattern {number} asks for an attribute that nobody sets: '_'")
    inner: list[object] = list(token.values())
    while inner:
        value = inner.pop()
        if not isinstance(value, Mapping):
            continue
        if any(str(key).upper().startswith(_NEEDS_SEARCHING) for key in value):
            raise ValueError(
                f"pattern {number} holds a regular expression that could hang; "
                "write it under the key regex instead"
            )
        inner += value.values()


class Strict(BaseModel):
    """A table that takes no key it doesn't know and never changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def said_in(wording: Wording, language: str) -> str:
    """Return a wording in a language; in English, or else any, where it isn't there."""
    if isinstance(wording, str):
        return wording
    return wording.get(language) or wording.get("en") or next(iter(wording.values()), "")


class BaseRule(Strict):
    """What all that a policy asks for has in common.

    Attributes
    ----------
    name : str
        Lower-case words joined by hyphens. A company's rule with the name of a built-in
        one takes its place.
    label, reason : str
        The flag and the reason it speaks for. A reason alone is enough. Both may be left out
        for what only advises; that cannot block.
    languages : tuple of str
        Only texts in these languages are searched. Empty: every text.
    severity : {"block", "warn", "off"}
        ``block`` sets the label's flag, ``warn`` is only shown.
    message, suggestion : str or dict of str to str
        What is wrong, and what would mend it; one sentence each, or one for each language.
    good, bad : tuple of str
        Examples: texts that are left alone, and texts that something is found in.
    """

    name: RuleName
    label: str = ""
    reason: str = ""
    languages: tuple[LanguageCode, ...] = ()
    severity: Severity = "warn"
    message: Wording
    suggestion: Wording | Literal[""] = ""
    good: tuple[Example, ...] = ()
    bad: tuple[Example, ...] = ()

    @field_validator("label")
    @classmethod
    def _known_label(cls, value: str) -> str:
        if value and value not in FLAGS:
            raise ValueError(f"expected one of {', '.join(map(repr, FLAGS))}")
        return value

    @field_validator("reason")
    @classmethod
    def _known_reason(cls, value: str) -> str:
        if value and value not in FLAG_OF_REASON:
            raise ValueError(f"expected one of {', '.join(map(repr, FLAG_OF_REASON))}")
        return value

    @model_validator(mode="after")
    def _speaks_for_something(self) -> Self:
        if self.reason and not self.label:
            object.__setattr__(self, "label", FLAG_OF_REASON[self.reason])
        if self.reason and self.reason not in REASONS[self.label]:
            raise ValueError(
                f"reason {self.reason!r} belongs to label {FLAG_OF_REASON[self.reason]!r}, "
                f"not to {self.label!r}"
            )
        if self.severity == "block" and not self.label:
            raise ValueError("severity 'block' needs a label: blocking sets that label's flag")
        return self


class Rule(BaseRule):
    """One rule: words, patterns or expressions that should not be there.

    Attributes
    ----------
    phrases : tuple of str
        Word sequences, found whatever their case, width or Chinese script. ``…`` stands for
        up to a few words of the same sentence. In Korean, spaces are optional and
        particles may follow.
    patterns : tuple
        spaCy token patterns, each a list of token descriptions
        (https://spacy.io/api/matcher#patterns); ``*`` and ``+`` stand for at most five.
    regexes : tuple of str
        Regular expressions as RE2 takes them (no look-around, no back-references), so that
        none can hang. Case doesn't matter unless they say ``(?-i)``.
    unless : tuple of str
        Phrases that make a hit harmless when they stand in the same sentence.
    near : tuple of str
        Phrases of which one has to stand in the same sentence, outside the hit.
    unless_negated : bool
        Whether a hit in a sentence that forbids or denies ("never buy followers") is
        harmless.
    until : date, optional
        The last day of an embargo; afterwards the rule finds nothing.
    noun : bool
        Whether the phrases are names or terms: they are found with an ending of the plural
        and, in Korean, with nothing behind them but a particle.
    """

    phrases: tuple[Phrase, ...] = ()
    patterns: tuple[tuple[dict[str, Any], ...], ...] = ()
    regexes: tuple[Regex, ...] = Field(default=(), alias="regex")
    unless: Excuses = ()
    near: Excuses = ()
    unless_negated: bool = False
    until: date | None = None
    noun: bool = False

    @field_validator("patterns")
    @classmethod
    def _valid_patterns(
        cls, value: tuple[tuple[dict[str, Any], ...], ...]
    ) -> tuple[tuple[dict[str, Any], ...], ...]:
        if value:
            from spacy.schemas import validate_token_pattern

            for number, pattern in enumerate(value):
                if not pattern:
                    raise ValueError(f"pattern {number} should hold 1 to {_MOST_TOKENS} tokens")
                if problems := validate_token_pattern([dict(token) for token in pattern]):
                    raise ValueError(f"pattern {number} is no spaCy token pattern: {problems[0]}")
            return tuple(_bounded(number, pattern) for number, pattern in enumerate(value))
        return value

    @model_validator(mode="after")
    def _looks_for_something(self) -> Self:
        if not self.phrases and not self.patterns and not self.regexes:
            raise ValueError(
                "expected phrases, patterns or regex: the rule has nothing to look for"
            )
        return self
