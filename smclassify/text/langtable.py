"""The compiled table of the language step: n-gram evidence, scripts, a few words.

``training/compile_langprofiles.py`` makes ``langprofiles.npz`` from langdetect's profiles;
here it is loaded and laid out so that one look-up per character finds all the evidence of
the n-grams that end there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from smclassify.errors import ModelError
from smclassify.labels import UNKNOWN_LANGUAGE

TABLE: Final = Path(__file__).with_name("langprofiles.npz")
BMP: Final = 0x10000
FIRST_DIGIT: Final = 200
"""Symbols: 0 is a space, then a script's letters; from here on the ten digits."""
LONGEST_WORD: Final = 24
BUCKET_BITS: Final = 16
BUCKET_SHIFT: Final = 64 - BUCKET_BITS
_COLUMNS: Final = 8
"""Floats in a vector register of common processors."""

# Any odd numbers would do: a word's hash is the sum of its symbols times these, modulo 2**64.
POWERS: Final[NDArray[np.uint64]] = np.cumprod(
    np.full(LONGEST_WORD, 0x9E3779B97F4A7C15, np.uint64), dtype=np.uint64
)


def word_hash(symbols: NDArray[np.uint8]) -> int:
    """Return the hash of one word of at most :data:`LONGEST_WORD` symbols."""
    return int((symbols.astype(np.uint64) * POWERS[: len(symbols)]).sum(dtype=np.uint64))


@dataclass(frozen=True)
class ScriptProfile:
    """The n-gram evidence of one script with several languages.

    Attributes
    ----------
    size : int
        Symbols of the script: 0 for a space, then its letters.
    row_of : ndarray of uint16, shape (size ** 3,)
        For two symbols and the one after them, the row of ``evidence`` of the longest n-gram
        ending there that any language has.
    evidence : ndarray of float32, shape (rows, columns)
        Log-probability of the symbol after the two before it, above the mean of the
        languages. Row 0, for two spaces, is all zeros. After the languages come columns of
        zeros, for the sum over rows is faster if a row fills whole vector registers.
    log_prior : ndarray of float32, shape (n languages,)
    languages : ndarray of int16, shape (n languages,)
        Where each column stands in the table's names.
    word_hashes : ndarray of uint64, shape (k,)
        The reviewed words, sorted.
    word_buckets : ndarray of int64, shape (2 ** BUCKET_BITS,)
        Where the words stand whose hash begins with these bits, or would stand.
    fullest_bucket : int
        How many words at most begin with the same bits.
    word_evidence : ndarray of float32, shape (k, columns)
        The word's weight where the language has it.
    """

    size: int
    row_of: NDArray[np.uint16]
    evidence: NDArray[np.float32]
    log_prior: NDArray[np.float32]
    languages: NDArray[np.int16]
    word_hashes: NDArray[np.uint64]
    word_buckets: NDArray[np.int64]
    fullest_bucket: int
    word_evidence: NDArray[np.float32]


@dataclass(frozen=True)
class LanguageTable:
    """Everything the detector knows.

    Attributes
    ----------
    names : tuple of str
        Language codes; the last is ``"unknown"``.
    scripts : tuple of str
        Script names; numbers in ``script_of`` are one more than the place here.
    script_of, symbol_of : ndarray of uint8, shape (BMP,)
        The script of a code point (0: no letter) and its symbol in that script.
    language_of_script : ndarray of int16, shape (len(scripts) + 1,)
        The language of a script that has only one, else -1.
    profiles : dict of int to ScriptProfile
        By script number.
    """

    names: tuple[str, ...]
    scripts: tuple[str, ...]
    script_of: NDArray[np.uint8]
    symbol_of: NDArray[np.uint8]
    language_of_script: NDArray[np.int16]
    profiles: dict[int, ScriptProfile]

    def number_of(self, script: str) -> int:
        """Return the number that stands for a script in ``script_of``."""
        return self.scripts.index(script) + 1


def _profile(
    arrays: dict[str, NDArray[np.generic]], script: str, languages: list[int]
) -> ScriptProfile:
    """Lay out one script: every three symbols lead to the longest n-gram known among them."""
    units = arrays[f"{script}_evidence"].astype(np.float32)
    pairs = arrays[f"{script}_pairs"].astype(np.intp)
    triples = arrays[f"{script}_triples"].astype(np.intp)
    size = len(units) - len(pairs) - len(triples)
    row1 = np.arange(1, size + 1, dtype=np.uint16)
    row2 = np.broadcast_to(row1, (size, size)).copy()
    row2[pairs[:, 0], pairs[:, 1]] = 1 + size + np.arange(len(pairs))
    row2[0, 0] = 0
    row3 = np.broadcast_to(row2, (size, size, size)).copy()
    row3[triples[:, 0], triples[:, 1], triples[:, 2]] = (
        1 + size + len(pairs) + np.arange(len(triples))
    )
    words = np.unpackbits(arrays[f"{script}_word_languages"].astype(np.uint8), axis=1)
    weight = arrays[f"{script}_word_weight"].astype(np.float32)[:, None]
    hashes = arrays[f"{script}_word_hashes"].astype(np.uint64)
    in_bucket = np.bincount(
        (hashes >> np.uint64(BUCKET_SHIFT)).astype(np.intp), minlength=1 << BUCKET_BITS
    )
    fill = -len(languages) % _COLUMNS
    return ScriptProfile(
        size=size,
        row_of=row3.ravel(),
        evidence=np.pad(units * arrays[f"{script}_unit"].astype(np.float32), ((1, 0), (0, fill))),
        log_prior=arrays[f"{script}_prior"].astype(np.float32),
        languages=np.array(languages, np.int16),
        word_hashes=hashes,
        word_buckets=np.cumsum(in_bucket) - in_bucket,
        fullest_bucket=int(in_bucket.max(initial=0)),
        word_evidence=np.pad(words[:, : len(languages)] * weight, ((0, 0), (0, fill))),
    )


@cache
def load_table(path: Path = TABLE) -> LanguageTable:
    """Load the compiled table; the arrays are shared by all who ask for it.

    Raises
    ------
    ModelError
        The file is missing or is not the table: the installation is damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        return _lay_out(arrays)
    except (OSError, EOFError, ValueError, KeyError, IndexError, BadZipFile) as error:
        raise ModelError(
            f"the language table cannot be read: {error}",
            where=str(path),
            hint="Reinstall smclassify, or in a checkout: python -m training.compile_langprofiles",
        ) from error


def _lay_out(arrays: dict[str, NDArray[np.generic]]) -> LanguageTable:
    scripts = tuple(str(script) for script in arrays["scripts"])
    languages = [str(codes).split() for codes in arrays["languages"]]
    names = (*(code for codes in languages for code in codes), UNKNOWN_LANGUAGE)
    single = [names.index(codes[0]) if len(codes) == 1 else -1 for codes in languages]
    return LanguageTable(
        names=names,
        scripts=scripts,
        script_of=arrays["script_of"].astype(np.uint8),
        symbol_of=arrays["symbol_of"].astype(np.uint8),
        language_of_script=np.array([-1, *single], np.int16),
        profiles={
            number: _profile(arrays, script, [names.index(code) for code in codes])
            for number, (script, codes) in enumerate(zip(scripts, languages, strict=True), start=1)
            if len(codes) > 1
        },
    )
