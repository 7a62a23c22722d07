"""A damaged weights file is refused, or what it gives are plain arrays: never anything else."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smclassify.errors import ModelError
from smclassify.model.plain_arrays import CODES
from smclassify.model.weights import load_weights, save_weights

shared_folder = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "weights.joblib"


def small() -> dict[str, np.ndarray]:
    return {
        "coef": np.arange(6, dtype=np.float32).reshape(2, 3),
        "mask": np.array([True, False]),
        "nothing": np.zeros((0, 2), np.int64),
        "bias": np.array(0.5),
    }


@pytest.mark.parametrize("mmap", [True, False])
def test_a_file_cut_off_anywhere_is_refused(path, mmap):
    save_weights(path, small())
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(ModelError, match="is damaged"):
            load_weights(path, mmap=mmap)


@shared_folder
@given(data=st.data(), mmap=st.booleans())
def test_changed_bytes_are_refused_or_give_plain_arrays(path, data, mmap):
    save_weights(path, small())
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(raw)
    _refused_or_plain(path, mmap)


def test_every_single_bit_may_turn(path):
    save_weights(path, {"coef": np.arange(3, dtype=np.float32), "on": np.array([True])})
    whole = path.read_bytes()
    for position in range(len(whole)):
        for bit in range(8):
            raw = bytearray(whole)
            raw[position] ^= 1 << bit
            path.write_bytes(raw)
            _refused_or_plain(path, mmap=bool(bit % 2))


@shared_folder
@given(data=st.data())
def test_pieces_left_out_or_repeated(path, data):
    save_weights(path, small())
    whole = path.read_bytes()
    cut = st.integers(0, len(whole))
    a, b, c = (data.draw(cut) for _ in range(3))
    path.write_bytes(whole[:a] + whole[b:] + whole[c:])
    _refused_or_plain(path, mmap=True)


@shared_folder
@given(tail=st.binary(max_size=200))
def test_any_bytes_behind_the_first_ones(path, tail):
    path.write_bytes(b"\x80\x04" + tail)
    _refused_or_plain(path, mmap=True)


def test_something_after_the_end_is_refused(path):
    save_weights(path, small())
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(ModelError, match="something follows"):
        load_weights(path)


@pytest.mark.parametrize("mmap", [True, False])
def test_a_truth_value_of_two_is_refused(path, mmap):
    save_weights(path, {"mask": np.array([True] * 40)})
    path.write_bytes(path.read_bytes().replace(b"\1" * 40, b"\1" * 39 + b"\2"))
    with pytest.raises(ModelError, match="neither 0 nor 1"):
        load_weights(path, mmap=mmap)


def test_a_file_that_is_not_there_is_said_so(path):
    with pytest.raises(ModelError, match="no such file") as caught:
        load_weights(path)
    assert caught.value.where == str(path)
    assert caught.value.hint


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ModelError, match="no such file"):
        load_weights(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_not_waited_for(path):
    os.mkfifo(path)
    with pytest.raises(ModelError, match="no such file"):
        load_weights(path)


def _refused_or_plain(path: Path, mmap: bool) -> None:
    try:
        arrays = load_weights(path, mmap=mmap)
    except ModelError as error:
        assert "Nothing in it was run" in str(error)
        return
    room = path.stat().st_size
    for name, array in arrays.items():
        assert type(name) is str
        assert array.dtype.str[1:] in CODES
        assert array.nbytes <= room
        assert not array.flags.writeable
