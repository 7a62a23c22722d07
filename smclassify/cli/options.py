"""Options that commands share, and help that shows them in sections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import click

from smclassify.labels import LANGUAGES, is_own_label

_Function = TypeVar("_Function", bound=Callable[..., Any])

INPUT: Final = "What to read"
MODEL: Final = "How to judge"
OUTPUT: Final = "What to write"

TABLE_INPUTS: Final = ("csv", "tsv", "xlsx", "jsonl", "json", "parquet")
TABLE_OUTPUTS: Final = ("csv", "tsv", "jsonl", "xlsx", "parquet")
# These two stand in smclassify.exports as well, which takes NumPy along: far too slow for
# --help. A test makes sure that they agree.


class SectionOption(click.Option):
    """An option that says under which heading of the help it stands."""

    def __init__(self, *args: Any, section: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section = section


class SectionedCommand(click.Command):
    """A command whose options stand under headings, and whose examples come first."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._examples = examples

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write examples, then the options by section."""
        if self._examples:
            with formatter.section("Examples"):
                for example in self._examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{example}\n")
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None and isinstance(parameter, click.Option):
                heading = getattr(parameter, "section", "Other")
                sections.setdefault(heading, []).append(record)
        order = (INPUT, MODEL, OUTPUT, "Other")
        for heading in sorted(sections, key=order.index):
            with formatter.section(heading):
                formatter.write_dl(sections[heading])


def option(section: str, *names: str, **settings: Any) -> Callable[[_Function], _Function]:
    """Return a decorator that adds an option to a section."""
    return click.option(*names, cls=SectionOption, section=section, **settings)


def all_of(*decorators: Callable[[Any], Any]) -> Callable[[_Function], _Function]:
    """Return a decorator that does what several do, the first one topmost."""

    def decorate(function: _Function) -> _Function:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


class LanguageCode(click.ParamType[str]):
    """A language's code. Training knows languages beyond our four."""

    name = "CODE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the code as the program writes it."""
        from smclassify.text.prepare import canonical

        code = canonical(str(value))
        if code is None:
            self.fail(f"{value!r} should be a language's code, such as de or pt-BR.", param, ctx)
        return code


MODEL_NAME: Final = "NAME[@VERSION]|FOLDER"

model_options = all_of(
    option(MODEL, "--model", default="default", show_default=True, metavar=MODEL_NAME,
           help="The model to use: default (the one in use), shipped, one of yours, or a folder."),
    option(MODEL, "--config", metavar="FILE",
           help="The configuration. By default smclassify.toml in this folder, if there is one."),
    option(MODEL, "--policy", metavar="FILE",
           help="A file with a [policy] table, instead of the configuration's policy."),
    option(MODEL, "--lang", type=LanguageCode(), metavar="CODE",
           help="The language of all texts, such as fr. By default each text's own is told."),
)  # fmt: skip

table_options = all_of(
    option(INPUT, "--encoding", metavar="NAME",
           help="The encoding of text files, such as cp949. Found out by default."),
    option(INPUT, "--delimiter", metavar="CHARACTER",
           help="Between the cells of a CSV file: a character, tab, comma, semicolon or pipe. "
                "Found out by default."),
)  # fmt: skip

reading_options = all_of(
    option(INPUT, "--text-column", metavar="NAME",
           help="The column with the texts. Found out by default."),
    option(INPUT, "--id-column", metavar="NAME",
           help="The column with their names. Found out by default."),
    table_options,
)  # fmt: skip

ui_language_option = option(
    OUTPUT,
    "--ui-lang",
    type=click.Choice(LANGUAGES),
    help="The language of messages and suggestions. By default the configuration's, else the "
    "locale's.",
)

color_option = option(
    OUTPUT,
    "--color/--no-color",
    default=None,
    help="Colours on the terminal. By default where it can show them, unless NO_COLOR is set.",
)


class Thresholds(click.ParamType[tuple[str, float]]):
    """``LABEL=NUMBER``, of some labels or one of a company's own.

    Whether the model has learned that one is seen once it is known which model.
    """

    name = "LABEL=NUMBER"

    def __init__(self, labels: Sequence[str]) -> None:
        self._labels = labels

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, float]:
        """Return label and threshold."""
        if isinstance(value, tuple):
            return value
        label, separator, figure = str(value).partition("=")
        name = label.strip()
        if not separator or not (name in self._labels or is_own_label(name)):
            self.fail(
                f"{value!r} should be a label, = and a number, such as {self._labels[0]}=0.7. "
                f"The labels: {', '.join(self._labels)}, and your own.",
                param,
                ctx,
            )
        try:
            threshold = float(figure)
        except ValueError:
            threshold = float("nan")
        if not 0.0 <= threshold <= 1.0:
            self.fail(f"{figure!r} should be a number from 0 to 1.", param, ctx)
        return name, threshold


def threshold_option(labels: Sequence[str]) -> Callable[[_Function], _Function]:
    """Return a decorator that adds ``--threshold`` for some labels."""
    return option(
        MODEL,
        "--threshold",
        "thresholds",
        type=Thresholds(labels),
        multiple=True,
        help=f"From which probability a label is set, such as {labels[0]}=0.7. "
        "Can be given once for each label.",
    )


def processors() -> int:
    """Return how many processors this process may use: what ``--jobs`` is by default."""
    import os

    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
