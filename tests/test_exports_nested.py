"""Nested objects as flat rows: nothing is lost, and great files are streamed."""

import io
import json
import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from smclassify.exports.nested.envelopes import open_objects
from smclassify.exports.nested.flat import LONGEST_NAME, flatten, put_together


def lossless(row):
    """Undo the flattening of a row."""
    record = {}
    for name, value in row.items():
        keys, rest = [""], name
        while rest:
            if rest[0] == "\\":
                keys[-1] += rest[1]
                rest = rest[2:]
                continue
            if rest[0] == ".":
                keys.append("")
            else:
                keys[-1] += rest[0]
            rest = rest[1:]
        place = record
        for key in keys[:-1]:
            place = place.setdefault(key, {})
        place[keys[-1]] = value
    return record


NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.integers()),
    lambda inner: st.dictionaries(st.text(alphabet="ab.\\é", max_size=3), inner, max_size=4),
)


@given(record=st.dictionaries(st.text(alphabet="ab.\\é", max_size=3), NESTED, max_size=5))
def test_flattening_loses_nothing(record):
    flat = flatten(record)
    assert lossless(flat) == record
    assert not any(isinstance(value, dict) and value for value in flat.values())


def test_endless_names_stay_objects():
    record = {"a" * LONGEST_NAME: {"b" * 50: {"c": {"d": 1}}}}
    flat = flatten(record)
    assert list(flat.values()) == [{"c": {"d": 1}}]
    assert lossless(flat) == record


# Size.


def test_letters_that_are_whole_stay_as_they_are():
    for text in ("déjà vu", "안녕", "Ã©", "ÃÂ", "plain"):
        mended, changed = put_together(text)
        assert (mended, changed) == (("é", True) if text == "Ã©" else (text, False))
    keys = {"Ã©": 1, "é": 2}
    assert put_together(keys)[0] == keys


class CountingStream(io.RawIOBase):
    """A response with many reviews, made while it is read; knows how much has been asked for."""

    def __init__(self, reviews, text):
        self.read_so_far = 0
        self._reviews = reviews
        review = {"starRating": "ONE", "comment": text, "reviewer": {}, "createTime": "2026"}
        self._review = json.dumps(review).encode()
        self._at = self._pieces()

    def _pieces(self):
        yield b'{"reviews": ['
        for number in range(self._reviews):
            yield (b"," if number else b"") + self._review
        yield b'], "totalReviewCount": 9}'

    def seekable(self):
        return True

    def seek(self, offset, whence=0):
        assert (offset, whence) == (0, 0)
        self._at = self._pieces()
        self.read_so_far = 0
        return 0

    def read(self, size=-1):
        data = bytearray()
        for piece in self._at:
            data += piece
            if len(data) >= size:
                break
        self.read_so_far += len(data)
        return bytes(data)


def test_the_first_rows_of_a_great_response_come_before_the_rest_is_read():
    stream = CountingStream(100_000, "cold")
    table = open_objects("a.json", stream, encoding="utf-8", one_a_line=False)
    batches = table.batches(max_rows=1000)
    first = next(batches)
    read_for_first = stream.read_so_far
    assert len(first) + sum(map(len, batches)) == 100_000
    assert read_for_first < stream.read_so_far / 10


def test_memory_does_not_grow_with_a_response():
    stream = CountingStream(20_000, "cold " * 200)
    tracemalloc.start()
    table = open_objects("a.json", stream, encoding="utf-8", one_a_line=False)
    rows = sum(map(len, table.batches(max_rows=500)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows == 20_000
    assert peak < stream.read_so_far / 3
