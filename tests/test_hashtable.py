"""A hash table asked for many keys at once holds what a dictionary would hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smclassify.text.hashtable import HashTable

INVERSE = pow(0x9E3779B97F4A7C15, -1, 1 << 64)
"""Times this, numbers that differ in their last bits are keys that begin at the same slot."""


def keys_of(numbers: list[int]) -> np.ndarray:
    return np.array(numbers, np.uint64)


keys = st.integers(1, 2**64 - 1) | st.integers(1, 60).map(lambda k: k * INVERSE % 2**64)


@given(st.lists(st.lists(keys, max_size=80), max_size=6), st.lists(keys, max_size=30))
def test_it_answers_as_a_dictionary_would(rounds: list[list[int]], others: list[int]) -> None:
    table = HashTable()
    expected: dict[int, int] = {}
    for numbers in rounds:
        new = [key for key in dict.fromkeys(numbers) if key not in expected]
        table.add(keys_of(new))
        expected |= {key: len(expected) + place for place, key in enumerate(new)}
        asked = [*expected, *others]
        assert table.find(keys_of(asked)).tolist() == [expected.get(key, -1) for key in asked]
    assert len(table) == len(expected)


def test_keys_that_begin_at_one_slot_are_told_apart() -> None:
    crowd = keys_of([number * INVERSE % 2**64 for number in range(1, 400)])
    table = HashTable()
    table.add(crowd)
    assert table.find(crowd).tolist() == list(range(399))
    assert table.find(keys_of([400 * INVERSE % 2**64])).tolist() == [-1]


@pytest.mark.parametrize("n", [0, 1, 511, 512, 513, 100_000])
def test_it_grows_with_its_keys(n: int) -> None:
    numbers = np.random.default_rng(3).permutation(np.arange(1, n + 1, dtype=np.uint64))
    table = HashTable()
    table.add(numbers[: n // 2])
    table.add(numbers[n // 2 :])
    assert np.array_equal(table.find(numbers), np.arange(n))
    assert table.find(numbers + np.uint64(n)).tolist() == [-1] * n


def test_an_empty_table_knows_nothing() -> None:
    assert HashTable().find(keys_of([1, 2])).tolist() == [-1, -1]
    assert HashTable().find(keys_of([])).tolist() == []
