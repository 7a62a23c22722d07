"""The configuration: what ``smclassify.toml`` says, validated.

Nothing needs to be configured; every key has a default that works.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, ValidationError

from smclassify.errors import ConfigError
from smclassify.labels import CRISIS, FLAGS, LANGUAGES, PRIVATE_REPLY
from smclassify.policy.schema import LanguageCode, Line, Policy, Strict
from smclassify.policy.tomlfile import config_error, dotted, line_of, nearest, read_toml

CONFIG_NAME: Final = "smclassify.toml"
DEFAULT_REPLY_MINUTES: Final = 120
"""Two hours: what customers on social media usually expect."""

Probability = Annotated[float, Field(ge=0.0, le=1.0)]

THRESHOLD_LABELS: Final = (*FLAGS, PRIVATE_REPLY, CRISIS)


def _one_of(known: tuple[str, ...]) -> AfterValidator:
    def check(value: str) -> str:
        if value not in known:
            close = nearest(value, known)
            meant = f", did you mean {close!r}?" if close else ""
            raise ValueError(
                f"expected one of {', '.join(map(repr, known))}; found {value!r}{meant}"
            )
        return value

    return AfterValidator(check)


Learned = Annotated[str, _one_of(LANGUAGES)]
Label = Annotated[str, _one_of(THRESHOLD_LABELS)]


class Config(Strict):
    """Everything a company can set.

    Attributes
    ----------
    languages : tuple of str
        The languages the company writes and reads.
    pipelines : dict of str to str
        For a language, an installed spaCy pipeline to use instead of the blank one.
    thresholds : dict of str to float
        For a label, the probability from which it is set, 0 to 1.
    reply_time_target : int
        Minutes within which an unhappy customer should have an answer.
    policy : Policy
        The social media policy.
    """

    languages: Annotated[tuple[Learned, ...], Field(min_length=1)] = LANGUAGES
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
    return _validated(path, text, data)


def load_policy(path: str | Path) -> Policy:
    """Read the policy from a file that holds a ``[policy]`` table.

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
    return _validated(path, text, data).policy


def _validated(path: Path, text: str, data: dict[str, Any]) -> Config:
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        raise config_error(error, Config, path, text, data) from error
    _check_builtin_names(config.policy, path, text)
    return config


def _check_builtin_names(policy: Policy, path: Path, text: str) -> None:
    """Refuse to switch off, or to weigh, a built-in rule that doesn't exist."""
    if not policy.off and not policy.severity:
        return
    from smclassify.policy.rules import builtin_names

    known = builtin_names()
    named: list[tuple[tuple[str | int, ...], str]] = [
        (("policy", "off", number), name) for number, name in enumerate(policy.off)
    ]
    named += [(("policy", "severity", name), name) for name in policy.severity]
    for key, name in named:
        if name in known:
            continue
        close = nearest(name, known)
        raise ConfigError(
            f"there is no built-in rule {name!r}" + (f"; did you mean {close!r}?" if close else ""),
            where=f"{path}, line {line_of(text, key)}, {dotted(key)}",
            hint=f"The built-in rules: {', '.join(sorted(known))}.",
        )
