"""Decoding text files piece by piece, with every damaged place marked."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO, Final

from smclassify.errors import InputError

MARK: Final = "\udcfd"
"""Stands for bytes that could not be decoded. A lone surrogate: no decoded text holds one."""

REPLACEMENT: Final = "\ufffd"

DAMAGED: Final = "holds bytes that are not valid {}; they were replaced by “�”"

MARKING: Final = "smclassify-mark"
"""The codec error handler that does so."""
MAX_CELL: Final = 256 * 1024 * 1024
"""Characters. No comment is longer; a quotation mark that nobody closed may well be."""

_BLOCK = 65_536


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return MARK, error.end


codecs.register_error(MARKING, _mark)


def mend(text: str) -> str:
    """Put U+FFFD where the marks of damage are."""
    return text.replace(MARK, REPLACEMENT)


class TextFeed:
    """The text of a stream, in blocks or in lines.

    Parameters
    ----------
    stream : binary file, seekable
        The stream; every reading begins at its beginning.
    encoding : str
        Its encoding.
    name : str
        What messages call it.

    Attributes
    ----------
    chars : int
        Characters decoded so far.
    damaged : bool
        Whether a :data:`MARK` has been met.
    """

    def __init__(self, stream: BinaryIO, encoding: str, name: str) -> None:
        self._name = name
        self._stream = stream
        self._encoding = encoding
        self.chars = 0
        self.damaged = False

    def blocks(self) -> Iterator[str]:
        """Yield the text in blocks that end anywhere."""
        self._stream.seek(0)
        decoder = codecs.getincrementaldecoder(self._encoding)(MARKING)
        while block := self._stream.read(_BLOCK):
            yield self._count(decoder.decode(block))
        yield self._count(decoder.decode(b"", True))

    def _count(self, text: str) -> str:
        self.chars += len(text)
        if not self.damaged and MARK in text:
            self.damaged = True
        return text

    def lines(self, newline: str) -> Iterator[str]:
        r"""Yield the lines with their ends, which stay as they are.

        Parameters
        ----------
        newline : {"", "\n"}
            As in :class:`io.StringIO`: empty ends a line at ``\n``, ``\r`` or ``\r\n``;
            other characters that :meth:`str.splitlines` knows never end one.
        """
        pieces = self._pieces(universal=not newline)
        return chain.from_iterable(io.StringIO(piece, newline=newline) for piece in pieces)

    def _pieces(self, *, universal: bool) -> Iterator[str]:
        """Yield the text in pieces that end where a line does."""
        carry: list[str] = []
        begun = 0
        for text in self.blocks():
            end = text.rfind("\n") + 1
            if universal and not end:
                # A last \r waits for the next block: its \n may be the first character there.
                end = text.rfind("\r", 0, max(len(text) - 1, 0)) + 1
            if end:
                carry.append(text[:end])
                yield "".join(carry)
                carry = [text[end:]]
                begun = self.chars
            elif self.chars - begun > MAX_CELL:
                raise self._endless_line()
            else:
                carry.append(text)
        yield "".join(carry)

    def _endless_line(self) -> InputError:
        return InputError(
            f"has a line of more than {MAX_CELL:,} characters.",
            where=self._name,
            hint="It is probably no table of texts; was it exported with line ends?",
        )
