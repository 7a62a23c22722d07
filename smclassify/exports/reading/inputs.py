"""What a user names, told apart into tables: files, folders, patterns, archives, workbooks."""

from __future__ import annotations

import glob
import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from smclassify.errors import InputError
from smclassify.exports.reading.archive import (
    NOT_A_TABLE,
    ZIP,
    check_member,
    list_members,
    nothing_in_it,
    open_zip,
    why_not,
)
from smclassify.exports.reading.sheets import HIDDEN, find_sheet, list_sheets
from smclassify.exports.reading.source import (
    ENDINGS,
    STDIN,
    InputName,
    Skipped,
    Source,
    cannot_open,
    choose_format,
    is_readable,
    open_source,
    printable,
    table_ending,
)
from smclassify.exports.reading.unpacking import as_file, unpack

_PATTERN = re.compile(r"[*?\[]")
_WORK_FILE = re.compile(r"\.part(?:\.[a-z]+)*$|\.tmp$|^~\$")
_WORK_FILE_REASON: Final = "is a work file of smclassify or Excel"


@dataclass(frozen=True, slots=True)
class FoundInputs:
    """The tables that a user's names stand for.

    Attributes
    ----------
    inputs : tuple of InputName
        In the order of the names; those of a folder, pattern or archive sorted by name, the
        sheets of a workbook as they stand there. Never empty.
    skipped : tuple of Skipped
        What was found on the way and passed over, and why.
    names : tuple of str
        The names, as the user gave them.
    """

    inputs: tuple[InputName, ...]
    skipped: tuple[Skipped, ...] = ()
    names: tuple[str, ...] = ()


def find_inputs(
    names: Sequence[str], *, sheet: str | None = None, input_format: str | None = None
) -> FoundInputs:
    """Tell which tables a user's names stand for.

    A folder stands for all files in it and in the folders below whose ending is one that is
    read, but hidden ones; a pattern (``*``, ``?``, ``[…]``, and ``**`` for any folders) for
    the files that it matches, unless there is a file of that very name; a zip archive for the
    tables in it; a workbook for its visible sheets that aren't empty.

    Parameters
    ----------
    names : sequence of str
        Paths, patterns, or ``"-"`` for standard input.
    sheet : str, optional
        The only sheet to take of each workbook.
    input_format : str, optional
        The format that the user says the files have, one of ``FORMATS``.

    Returns
    -------
    FoundInputs

    Raises
    ------
    InputError
        If a name stands for nothing that can be read, a file is named twice, or a workbook
        has no such sheet.
    """
    finder = _Finder(sheet, input_format)
    for name in names:
        finder.add(name)
    return finder.found()


class _Finder:
    """The inputs found so far."""

    def __init__(self, sheet: str | None, input_format: str | None) -> None:
        self._sheet = sheet
        self._format = input_format
        self._inputs: list[InputName] = []
        self._skipped: list[Skipped] = []
        self._seen: dict[object, tuple[int, str]] = {}
        self._names: list[str] = []
        self._number = 0
        self._takes_sheet = False

    def found(self) -> FoundInputs:
        if not self._inputs:
            raise InputError("no file was named.")
        if self._sheet is not None and not self._takes_sheet:
            raise InputError(
                f"there is no Excel workbook to take the sheet “{printable(self._sheet)}” from."
            )
        return FoundInputs(tuple(self._inputs), tuple(self._skipped), tuple(self._names))

    def add(self, name: str) -> None:
        """Take in all that a name stands for."""
        self._names.append(name)
        self._number += 1
        before = len(self._inputs)
        if name == STDIN:
            self._note(STDIN, STDIN)
            self._add_unseen(STDIN)
            return
        for path, named in self._paths(name):
            self._add_path(path, named=named)
        if len(self._inputs) == before:
            raise nothing_in_it(printable(name))

    def _add_unseen(self, path: str) -> None:
        """Take in what cannot be looked into beforehand, as it can be read only once."""
        self._takes_sheet = self._takes_sheet or self._sheet is not None
        self._inputs.append(InputName(path, sheet=self._sheet))

    def _paths(self, name: str) -> Iterator[tuple[str, bool]]:
        """Yield the files that a name stands for, and whether it names them one by one."""
        if not name:
            raise InputError("the name of a file is empty.", hint="Was a variable unset?")
        try:
            is_folder = stat.S_ISDIR(Path(name).stat().st_mode)
        except (OSError, ValueError) as error:
            if isinstance(error, ValueError) or not _PATTERN.search(name):
                raise cannot_open(error, printable(name)) from error
            yield from self._matches(name)
            return
        if is_folder:
            yield from ((path, False) for path in self._walk(name))
        else:
            yield name, True

    def _matches(self, pattern: str) -> Iterator[tuple[str, bool]]:
        matches = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - takes whole paths
        if not matches:
            hint = "Check the spelling and the folder."
            if "[" in pattern:
                hint += " A [ in a folder's name is written [[] in a pattern."
            raise InputError("matches no file.", where=printable(pattern), hint=hint)
        for path in matches:
            if Path(path).is_dir():
                yield from ((inner, False) for inner in self._walk(path))
            elif _WORK_FILE.search(Path(path).name):
                self._skip(path, _WORK_FILE_REASON)
            else:
                yield path, True

    def _walk(self, folder: str) -> Iterator[str]:
        """Yield the files in a folder that are to be read."""

        def refuse(error: OSError) -> None:
            raise cannot_open(error, printable(str(error.filename))) from error

        for base, folders, files in os.walk(folder, onerror=refuse):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in folders:
                if Path(base, name).is_symlink():
                    self._skip(os.path.join(base, name), "is a link to a folder")  # noqa: PTH118
            for name in sorted(files):
                path = os.path.join(base, name)  # noqa: PTH118 - keeps the user's ./ and slashes
                if name.startswith("."):
                    continue
                if reason := self._reason_against(name):
                    self._skip(path, reason)
                else:
                    yield path

    def _reason_against(self, name: str) -> str | None:
        if _WORK_FILE.search(name):
            return _WORK_FILE_REASON
        ending = table_ending(name)
        if ending == ".zip" or is_readable(ending, self._format):
            return None
        return why_not(name) or NOT_A_TABLE

    def _skip(self, name: str, reason: str) -> None:
        self._skipped.append(Skipped(printable(name), reason))

    def _add_path(self, path: str, *, named: bool) -> None:
        try:
            status = Path(path).stat()
        except (OSError, ValueError) as error:
            if named or not Path(path).is_symlink():
                raise cannot_open(error, printable(path)) from error
            self._skip(path, "is a link to nothing")
            return
        place = (status.st_dev, status.st_ino) if status.st_ino else Path(path).resolve()
        if not self._note(place, path):
            return
        if stat.S_ISREG(status.st_mode):
            for name in self._tables(path, named=named):
                self._inputs += self._sheets(name)
        elif named:
            self._add_unseen(path)
        else:
            self._skip(path, "is no ordinary file")

    def _note(self, place: object, path: str) -> bool:
        """Tell whether a file is new; refuse one that another name stands for, too."""
        if place not in self._seen:
            self._seen[place] = (self._number, path)
            return True
        number, earlier = self._seen[place]
        if number != self._number:
            also = "" if earlier == path else f"It is the same as {InputName(earlier)}. "
            raise InputError(
                "is named twice; its rows would be counted twice.",
                where=str(InputName(path)),
                hint=f"{also}Name it once.",
            )
        if earlier != path:
            self._skip(path, f"is the same file as {InputName(earlier)}")
        return False

    def _tables(self, path: str, *, named: bool) -> list[InputName]:
        """Return the file itself, or what is in the archive that it is."""
        ending = table_ending(path)
        if ending in ENDINGS or Path(path).suffix.lower() == ".gz":
            return [InputName(path)]
        source = open_source(path)
        with source.stream:
            archive = open_zip(source) if source.head.startswith(ZIP) else None
            if archive is None:
                return [InputName(path)]
            members, skipped = list_members(archive, path, self._format)
            self._skipped += skipped
            if not members and named:
                raise nothing_in_it(source.name)
            if not members:
                self._skip(path, "holds no file that can be read")
            names = {member: InputName(path, member) for member in sorted(members)}
            for member, name in names.items():
                check_member(members[member], str(name))
            return list(names.values())

    def _sheets(self, name: InputName) -> list[InputName]:
        """Return the sheets to be read of a workbook; anything else as it is."""
        if ENDINGS.get(name.ending, "xlsx") != "xlsx" and self._format != "xlsx":
            return [name]
        with ExitStack() as stack:
            source = _opened(name, self._format, stack)
            if choose_format(source, self._format) != "xlsx":
                return [name]
            self._takes_sheet = True
            source.stream = stack.enter_context(as_file(source))
            reasons = list_sheets(source.name, source.stream)
        return self._choose(name, reasons)

    def _choose(self, name: InputName, reasons: dict[str, str | None]) -> list[InputName]:
        if self._sheet is not None:
            wanted = find_sheet(reasons, self._sheet, str(name))
            return [name if len(reasons) == 1 else _with_sheet(name, wanted)]
        visible = [title for title, reason in reasons.items() if reason != HIDDEN]
        usable = [title for title in visible if reasons[title] is None]
        if len(visible) > 1 and not usable:
            hint = "The first row of a sheet must name the columns."
            raise InputError("is empty: no sheet has a header.", where=str(name), hint=hint)
        taken = usable or list(reasons)[:1]  # where all are hidden, somebody must mean the first
        for title, reason in reasons.items():
            if title not in taken:
                self._skipped.append(Skipped(str(_with_sheet(name, title)), str(reason)))
        if taken == visible[:1] or not visible:
            return [name]
        return [_with_sheet(name, title) for title in taken]


def _with_sheet(name: InputName, sheet: str) -> InputName:
    return InputName(name.path, name.member, sheet)


def _opened(name: InputName, wanted: str | None, stack: ExitStack) -> Source:
    source = open_source(name.path)
    stack.callback(source.stream.close)
    source = unpack(source, name, wanted)
    stack.callback(source.stream.close)
    return source
