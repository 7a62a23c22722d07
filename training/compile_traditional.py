"""Compile OpenCC's traditional-to-simplified characters into the table the program ships.

    pip download --no-deps opencc-python-reimplemented==0.1.7
    unzip opencc_python_reimplemented-*.whl opencc/dictionary/TSCharacters.txt
    python training/compile_traditional.py opencc/dictionary/TSCharacters.txt

Only one-to-one pairs are kept, the first where OpenCC offers several. OpenCC's
dictionaries are Apache-2.0 (see NOTICE).
"""

from __future__ import annotations

import sys
from pathlib import Path

TARGET = Path(__file__).parent.parent / "smclassify" / "text" / "traditional.txt"


def main(source: str) -> None:
    """Write one line of two characters, traditional then simplified, for each pair."""
    pairs = []
    for line in Path(source).read_text(encoding="utf-8").splitlines():
        traditional, _, choices = line.partition("\t")
        simplified = choices.split(" ")[0]
        if len(traditional) == len(simplified) == 1 and traditional != simplified:
            pairs.append(traditional + simplified)
    TARGET.write_text("\n".join(sorted(pairs)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
