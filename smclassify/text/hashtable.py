"""A hash table that is asked for many keys at once: 64-bit keys to small numbers, in NumPy.

A Python dictionary waits for the memory once or twice for each key; here the look-ups of a
whole batch wait together. Open addressing with linear probing (Knuth, The Art of Computer
Programming 3, 6.4, algorithm L), all keys one probe further in each round.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

_EMPTY: Final = np.uint64(0)
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
_SMALLEST: Final = 10


class HashTable:
    """Maps keys to the numbers they were added with, 0, 1, 2 ... in that order.

    It grows with its keys and is never more than half full.
    """

    def __init__(self) -> None:
        self._n = 0
        self._lay_out(_SMALLEST)

    def __len__(self) -> int:
        return self._n

    def _lay_out(self, bits: int) -> None:
        self._shift = np.uint64(64 - bits)
        self._keys = np.zeros(1 << bits, np.uint64)
        self._numbers = np.zeros(1 << bits, np.int32)

    def find(self, keys: NDArray[np.uint64]) -> NDArray[np.int32]:
        """Return the number of each key, -1 for those that are not there.

        Parameters
        ----------
        keys : ndarray of uint64, shape (n,)
            None is 0.
        """
        slot = self._home(keys)
        held = self._keys[slot]
        numbers = np.where(held == keys, self._numbers[slot], np.int32(-1))
        passing = np.flatnonzero((held != keys) & (held != _EMPTY))
        while len(passing):
            slot[passing] = self._next(slot[passing])
            here, wanted = self._keys[slot[passing]], keys[passing]
            found = passing[here == wanted]
            numbers[found] = self._numbers[slot[found]]
            passing = passing[(here != wanted) & (here != _EMPTY)]
        return numbers

    def add(self, keys: NDArray[np.uint64]) -> None:
        """Number keys on from the last one.

        Parameters
        ----------
        keys : ndarray of uint64, shape (n,)
            Distinct, none of them there yet, none 0.
        """
        first, self._n = self._n, self._n + len(keys)
        if 2 * self._n > len(self._keys):
            held = self._keys != _EMPTY
            old, numbers = self._keys[held], self._numbers[held]
            self._lay_out(int(4 * self._n).bit_length())
            self._put(old, numbers)
        self._put(keys, np.arange(first, self._n, dtype=np.int32))

    def _put(self, keys: NDArray[np.uint64], numbers: NDArray[np.int32]) -> None:
        slot = self._home(keys)
        while len(keys):
            free = self._keys[slot] == _EMPTY
            # Of several keys that come to the same free slot one stays, the others go on.
            self._keys[slot[free]] = keys[free]
            stays = self._keys[slot] == keys
            self._numbers[slot[stays]] = numbers[stays]
            keys, numbers = keys[~stays], numbers[~stays]
            slot = self._next(slot[~stays])

    def _home(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        return ((keys * _SPREAD) >> self._shift).astype(np.int64)

    def _next(self, slot: NDArray[np.int64]) -> NDArray[np.int64]:
        return (slot + 1) & (len(self._keys) - 1)
