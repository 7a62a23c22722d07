"""spaCy's French, without the seconds that its import takes.

``spacy.lang.fr`` compiles one regular expression of one and a half million characters when it
is imported (``TOKEN_MATCH``, the compounds that stay one token: ``porte-clés``,
``saut-de-ski``). It is some 280 alternatives that differ in a few letters each and repeat the
classes of all letters of all scripts 560 times; Python's ``re`` spends 5 ms on each of these
classes. Here the import leaves that expression alone, and the alternatives that share their
classes are put into one: ``aX|bX`` is ``(?:a|b)X``. It matches the same strings as before;
``tests/test_french.py`` holds the two against each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, Final

from spacy.language import BaseDefaults
from spacy.util import get_lang_class

_GIANT: Final = 100_000
"""Characters of a regular expression that is not compiled before it is used."""

_HEAD: Final = "(?iu)(?:"
_BETWEEN: Final = ")|(?:"
_TAIL: Final = ")"
_LETTERS: Final = re.compile(r"(\[[^\]]{500,}\][+*?]?)")
"""A class of all letters, with how often it may come."""


def french_defaults() -> type[BaseDefaults]:
    """Return spaCy's defaults for French; ``token_match`` is compiled when it is first used."""
    with _giants_left_alone():
        return get_lang_class("fr").Defaults


@contextmanager
def _giants_left_alone() -> Iterator[None]:
    """Let ``re.compile`` put off giants, which nobody else compiles, until they are used."""
    compile_now = re.compile

    def compiled(pattern: Any, flags: Any = 0) -> Any:
        if isinstance(pattern, str) and len(pattern) > _GIANT and not flags:
            return Later(pattern)
        return compile_now(pattern, flags)

    # There is no other way in: the module compiles while it is imported.
    setattr(re, "compile", compiled)  # noqa: B010
    try:
        yield
    finally:
        setattr(re, "compile", compile_now)  # noqa: B010


class Later:
    """A regular expression that is compiled when it is first asked.

    Parameters
    ----------
    pattern : str
        The expression; alternatives at its top are put together by :func:`factored`.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    @cached_property
    def _matches(self) -> Callable[[str], re.Match[str] | None]:
        return re.compile(factored(self.pattern)).match

    def match(self, string: str) -> re.Match[str] | None:
        """Return the match at the beginning of a string, as ``re.Pattern.match`` does."""
        return self._matches(string)


def factored(pattern: str) -> str:
    """Put alternatives of an expression together that share their classes of letters.

    Parameters
    ----------
    pattern : str
        ``(?iu)(?:…)|(?:…)|…``, with no groups that capture.

    Returns
    -------
    str
        An expression that matches the same strings; ``pattern`` if it has another form.
    """
    if not pattern.startswith(_HEAD) or not pattern.endswith(_TAIL):
        return pattern
    # What stands around the part in which alternatives differ -> those parts.
    groups: dict[tuple[str, str], list[str]] = {}
    for alternative in pattern[len(_HEAD) : -len(_TAIL)].split(_BETWEEN):
        before, differing, after = _parted(alternative)
        groups.setdefault((before, after), []).append(differing)
    return "(?iu)" + "|".join(
        f"(?:{before}(?:{'|'.join(parts)}){after})" for (before, after), parts in groups.items()
    )


def _parted(alternative: str) -> tuple[str, str, str]:
    """Return what stands before, in and after the longest part without a class of all letters."""
    parts = _LETTERS.split(alternative)  # what lies between, class, between, …, between
    at = max(range(0, len(parts), 2), key=lambda index: len(parts[index]))
    return "".join(parts[:at]), parts[at], "".join(parts[at + 1 :])
