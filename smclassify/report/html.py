"""Pages of HTML that need nothing but themselves: no script, no font, no picture from outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from tempfile import SpooledTemporaryFile
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from smclassify import __version__
from smclassify.drafts import DraftResult
from smclassify.findings import Finding
from smclassify.labels import UNKNOWN_LANGUAGE
from smclassify.report import words
from smclassify.report.clean import one_line
from smclassify.report.remarks import DraftCounts, flag_remarks, remarks, shown_findings
from smclassify.report.segments import Segment, segments

MOST_DRAFTS: Final = 2000
"""Drafts with remarks on one page; no reader, and hardly a browser, gets through more."""

_IN_MEMORY = 8 * 1024 * 1024
_BLOCK = 1 << 16


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("smclassify", "report/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )


def render(template: str, **values: object) -> str:
    """Return a template of :mod:`smclassify.report` filled in; ``version`` is there already.

    Everything put in is escaped.
    """
    return _environment().get_template(template).render(version=__version__, **values)


class DraftPage:
    """A page of drafts, written while they are scored. A context manager.

    The counts stand at its head but are known at its end, so the drafts wait in a temporary
    file: the memory they take is bounded.

    Parameters
    ----------
    when : datetime, optional
        The time to print; none by default, so that equal drafts give equal pages.
    """

    def __init__(self, when: datetime | None = None) -> None:
        self.counts = DraftCounts()
        self._when = when
        self._shown = self._unshown = 0
        self._body = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - see __exit__

    def add(self, result: DraftResult) -> None:
        """Take in a draft that has something to be said about it."""
        self.counts.add([result])
        if not result.flags and not result.findings:
            return
        if self._shown >= MOST_DRAFTS:
            self._unshown += 1
            return
        self._shown += 1
        self._body.write(encoded(render("draft.html.j2", **_draft(result, self._shown))))

    def page(self, remarks: Sequence[str] = ()) -> Iterator[bytes]:
        """Yield the page in UTF-8, piece by piece.

        Parameters
        ----------
        remarks : sequence of str
            What there is to say about the drafts as a set, for the page's end.
        """
        sentence = self.counts.sentence(of_the_set=bool(remarks))
        yield encoded(render("drafts_head.html.j2", sentence=sentence, when=_time(self._when)))
        self._body.seek(0)
        while block := self._body.read(_BLOCK):
            yield block
        said = [one_line(remark) for remark in remarks]
        yield encoded(
            render("drafts_foot.html.j2", shown=self._shown, unshown=self._unshown, remarks=said)
        )

    def __enter__(self) -> DraftPage:
        return self

    def __exit__(self, *_: object) -> None:
        self._body.close()


def encoded(text: str) -> bytes:
    """Return a page in UTF-8; what UTF-8 cannot hold, as references."""
    return text.encode("utf-8", "xmlcharrefreplace")


def _time(when: datetime | None) -> str:
    return when.astimezone().strftime("%Y-%m-%d %H:%M %Z") if when is not None else ""


def _lang(code: str) -> str:
    return "" if code == UNKNOWN_LANGUAGE else code


def _draft(result: DraftResult, number: int) -> dict[str, Any]:
    findings, more = shown_findings(result)
    said = remarks(result.text, findings)
    numbers = {place: n for n, remark in enumerate(said, 1) for place in remark.places}
    return {
        "number": number,
        "id": one_line(result.id, 200),
        "lang": _lang(result.lang),
        "language": words.language(result.lang),
        "flags": flag_remarks(result),
        "pieces": [_piece(s, findings, numbers) for s in segments(result.text.rstrip(), findings)],
        "remarks": said,
        "more": more,
    }


def _piece(segment: Segment, findings: list[Finding], numbers: Mapping[int, int]) -> dict[str, Any]:
    return {
        "text": segment.text,
        "marked": bool(segment.findings),
        "refs": sorted({numbers[place] for place in segment.last}),
        "flagged": any(findings[place].label for place in segment.findings),
        "opens": segment.opens,
        "closes": segment.closes,
    }
