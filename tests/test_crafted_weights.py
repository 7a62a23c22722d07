"""Weights files made to claim, confuse or fill the memory: refused, at no cost."""

from __future__ import annotations

import gzip
import pickle
import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from hostile import Evil, body, described, load_watched, padded, refuse, short, warm_up
from joblib.numpy_pickle import NumpyArrayWrapper
from joblib.numpy_pickle_compat import NDArrayWrapper, ZNDArrayWrapper

from smclassify.errors import ModelError


@pytest.fixture(autouse=True, scope="module")
def _warm(tmp_path_factory):
    warm_up(tmp_path_factory.mktemp("warm") / "weights.joblib")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "weights.joblib"


# --- descriptions of arrays that claim what they shouldn't --------------------------------------


def test_the_builder_of_these_files_builds_good_ones_too(path):
    path.write_bytes(padded(described(shape=(8,))))
    np.testing.assert_array_equal(load_watched(path)["w"], np.zeros(8))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"dtype": np.dtype("O")}, "other than plain numbers"),
        ({"dtype": np.dtype("S8")}, "other than plain numbers"),
        ({"dtype": np.dtype("V8")}, "other than plain numbers"),
        ({"dtype": np.dtype("M8[s]")}, "other than plain numbers"),
        ({"dtype": np.dtype("c16")}, "other than plain numbers"),
        ({"dtype": np.dtype([("x", "O")])}, "other than plain numbers"),
        ({"dtype": np.dtype(">f8")}, "big-endian"),
        ({"dtype": "f8"}, "not of plain numbers"),
        ({"dtype": None}, "not of plain numbers"),
        ({"dtype": np.ndarray}, "not of plain numbers"),
        ({"order": "F"}, "not of plain numbers"),
        ({"order": None}, "not of plain numbers"),
        ({"order": np.dtype("f8")}, "not of plain numbers"),
        ({"subclass": np.dtype}, "special kind"),
        ({"subclass": "ndarray"}, "special kind"),
        ({"subclass": np.matrix}, "asks for"),
        ({"subclass": np.memmap}, "asks for"),
        ({"subclass": Evil}, "asks for"),
        ({"shape": (-1,)}, "sane shape"),
        ({"shape": (True,)}, "sane shape"),
        ({"shape": ("2",)}, "sane shape"),
        ({"shape": 2}, "sane shape"),
        ({"shape": None}, "sane shape"),
        ({"shape": (1,) * 9}, "sane shape"),
        ({"shape": np.dtype("f8")}, "sane shape"),
        ({"shape": (9,)}, "72 bytes where"),
        ({"shape": (2**31 - 1,)}, "bytes where"),
        ({"shape": (2**59,)}, "bytes where"),
        ({"shape": (2**62,)}, "no memory can hold"),
        ({"shape": (2**200,)}, "no memory can hold"),
        ({"shape": (2**32, 2**32, 2)}, "no memory can hold"),
        ({"shape": (0, 2**62, 2**62)}, "no memory can hold"),
        ({"allow_mmap": None}, "not described as"),
        ({"numpy_array_alignment_bytes": None}, "not described as"),
        ({"numpy_array_alignment_bytes": -1}, "padding"),
        ({"filename": "/etc/passwd"}, "not described as"),
        ({"__class__": "elsewhere"}, "not described as"),
    ],
    ids=repr,
)
def test_only_plain_arrays_are_accepted(path, changed, said):
    refuse(path, padded(described(**{"shape": (8,)} | changed)), said)


def test_a_description_that_lacks_something_is_refused(path):
    wrapper = NumpyArrayWrapper.__new__(NumpyArrayWrapper)
    wrapper.__dict__ = {"shape": (2,), "order": "C"}
    refuse(path, b"\x80\x04}" + short("w") + body(wrapper) + bytes(64) + b"s.", "not described as")


@pytest.mark.parametrize("short_of", range(1, 8))
def test_an_array_that_starts_before_its_place_is_refused(path, short_of):
    head = described(data=b"")[:-2]
    padding = 32 - (len(head) + 1 + short_of) % 16
    wide = head.replace(b"K\x10", b"K\x20")
    raw = wide + bytes([padding]) + b"\xff" * padding + bytes(64) + b"s."
    refuse(path, raw, "where its numbers can be read")


def test_a_description_is_good_for_one_array_only(path):
    """BUILD on the description that the memo still has would read a second time."""
    good = padded(described(shape=(8,)))
    for memo in range(20):
        refuse(path, good[:-1] + short("v") + b"h" + bytes([memo]) + b"s.")


def test_companions_of_joblib_before_0_10_are_not_opened(path):
    for wrapper in (
        NDArrayWrapper("/etc/passwd", np.ndarray),
        ZNDArrayWrapper("/etc/passwd", (np.ndarray, (0,), "b"), ()),
    ):
        refuse(path, pickle.dumps({"w": wrapper}, protocol=4), "asks for")
    refuse(path, b"ZF" + hex(10).encode().ljust(20) + zlib.compress(bytes(10)), "compressed")


# --- instructions used for what they are not for ------------------------------------------------

DTYPE = short("numpy") + short("dtype") + b"\x93"
NDARRAY = short("numpy") + short("ndarray") + b"\x93"
WRAPPER = short("joblib.numpy_pickle") + short("NumpyArrayWrapper") + b"\x93"
PLAIN = DTYPE + short("f8") + b"\x89\x88\x87R"


MISUSES = {
    "call of the array class": (NDARRAY + b"K\x09\x85R", "calls a function"),
    "call of the description": (WRAPPER + b")R", "calls a function"),
    "call of a string": (short("os.system") + short("true") + b"\x85R", "calls a function"),
    "call of a dtype": (PLAIN + b")R", "calls a function"),
    "new array": (NDARRAY + b"K\x09\x85\x81", "makes an object"),
    "new dtype": (DTYPE + short("O") + b"\x85\x81", "makes an object"),
    "new description with arguments": (WRAPPER + b"K\x01\x85\x81", "makes an object"),
    "dtype without arguments": (DTYPE + b")R", "NumPy does not"),
    "dtype from a dictionary": (DTYPE + b"}R", "NumPy does not"),
    "dtype from a number": (DTYPE + b"K\x01\x89\x88\x87R", "other than plain"),
    "dtype of objects": (DTYPE + short("O") + b"\x89\x88\x87R", "other than plain"),
    "dtype by a list of fields": (DTYPE + short("f8,O") + b"\x89\x88\x87R", "other than plain"),
    "dtype by a path": (DTYPE + short("os.system") + b"\x89\x88\x87R", "other than plain"),
    "state of objects": (
        PLAIN + b"(K\x03" + short("|") + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x3ftb",
        "numbers that are not plain",
    ),
    "state from a dtype": (PLAIN + PLAIN + b"b", "numbers that are not plain"),
    "state for a class": (NDARRAY + b"}b", "changes an object"),
    "state for a dictionary": (b"}}b", "changes an object"),
    "state for a string": (short("x") + b"}b", "changes an object"),
    "items into an array class": (NDARRAY + short("x") + b"Ns", "not a dictionary"),
    "items into a dtype": (PLAIN + b"(" + short("x") + b"Nu", "not a dictionary"),
    "an odd number of items": (b"}(" + short("x") + b"u", "not a dictionary"),
    "a number as a name": (b"}K\x01Ns", "fills a dictionary"),
    "a tuple as a name": (b"}K\x01\x85Ns", "fills a dictionary"),
    "a dictionary as a name": (b"}}Ns", "fills a dictionary"),
    "a name twice": (b"}" + short("x") + b"Ns" + short("x") + b"Ns", "fills a dictionary"),
    "a dictionary in itself": (b"}\x94" + short("x") + b"h\x00s", "fills a dictionary"),
    "a token as a result": (NDARRAY, "not hold arrays"),
    "a value that is no array": (b"}" + short("x") + b"K\x01s", "'x' is not an array"),
    "a token as a value": (b"}" + short("x") + NDARRAY + b"s", "'x' is not an array"),
    "an unfinished array": (b"}" + short("x") + WRAPPER + b")\x81s", "'x' is not an array"),
    "two results": (b"}}", "something follows"),
    "a mark left over": (b"(}", "something|isn't there"),
    "nothing": (b"", "isn't there"),
    "what stands before the mark": (b"}" + short("x") + b"N(s", "isn't there"),
    "a tuple in a tuple": (b")\x85", "in a tuple"),
    "a class in a tuple": (NDARRAY + b"\x85", "in a tuple"),
    "a dictionary in a tuple": (b"}\x85", "in a tuple"),
    "a long line": (b"V" + b"x" * 2000 + b"\n", "no newline"),
    "nothing within a mark": (b"}(s", "isn't there"),
    "no mark": (b"}u", "mark that isn't"),
    "no memo": (b"h\x00", "not said"),
    "no memo far away": (b"j\xff\xff\xff\xff", "not said"),
    "memo of nothing": (b"\x94", "isn't there"),
    "a class without a name": (b"K\x01K\x02\x93", "without naming"),
    "a persistent name": (short("x") + b"Q", "BINPERSID"),
    "a persistent name in text": (b"Px\n", "PERSID"),
    "new with keywords": (WRAPPER + b")}\x92", "NEWOBJ_EX"),
    "a list": (b"]", "EMPTY_LIST"),
    "a set": (b"\x8f", "EMPTY_SET"),
    "bytes": (b"C\x01x", "SHORT_BINBYTES"),
    "a buffer from outside": (b"\x97", "NEXT_BUFFER"),
    "a float in text": (b"F1.5\n", "FLOAT"),
    "another protocol inside": (b"\x80\x02}", "protocol 2"),
    "a protocol to come": (b"\x80\x63}", "protocol 99"),
    "no such instruction": (b"\xfe", "unknown"),
}


@pytest.mark.parametrize(("raw", "said"), MISUSES.values(), ids=MISUSES.keys())
def test_instructions_out_of_place_are_refused(path, raw, said):
    refuse(path, b"\x80\x04" + raw + b".", said)


# --- bombs ---------------------------------------------------------------------------------------

MEMO_BOMB = b"K\x01\x85\x94" + b"".join(
    b"h" + bytes([n]) + b"h" + bytes([n]) + b"\x86\x94" for n in range(200)
)
HUGE = struct.pack("<Q", 2**62)


ENDLESS, LARGE = "goes on and on", "more bytes than"

BOMBS = {
    "tuples of tuples": (MEMO_BOMB, "in a tuple"),
    "tuples of tuples as a name": (b"}" + MEMO_BOMB + b"Ns", "in a tuple"),
    "marks": (b"(" * 500_000, ENDLESS),
    "dictionaries": (b"}" * 500_000, ENDLESS),
    "the same over and over": (b"}\x94" + b"h\x00" * 500_000, ENDLESS),
    "remembering": (b"}" + b"\x94" * 500_000, ENDLESS),
    "a name of 4 exbibytes": (b"\x8d" + HUGE, LARGE),
    "a name of 4 gibibytes": (b"X\xff\xff\xff\xff", LARGE),
    "4 exbibytes": (b"\x8e" + HUGE, LARGE),
    "4 exbibytes to change": (b"\x96" + HUGE, LARGE),
    "a frame of 4 exbibytes": (b"\x95" + HUGE, "isn't there"),
    "a number of 2 gibibytes": (b"\x8b\xff\xff\xff\x7f", LARGE),
    "a number that is long to read": (b"L" + b"9" * 1_000_000 + b"L\n", "no newline"),
    "a line without an end": (b"V" + b"x" * 5_000_000, "no newline"),
}


@pytest.mark.parametrize(("raw", "said"), BOMBS.values(), ids=BOMBS.keys())
def test_bombs_do_not_go_off(path, raw, said):
    path.write_bytes(b"\x80\x04" + raw + b".")
    tracemalloc.start()
    try:
        with pytest.raises(ModelError, match=said):
            load_watched(path)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_an_array_that_claims_much_takes_no_memory(path):
    path.write_bytes(padded(described(shape=(2**33,))))
    tracemalloc.start()
    try:
        for mmap in (True, False):
            with pytest.raises(ModelError, match="bytes where"):
                load_watched(path, mmap=mmap)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_zip_bomb_is_not_unpacked(path):
    path.write_bytes(gzip.compress(bytes(50_000_000), compresslevel=1))
    tracemalloc.start()
    try:
        with pytest.raises(ModelError, match=r"compressed \(gzip\)"):
            load_watched(path)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
