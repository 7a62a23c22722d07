"""How fast the program is, beside what else there is, in one run: ``make bench``.

Five parts, a script each: `steps` (where the time of a text goes), `whole` (the commands over
files), `startup`, `peers` with `languages` (what a user would pick instead) and `limits` (what no
program can be faster than). Every measurement comes several times, all of them in turn, so that
a slow minute of the machine falls on all alike. `python -m benchmarks.speed --help` tells more.
"""

import os

# A library asks when it is first imported, and so do the processes that we start. The arrays
# here are small: more threads only get into each other's way, and we count for one core.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
