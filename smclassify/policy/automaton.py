"""Any number of words, found in one pass over a text whose time doesn't grow with their number.

After Aho and Corasick 1975, by the library ``pyahocorasick``. The pass goes over the bytes of
UTF-8, not over characters: the library looks through the letters that may follow one by one, and
as characters there are hundreds to begin with, the first ones of all Chinese and Korean words.
No word begins within a character of UTF-8, so the places are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, NamedTuple, TypeVar

import ahocorasick
import numpy as np
from numpy.typing import NDArray

_T = TypeVar("_T")


class Encoded(NamedTuple):
    """A text as bytes, with where its characters are.

    Attributes
    ----------
    byte : str
        A character for each byte of the text in UTF-8.
    character : ndarray of int32, shape (len(byte),), or None
        Which character of the text each byte belongs to; None where each byte is one.
    """

    byte: str
    character: NDArray[np.int32] | None

    @classmethod
    def of(cls, text: str) -> Encoded:
        """Encode a text."""
        if text.isascii():
            return cls(text, None)
        raw = _bytes(text)
        first = np.frombuffer(raw, np.uint8) & 0xC0 != 0x80
        return cls(raw.decode("latin-1"), np.cumsum(first, dtype=np.int32) - 1)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


class Words(Generic[_T]):
    """Words to be found, each with something to tell of it.

    Parameters
    ----------
    words : mapping of str to object
    """

    def __init__(self, words: Mapping[str, _T]) -> None:
        self._empty = not words
        self._automaton = ahocorasick.Automaton()
        for word, told in words.items():
            byte = _bytes(word).decode("latin-1")
            self._automaton.add_word(byte, (len(byte), told))
        if words:
            self._automaton.make_automaton()

    def find(self, text: Encoded) -> Iterator[tuple[int, int, _T]]:
        """Yield (first character, last character, what is told of the word) of each place."""
        if self._empty:
            return
        character = text.character
        for last, (length, told) in self._automaton.iter(text.byte):
            first = last - length + 1
            if character is None:
                yield first, last, told
            else:
                yield int(character[first]), int(character[last]), told
