"""Reading a joblib file of plain arrays without being able to run what is in it.

A joblib file is a pickle with the bytes of each array standing right after its
description, and a pickle is a program: ``joblib.load`` runs whatever it says. Here no
unpickler runs. :func:`pickletools.genops` of the standard library only cuts the file into
instructions; a small stack machine follows the two dozen of them that a dictionary of
arrays needs and refuses all others. The three names such a file mentions become tokens,
never classes; nothing in the file is imported, looked up or called, so there is nothing
an attack could reach.

The layout is that of ``joblib.numpy_pickle`` (joblib >= 1.2, uncompressed): after the
instruction that completes an array's description come one byte with the number of padding
bytes, the padding (``0xff``), and the array's bytes in C order.
"""

from __future__ import annotations

import io
import pickletools
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any, Final

import numpy as np

from smclassify.model.plain_arrays import (
    PLAIN_DTYPES,
    Array,
    ArraySource,
    BoundedReader,
    check_start,
)

MOST_ARRAYS: Final = 4096
MOST_DIMENSIONS: Final = 8
LONGEST_NAME: Final = 255
"""In bytes of UTF-8."""

PROTOCOLS: Final = (4, 5)

_MOST_INSTRUCTIONS = 100 * MOST_ARRAYS  # an array takes about forty
_DEEPEST = 4096  # joblib puts down at most 1000 names and arrays at a time
_STATE = {"subclass", "shape", "order", "dtype", "allow_mmap", "numpy_array_alignment_bytes"}
_ATOMS = (str, int, bool, type(None))


class _Token(Enum):
    """Stands for a class that the file names; the class itself is never touched."""

    WRAPPER = ("joblib.numpy_pickle", "NumpyArrayWrapper")
    NDARRAY = ("numpy", "ndarray")
    DTYPE = ("numpy", "dtype")


_AWAITED = object()
"""Stands for an array whose description is not complete yet."""


def read_plain_joblib(path: Path, *, mmap: bool) -> dict[str, Array]:
    """Read a file that ``joblib.dump`` made of a dictionary of plain arrays.

    Parameters
    ----------
    path : Path
        An uncompressed file.
    mmap : bool
        Map the file into memory instead of reading it. The arrays are then
        :class:`numpy.memmap`, all on one mapping of the file; only arrays of no bytes
        are ordinary ones.

    Returns
    -------
    dict of str to ndarray
        Read-only arrays in the order of the file.

    Raises
    ------
    ValueError
        When the file holds anything else, with the reason.
    OSError
        When it cannot be read.
    """
    if not path.is_file():
        # A pipe would wait for ever, a device never end.
        raise FileNotFoundError("there is no such file")
    with BoundedReader(io.FileIO(str(path))) as file:
        return _Machine(file, ArraySource(file, mmap=mmap)).run()


class _Machine:
    """Follows the instructions that describe a dictionary of arrays, and no others.

    What can stand on its stack: strings, whole numbers, truth values, None; tuples of
    these; tokens, dtypes of ``PLAIN_DTYPES``, finished arrays; and dictionaries by
    name of all of these. No dictionary stands within another, no tuple within a tuple.
    """

    def __init__(self, file: BoundedReader, arrays: ArraySource) -> None:
        self.file = file
        self.arrays = arrays
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: list[Any] = []

    def run(self) -> dict[str, Array]:
        """Follow the instructions to the end and return what they describe."""
        try:
            self._follow()
            return self._result()
        except ValueError as exc:
            raise ValueError(f"near byte {self.file.tell()}: {exc}") from exc

    def _follow(self) -> None:
        check_start(self.file.peek(8))
        instructions = pickletools.genops(self.file)
        for number, (instruction, argument, _) in enumerate(instructions):
            handler = _HANDLERS.get(instruction.name)
            if handler is None:
                raise ValueError(
                    f"it contains the instruction {instruction.name}, "
                    "which a file of arrays does not need"
                )
            if number > _MOST_INSTRUCTIONS or len(self.stack) + len(self.marks) > _DEEPEST:
                raise ValueError("it goes on and on as no file of arrays does")
            handler(self, argument)

    def _result(self) -> dict[str, Array]:
        result = self._pop()
        if self.stack or self.marks or self.file.read(1):
            raise ValueError("something follows after the arrays")
        if type(result) is not dict:
            raise ValueError("it does not hold arrays by name")
        for name, value in result.items():
            if not isinstance(value, np.ndarray):
                raise ValueError(f"{name[:40]!a} is not an array")
        return result

    # --- the stack ---------------------------------------------------------------------

    def _push(self, value: Any) -> None:
        self.stack.append(value)

    def _pop(self) -> Any:
        floor = self.marks[-1] if self.marks else 0
        if len(self.stack) <= floor:
            raise ValueError("an instruction asks for something that isn't there")
        return self.stack.pop()

    def _pop_to_mark(self) -> list[Any]:
        if not self.marks:
            raise ValueError("an instruction asks for a mark that isn't there")
        start = self.marks.pop()
        items = self.stack[start:]
        del self.stack[start:]
        return items

    # --- instructions --------------------------------------------------------------------

    def nothing(self, _: Any) -> None:
        """FRAME and STOP: read ahead, and stop; both are done elsewhere."""

    def protocol(self, number: int) -> None:
        """PROTO: the dialect of the instructions that follow."""
        if number not in PROTOCOLS:
            raise ValueError(f"it uses pickle protocol {number}, which is not used for weights")

    def mark(self, _: Any) -> None:
        """MARK: what follows belongs together."""
        self.marks.append(len(self.stack))

    def memoize(self, _: Any) -> None:
        """MEMOIZE: remember the topmost value."""
        value = self._pop()
        self.memo.append(value)
        self._push(value)

    def remembered(self, index: int) -> None:
        """BINGET, LONG_BINGET: a remembered value once more."""
        if index >= len(self.memo):
            raise ValueError("it refers to something that it has not said")
        self._push(self.memo[index])

    def atom(self, value: Any) -> None:
        """A string or a whole number."""
        self._push(value)

    def name(self, _: Any) -> None:
        """STACK_GLOBAL: the name of a class becomes a token."""
        name, module = self._pop(), self._pop()
        if type(name) is not str or type(module) is not str:
            raise ValueError("it asks for a class without naming it")
        for token in _Token:
            if token.value == (module, name):
                return self._push(token)
        raise ValueError(f"it asks for {f'{module}.{name}'[:80]!a}")

    def make_tuple(self, size: int | None) -> None:
        """TUPLE and its short forms for 0 to 3 items."""
        items = self._pop_to_mark() if size is None else [self._pop() for _ in range(size)][::-1]
        if any(type(item) not in _ATOMS for item in items):
            raise ValueError("it puts something other than numbers and strings in a tuple")
        self._push(tuple(items))

    def dictionary(self, _: Any) -> None:
        """EMPTY_DICT: a new dictionary."""
        self._push({})

    def set_items(self, count: int | None) -> None:
        """SETITEM, SETITEMS: put values into a dictionary."""
        items = self._pop_to_mark() if count is None else [self._pop(), self._pop()][::-1]
        target = self._pop()
        if type(target) is not dict or len(items) % 2:
            raise ValueError("it stores values in something that is not a dictionary")
        for name, value in zip(items[::2], items[1::2], strict=True):
            if type(name) is not str or type(value) is dict or name in target:
                raise ValueError("it fills a dictionary as no file of arrays does")
            target[name] = value
        self._push(target)

    def new(self, _: Any) -> None:
        """NEWOBJ: only ever the description of an array."""
        arguments, token = self._pop(), self._pop()
        if token is not _Token.WRAPPER or type(arguments) is not tuple or arguments:
            raise ValueError("it makes an object that is not an array")
        self._push(_AWAITED)

    def reduce(self, _: Any) -> None:
        """REDUCE: only ever a plain dtype, taken from the table."""
        arguments, token = self._pop(), self._pop()
        if token is not _Token.DTYPE:
            raise ValueError("it calls a function")
        if type(arguments) is not tuple or arguments[1:] != (False, True):
            raise ValueError("it describes numbers as NumPy does not")
        if arguments[0] not in PLAIN_DTYPES:
            raise ValueError("it holds something other than plain numbers")
        self._push(PLAIN_DTYPES[arguments[0]])

    def build(self, _: Any) -> None:
        """BUILD: complete a dtype, or a description, whose array then follows."""
        state, target = self._pop(), self._pop()
        if isinstance(target, np.dtype):
            # The state that numpy.dtype.__reduce__ gives for a type without parts.
            plain = (3, target.str[0], None, None, None, -1, -1, 0)
            if type(state) is not tuple or state != plain:
                raise ValueError("it holds numbers that are not plain, or big-endian")
            self._push(target)
        elif target is _AWAITED:
            self._push(self._array(state))
        else:
            raise ValueError("it changes an object that is not an array")

    def _array(self, state: Any) -> Array:
        if type(state) is not dict or state.keys() != _STATE:
            raise ValueError("an array is not described as joblib >= 1.2 does")
        shape, order, dtype = state["shape"], state["order"], state["dtype"]
        alignment = state["numpy_array_alignment_bytes"]
        if state["subclass"] is not _Token.NDARRAY:
            raise ValueError("an array is of a special kind")
        if not isinstance(dtype, np.dtype) or type(order) is not str or order != "C":
            raise ValueError("an array is not of plain numbers, row by row")
        if type(shape) is not tuple or len(shape) > MOST_DIMENSIONS:
            raise ValueError("an array has no sane shape")
        if any(type(n) is not int or n < 0 for n in shape):
            raise ValueError("an array has no sane shape")
        if type(state["allow_mmap"]) is not bool or type(alignment) is not int:
            raise ValueError("an array is not described as joblib >= 1.2 does")
        return self.arrays.next(dtype, shape, alignment)


_HANDLERS: Final[dict[str, Callable[[_Machine, Any], None]]] = {
    "PROTO": _Machine.protocol,
    "FRAME": _Machine.nothing,
    "STOP": _Machine.nothing,
    "MARK": _Machine.mark,
    "MEMOIZE": _Machine.memoize,
    "BINGET": _Machine.remembered,
    "LONG_BINGET": _Machine.remembered,
    "NONE": lambda machine, _: machine.atom(None),
    "NEWTRUE": lambda machine, _: machine.atom(True),
    "NEWFALSE": lambda machine, _: machine.atom(False),
    "SHORT_BINUNICODE": _Machine.atom,
    "BININT": _Machine.atom,
    "BININT1": _Machine.atom,
    "BININT2": _Machine.atom,
    "LONG1": _Machine.atom,
    "STACK_GLOBAL": _Machine.name,
    "EMPTY_TUPLE": lambda machine, _: machine.make_tuple(0),
    "TUPLE1": lambda machine, _: machine.make_tuple(1),
    "TUPLE2": lambda machine, _: machine.make_tuple(2),
    "TUPLE3": lambda machine, _: machine.make_tuple(3),
    "TUPLE": lambda machine, _: machine.make_tuple(None),
    "EMPTY_DICT": _Machine.dictionary,
    "SETITEM": lambda machine, _: machine.set_items(2),
    "SETITEMS": lambda machine, _: machine.set_items(None),
    "NEWOBJ": _Machine.new,
    "REDUCE": _Machine.reduce,
    "BUILD": _Machine.build,
}
"""The instructions that joblib writes for a dictionary of arrays with protocols 4 and 5."""
