"""The weights file: what is saved comes back, and only what was expected."""

from __future__ import annotations

import hashlib
from pathlib import Path

import joblib
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from smclassify.errors import ModelError, OutputError
from smclassify.model.plain_arrays import CODES
from smclassify.model.weights import load_weights, save_weights

shared_folder = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150
)

dtypes = st.sampled_from(CODES).flatmap(
    lambda code: st.sampled_from([np.dtype(f"<{code}"), np.dtype(f">{code}")])
)
shapes = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
some_arrays = st.dictionaries(names, hnp.arrays(dtypes, shapes), max_size=6)


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


class TestRoundTrip:
    @shared_folder
    @given(arrays=some_arrays, mmap=st.booleans())
    def test_every_plain_array_comes_back_as_it_was(self, path, arrays, mmap):
        save_weights(path, arrays)
        loaded = load_weights(path, mmap=mmap)
        assert loaded.keys() == arrays.keys()
        for name, array in arrays.items():
            assert loaded[name].dtype == array.dtype.newbyteorder("<")
            assert loaded[name].shape == array.shape
            # The very bytes, so that each NaN stays the NaN it was.
            assert loaded[name].tobytes() == array.astype(loaded[name].dtype).tobytes()

    def test_arrays_that_lie_otherwise_in_memory_come_back_row_by_row(self, path):
        square = np.arange(12.0).reshape(3, 4)
        views = {"turned": square.T, "every_other": square[:, ::2], "backwards": square[::-1]}
        save_weights(path, views)
        for name, loaded in load_weights(path).items():
            np.testing.assert_array_equal(loaded, views[name])
            assert loaded.flags.c_contiguous

    def test_what_was_loaded_can_be_saved_over_the_file_it_is_mapped_from(self, path):
        digest = save_weights(path, small())
        loaded = load_weights(path)
        assert save_weights(path, loaded) == digest
        np.testing.assert_array_equal(loaded["coef"], small()["coef"])

    def test_more_arrays_than_joblib_puts_down_at_a_time(self, path):
        many = {f"array{i}": np.full(3, i) for i in range(2500)}
        save_weights(path, many)
        loaded = load_weights(path)
        assert [int(loaded[name][2]) for name in many] == list(range(2500))

    def test_the_file_is_one_that_joblib_reads(self, path):
        save_weights(path, small())
        for name, array in joblib.load(path).items():
            np.testing.assert_array_equal(array, small()[name])

    @pytest.mark.parametrize("protocol", [4, 5])
    def test_a_file_that_joblib_itself_wrote_is_read(self, path, protocol):
        joblib.dump(small(), path, protocol=protocol)
        for name, array in load_weights(path).items():
            np.testing.assert_array_equal(array, small()[name])


class TestMapping:
    def test_the_arrays_are_mapped_from_the_file(self, path):
        save_weights(path, small())
        loaded = load_weights(path)
        for name in ("coef", "mask", "bias"):
            assert isinstance(loaded[name], np.memmap)
            assert Path(loaded[name].filename) == path
            assert loaded[name].flags.aligned

    def test_all_arrays_share_one_mapping_of_the_file(self, path):
        save_weights(path, {f"array{i}": np.arange(9) for i in range(300)})
        loaded = load_weights(path)
        assert len({id(array._mmap) for array in loaded.values()}) == 1

    def test_without_mapping_the_file_can_go(self, path):
        save_weights(path, small())
        loaded = load_weights(path, mmap=False)
        assert not any(isinstance(array, np.memmap) for array in loaded.values())
        path.write_bytes(b"")
        np.testing.assert_array_equal(loaded["coef"], small()["coef"])

    @pytest.mark.parametrize("mmap", [True, False])
    def test_the_arrays_cannot_be_written_to(self, path, mmap):
        save_weights(path, small())
        for array in load_weights(path, mmap=mmap).values():
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 1

    def test_worker_processes_map_the_file_instead_of_getting_a_copy(self, path):
        save_weights(path, {"a": np.zeros(10), "b": np.arange(1000.0)})
        b = load_weights(path)["b"]
        seen = joblib.Parallel(n_jobs=2)(joblib.delayed(_look)(b) for _ in range(2))
        assert seen == [("memmap", str(path), b.sum())] * 2


def _look(array):
    return type(array).__name__, str(array.filename), float(array.sum())


class TestSaving:
    @shared_folder
    @given(arrays=some_arrays, random=st.randoms())
    def test_the_same_arrays_give_the_same_bytes(self, path, arrays, random):
        digest = save_weights(path, arrays)
        order = list(arrays)
        random.shuffle(order)
        # Other objects, other order of names, other order in memory, other byte order.
        again = {}
        for name in order:
            turned = arrays[name].astype(arrays[name].dtype.newbyteorder("S")).copy(order="F")
            again[str(name.encode(), "utf-8")] = turned
        assert save_weights(path, again) == digest

    def test_equal_types_by_other_names_give_the_same_bytes(self, path):
        described = np.dtype("f4", metadata={"made": "elsewhere"})
        one = {"a": np.zeros(2, "f4"), "b": np.zeros(2, "f4"), "shape": np.zeros(1, "l")}
        other = {
            "".join(["sh", "ape"]): np.zeros(1, "q"),
            "b": np.zeros(2, described),
            "a": np.zeros(2, "=f4"),
        }
        assert save_weights(path, one) == save_weights(path, other)

    def test_one_other_number_gives_another_digest(self, path):
        changed = small() | {"bias": np.array(0.25)}
        assert save_weights(path, small()) != save_weights(path, changed)

    def test_the_digest_is_that_of_the_file(self, path):
        assert save_weights(path, small()) == hashlib.sha256(path.read_bytes()).hexdigest()

    @pytest.mark.parametrize(
        "array",
        [
            np.array([object()], dtype=object),
            np.array(["text"]),
            np.zeros(2, [("x", "i4")]),
            np.zeros(2, np.complex128),
            np.zeros(2, np.longdouble),
            np.zeros(2, "M8[s]"),
            np.ma.masked_array([1, 2], [True, False]),
            np.ones((1, 1)).view(np.recarray),
            [1, 2, 3],
        ],
        ids=lambda array: f"{type(array).__name__}-{getattr(array, 'dtype', '')}",
    )
    def test_what_is_not_a_plain_array_is_refused(self, path, array):
        with pytest.raises(TypeError, match="coef"):
            save_weights(path, {"coef": array})
        assert not path.exists()

    @pytest.mark.parametrize("name", ["", "n" * 256, "é" * 128, 7])
    def test_a_name_that_could_not_be_read_back_is_refused(self, path, name):
        with pytest.raises(ValueError, match="needs a name"):
            save_weights(path, {name: np.zeros(1)})

    def test_the_longest_name_is_read_back(self, path):
        save_weights(path, {"n" * 255: np.zeros(1)})
        assert list(load_weights(path)) == ["n" * 255]

    def test_too_many_dimensions_are_refused(self, path):
        with pytest.raises(ValueError, match="9 dimensions"):
            save_weights(path, {"coef": np.zeros((1,) * 9)})

    def test_too_many_arrays_are_refused(self, path):
        with pytest.raises(ValueError, match="4097 arrays"):
            save_weights(path, {str(i): np.zeros(1) for i in range(4097)})

    def test_as_many_arrays_as_a_file_may_hold_are_read_back(self, path):
        save_weights(path, {str(i): np.zeros((1, 300, 0)) for i in range(4096)})
        assert len(load_weights(path)) == 4096

    def test_a_folder_that_is_not_there_is_said_so(self, tmp_path):
        with pytest.raises(OutputError, match="could not be written"):
            save_weights(tmp_path / "nowhere" / "w", small())

    def test_a_failed_write_leaves_the_old_file_and_nothing_else(self, path, monkeypatch):
        digest = save_weights(path, small())

        def full_disk(value, file, protocol):
            file.write(b"half")
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(joblib, "dump", full_disk)
        with pytest.raises(OutputError, match="No space left"):
            save_weights(path, {"coef": np.zeros(9)})
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
        assert list(path.parent.iterdir()) == [path]


FITTING = {
    "coef": ("f4", (2, None)),
    "mask": (bool, (2,)),
    "nothing": (np.int64, (0, 2)),
    "bias": (np.float64, ()),
}


class TestExpectations:
    def test_fitting_arrays_are_returned(self, path):
        save_weights(path, small())
        assert load_weights(path, expected=FITTING).keys() == FITTING.keys()

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"coef": ("f8", (2, None))}, r"'coef' is float32 \[2x3\] instead of float64 \[2x\?\]"),
            ({"coef": ("f4", (3, None))}, r"instead of float32 \[3x\?\]"),
            ({"coef": ("f4", (6,))}, r"instead of float32 \[6\]"),
            ({"bias": ("f8", (1,))}, r"'bias' is float64 \[\] instead of float64 \[1\]"),
            ({"scale": ("f8", ())}, "'scale' is missing"),
        ],
    )
    def test_others_are_named_with_what_was_expected(self, path, change, said):
        save_weights(path, small())
        with pytest.raises(ModelError, match=said):
            load_weights(path, expected=FITTING | change)

    def test_an_array_too_many_is_named(self, path):
        save_weights(path, small() | {"stowaway": np.zeros(1)})
        with pytest.raises(ModelError, match="'stowaway' does not belong there"):
            load_weights(path, expected=FITTING)

    def test_only_the_first_problems_are_told(self, path):
        save_weights(path, {f"x{i}": np.zeros(1) for i in range(50)})
        with pytest.raises(ModelError, match="and 49 more"):
            load_weights(path, expected=FITTING)
