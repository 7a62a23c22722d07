"""The file a policy stands in, for the commands that write, check and explain policies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from smclassify.config import CONFIG_NAME, load_config, load_policy
from smclassify.policy.schema import Policy
from smclassify.policy.tomlfile import dotted, lines_of, read_toml


@dataclass(frozen=True)
class PolicyFile:
    """A policy, and where it was read.

    Attributes
    ----------
    policy : Policy
    path : str
        The file; empty where there is none and the built-in rules alone are in force.
    text : str
        What the file says.
    pipelines : mapping of str to str
        The trained spaCy pipelines of the configuration.
    """

    policy: Policy
    path: str = ""
    text: str = ""
    pipelines: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: str | None) -> PolicyFile:
        """Read a policy file, or the configuration of the working folder.

        Raises
        ------
        ConfigError
            If the file cannot be read, or is not valid.
        """
        config = load_config()
        if path is None and not Path(CONFIG_NAME).is_file():
            return cls(config.policy)
        policy = config.policy if path is None else load_policy(path, config.pipelines)
        where = Path(path or CONFIG_NAME)
        return cls(policy, str(where), read_toml(where)[0], config.pipelines)

    def where(self, key: Sequence[str | int]) -> str:
        """Return the file, the line and the name of a key below ``policy``."""
        return self.places([key])[0]

    def places(self, keys: Iterable[Sequence[str | int]]) -> list[str]:
        """Return what :meth:`where` does for many keys, reading the file once."""
        whole: list[tuple[Any, ...]] = [("policy", *key) for key in keys]
        return [
            f"{self.path}, line {line}, {dotted(key)}" if line else dotted(key)
            for key, line in zip(whole, lines_of(self.text, whole), strict=True)
        ]

    def where_rule(self, name: str) -> str:
        """Return where one of the company's own rules stands; empty for a list of terms."""
        for table, rules in (("rule", self.policy.rules), ("required", self.policy.required)):
            for number, rule in enumerate(rules):
                if rule.name == name:
                    return self.where((table, number))
        return self.path


def starting_file() -> str:
    """Return a policy file to start from: every key explained, all of them switched off."""
    return files("smclassify.policy").joinpath("starting.toml").read_text("utf-8")
