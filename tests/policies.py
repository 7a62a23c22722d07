"""A company's policy without the built-in rules, for tests of what is the company's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from smclassify.policy.rules import builtin_names

LISTS = (
    "confidential-term",
    "confidential-until",
    "forbidden-phrase",
    "competitor-named",
    "competitor-disparaged",
)
"""The rules that a company's lists of terms become."""


def alone(policy: Mapping[str, Any], *kept: str) -> dict[str, Any]:
    """Return a policy with every built-in rule off but those named.

    Thousands of built-in phrases take a quarter of a second to be made ready, each time; they
    are tried elsewhere, with the policies of the other files.
    """
    off: Collection[str] = policy.get("off", ())
    return {**policy, "off": [*off, *sorted(builtin_names() - {*kept, *off})]}
