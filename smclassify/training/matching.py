"""Finding the labelled text that a row of a reviewed sheet is about.

By file and row, or by file and id, and only if it still is the same text: whatever a
spreadsheet program did to the sheet, a correction never lands on another text than the one
that was read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

from smclassify.exports.writing.guard import unguard
from smclassify.labelled import LabelledTexts
from smclassify.labels import Task

_COMPARED: Final = 10_000
"""So many characters of a text are compared: a cell of Excel has no room for all of a long one."""
_REPLACED: Final = "\ufffd"

Place = tuple[Task, int]
"""The task of a text and its index among those of the task."""


class Matching:
    """Where labelled texts stand, by the file and row or the file and id that they came with.

    Parameters
    ----------
    texts : mapping of Task to LabelledTexts
    """

    def __init__(self, texts: Mapping[Task, LabelledTexts]) -> None:
        self._texts = texts
        self._by_row: dict[tuple[str, int], list[Place]] = {}
        self._by_id: dict[tuple[str, str], list[Place]] = {}
        for task, one in texts.items():
            places = zip(one.groups, one.rows, one.ids, strict=True)
            for index, (file, row, id_) in enumerate(places):
                if row:
                    self._by_row.setdefault((file, row), []).append((task, index))
                self._by_id.setdefault((file, id_.strip()), []).append((task, index))

    def find(self, file: str, row: str, id_: str, text: str) -> Place | str:
        """Return the text that some cells are about, or a sentence on why there is none."""
        candidates = [
            *self._by_row.get((file, _whole(row)), ()),
            *self._by_id.get((file, id_), ()),
        ]
        if not candidates:
            return f"there is no such row in {file or 'the files'}."
        # What is guarded in a CSV file stays so when that is saved as a workbook.
        shown = {_letters(text), _letters(unguard(text))}
        for task, index in candidates:
            if _letters(self._texts[task].texts[index]) in shown:
                return task, index
        return "its text is not the one of that row any more."


def _letters(text: str) -> str:
    """Return a text without what spreadsheet programs change: spaces, breaks, broken characters."""
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(char for char in composed if char.isprintable() and not char.isspace())
    return kept.replace(_REPLACED, "")[:_COMPARED]


def _whole(cell: str) -> int:
    """Return the number of a row, which a spreadsheet may have made ``7.0``; 0 where it is none."""
    bare = cell.removesuffix(".0")
    return int(bare) if bare.isdecimal() else 0
