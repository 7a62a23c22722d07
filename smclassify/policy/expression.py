"""Regular expressions of RE2 that are compiled when they are first asked.

The built-in policy holds a thousand; a text asks a dozen. To compile them all took a third of a
second, at the start of every process that scores a draft.
"""

from __future__ import annotations

from typing import Any

import re2


class Expression:
    """A regular expression as RE2 takes it.

    Parameters
    ----------
    source : str
    options : re2.Options, optional
    """

    __slots__ = ("_compiled", "_options", "_source")

    def __init__(self, source: str, options: Any = None) -> None:
        self._source = source
        self._options = options
        self._compiled: Any = None

    @property
    def compiled(self) -> Any:
        """The compiled pattern.

        Raises
        ------
        re2.error
            If RE2 doesn't take the expression.
        """
        if self._compiled is None:
            self._compiled = re2.compile(self._source, self._options)
        return self._compiled
