"""The formats that ``smclassify score`` writes."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import ClassVar, Final

from smclassify.cli.console import Renderer, stdout_bytes
from smclassify.drafts import DraftResult
from smclassify.errors import OutputError
from smclassify.exports import Problems
from smclassify.exports.writing.encoders import CsvEncoder
from smclassify.labels import FLAGS
from smclassify.report.remarks import DraftCounts

Write = Callable[[bytes], None]

FORMATS: Final = ("text", "jsonl", "csv", "html")
_ENDINGS: Final = {
    ".txt": "text", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv",
    ".html": "html", ".htm": "html",
}  # fmt: skip
_JOINED = "|"


def choose_format(wanted: str | None, target: str) -> str:
    """Tell the format to write: as asked for, else by the target's ending, else text.

    Raises
    ------
    OutputError
        If the ending is of a format that is not written here.
    """
    if wanted is not None:
        return wanted
    if target == "-":
        return "text"
    ending = Path(target).suffix.lower()
    if ending not in _ENDINGS:
        raise OutputError(
            f"cannot be written as “{ending}”." if ending else "its name has no ending.",
            where=target,
            hint=f"Say --format {', '.join(FORMATS)}, or give the name such an ending.",
        )
    return _ENDINGS[ending]


class DraftWriter(ABC):
    """Writes results as they come.

    Attributes
    ----------
    counts : DraftCounts
        What was written.
    problems : Problems
        What could not be written as it was.
    remarks : sequence of str
        What there is to say about the drafts as a set; shown at the end.
    shows_remarks : bool
        Whether the format has a place for that.
    """

    shows_remarks: ClassVar[bool] = False

    def __init__(self, write: Write) -> None:
        self.remarks: Sequence[str] = ()
        self.counts = DraftCounts()
        self.problems = Problems()
        self._write = write

    def add(self, results: Sequence[DraftResult]) -> None:
        """Write some results."""
        self.counts.add(results)
        if data := self._encoded(results):
            self._write(data)

    @abstractmethod
    def _encoded(self, results: Sequence[DraftResult]) -> bytes:
        """Return what to write about them."""

    def finish(self) -> None:  # noqa: B027 - most formats need no end
        """Write what comes last."""


class _Text(DraftWriter):
    shows_remarks = True

    def __init__(self, write: Write, renderer: Renderer, encode: Callable[[str], bytes]) -> None:
        super().__init__(write)
        self._renderer = renderer
        self._encode = encode

    def _encoded(self, results: Sequence[DraftResult]) -> bytes:
        from smclassify.report.draft_text import draft_view

        plain = self._renderer.plain
        views = (view for result in results for view in draft_view(result, plain=plain))
        return self._encode(self._renderer.text(views))

    def finish(self) -> None:
        from smclassify.report.draft_text import set_view

        shown = self._renderer.text(set_view(self.remarks))
        counted = self.counts.sentence(of_the_set=bool(self.remarks))
        self._write(self._encode(f"{shown}{counted}\n"))


class _Jsonl(DraftWriter):
    def _encoded(self, results: Sequence[DraftResult]) -> bytes:
        lines = [json.dumps(result.to_dict(), ensure_ascii=False) for result in results]
        # For half a character, Python's escape is JSON's too.
        return "".join([f"{line}\n" for line in lines]).encode("utf-8", "backslashreplace")


class _Csv(DraftWriter):
    """One row a draft: id, text, language, flags, each flag's probability, reasons, messages."""

    def __init__(self, write: Write, own: Sequence[str]) -> None:
        super().__init__(write)
        self._scored = (*FLAGS, *own)
        columns = ["id", "text", "lang", "flags", *self._scored, "reasons", "findings"]
        self._encoder = CsvEncoder(columns, self.problems, bom=False)
        self._rows = 0
        write(self._encoder.header())

    def _encoded(self, results: Sequence[DraftResult]) -> bytes:
        first = self._rows + 1
        self._rows += len(results)
        return self._encoder.rows([self._row(result) for result in results], first)

    def _row(self, result: DraftResult) -> list[object]:
        scores = [round(result.scores[f], 4) if f in result.scores else "" for f in self._scored]
        return [
            result.id,
            result.text,
            result.lang,
            _JOINED.join(result.flags),
            *scores,
            _JOINED.join(reason.reason for reason in result.reasons),
            "\n".join(f"{f.start}-{f.end} {f.rule}: {f.message}" for f in result.findings),
        ]


class _Html(DraftWriter):
    shows_remarks = True

    def __init__(self, write: Write, stack: ExitStack) -> None:
        from datetime import UTC, datetime

        from smclassify.report.html import DraftPage

        super().__init__(write)
        self._page = stack.enter_context(DraftPage(when=datetime.now(UTC)))

    def _encoded(self, results: Sequence[DraftResult]) -> bytes:
        for result in results:
            self._page.add(result)
        return b""

    def finish(self) -> None:
        for piece in self._page.page(self.remarks):
            self._write(piece)


@contextmanager
def draft_writer(
    format: str, target: str, write: Write, color: bool | None, own: Sequence[str] = ()
) -> Iterator[DraftWriter]:
    """Make the writer of a format; what comes last is written when the block ends well.

    Parameters
    ----------
    format : str
        One of :data:`FORMATS`.
    target : str
    write : callable
    color : bool or None
    own : sequence of str
        The flags of the company's own that drafts are scored for.
    """
    import sys

    with ExitStack() as stack:
        writer: DraftWriter
        if format == "jsonl":
            writer = _Jsonl(write)
        elif format == "csv":
            writer = _Csv(write, own)
        elif format == "html":
            writer = _Html(write, stack)
        elif target == "-":
            writer = _Text(write, Renderer.for_stream(sys.stdout, color), stdout_bytes)
        else:
            writer = _Text(write, Renderer.for_file(color), _utf8)
        yield writer
        writer.finish()


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def lost_rows(lost: int) -> str:
    """Say that rows could not be read."""
    rows = "1 row" if lost == 1 else f"{lost:,} rows"
    return f"{rows} could not be read, so nothing is known about them; see the notes above."
