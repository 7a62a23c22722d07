"""The configuration: what ``smclassify.toml`` says, validated.

Nothing needs to be configured; every key has a default that works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, ValidationError

from smclassify.errors import ConfigError
from smclassify.labels import CRISIS, FLAGS, LANGUAGES, PRIVATE_REPLY, is_own_label
from smclassify.policy.rule import LanguageCode, Line, Strict
from smclassify.policy.schema import Policy
from smclassify.policy.tomlfile import (
    KeyPath,
    config_error,
    dotted,
    line_of,
    nearest,
    read_toml,
    shortened,
)
from smclassify.wording import DEFAULT_UI_LANGUAGE, UI_LANGUAGES

CONFIG_NAME: Final = "smclassify.toml"
DEFAULT_REPLY_MINUTES: Final = 120
"""Two hours: what customers on social media usually expect."""

Probability = Annotated[float, Field(ge=0.0, le=1.0)]

THRESHOLD_LABELS: Final = (*FLAGS, PRIVATE_REPLY, CRISIS)
"""The guide's labels that have thresholds; those of a company's own have them, too."""


def _checked(known: tuple[str, ...]) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in known:
            close = nearest(value, known)
            meant = f", did you mean {close!r}?" if close else ""
            raise ValueError(
                f"expected one of {', '.join(map(repr, known))}; found {value!r}{meant}"
            )
        return value

    return check


_decided = _checked(THRESHOLD_LABELS)

Learned = Annotated[str, AfterValidator(_checked(LANGUAGES))]
UiLanguage = Annotated[str, AfterValidator(_checked(UI_LANGUAGES))]


def _label(value: str) -> str:
    # Whether a model has learned it is not known here: one configuration serves several models.
    return value if is_own_label(value) else _decided(value)


Label = Annotated[str, AfterValidator(_label)]


class Config(Strict):
    """Everything a company can set.

    Attributes
    ----------
    languages : tuple of str
        The languages the company writes and reads.
    ui_language : str
        The language of messages and suggestions.
    pipelines : dict of str to str
        For a language, an installed spaCy pipeline to use instead of the blank one.
    thresholds : dict of str to float
        For a label, the probability from which it is set, 0 to 1. Those of a company's own
        labels count for the models that have learned them.
    reply_time_target : int
        Minutes within which an unhappy customer should have an answer.
    policy : Policy
        The social media policy.
    """

    languages: Annotated[tuple[Learned, ...], Field(min_length=1)] = LANGUAGES
    ui_language: UiLanguage = DEFAULT_UI_LANGUAGE
    pipelines: dict[LanguageCode, Line] = Field(default_factory=dict)
    thresholds: dict[Label, Probability] = Field(default_factory=dict)
    reply_time_target: Annotated[int, Field(gt=0)] = DEFAULT_REPLY_MINUTES
    policy: Policy = Policy()


def load_config(path: str | Path | None = None) -> Config:
    """Read the configuration.

    Parameters
    ----------
    path : str or Path, optional
        The file. Without one, ``smclassify.toml`` in the working folder is read if it is
        there; if it isn't, everything is as by default.

    Returns
    -------
    Config

    Raises
    ------
    ConfigError
        The file is missing, unreadable, not TOML or not valid. The error names the file,
        the key, its line and what was expected.
    """
    if path is None:
        here = Path(CONFIG_NAME)
        if not here.is_file():
            return Config()
        path = here
    path = Path(path)
    text, data = read_toml(path)
    config = _validated(path, text, data)
    _check_patterns(config.policy, config.pipelines, path, text)
    return config


def load_policy(path: str | Path, pipelines: Mapping[str, str] | None = None) -> Policy:
    """Read the policy from a file that holds a ``[policy]`` table.

    Parameters
    ----------
    path : str or Path
    pipelines : mapping of str to str, optional
        The trained spaCy pipelines that the policy will work with, where they are known;
        token patterns that need others are refused.

    Raises
    ------
    ConfigError
        As :func:`load_config`, and when the file holds no policy at all.
    """
    path = Path(path)
    text, data = read_toml(path)
    if "policy" not in data:
        raise ConfigError(
            "the file holds no policy; expected a [policy] table",
            where=str(path),
            hint="Put the policy's keys under a line that says [policy].",
        )
    config = _validated(path, text, data)
    if pipelines is not None:
        _check_patterns(config.policy, {**pipelines, **config.pipelines}, path, text)
    return config.policy


def _validated(path: Path, text: str, data: dict[str, Any]) -> Config:
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        raise config_error(error, Config, path, text, data) from error
    _check_builtin_names(config.policy, path, text)
    return config


def _check_builtin_names(policy: Policy, path: Path, text: str) -> None:
    """Refuse what is said of rules and platforms that don't exist, and blocks that can't be."""
    if policy.platforms:
        _check_platforms(policy, path, text)
    if policy.rules or policy.required:
        _check_own_names(policy, path, text)
    if not (policy.off or policy.severity or policy.adjust):
        return
    from smclassify.policy.rules import builtin_names, family_of

    known, unlabelled = builtin_names(), _unlabelled_names()
    named: list[tuple[KeyPath, str, str | None]] = [
        (("policy", "off", number), name, None) for number, name in enumerate(policy.off)
    ]
    named += [(("policy", "severity", name), name, how) for name, how in policy.severity.items()]
    for name, adjusted in policy.adjust.items():
        key: KeyPath = ("policy", "adjust", name)
        named.append((key if adjusted.severity is None else (*key, "severity"), name,
                      adjusted.severity))  # fmt: skip
    for key, name, severity in named:
        family = family_of(name) if key[1] == "adjust" else name
        if name not in known and family not in known:
            raise ConfigError(
                f"there is no built-in rule {shortened(name)!r}{_meant(name, known)}",
                where=f"{path}, line {line_of(text, key)}, {dotted(key)}",
                hint=f"The built-in rules: {', '.join(sorted(known))}.",
            )
        if severity == "block" and name in unlabelled:
            raise ConfigError(
                f"the rule {name!r} cannot block: blocking sets a label's flag; it has none",
                where=f"{path}, line {line_of(text, key)}, {dotted(key)}",
                hint="Use 'warn' or 'off', or write a [[policy.rule]] with a label of its own.",
            )


def _unlabelled_names() -> frozenset[str]:
    """Return the names of the built-in rules that only advise."""
    from smclassify.policy.platforms import PLATFORM_RULES
    from smclassify.policy.recognizers import RECOGNIZERS
    from smclassify.policy.rules import builtin

    phrase_rules = {rule.name for rule in builtin().rules if not rule.label}
    recognised = {one.rule for one in RECOGNIZERS if not one.label}
    return frozenset(phrase_rules | recognised | {*PLATFORM_RULES})


def _check_own_names(policy: Policy, path: Path, text: str) -> None:
    """Refuse rules under the name of a built-in one whose place they cannot take."""
    from smclassify.policy.platforms import PLATFORM_RULES
    from smclassify.policy.recognizers import RECOGNIZERS
    from smclassify.policy.rules import EMBARGOED, TERM_RULES, builtin, family_of

    phrases = {rule.name for rule in builtin().rules}
    required = {one.name for one in builtin().required}
    coded = {*(one.rule for one in RECOGNIZERS), *PLATFORM_RULES, *TERM_RULES}
    off = "Choose another name; to have yours instead, put the built-in one under off."
    for table, rules, taken, others in (
        ("rule", policy.rules, required, "[[policy.required]]"),
        ("required", policy.required, phrases, "[[policy.rule]]"),
    ):
        for number, rule in enumerate(rules):
            if rule.name in coded or family_of(rule.name) in (*TERM_RULES, EMBARGOED):
                problem = f"{rule.name!r} is the name of a built-in rule that is more than phrases"
                hint = off
            elif rule.name in taken:
                problem = f"the built-in {rule.name!r} can only be replaced under {others}"
                hint = "Choose another name, or another table."
            else:
                continue
            key = ("policy", table, number, "name")
            where = f"{path}, line {line_of(text, key)}, {dotted(key)}"
            raise ConfigError(problem, where=where, hint=hint)


_TRAINED: Final = frozenset({"LEMMA", "POS", "TAG", "DEP", "MORPH"})
"""What only a trained pipeline says of a token."""


def _check_patterns(policy: Policy, pipelines: Mapping[str, str], path: Path, text: str) -> None:
    """Refuse token patterns that ask for what no pipeline of the configuration knows."""
    for number, rule in enumerate(policy.rules):
        keys = {str(key) for pattern in rule.patterns for token in pattern for key in token}
        asked = sorted(_TRAINED & keys)
        if asked and not (set(rule.languages or pipelines) & set(pipelines)):
            key = ("policy", "rule", number, "patterns")
            raise ConfigError(
                f"the patterns ask for {', '.join(asked)}, which only trained pipelines give",
                where=f"{path}, line {line_of(text, key)}, {dotted(key)}",
                hint="Name one under [pipelines] in smclassify.toml, or use LOWER.",
            )


def _check_platforms(policy: Policy, path: Path, text: str) -> None:
    """Refuse norms for a platform that isn't known, or for one under two of its names."""
    from smclassify.policy.platforms import platform_key, platform_names, platforms

    seen: dict[str, str] = {}
    for name in policy.platforms:
        key = platform_key(name)
        if key is None:
            problem = f"there is no platform {shortened(name)!r}{_meant(name, platform_names())}"
            hint = f"The known platforms: {', '.join(platforms())}."
        elif key in seen:
            problem = f"{seen[key]!r} and {name!r} are the same platform"
            hint = "Put its norms under one of the two names."
        else:
            seen[key] = name
            continue
        path_to = ("policy", "platforms", name)
        where = f"{path}, line {line_of(text, path_to)}, {dotted(path_to)}"
        raise ConfigError(problem, where=where, hint=hint)


def _meant(name: str, known: Iterable[str]) -> str:
    close = nearest(name, known)
    return f"; did you mean {close!r}?" if close else ""
