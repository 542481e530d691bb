"""The index of what was measured, from the pages that the measurements write."""

from pathlib import Path

from .summary import write_entry

HEAD = """# Benchmarks and proofs

Each page below is written by a program in this repository, with the machine, the date
and the versions that it ran with. Figures are ratios within one run on one machine:
compare columns, not pages. `make bench` measures again.
"""


def write_benchmarks(docs: Path) -> str:
    """List the pages of measurements by title, with the first sentence of each."""
    pages = sorted((docs / "benchmarks").glob("*.md"))
    lines = [write_entry(page, docs) for page in pages]
    return HEAD + "\n" + "\n".join(lines or ["Nothing was measured yet."]) + "\n"
