"""The public sets that can be fetched, for a terminal and for machines."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import RenderableType

    from smclassify.training.sources import Source

_MEGA = 1_000_000


def sources_record(sources: Sequence[Source], here: Collection[str]) -> list[dict[str, Any]]:
    """Return what is known of each set, and whether it is here, as plain JSON values."""
    return [{**one.model_dump(), "here": one.file in here} for one in sources]


def sources_view(sources: Sequence[Source], here: Collection[str] = ()) -> Iterator[RenderableType]:
    """Yield a table of sets with their licences, and what follows from those."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE)
    for column in ("set", "licence", "use"):
        table.add_column(column, no_wrap=column == "set")
    for column in ("MB", "rows"):
        table.add_column(column, justify="right")
    for one in sources:
        name = f"{one.file}{' (here)' if one.file in here else ''}"
        table.add_row(name, one.licence, one.use, f"{one.bytes / _MEGA:.1f}", f"{one.rows:,}")
    yield table
    for one in sources:
        yield f"  {one.file}: {one.source}"
        yield f"    {one.page}"
    yield ""
    if not all(one.learnable for one in sources):
        yield "eval: may be measured on; nothing trains on it."
