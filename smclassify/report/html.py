"""Pages of HTML that need nothing but themselves: no script, no font, no picture from outside."""

from __future__ import annotations

import json
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
from smclassify.report.clean import one_line, safe
from smclassify.report.remarks import DraftCounts, flag_remarks, remarks, shown_findings
from smclassify.report.segments import Segment, segments
from smclassify.report.triage_text import sentence
from smclassify.tally import TriagedRow
from smclassify.triage_types import TriageSummary

MOST_DRAFTS: Final = 2000
"""Drafts with remarks on one page; no reader, and hardly a browser, gets through more."""

MOST_PROBLEMS: Final = 100
LISTED: Final = 300
"""Comments in each list of a triage's page."""

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
        self._body.write(_utf8(render("draft.html.j2", **_draft(result, self._shown))))

    def page(self, remarks: Sequence[str] = ()) -> Iterator[bytes]:
        """Yield the page in UTF-8, piece by piece.

        Parameters
        ----------
        remarks : sequence of str
            What there is to say about the drafts as a set, for the page's end.
        """
        sentence = self.counts.sentence(of_the_set=bool(remarks))
        yield _utf8(render("drafts_head.html.j2", sentence=sentence, when=_time(self._when)))
        self._body.seek(0)
        while block := self._body.read(_BLOCK):
            yield block
        said = [one_line(remark) for remark in remarks]
        yield _utf8(
            render("drafts_foot.html.j2", shown=self._shown, unshown=self._unshown, remarks=said)
        )

    def __enter__(self) -> DraftPage:
        return self

    def __exit__(self, *_: object) -> None:
        self._body.close()


def _utf8(text: str) -> bytes:
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


def triage_page(summary: TriageSummary, when: datetime | None = None) -> bytes:
    """Return a triage's page in UTF-8: counts, whom to answer, what could become a crisis.

    Parameters
    ----------
    summary : TriageSummary
        What was found.
    when : datetime, optional
        The time to print.
    """
    tables = [
        ("Kind", summary.kinds),
        ("Language", {words.language(code): n for code, n in summary.languages.items()}),
        ("Department", {words.name(name): n for name, n in summary.departments.items()}),
    ]
    page = render(
        "triage.html.j2",
        when=_time(when),
        sentence=sentence(summary),
        target="" if summary.target == "-" else safe(summary.target),
        tables=tables,
        private_replies=summary.private_replies,
        crises=summary.crises,
        to_answer=[_comment(row) for row in summary.to_answer],
        alarms=[_comment(row) for row in summary.alarms],
        problems=[safe(str(problem)) for problem in summary.problems[:MOST_PROBLEMS]],
        problems_total=summary.problems_total,
    )
    return _utf8(page.lstrip())


def _comment(row: TriagedRow) -> dict[str, Any]:
    # A link from an export is followed by a click, so it must not be able to run anything.
    link = row.link.strip()
    return {
        "priority": row.priority,
        "who": [one_line(part, 80) for part in (row.platform, row.author) if part.strip()],
        "lang": _lang(row.lang),
        "language": words.language(row.lang),
        "kind": row.kind,
        "department": words.name(row.department) if row.department else "",
        "crisis": row.crisis,
        "text": safe(row.text),
        "reasons": [one_line(reason, 300) for reason in row.reasons],
        "time": one_line(row.time, 60),
        "id": one_line(row.id, 80),
        "source": one_line(row.source, 200),
        "row": row.row,
        "link": safe(link) if link.lower().startswith(("https://", "http://")) else "",
    }


def triage_json(summary: TriageSummary) -> bytes:
    """Return a triage's summary as indented JSON in UTF-8, for machines."""
    text = json.dumps(summary.to_dict(), ensure_ascii=False, indent=2)
    return f"{text}\n".encode("utf-8", "backslashreplace")
