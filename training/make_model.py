"""Make the shipped model from the recipe: ``make model``.

python -m training.make_model [--out models/default] [--public-data FOLDER] [--jobs 2]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from smclassify.errors import SmclassifyError
from smclassify.training.recipe import make_model

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Make the model and say what came out; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", default=str(ROOT / "training" / "recipe.toml"))
    parser.add_argument("--out", default=str(ROOT / "models" / "default"))
    parser.add_argument("--public-data")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    try:
        made = make_model(options.recipe, options.out, options.public_data, options.jobs)
    except SmclassifyError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    for task, table in made.held_out.items():
        for language, rows in table.items():
            for label, one in rows.items():
                print(f"{task:9} {language:4} {label:18} F1 {one.f1:.3f}  support {one.support}")
    print(f"{made.folder}: weights {made.model.manifest['weights_sha256']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
