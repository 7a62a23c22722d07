"""What may stand under ``[policy]`` in ``smclassify.toml``.

The models only say what is allowed; reading the file and telling the user what is wrong
with it is :mod:`smclassify.config`'s job. A rule is described in :mod:`smclassify.policy.rule`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, field_validator, model_validator

from smclassify.policy.rule import (
    BaseRule,
    LanguageCode,
    Phrase,
    Rule,
    RuleName,
    Severity,
    Strict,
    Wording,
    said_in,
)
from smclassify.wording import Words

MOST_PHRASES: Final = 200_000
"""More phrases than any company has; a file with more is a mistake, or meant to harm."""

MOST_SEARCHES: Final = 10_000
"""More regular expressions, or token patterns, than can be tried on a text in good time."""

Domain = Annotated[
    str, StringConstraints(to_lower=True, pattern=r"(?i)^[^\s@/:]+(?:\.[^\s@/:.]+)+$")
]
Email = Annotated[str, StringConstraints(to_lower=True, pattern=r"^[^\s@]+@[^\s@]+\.[^\s@]+$")]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[\d\s().\-/]{3,30}$")]
Share = Annotated[float, Field(gt=0.0, le=1.0)]


class Term(Strict):
    """A term that must not, or not yet, appear in public.

    Attributes
    ----------
    term : str
        The term.
    until : date, optional
        The last day of its embargo; for ever where there is none.
    message, suggestion : str or dict of str to str
        Instead of the usual ones.
    """

    term: Phrase
    until: date | None = None
    message: Wording | Literal[""] = ""
    suggestion: Wording | Literal[""] = ""


def _as_term(value: object) -> object:
    return {"term": value} if isinstance(value, str) else value


TermOrName = Annotated[Term, BeforeValidator(_as_term)]


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


class Required(BaseRule):
    """What has to stand in a text that speaks of something: "#ad" beside a partnership.

    Attributes
    ----------
    when : tuple of str
        Phrases that make it necessary. Empty: every text needs it.
    phrases : tuple of str
        One of these has to be in the text.
    unless : tuple of str
        Phrases that make it unnecessary after all.
    """

    when: tuple[Phrase, ...] = ()
    phrases: Annotated[tuple[Phrase, ...], Field(min_length=1)]
    unless: tuple[Phrase, ...] = ()


class Tone(Strict):
    """How readers are addressed, by language.

    Attributes
    ----------
    fr : {"tu", "vous"}, optional
    ko : {"해요체", "합쇼체", "반말"}, optional
        The speech level; 해요체 and 합쇼체 go together, as brands mix them.
    zh : {"你", "您"}, optional
    """

    fr: Literal["tu", "vous"] | None = None
    ko: Literal["해요체", "합쇼체", "반말"] | None = None
    zh: Literal["你", "您"] | None = None


class PlatformSettings(Strict):
    """A company's own norms for a platform, over those that come with the program.

    Attributes
    ----------
    languages : tuple of str
        The languages of the page. Empty: any.
    length, hashtags, links : int, optional
        The most characters, as the platform counts them, hashtags and links.
    """

    languages: tuple[LanguageCode, ...] = ()
    length: Annotated[int, Field(gt=0)] | None = None
    hashtags: Annotated[int, Field(ge=0)] | None = None
    links: Annotated[int, Field(ge=0)] | None = None


class Adjustment(Strict):
    """What a company wants otherwise of a built-in rule.

    Attributes
    ----------
    severity : {"block", "warn", "off"}, optional
    languages : tuple of str
        Only texts in these languages.
    message, suggestion : str or dict of str to str
    """

    severity: Severity | None = None
    languages: tuple[LanguageCode, ...] = ()
    message: Wording | Literal[""] = ""
    suggestion: Wording | Literal[""] = ""


_AS_IT_IS: Final = Adjustment()


class Campaign(Strict):
    """What is asked of a set of drafts together.

    Attributes
    ----------
    self_centered : float
        The largest share of posts that may be self-centered.
    links, offers : float
        The largest share of posts that may hold a link, or an offer.
    similar : float
        From which likeness on, 0 to 1 (Jaccard, of character 5-grams), two drafts are one
        text sent twice.
    gap_days : int
        The longest silence between two posts, in days, where the drafts are dated.
    """

    self_centered: Share = 0.34
    links: Share = 0.5
    offers: Share = 0.34
    similar: Annotated[float, Field(ge=0.5, le=1.0)] = 0.6
    gap_days: Annotated[int, Field(gt=0)] = 7


class Policy(Strict):
    """A company's social media policy, beyond what is built in.

    Attributes
    ----------
    brand_names, products, handles : tuple of str
        What the brand, its products and its accounts are called.
    competitors : tuple of str
        Naming one of these is worth a second look; near a negative judgement it is one too
        many.
    confidential : tuple of Term
        Terms that must not appear in public: code names, clients, unreleased products; each
        may say until when.
    forbidden : tuple of Term
        Words and phrases the brand never uses.
    required : tuple of Required
        What has to be said, and when; ``[[policy.required]]`` in the file.
    tone : Tone
        How readers are addressed.
    languages : tuple of str
        The languages the brand posts in. Empty: any.
    link_domains : tuple of str
        Where links may lead, beside the brand's own domains. Empty: anywhere.
    contacts : Contacts
        The brand's own addresses, numbers and domains.
    platforms : dict of str to PlatformSettings
        The company's own norms for a platform.
    campaign : Campaign
        What is asked of a set of drafts together.
    rules : tuple of Rule
        The company's own rules; ``[[policy.rule]]`` in the file.
    off : tuple of str
        Names of built-in rules that this company doesn't want.
    severity : dict of str to str
        Another severity for a built-in rule, by its name.
    adjust : dict of str to Adjustment
        Other languages or words for a built-in rule as well.
    """

    brand_names: tuple[Phrase, ...] = ()
    products: tuple[Phrase, ...] = ()
    handles: tuple[Phrase, ...] = ()
    competitors: tuple[Phrase, ...] = ()
    confidential: tuple[TermOrName, ...] = ()
    forbidden: tuple[TermOrName, ...] = ()
    required: tuple[Required, ...] = ()
    tone: Tone = Tone()
    languages: tuple[LanguageCode, ...] = ()
    link_domains: tuple[Domain, ...] = ()
    contacts: Contacts = Contacts()
    platforms: dict[str, PlatformSettings] = Field(default_factory=dict)
    campaign: Campaign = Campaign()
    rules: tuple[Rule, ...] = Field(default=(), alias="rule")
    off: tuple[RuleName, ...] = ()
    severity: dict[RuleName, Severity] = Field(default_factory=dict)
    adjust: dict[RuleName, Adjustment] = Field(default_factory=dict)

    @field_validator("rules", "required")
    @classmethod
    def _unique_names(cls, value: tuple[Rule, ...]) -> tuple[Rule, ...]:
        seen: set[str] = set()
        for rule in value:
            if rule.name in seen:
                raise ValueError(f"two rules are named {rule.name!r}; every rule needs its own")
            seen.add(rule.name)
        return value

    @model_validator(mode="after")
    def _not_too_many(self) -> Self:
        lists = (self.brand_names, self.products, self.handles, self.competitors)
        counted = {
            "phrases": (
                sum(map(len, (*lists, self.confidential, self.forbidden)))
                + sum(len(rule.phrases) for rule in self.rules)
                + sum(len(one.phrases) + len(one.when) for one in self.required),
                MOST_PHRASES,
            ),
            "regular expressions": (sum(len(rule.regexes) for rule in self.rules), MOST_SEARCHES),
            "token patterns": (sum(len(rule.patterns) for rule in self.rules), MOST_SEARCHES),
        }
        for what, (number, most) in counted.items():
            if number > most:
                raise ValueError(f"{number:,} {what} are too many; a policy may hold {most:,}")
        return self

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        if twice := {rule.name for rule in self.rules} & {one.name for one in self.required}:
            raise ValueError(
                f"a rule and a requirement are both named {min(twice)!r}; each needs its own name"
            )
        return self

    def severity_of(self, rule: str) -> Severity | None:
        """Return the severity the company has given a built-in rule, if it has."""
        if rule in self.off:
            return "off"
        return self.severity.get(rule) or self._adjustment(rule).severity

    def languages_of(self, rule: str) -> tuple[str, ...]:
        """Return the languages the company wants a built-in rule for; empty: every one."""
        return self._adjustment(rule).languages

    def reads(self, rule: str, language: str) -> bool:
        """Return whether the company wants a built-in rule for texts in a language."""
        languages = self.languages_of(rule)
        return not languages or language in languages

    def reworded(self, rule: str, words: Words, ui_language: str) -> Words:
        """Return what a built-in rule says, in the company's words where it has given some."""
        adjustment = self._adjustment(rule)
        return Words(
            said_in(adjustment.message, ui_language) or words.message,
            said_in(adjustment.suggestion, ui_language) or words.suggestion,
        )

    def _adjustment(self, rule: str) -> Adjustment:
        return self.adjust.get(rule) or _AS_IT_IS
