"""Masking personal data in the rows of an export, and in what is said of them.

What is masked, in any cell that is a text or holds texts: ``[e-mail]``, ``[phone]``, ``[card]``,
``[bank account]``, ``[id number]``, ``[number]`` (of an order, an account, a customer),
``[date of birth]``, ``[address]``, ``[ip]``, ``[secret]``, ``[health]`` (a named person's),
``[name]``, and ``[account]`` for mentions and profiles. Authors become pseudonyms, and so does an
author's name wherever the row repeats it.

What is not caught: names that nothing announces, numbers that are no texts, names of columns,
keys of objects, pictures behind links.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Final, NamedTuple
from urllib.parse import unquote

from smclassify.comments import CommentResult
from smclassify.exports import cell_text
from smclassify.exports.writing.guard import unguard
from smclassify.policy.fold import fold
from smclassify.triage.cellfacts import account_key
from smclassify.triage.judge import Cells, ToMask
from smclassify.triage.masking.personal import ACCOUNT, Found, find_personal, joined

LEAST_NAME: Final = 3
"""Letters. A shorter author's name is not looked for in the rest of the row."""

LEAST_INSIDE: Final = 6
"""Letters. A shorter name is not looked for inside of a longer word."""

LEVELS: Final = 50
"""How deep texts are looked for in lists and objects; what lies deeper is masked as a whole."""

TOO_DEEP: Final = "[nested]"
PHONE: Final = "[phone]"

MASKS: Final = re.compile(r"\[[a-z -]+\]|author-[0-9a-f]{12}")
"""What stands in place of personal data: nothing that comments are about."""

_DIGITS: Final = 12
"""Hexadecimal; of a million authors, one pair in five hundred such runs shares a pseudonym."""

_AUTHORS: Final = 10_000
"""Pseudonyms that are remembered within a batch."""

_IN_WORD: Final = re.compile(r"[0-9A-Za-z\u00c0-\u024f]")
_NOT_ALNUM: Final = re.compile(r"[\W_]+")
_PART_OF_LINK: Final = re.compile(r"(?<=[/=])[^/=?&#\s]{3,200}")
_PERSON_PAGE: Final = re.compile(
    r"/(?:users?|u|profiles?|people|members?|authors?|channel|homepage|contrib|reviewers?)"
    r"/(?!profile/)([^/?#\s]{2,200})",
    re.IGNORECASE,
)
"""The page of a person, on a site whose addresses are not known; only in columns of links."""

_QUOTE: Final = re.compile(r"“(.*?)”(?=, “|$)", re.DOTALL)


class Redactor:
    """Masks personal data, each row for itself, so that it is the same in whatever batch.

    Parameters
    ----------
    keep : sequence of str
        Our own account names, with or without the @; they stay readable.

    Examples
    --------
    >>> rows = ToMask([["Write to me, jane.doe@mail.example"]])
    >>> Redactor().mask(rows, [])[0]
    [['Write to me, [e-mail]']]
    """

    def __init__(self, keep: Sequence[str] = ()) -> None:
        self._keep = frozenset(filter(None, map(account_key, keep)))

    def mask(self, rows: ToMask, results: Sequence[CommentResult]) -> tuple[Cells, list[list[str]]]:
        """Return the cells and each row's reasons without personal data.

        Parameters
        ----------
        rows : ToMask
            n rows.
        results : sequence of CommentResult
            One a row; or none at all, where only the cells count.

        Raises
        ------
        ValueError
            If there are authors and no key: pseudonyms that anybody can make hide nobody.
        """
        if rows.authors and not rows.key:
            raise ValueError("a key is needed to make pseudonyms")
        of_author = lru_cache(_AUTHORS)(partial(pseudonym, key=rows.key.encode()))
        texts = dict.fromkeys(
            text for row in rows.cells for cell in row for text in _texts_in(cell, LEVELS)
        )
        texts.update(dict.fromkeys(result.text for result in results))
        found = dict(zip(texts, find_personal(list(texts), self._keep), strict=True))
        cells, reasons = [], []
        for place, row in enumerate(rows.cells):
            names = [_name(row[at]) for at in rows.authors if at < len(row)]
            strangers = [name for name in names if name and account_key(name) not in self._keep]
            rest = [
                text
                for at, cell in enumerate(row)
                if at not in rows.authors
                for text in _texts_in(cell, LEVELS)
            ]
            of_row = _OfRow(found, {name: of_author(name) for name in strangers}, rest)
            cells.append(
                [
                    cell if at in rows.ids else of_row.cell(cell, is_link=at in rows.links)
                    for at, cell in enumerate(row)
                ]
            )
            for at in rows.phones:
                if at < len(row) and cell_text(row[at]).strip():
                    cells[-1][at] = PHONE
            for at in rows.authors:
                if at < len(row) and (name := _name(row[at])):
                    cells[-1][at] = of_row.pseudonyms.get(name, row[at])
            if results:
                reasons.append(
                    [of_row.reason(one, results[place].text) for one in results[place].reasons]
                )
        return cells, reasons


def pseudonym(name: str, key: bytes) -> str:
    """Return what an author is called instead: the same for the same name and key.

    An HMAC (RFC 2104) with SHA-256 of the name as accounts are compared.
    """
    digest = hmac.new(key, account_key(name).encode("utf-8", "surrogatepass"), hashlib.sha256)
    return f"author-{digest.hexdigest()[:_DIGITS]}"


def _texts_in(cell: object, levels: int) -> Iterator[str]:
    if isinstance(cell, str):
        yield cell
    elif isinstance(cell, list | tuple | dict) and levels:
        for inner in cell.values() if isinstance(cell, dict) else cell:
            yield from _texts_in(inner, levels - 1)


def _name(cell: object) -> str:
    return unguard(cell_text(cell)).strip()


class _OfRow:
    """What is masked in one row.

    Parameters
    ----------
    found : mapping of str to tuple of Found
        What is personal in each text by itself.
    pseudonyms : mapping of str to str
        Of the row's authors that are not our own accounts.
    rest : list of str
        The row's texts, but for the authors.
    """

    def __init__(
        self,
        found: Mapping[str, tuple[Found, ...]],
        pseudonyms: Mapping[str, str],
        rest: Sequence[str],
    ) -> None:
        self._found = found
        self.pseudonyms = pseudonyms
        said = fold("\0".join(rest)) if pseudonyms else ""
        written = _slug(fold(unquote(said))) if "/" in said else ""
        self._repeated = [
            _Repeated(folded, slug, pseudonym)
            for name, pseudonym in pseudonyms.items()
            if len(slug := _slug(folded := fold(name.lstrip("@＠")))) >= LEAST_NAME
            and (folded in said or slug in written)
        ]

    def cell(self, cell: object, *, is_link: bool = False, levels: int = LEVELS) -> object:
        """Return a cell without personal data."""
        if isinstance(cell, str):
            return _masked(cell, self.in_text(cell, is_link=is_link))
        if isinstance(cell, list | tuple | dict):
            if not levels:
                return TOO_DEEP
            inner = partial(self.cell, is_link=is_link, levels=levels - 1)
            if isinstance(cell, dict):
                return {key: inner(value) for key, value in cell.items()}
            return [inner(value) for value in cell]
        if isinstance(cell, int) and self.pseudonyms:
            return self.pseudonyms.get(str(cell), cell)
        return cell

    def in_text(self, text: str, *, is_link: bool = False) -> tuple[Found, ...]:
        """Return all that is personal in one of the row's texts."""
        found = self._found[text]
        more = [Found(*match.span(1), ACCOUNT) for match in _PERSON_PAGE.finditer(text) if is_link]
        if self._repeated:
            folded = fold(text)
            for name in self._repeated:
                more += name.places(text, folded)
        return joined([*more, *found]) if more else found

    def reason(self, reason: str, text: str) -> str:
        """Return a reason whose quotes show nothing personal of the text that they are from."""
        if "“" not in reason or not (found := self.in_text(text)):
            return reason
        return _QUOTE.sub(lambda quote: f"“{_quoted(quote[1], text, found)}”", reason)


class _Repeated(NamedTuple):
    """An author's name, to be looked for in the rest of a row."""

    folded: str
    slug: str
    pseudonym: str

    def places(self, text: str, folded: str) -> Iterator[Found]:
        """Yield where the name stands in a text, as it is or as addresses write it."""
        at = folded.find(self.folded)
        while at >= 0:
            end = at + len(self.folded)
            if len(self.folded) >= LEAST_INSIDE or not _cuts_a_word(folded, at, end):
                yield Found(at, end, self.pseudonym)
            at = folded.find(self.folded, at + 1)
        if "/" in text:
            for match in _PART_OF_LINK.finditer(text):
                slug = _slug(fold(unquote(match[0])))
                if slug == self.slug or (len(self.slug) >= LEAST_INSIDE and self.slug in slug):
                    yield Found(*match.span(), self.pseudonym)


def _cuts_a_word(text: str, start: int, end: int) -> bool:
    before = _IN_WORD.match(text[start]) and start and _IN_WORD.match(text[start - 1])
    return bool(before or (_IN_WORD.match(text[end - 1]) and _IN_WORD.match(text, end)))


def _slug(folded: str) -> str:
    return _NOT_ALNUM.sub("", folded)


def _masked(text: str, found: Iterable[Found], start: int = 0, end: int | None = None) -> str:
    """Return a text, or a stretch of it, with masks in place of what was found."""
    end = len(text) if end is None else end
    pieces = []
    for one in found:
        if one.start < end and one.end > start:
            pieces += [text[start : max(start, one.start)], one.mask]
            start = one.end
    return "".join([*pieces, text[start:end]])


def _quoted(quote: str, text: str, found: Sequence[Found]) -> str:
    """Return a quote, its white space as it may be, without what is personal where it is from."""
    where = re.compile(r"\s+".join(map(re.escape, quote.split())))
    for match in where.finditer(text):
        if any(one.start < match.end() and one.end > match.start() for one in found):
            return " ".join(_masked(text, found, *match.span()).split())
    return quote
