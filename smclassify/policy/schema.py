"""What may stand under ``[policy]`` in ``smclassify.toml``.

The models only say what is allowed; reading the file and telling the user what is wrong
with it is :mod:`smclassify.config`'s job.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from smclassify.labels import FLAG_OF_REASON, FLAGS, REASONS

Severity = Literal["block", "warn", "off"]

GAP = "…"
"""In a phrase: a few words, or none, of the same sentence may stand here."""


def _with_words(phrase: str) -> str:
    for part in phrase.split(GAP):
        if not any(character.isalnum() for character in part):
            raise ValueError(f"expected words to look for, on both sides of any {GAP!r}")
    return phrase


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Phrase = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_with_words),
]
RuleName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$")]
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Domain = Annotated[
    str, StringConstraints(to_lower=True, pattern=r"(?i)^[^\s@/:]+(?:\.[^\s@/:.]+)+$")
]
Email = Annotated[str, StringConstraints(to_lower=True, pattern=r"^[^\s@]+@[^\s@]+\.[^\s@]+$")]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[\d\s().\-/]{3,30}$")]


class Strict(BaseModel):
    """A table that takes no key it doesn't know and never changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Rule(Strict):
    """One rule: what to look for, what it means, what to say about it.

    Attributes
    ----------
    name : str
        Lower-case words joined by hyphens. A company's rule with the name of a built-in
        one takes its place.
    label, reason : str
        The flag and the reason the rule speaks for. A reason alone is enough. Both may be
        left out for a rule that only advises; such a rule cannot block.
    languages : tuple of str
        Only texts in these languages are searched. Empty: every text.
    phrases : tuple of str
        Word sequences, found whatever their case. ``…`` stands for up to a few words of
        the same sentence. In Korean, spaces are optional and particles may follow.
    patterns : tuple
        spaCy token patterns, each a list of token descriptions
        (https://spacy.io/api/matcher#patterns).
    unless : tuple of str
        Phrases that make a hit harmless when they stand in the same sentence.
    unless_negated : bool
        Whether a hit in a sentence that forbids or denies ("never buy followers") is
        harmless.
    severity : {"block", "warn", "off"}
        ``block`` sets the label's flag, ``warn`` is only shown.
    message, suggestion : str
        What is wrong, and what would mend it; one sentence each.
    """

    name: RuleName
    label: str = ""
    reason: str = ""
    languages: tuple[LanguageCode, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    patterns: tuple[tuple[dict[str, Any], ...], ...] = ()
    unless: tuple[Phrase, ...] = ()
    unless_negated: bool = False
    severity: Severity = "warn"
    message: Line
    suggestion: str = ""

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

    @field_validator("patterns")
    @classmethod
    def _valid_patterns(
        cls, value: tuple[tuple[dict[str, Any], ...], ...]
    ) -> tuple[tuple[dict[str, Any], ...], ...]:
        if value:
            from spacy.schemas import validate_token_pattern

            for number, pattern in enumerate(value):
                if not pattern:
                    raise ValueError(f"pattern {number} is empty")
                if problems := validate_token_pattern([dict(token) for token in pattern]):
                    raise ValueError(f"pattern {number} is no spaCy token pattern: {problems[0]}")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.phrases and not self.patterns:
            raise ValueError("expected phrases or patterns: the rule has nothing to look for")
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


class Contacts(Strict):
    """The brand's own contact details: publishing these is no slip.

    Attributes
    ----------
    emails, phones, domains : tuple of str
        A phone number may be written in any usual way; a domain stands for every address
        at it and below it.
    """

    emails: tuple[Email, ...] = ()
    phones: tuple[Phone, ...] = ()
    domains: tuple[Domain, ...] = ()


class Policy(Strict):
    """A company's social media policy, beyond what is built in.

    Attributes
    ----------
    brand_names, handles : tuple of str
        What the brand and its accounts are called.
    competitors : tuple of str
        Naming one of these is worth a second look.
    confidential : tuple of str
        Terms that must not appear in public: code names, clients, unreleased products.
    forbidden : tuple of str
        Words and phrases the brand never uses.
    contacts : Contacts
        The brand's own addresses, numbers and domains.
    rules : tuple of Rule
        The company's own rules; ``[[policy.rule]]`` in the file.
    off : tuple of str
        Names of built-in rules that this company doesn't want.
    severity : dict of str to str
        Another severity for a built-in rule, by its name.
    """

    brand_names: tuple[Phrase, ...] = ()
    handles: tuple[Phrase, ...] = ()
    competitors: tuple[Phrase, ...] = ()
    confidential: tuple[Phrase, ...] = ()
    forbidden: tuple[Phrase, ...] = ()
    contacts: Contacts = Contacts()
    rules: tuple[Rule, ...] = Field(default=(), alias="rule")
    off: tuple[RuleName, ...] = ()
    severity: dict[RuleName, Severity] = Field(default_factory=dict)

    @field_validator("rules")
    @classmethod
    def _unique_names(cls, value: tuple[Rule, ...]) -> tuple[Rule, ...]:
        seen: set[str] = set()
        for rule in value:
            if rule.name in seen:
                raise ValueError(f"two rules are named {rule.name!r}; every rule needs its own")
            seen.add(rule.name)
        return value
