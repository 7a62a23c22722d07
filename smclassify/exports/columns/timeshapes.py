"""Times that differ in their figures alone, read together: one match tells where all have what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from smclassify.exports.columns.timeforms import Form
from smclassify.exports.columns.timeparts import Parts, Reading, Seconds, seconds_of_parts

_ZERO, _NINE = ord("0"), ord("9")


def read_alike(
    form: Form, texts: Sequence[str], reading: Reading
) -> tuple[NDArray[np.bool_], Seconds]:
    """Return which texts are written like the first of them, and what those say.

    Of the same length, with the same characters in the same places but for the figures, and the
    same zone: then they fit a pattern in the same way.

    Parameters
    ----------
    form : Form
        Of :attr:`~.timeforms.Form.any_figures`.
    texts : sequence of str, length n
        At least one.
    reading : Reading
        What is settled.

    Returns
    -------
    alike : ndarray of bool, shape (n,)
        None of them where the first doesn't fit the form.
    seconds : ndarray of int64, shape (m,)
        Of those m that are alike, as of :func:`~.timeparts.seconds_of`.
    """
    nothing = np.zeros(len(texts), bool), np.empty(0, np.int64)
    head = texts[0]
    match = form.pattern.fullmatch(head)
    # In brackets may be a zone or anything else, and which of them may depend on the figures.
    if not form.any_figures or match is None or "(" in head:
        return nothing
    alike = np.fromiter(map(len, texts), np.int64, len(texts)) == len(head)
    chars = _characters(compress(texts, alike.tolist()), len(head))
    fits = _fits(chars, match)
    alike[alike] = fits
    return alike, seconds_of_parts(_parts(chars[fits], match), reading)


def _characters(texts: Iterable[str], length: int) -> NDArray[np.uint32]:
    data = "".join(texts).encode("utf-32-le", "surrogatepass")
    return np.frombuffer(data, "<u4").reshape(-1, length)


def _fits(chars: NDArray[np.uint32], match: re.Match[str]) -> NDArray[np.bool_]:
    """Return which rows of characters, shape (n, length), are alike to the first, shape (n,)."""
    same = chars == chars[0]
    free = _is_figure(chars[0])
    if "z" in match.re.groupindex:
        free[slice(*match.span("z"))] = False
    same[:, free] |= _is_figure(chars[:, free])
    return np.asarray(same.all(axis=1))


def _is_figure(chars: NDArray[np.uint32]) -> NDArray[np.bool_]:
    return (chars >= _ZERO) & (chars <= _NINE)


def _parts(chars: NDArray[np.uint32], match: re.Match[str]) -> Parts:
    """Return the parts of times of one shape: as numbers, but for those that are words."""
    parts: dict[str, Sequence[str] | Seconds] = {}
    for name in match.re.groupindex:
        written = match[name] or ""
        if name.endswith("2") and not written:
            continue  # the same part may stand elsewhere instead
        if name != "z" and written.isascii() and written.isdigit():
            part = _numbers(chars[:, slice(*match.span(name))])
            if name[0] == "y" and len(written) == 2:
                part += np.where(part < 70, 2000, 1900)
            parts[name[0]] = part
        else:
            parts.setdefault(name[0], [written] * len(chars))
    return parts


def _numbers(figures: NDArray[np.uint32]) -> Seconds:
    """Return rows of figures as numbers, shape (n,)."""
    total = np.zeros(len(figures), np.int64)
    for at in range(figures.shape[1]):
        total = total * 10 + (figures[:, at] - _ZERO)
    return total
