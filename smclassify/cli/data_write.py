"""``smclassify data split`` and ``dedupe``: labelled files written again, in part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from smclassify.cli.console import print_json, print_view
from smclassify.cli.labelled_options import data_argument, labelled_options, read_options
from smclassify.cli.options import OUTPUT, SectionedCommand, all_of, color_option, option

if TYPE_CHECKING:
    from rich.console import RenderableType

    from smclassify.exports import InputName
    from smclassify.labelled import ReadOptions
    from smclassify.training.dividing import Rows


_share = click.FloatRange(0, 1, min_open=True, max_open=True)

_told_options = all_of(
    option(OUTPUT, "--force", is_flag=True, help="Replace an earlier result."),
    option(OUTPUT, "--format", "format_", type=click.Choice(("text", "json")), default="text",
           show_default=True, help="How it is told what was done."),
    color_option,
)  # fmt: skip


def _tell(
    record: Mapping[str, Any], view: Iterable[RenderableType], format_: str, color: bool | None
) -> None:
    if format_ == "json":
        print_json(record)
    else:
        print_view(view, color)


@click.command(
    cls=SectionedCommand,
    examples=(
        "smclassify data split labelled.xlsx -o parts",
        "smclassify train parts/train --name acme",
        "smclassify evaluate parts/test --model acme",
    ),
)
@data_argument
@labelled_options
@option(
    OUTPUT,
    "-o",
    "--output",
    required=True,
    metavar="FOLDER",
    help="A new folder; train and test are made in it.",
)
@option(
    OUTPUT,
    "--test",
    "test_share",
    type=_share,
    default=0.2,
    show_default=True,
    metavar="SHARE",
    help="Of the texts, for the test.",
)
@option(
    OUTPUT,
    "--dev",
    "dev_share",
    type=_share,
    metavar="SHARE",
    help="Of the texts, for trying things out before the test. By default none.",
)
@option(
    OUTPUT,
    "--seed",
    type=int,
    default=0,
    show_default=True,
    help="Another one gives another split.",
)
@_told_options
def split(
    *,
    data: tuple[str, ...],
    output: str,
    test_share: float,
    dev_share: float | None,
    seed: int,
    force: bool,
    format_: str,
    color: bool | None,
    **reading: Any,
) -> None:
    """Put texts aside for a test, so that nothing of the test is learned.

    Texts of one author, of one thread, or that say nearly the same stay together, and each
    part gets its share of every label and language. Rows keep all their cells; files of
    several formats keep theirs.
    """
    from smclassify.labelled.texts import DEV, TEST, TRAIN
    from smclassify.report.labelled_parts import division_record, division_view
    from smclassify.training.dividing import divide
    from smclassify.training.looking import look_at
    from smclassify.training.parts import check_folder, pieces_of, tables_of, write_pieces

    shares = _shares(test_share, dev_share)
    options = read_options(**reading)
    check_folder(Path(output), (TRAIN, DEV, TEST), force=force)
    tables = tables_of(data, options)
    _, looked = look_at(data, options)
    divisions = [divide(one, shares, seed) for one in looked.values()]
    placed: dict[str, Rows] = {part: {} for part in shares}
    for division in divisions:
        for part, rows in division.rows.items():
            placed[part] |= rows
    write_pieces(pieces_of(tables, placed, options), Path(output), options)
    view = [line for division in divisions for line in division_view(division)]
    record = {division.task.value: division_record(division) for division in divisions}
    _tell(record, [*view, f"Written: {output}"], format_, color)


def _shares(test: float, dev: float | None) -> dict[str, float]:
    from smclassify.labelled.texts import DEV, TEST, TRAIN

    rest = 1.0 - test - (dev or 0.0)
    if rest <= 0:
        raise click.BadParameter("leaves nothing to learn from.", param_hint="--test and --dev")
    return {TRAIN: rest, **({DEV: dev} if dev else {}), TEST: test}


@click.command(
    cls=SectionedCommand,
    examples=(
        "smclassify data dedupe labelled.xlsx -o clean.xlsx --contradictions decide.xlsx",
        "smclassify data dedupe may.csv june.csv -o clean",
    ),
)
@data_argument
@labelled_options
@option(
    OUTPUT,
    "-o",
    "--output",
    required=True,
    metavar="FILE|FOLDER",
    help="A file; of several tables, a new folder.",
)
@option(OUTPUT, "--exact-only", is_flag=True, help="Keep texts that say nearly the same.")
@option(
    OUTPUT,
    "--contradictions",
    metavar="FILE",
    help="A sheet of the copies whose labels contradict each other, to decide.",
)
@_told_options
def dedupe(
    *,
    data: tuple[str, ...],
    output: str,
    exact_only: bool,
    contradictions: str | None,
    force: bool,
    format_: str,
    color: bool | None,
    **reading: Any,
) -> None:
    """Leave out texts that stand in the files twice, and say which.

    Of copies with the same labels, one is kept. Of those whose labels contradict each other,
    the labels of most copies; without a majority, none. Texts that say nearly the same are
    left out only if all their labels are the same.
    """
    from smclassify.report.labelled_parts import deduped_record, deduped_view
    from smclassify.training.dividing import contradictory_rows, rows_of, without_duplicates
    from smclassify.training.looking import look_at
    from smclassify.training.parts import tables_of

    options = read_options(**reading)
    tables = tables_of(data, options)
    _check_outputs(output, contradictions, tables, options, force=force)
    _, looked = look_at(data, options)
    found = {task.value: without_duplicates(one, near=not exact_only)
             for task, one in looked.items()}  # fmt: skip
    kept: Rows = {}
    for task, one in looked.items():
        kept |= rows_of(one.texts, found[task.value].keep)
    if contradictions is not None:
        rows = [row for task, one in looked.items()
                for row in contradictory_rows(one, found[task.value])]  # fmt: skip
        _write_sheet(contradictions, rows)
    _write_kept(output, tables, kept, options)
    view = [line for task, one in found.items() for line in deduped_view(task, one)]
    record = {task: deduped_record(one) for task, one in found.items()}
    _tell(record, [*view, f"Written: {output}"], format_, color)


def _is_file(output: str) -> bool:
    """Whether a result is to be one file: its name has the ending of a table."""
    from smclassify.exports import ENDINGS

    return Path(output).suffix.lower() in ENDINGS


def _check_outputs(
    output: str,
    sheet: str | None,
    tables: Mapping[str, InputName],
    options: ReadOptions,
    *,
    force: bool,
) -> None:
    """Make sure, before the work begins, that both results can be written.

    Raises
    ------
    OutputError
        If one is an input, is there already, or cannot be what its name says.
    """
    from smclassify.cli.console import refuse_existing, refuse_overwriting
    from smclassify.errors import OutputError
    from smclassify.exports.writing.target import check_target, output_format, same_file
    from smclassify.training.parts import check_folder, file_names

    if sheet is not None and same_file(output, sheet):
        raise OutputError("is named twice.", where=output, hint="Give each result a name.")
    if _is_file(output) and len(tables) > 1:
        raise OutputError(
            f"One file cannot take the rows of {len(tables)} tables.",
            where=output,
            hint="Name a folder, without an ending, or do one table at a time.",
        )
    if not _is_file(output):
        check_folder(Path(output), file_names(list(tables.values()), options), force=force)
    for target in [*([output] if _is_file(output) else []), *([sheet] if sheet else [])]:
        refuse_overwriting(target, [one.path for one in tables.values()])
        output_format(target, None)
        check_target(Path(target))
        refuse_existing(target, force=force)


def _write_kept(
    output: str, tables: Mapping[str, InputName], kept: Rows, options: ReadOptions
) -> None:
    from smclassify.exports.writing.target import output_format
    from smclassify.training.parts import pieces_of, write_pieces, write_rows

    if not _is_file(output):
        write_pieces(pieces_of(tables, {"": kept}, options), Path(output), options)
        return
    [(name, table)] = tables.items()
    write_rows(table, kept.get(name, ()), Path(output), output_format(output, None), options)


def _write_sheet(target: str, rows: list[list[object]]) -> None:
    """Write a new sheet; it goes to a spreadsheet, so cells that would run there are guarded."""
    from smclassify.exports import Style, write_table
    from smclassify.exports.writing.target import output_format
    from smclassify.training.dividing import SHEET_COLUMNS

    style = Style(bom=True)
    format_ = output_format(target, None)
    write_table(target, SHEET_COLUMNS, lambda: iter(rows), format=format_, style=style)
