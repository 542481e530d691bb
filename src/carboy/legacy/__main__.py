"""`python -m carboy.legacy FILE [args]` runs a file of old code."""

import sys

from carboy.legacy import run_file

if __name__ == "__main__":
    run_file(sys.argv[1:])
