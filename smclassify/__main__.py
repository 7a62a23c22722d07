"""``python -m smclassify``."""

from smclassify.cli import main

if __name__ == "__main__":
    main()
