"""What went wrong, where, and what to do about it, in a user's words.

Everything that a user can cause is a :class:`SmclassifyError`; the command line
prints it without a traceback and exits with 2.
"""

from __future__ import annotations


class SmclassifyError(Exception):
    """A problem that the user can mend.

    Parameters
    ----------
    message : str
        What was wrong.
    where : str, optional
        The file, row, key or option it was found in.
    hint : str, optional
        What to do about it.
    """

    def __init__(self, message: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text}\n{self.hint}" if self.hint else text


class InputError(SmclassifyError):
    """An input file or text that cannot be read as what it claims to be."""


class OutputError(SmclassifyError):
    """A result that could not be written; nothing half-written is left behind."""


class ConfigError(SmclassifyError):
    """A configuration or policy file that is not valid."""


class ModelError(SmclassifyError):
    """A model folder that is missing, damaged, from another version, or hostile."""


class TrainingError(SmclassifyError):
    """Labelled data from which nothing can be learned."""


class MissingExtraError(SmclassifyError):
    """A format needs a library that is not installed.

    Parameters
    ----------
    what : str
        What needs it, such as ``"Parquet files"``.
    extra : str
        The extra of this package that brings the library.
    """

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(
            f"{what} need a library that is not installed.",
            hint=f"Install it with: pip install 'smclassify[{extra}]'",
        )
