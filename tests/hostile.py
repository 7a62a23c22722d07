"""Helpers of the tests with hostile weights files: watching a load, crafting a file."""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
import threading
import warnings
from pathlib import Path

import joblib
import numpy as np
import pytest
from joblib.numpy_pickle import NumpyArrayWrapper

from smclassify.errors import ModelError
from smclassify.model.weights import load_weights, save_weights

# --- watching ------------------------------------------------------------------------------

WATCHED = ("os.", "subprocess.", "pickle.find_class", "import", "exec", "compile", "shutil.")
_watching = threading.Event()
_seen: list[str] = []


def _hook(event: str, arguments: tuple) -> None:
    if _watching.is_set() and event.startswith(WATCHED):
        _seen.append(f"{event} {arguments!r:.80}")


sys.addaudithook(_hook)  # what the interpreter itself reports; there is no way to unhook it


def load_watched(path: Path, **options) -> dict[str, np.ndarray]:
    """Load with nothing imported, looked up, compiled or called behind our back."""
    modules = set(sys.modules)
    _seen.clear()
    _watching.set()
    try:
        return load_weights(path, **options)
    finally:
        _watching.clear()
        assert _seen == []
        assert set(sys.modules) == modules


def warm_up(path: Path) -> None:
    """Let everything that a good file needs be imported before anything is watched."""
    save_weights(path, {"a": np.zeros(3), "b": np.array([True])})
    for mmap in (True, False):
        load_weights(path, mmap=mmap)


def refuse(path: Path, raw: bytes, said: str | None = None) -> None:
    path.write_bytes(raw)
    for mmap in (True, False):
        with pytest.raises(ModelError, match=said) as caught:
            load_watched(path, mmap=mmap)
        assert "Nothing in it was run" in str(caught.value)


def is_real(path: Path, marker: Path) -> bool:
    """Whether ``joblib.load`` runs what the file says."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Many an attack ends in an error, after it has done its work.
        with contextlib.suppress(Exception):
            joblib.load(path)
    done = marker.exists()
    marker.unlink(missing_ok=True)
    return done


class Evil:
    """Leaves a marker when it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self):
        return os.system, (f"touch {self.marker}",)


# --- crafting ---


def short(text: str) -> bytes:
    return b"\x8c" + bytes([len(text.encode())]) + text.encode()


def body(value: object) -> bytes:
    """Return the instructions for a value, without the file's first and last."""
    raw = pickle.dumps(value, protocol=4)
    assert raw[2:3] == b"\x95"
    return raw[11:-1]


def described(data: bytes = b"\x01\xff" + bytes(64), **changed: object) -> bytes:
    """Return a file with one array, described as told."""
    told = {"subclass": np.ndarray, "shape": (2,), "order": "C", "dtype": np.dtype("<f8")} | changed
    wrapper = NumpyArrayWrapper.__new__(NumpyArrayWrapper)
    wrapper.__dict__ = {**told, "allow_mmap": True, "numpy_array_alignment_bytes": 16} | changed
    return b"\x80\x04}" + short("w") + body(wrapper) + data + b"s."


def padded(raw: bytes, room: int = 64) -> bytes:
    """Return what :func:`described` returned with the data where joblib would put it."""
    head = raw[: -(room + 4)]
    padding = 16 - (len(head) + 1) % 16
    return head + bytes([padding]) + b"\xff" * padding + bytes(room) + b"s."
