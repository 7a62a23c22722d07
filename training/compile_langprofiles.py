"""Compile langdetect's n-gram profiles into the table of the language step.

Run it from the checkout, with the ``dev`` extra installed::

    python -m training.compile_langprofiles

It reads the profiles that langdetect 1.0.9 ships (Apache-2.0, made by Shuyo Nakatani from
Wikipedia abstracts), ``training/language_words.toml`` and
``training/language_scripts.toml`` (both this project's own), and writes
``smclassify/text/langprofiles.npz``. ``tests/test_language.py`` checks that the file in the
tree is what this script makes.
"""

from __future__ import annotations

import json
import os
import tempfile
import tomllib
import unicodedata
from collections import defaultdict
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from smclassify.text.langtable import BMP, FIRST_DIGIT, LONGEST_WORD, TABLE, word_hash

WORDS = Path(__file__).with_name("language_words.toml")
FACTS = tomllib.loads(Path(__file__).with_name("language_scripts.toml").read_text(encoding="utf-8"))
SCRIPTS: dict[str, Any] = FACTS["scripts"]
PRIOR: dict[str, float] = FACTS["prior"]

MIXTURE = (0.4, 0.4, 0.185, 0.015)
"""Jelinek-Mercer weights of the 3-gram, the 2-gram, the letter and of chance. Flat: anything
near does as well."""

TELLING_LENGTH = 4
TELLING_WEIGHT = 1.75
"""How much more a word says that only one language has, from this many letters on."""


def fold(char: str) -> str:
    """Fold a character as the table sees it: lower case, langdetect's own unifications.

    langdetect (``utils/ngram.py``) keeps case and skips words in capitals; comments shout,
    so here case goes. Like there, all of Vietnamese's doubly marked letters are one, and
    Romanian comma letters and the Persian yeh have one form.
    """
    plain = unicodedata.normalize("NFKC", char).lower()
    if len(plain) != 1:
        return plain[0] if plain and char == "İ" else ""
    if "\u1ea0" <= plain <= "\u1eff":
        return "\u1ec3"
    return {"ș": "ş", "ț": "ţ", "ی": "ي"}.get(plain, plain)


def read_profiles() -> dict[str, dict[str, float]]:
    """Return, for each language, the share of each folded n-gram among those of its length."""
    profiles: dict[str, dict[str, float]] = {}
    for entry in files("langdetect").joinpath("profiles").iterdir():
        raw = json.loads(entry.read_text(encoding="utf-8"))
        shares: dict[str, float] = defaultdict(float)
        for gram, count in raw["freq"].items():
            folded = "".join(map(fold, gram))
            if len(folded) == len(gram):
                shares[folded] += count / raw["n_words"][len(gram) - 1]
        profiles[raw["name"]] = dict(shares)
    return profiles


def script_table(scripts: list[str]) -> NDArray[np.uint8]:
    """Return the script of each code point below 0x10000, 1-based; 0 for no letter."""
    table = np.zeros(BMP, np.uint8)
    for number, script in enumerate(scripts, start=1):
        for first, last in SCRIPTS[script]["ranges"]:
            for code in range(first, last + 1):
                if unicodedata.category(chr(code))[0] in "LM" or code == 0x3007:
                    table[code] = number
    return table


def alphabet_of(script: int, table: NDArray[np.uint8], grams: set[str]) -> str:
    """Return the letters of a script that its profiles know, sorted."""
    return "".join(sorted(g for g in grams if len(g) == 1 and table[ord(g)] == script))


def symbol_table(
    scripts: list[str], script_of: NDArray[np.uint8], alphabets: dict[str, str]
) -> NDArray[np.uint8]:
    """Return each code point's place in its script's alphabet, 1-based; 0 reads as a space.

    A letter that no profile knows counts as its bare form, where that is known.
    """
    table = np.zeros(BMP, np.uint8)
    for script, alphabet in alphabets.items():
        place = {letter: number for number, letter in enumerate(alphabet, start=1)}
        for code in np.flatnonzero(script_of == scripts.index(script) + 1).tolist():
            folded = fold(chr(code))
            bare = unicodedata.normalize("NFD", folded)[:1]
            table[code] = place.get(folded, place.get(bare, 0))
    for digit in range(10):
        table[ord("0") + digit] = table[ord("０") + digit] = FIRST_DIGIT + digit
    return table


def shares_of(
    alphabet: str, languages: list[str], profiles: dict[str, dict[str, float]], size: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the n-grams of one size that any language has, and each language's share of them.

    Returns
    -------
    keys : ndarray of intp, shape (k, size)
        The n-grams as places in the alphabet, 0 for a space, in order.
    shares : ndarray of float64, shape (k, len(languages))
    """
    place = {" ": 0} | {letter: number for number, letter in enumerate(alphabet, start=1)}
    every = {gram for lang in languages for gram in profiles[lang] if len(gram) == size}
    grams = sorted(gram for gram in every - {" "} if place.keys() >= set(gram))
    keys = np.array([[place[char] for char in gram] for gram in grams], np.intp)
    shares = [[profiles[lang].get(gram, 0.0) for lang in languages] for gram in grams]
    return keys, np.array(shares)


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide, 0 where there is nothing to divide; the profiles' cut-offs can make more than 1."""
    return np.clip(np.divide(part, whole, out=np.zeros_like(part), where=whole > 0), 0, 1)


def gram_arrays(
    alphabet: str, languages: list[str], profiles: dict[str, dict[str, float]]
) -> dict[str, NDArray[np.generic]]:
    """Turn n-gram shares into the log-probability of a character after the two before it.

    langdetect multiplies the shares of overlapping 1-, 2- and 3-grams as if they were
    independent; an interpolated Markov model (Jelinek and Mercer 1980) of the same counts
    doesn't count a letter three times, and is the more often right on short texts.

    Returns
    -------
    dict of str to ndarray
        ``pairs`` (k, 2) and ``triples`` (m, 3), uint8: the n-grams in the order of their
        rows; ``evidence`` (letters + 1 + k + m, languages), int8, in units of ``unit`` nats,
        above the mean of the languages: first the single symbols, then pairs, then triples.
    """
    letters, share1 = shares_of(alphabet, languages, profiles, 1)
    pairs, share2 = shares_of(alphabet, languages, profiles, 2)
    triples, share3 = shares_of(alphabet, languages, profiles, 3)
    size, n_languages = 1 + len(alphabet), len(languages)
    pair = np.zeros((size, size, n_languages))
    pair[pairs[:, 0], pairs[:, 1]] = share2
    # Shares of each size sum to 1 on their own. A letter ends one pair and begins one triple
    # as its middle; the pairs that begin with a space are the words.
    pair /= 1 - pair[0].sum(axis=0)
    single = np.zeros((size, n_languages))
    single[letters[:, 0]] = share1
    single[0] = pair[0].sum(axis=0)

    of_triple, of_pair, of_letter, of_chance = MIXTURE
    rest = 1 - of_triple
    from_letter = of_letter * single / single.sum(axis=0) + of_chance / size
    from_pair = of_pair * _ratio(pair, np.broadcast_to(single[:, None], pair.shape))
    after_pair = (from_pair + from_letter) / rest
    context = pair[triples[:, 0], triples[:, 1]]
    shorter = after_pair[triples[:, 1], triples[:, 2]]
    after_triple = np.where(
        context > 0, of_triple * _ratio(share3, context) + rest * shorter, shorter
    )
    chances = [from_letter / rest, after_pair[pairs[:, 0], pairs[:, 1]], after_triple]
    evidence = np.log(np.concatenate(chances))
    evidence -= evidence.mean(axis=1, keepdims=True)
    unit = np.abs(evidence).max() / 127
    return {
        "pairs": pairs.astype(np.uint8),
        "triples": triples.astype(np.uint8),
        "evidence": np.round(evidence / unit).astype(np.int8),
        "unit": np.array(unit, np.float32),
    }


def read_words() -> dict[str, set[str]]:
    """Return the reviewed words, each with the languages that have it."""
    owners: dict[str, set[str]] = defaultdict(set)
    for language, words in tomllib.loads(WORDS.read_text(encoding="utf-8"))["words"].items():
        for word in words.split():
            owners[word].add(language)
    return dict(owners)


def word_arrays(
    languages: list[str], symbol_of: NDArray[np.uint8], owners: dict[str, set[str]]
) -> dict[str, NDArray[np.generic]]:
    """Return the hashes of a script's words, sorted, which languages have each, and its weight.

    A word of some length that one language has to itself says more than one that two share.

    Raises
    ------
    ValueError
        A word has a sign that is no letter of the script, or no language of the script.
    """
    hashes: dict[int, set[str]] = defaultdict(set)
    lengths: dict[int, int] = {}
    for word, having in owners.items():
        symbols = symbol_of[[ord(char) for char in word]]
        if not symbols.all() or len(word) > LONGEST_WORD or not having <= set(languages):
            raise ValueError(f"{WORDS.name}: {word!r} ({', '.join(having)}) is no word here")
        # Two spellings may fold into one: Vietnamese's doubly marked letters.
        hashes[word_hash(symbols)] |= having
        lengths[word_hash(symbols)] = len(word)
    keys = sorted(hashes)
    has = np.array([[lang in hashes[key] for lang in languages] for key in keys], np.uint8)
    telling = [len(hashes[key]) == 1 and lengths[key] >= TELLING_LENGTH for key in keys]
    return {
        "word_hashes": np.array(keys, np.uint64),
        "word_languages": np.packbits(has, axis=1),
        "word_weight": np.where(telling, TELLING_WEIGHT, 1.0).astype(np.float32),
    }


def compile_table() -> dict[str, NDArray[np.generic]]:
    """Build every array of the table, by name."""
    profiles = read_profiles()
    owners = read_words()
    scripts = list(SCRIPTS)
    several = [script for script in scripts if len(SCRIPTS[script]["languages"]) > 1]
    script_of = script_table(scripts)
    alphabets = {
        script: alphabet_of(
            scripts.index(script) + 1,
            script_of,
            {gram for lang in SCRIPTS[script]["languages"] for gram in profiles[lang]},
        )
        for script in several
    }
    symbol_of = symbol_table(scripts, script_of, alphabets)
    arrays: dict[str, NDArray[np.generic]] = {
        "scripts": np.array(scripts),
        "languages": np.array([" ".join(SCRIPTS[script]["languages"]) for script in scripts]),
        "script_of": script_of,
        "symbol_of": symbol_of,
    }
    for script, alphabet in alphabets.items():
        languages = SCRIPTS[script]["languages"]
        words = {word: having for word, having in owners.items() if having & set(languages)}
        if len(alphabet) >= FIRST_DIGIT:
            raise ValueError(f"{script}: {len(alphabet)} letters are too many")
        found = gram_arrays(alphabet, languages, profiles)
        prior = np.array([PRIOR.get(lang, PRIOR["rare"]) for lang in languages])
        found["prior"] = np.log(prior / prior.sum()).astype(np.float32)
        found |= word_arrays(languages, symbol_of, words)
        arrays |= {f"{script}_{name}": array for name, array in found.items()}
    return arrays


def main() -> None:
    """Write the table, all of it or nothing."""
    arrays: dict[str, Any] = compile_table()  # Any: savez has options of other types
    handle, name = tempfile.mkstemp(dir=TABLE.parent, suffix=".npz")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, **arrays)
        Path(name).chmod(0o644)
        Path(name).replace(TABLE)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    print(f"{TABLE}: {TABLE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
