"""How fast smclassify is beside what a user would pick instead, and beside what is possible.

    python -m benchmarks.speed [--quick] [--data FOLDER] [--only PART ...]
                               [--json FILE] [--markdown FILE] [--minilm FOLDER]

The texts are those of the public sets (`smclassify data fetch` gets them).
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import psutil

from benchmarks.speed import languages, limits, peers, startup, steps, whole
from benchmarks.speed.measuring import Measure, Results, Setting, in_rounds
from benchmarks.speed.table import as_markdown, as_text, sections
from benchmarks.speed.targets import Target, targets
from benchmarks.speed.texts import Supply
from smclassify.errors import SmclassifyError
from smclassify.training.public import public_folder

PARTS: Final = ("steps", "whole", "startup", "peers", "languages", "limits")
OUT: Final = Path("out/bench.json")
_TOLD: Final = ("smclassify", "spacy", "scikit-learn", "numpy", "scipy")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, and write the figures beside it."""
    options = parse(arguments)
    try:
        folder = public_folder(options.data)
    except SmclassifyError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        setting = chosen(options, folder, Path(scratch))
        results = Results()
        show = progress(options.verbose)
        measures = everything(setting, options.only, results, show)
        for measure, figures in in_rounds(measures, show):
            results.add(measure, figures)
    imports = sorted({one for option in ("--version", "--help")
                      for one in startup.imported(option)})  # fmt: skip
    reached = targets(setting, results, imports)
    table = sections(setting, results, reached)
    about = machine() | {"minutes": round((time.monotonic() - started) / 60, 1)}
    print(as_text(table))
    print(f"\n{'; '.join(f'{name} {value}' for name, value in about.items())}")
    if options.quick:
        print("A quick run: too few texts for the start not to outweigh them, too few rounds.")
    write_json(options.json, about, setting, results, reached)
    if options.markdown is not None:
        options.markdown.write_text(as_markdown(table).strip() + "\n", encoding="utf-8")
    return 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks.speed", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--quick", action="store_true", help="small sizes, for trying")
    parser.add_argument("--data", help="the folder of the public data sets")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART",
                        help=f"measure these parts alone: {', '.join(PARTS)}")  # fmt: skip
    parser.add_argument("--json", type=Path, default=OUT, help=f"by default {OUT}")
    parser.add_argument("--markdown", type=Path, help="write the table to this file as Markdown")
    parser.add_argument("--minilm", type=Path, metavar="FOLDER", help="a MiniLM sentence encoder")
    parser.add_argument("-v", "--verbose", action="store_true", help="say what is being measured")
    return parser.parse_args(arguments)


def chosen(options: argparse.Namespace, folder: Path, scratch: Path) -> Setting:
    """Return the sizes asked for."""
    setting = Setting.quick(folder, scratch) if options.quick else Setting(folder, scratch)
    return replace(setting, minilm=options.minilm)


def everything(
    setting: Setting, parts: Sequence[str], results: Results, show: Callable[[str], None]
) -> list[Measure]:
    """Return what is measured in the parts asked for, all that they need made ready."""
    supply = Supply(setting.folder)
    made: dict[str, Callable[[], list[Measure]]] = {
        "startup": lambda: startup.measures(setting),
        "whole": lambda: whole.measures(setting, supply.groups),
        "limits": lambda: limits.measures(setting, supply.groups),
        "steps": lambda: steps.measures(setting, supply.groups),
        "languages": lambda: languages.measures(setting, supply, results.notes),
        "peers": lambda: peers.measures(setting, supply, results.notes),
    }
    found = []
    for name, make in made.items():
        if name in parts:
            show(f"making ready: {name}")
            found += make()
    return found


def progress(verbose: bool) -> Callable[[str], None]:
    """Return what tells what is being measured: a line each, or one that is written over."""
    started = time.monotonic()

    def show(said: str) -> None:
        line = f"{time.monotonic() - started:5.0f} s  {said}"
        if verbose:
            print(line, file=sys.stderr, flush=True)
        elif sys.stderr.isatty():
            print(f"\r\033[K{line[:100]}", end="", file=sys.stderr, flush=True)

    return show


def machine() -> dict[str, Any]:
    """Return what it was measured on."""
    return {
        "date": time.strftime("%Y-%m-%d"),
        "system": platform.platform(),
        "cores": psutil.cpu_count() or 0,
        "memory GiB": round(psutil.virtual_memory().total / 2**30),
        "Python": platform.python_version(),
        **{name: version(name) for name in _TOLD},
    }


def write_json(
    path: Path, about: dict[str, Any], setting: Setting, results: Results, reached: list[Target]
) -> None:
    """Write every figure of every round to a JSON file."""
    found = [
        {"part": part, "name": name, "texts": group, "runs": runs}
        for (part, name, group), runs in results.found.items()
    ]
    sizes = {name: value for name, value in asdict(setting).items() if not isinstance(value, Path)}
    content = {
        "machine": about, "sizes": sizes, "targets": [asdict(one) for one in reached],
        "measured": found, "not measured": results.notes,
    }  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
