r"""Texts that a spreadsheet would run as a formula, made harmless, and back.

A comment that begins with ``=``, ``+``, ``-`` or ``@`` comes from a stranger, and a spreadsheet
program runs it when it opens the file ("CSV injection":
https://owasp.org/www-community/attacks/CSV_Injection). An apostrophe before the text makes it
harmless. It gets one too if blanks, control characters or double quotes stand before such a
character, since some programs take them away; if the character is full-width, which some fold;
and if it begins with a tab or a line break. Names (``@brand``) are no exception: ``@SUM(1)``
runs. A text that is but a number with its sign, such as ``-5`` or ``-5 %``, is left alone.

Inside a text what could be a formula gets an apostrophe after a semicolon, a tab or a line break.
Where Excel expects semicolons between the cells, as in French and German, it doesn't see the
quotes around ours and begins a new cell there.

What has apostrophes there already gets one more, so that taking one away from each such place
always gives back what was there.
"""

from __future__ import annotations

import re
from typing import Final

MARK: Final = "'"

_RUN: Final = r"=+\-@＝＋－＠"
_BLANK: Final = (
    r"\x00-\x08\x0b\x0c\x0e-\x20\"\x7f-\xa0\u1680"
    r"\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff"
)
# Possessive (*+): the time grows with the text alone, whatever it holds.
_RISKY: Final = re.compile(rf"'*+[{_BLANK}]*+[{_RUN}\t\r\n]")
_SUSPECT: Final = rf"['{_BLANK}{_RUN}\t\r\n]"
_NUMBER: Final = re.compile(
    r"[+-](?:[0-9]+(?:[.,][0-9]+)*|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?[ \xa0\u202f]?%?"
)
# What a formula goes on with; ;-) and ;-( are none.
_FORMULA: Final = rf"(?='*+(?:[{_RUN}][{_RUN}{_BLANK}]*+[\w'{{\[]|[=＝][{_BLANK}]*+\())"
_INSIDE: Final = re.compile(rf"([;\t\r\n][{_BLANK}]*+){_FORMULA}")
_MAYBE_INSIDE: Final = re.compile(rf"[;\t\r\n][{_BLANK}]*+'*+[{_RUN}]")
_MARKED_INSIDE: Final = re.compile(rf"([;\t\r\n][{_BLANK}]*+)'{_FORMULA}")


def is_risky(text: str) -> bool:
    """Whether a spreadsheet might run a text, or take it for one that was guarded."""
    return _RISKY.match(text) is not None and _NUMBER.fullmatch(text) is None


def is_suspect(joined: str, between: str) -> bool:
    """Whether a text may be among some that :func:`guard` changes.

    Parameters
    ----------
    joined : str
        The texts, each behind ``between``.
    between : str
        A character.
    """
    if any(mark in joined for mark in ";\t\r\n") and _MAYBE_INSIDE.search(joined):
        return True
    return re.search(re.escape(between) + _SUSPECT, joined) is not None


def guard(text: str) -> str:
    """Return a text as a spreadsheet may open it, whatever it takes for the end of a cell."""
    if ";" in text or "\n" in text or "\r" in text or "\t" in text:
        text = _INSIDE.sub(rf"\1{MARK}", text)
    if text[:1].isalnum():  # most are, and this is the quickest to ask
        return text
    return MARK + text if is_risky(text) else text


def unguard(text: str) -> str:
    """Return what :func:`guard` was given."""
    if MARK not in text:
        return text
    if text[0] == MARK and _RISKY.match(text, 1):
        text = text[1:]
    return _MARKED_INSIDE.sub(r"\1", text)
