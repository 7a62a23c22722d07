"""Weights files made to run code: none gets anywhere.

Each attack is shown to be real first, by ``joblib.load`` falling for it, so that a refusal
here means something.
"""

from __future__ import annotations

import copyreg
import pickle
import sys
from pathlib import Path

import joblib
import numpy as np
import pytest
from hostile import Evil, is_real, load_watched, refuse, short, warm_up
from joblib.numpy_pickle_compat import NDArrayWrapper

from smclassify.errors import ModelError


@pytest.fixture(autouse=True, scope="module")
def _warm(tmp_path_factory):
    warm_up(tmp_path_factory.mktemp("warm") / "weights.joblib")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "weights.joblib"


@pytest.fixture
def marker(tmp_path: Path):
    """The file that an attack leaves when it succeeds; nobody must, except to show it can."""
    marker = tmp_path / "pwned"
    yield marker
    assert not marker.exists()


# --- attacks that joblib falls for -----------------------------------------------------------


def code_in_plain_sight(folder: Path, marker: Path, protocol: int) -> bytes:
    return pickle.dumps({"w": Evil(marker)}, protocol=protocol)


def code_instead_of_a_dictionary(folder: Path, marker: Path, protocol: int) -> bytes:
    return pickle.dumps(Evil(marker), protocol=protocol)


def code_behind_a_good_array(folder: Path, marker: Path, protocol: int) -> bytes:
    joblib.dump({"good": np.zeros(3), "w": Evil(marker)}, folder / "x", protocol=protocol)
    return (folder / "x").read_bytes()


def code_within_an_object_array(folder: Path, marker: Path, protocol: int) -> bytes:
    # joblib itself refuses unknown protocols for the pickle within; the outer one varies.
    array = np.array([Evil(marker)], dtype=object)
    joblib.dump({"w": array}, folder / "x", protocol=protocol)
    return (folder / "x").read_bytes()


def code_as_a_key(folder: Path, marker: Path, protocol: int) -> bytes:
    joblib.dump({Evil(marker): np.zeros(3)}, folder / "x", protocol=protocol)
    return (folder / "x").read_bytes()


def code_thrown_away_at_once(folder: Path, marker: Path, protocol: int) -> bytes:
    evil = pickle.dumps(Evil(marker), protocol=0)[:-1]
    return pickle.dumps({}, protocol=protocol)[:-1] + evil + b"0."


def code_in_a_companion_file(folder: Path, marker: Path, protocol: int) -> bytes:
    np.save(folder / "companion.npy", np.array([Evil(marker)], dtype=object), allow_pickle=True)
    return pickle.dumps(NDArrayWrapper("companion.npy", np.ndarray), protocol=protocol)


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize(
    "attack",
    [
        code_in_plain_sight,
        code_instead_of_a_dictionary,
        code_behind_a_good_array,
        code_within_an_object_array,
        code_as_a_key,
        code_thrown_away_at_once,
        code_in_a_companion_file,
    ],
)
def test_code_that_joblib_would_run_is_not_run(path, marker, attack, protocol):
    path.write_bytes(attack(path.parent, marker, protocol))
    assert is_real(path, marker)
    refuse(path, path.read_bytes())


@pytest.mark.parametrize("compress", ["zlib", "gzip", "bz2", "lzma", "xz"])
def test_compressed_code_is_not_run(path, marker, compress):
    joblib.dump({"w": Evil(marker)}, path, compress=(compress, 3))
    assert is_real(path, marker)
    refuse(path, path.read_bytes(), "compressed")


HANDMADE = {
    "INST": "({arg}ios\nsystem\n",
    "OBJ": "(cos\nsystem\n{arg}o",
    "GLOBAL": "cos\nsystem\n({arg}tR",
    "GLOBAL of a builtin": "cbuiltins\nexec\n({python}tR",
}


@pytest.mark.parametrize("start", [b"", b"\x80\x02", b"\x80\x04", b"\x80\x04}"])
@pytest.mark.parametrize("name", HANDMADE)
def test_old_instructions_are_not_followed(path, marker, name, start):
    raw = start + handmade(HANDMADE[name], marker)
    path.write_bytes(raw)
    assert is_real(path, marker)
    refuse(path, raw, "instruction|does not start")


def handmade(program: str, marker: Path) -> bytes:
    arg = f"S'touch {marker}'\n"
    python = f'S\'__import__("os").system("touch {marker}")\'\n'
    return program.format(arg=arg, python=python).encode() + b"."


@pytest.mark.parametrize("start", [b"", b"\x80\x02"])
def test_names_from_python_2_are_not_translated(path, marker, start):
    raw = start + handmade("c__builtin__\neval\n({python}tR", marker)
    path.write_bytes(raw)
    assert is_real(path, marker)
    refuse(path, raw, "protocol 2|does not start")


@pytest.mark.parametrize(
    ("module", "name"),
    [("os", "system"), ("posix", "system"), ("joblib.numpy_pickle", "os.system")],
)
def test_stack_global_finds_only_three_names(path, marker, module, name):
    raw = b"\x80\x04" + short(module) + short(name) + b"\x93" + short(f"touch {marker}") + b"\x85R."
    path.write_bytes(raw)
    assert is_real(path, marker)
    refuse(path, raw, "asks for")


@pytest.mark.parametrize("instruction", [b"\x82\x7b", b"\x83\x7b\x00", b"\x84\x7b\x00\x00\x00"])
def test_registered_extensions_are_not_called(path, marker, instruction):
    raw = b"\x80\x04" + instruction + short(f"touch {marker}") + b"\x85R."
    path.write_bytes(raw)
    copyreg.add_extension("os", "system", 0x7B)
    try:
        assert is_real(path, marker)
        refuse(path, raw, "instruction EXT")
    finally:
        copyreg.remove_extension("os", "system", 0x7B)


def test_a_module_is_not_imported(path, tmp_path, monkeypatch, marker):
    (tmp_path / "sm_evil_module.py").write_text(f"open({str(marker)!r}, 'w').close()\nx = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    raw = b"\x80\x04" + short("sm_evil_module") + short("x") + b"\x93."
    path.write_bytes(raw)
    assert is_real(path, marker)
    del sys.modules["sm_evil_module"]
    refuse(path, raw, "asks for 'sm_evil_module.x'")
    assert "sm_evil_module" not in sys.modules


# --- what the user is shown ---------------------------------------------------------------------


def test_the_file_cannot_write_to_the_terminal(path):
    for raw in (
        b"\x80\x04" + short("\x1b[2J\u202e") + short("\x07x\n") + b"\x93.",
        b"\x80\x04I\x1b[2J\x07\n.",
        b"\x80\x04}" + short("\x1b[2J") + b"Ns.",
    ):
        path.write_bytes(raw)
        with pytest.raises(ModelError) as caught:
            load_watched(path)
        assert caught.value.message.isprintable()
        assert caught.value.message.isascii()


def test_a_long_quotation_is_cut_short(path):
    path.write_bytes(b"\x80\x04I" + b"x" * 1000 + b"\n.")
    with pytest.raises(ModelError, match="invalid literal") as caught:
        load_watched(path)
    assert len(caught.value.message) < 300


def test_the_error_says_what_to_do(path):
    path.write_bytes(pickle.dumps(Path))
    with pytest.raises(ModelError) as caught:
        load_watched(path)
    assert caught.value.where == str(path)
    assert "Fetch the model again" in caught.value.hint
    assert "joblib.load" in caught.value.hint
