"""The index of the benchmarks, from the pages that the benchmarks write."""

from pathlib import Path

from .summary import write_entry

HEAD = """# Benchmarks and proofs

A program in this repository writes each page below, with the machine, the date and the
versions that it ran with. Figures are ratios within one run on one machine: compare
columns, not pages. `make bench` repeats the measurements.
"""


def write_benchmarks(docs: Path) -> str:
    """Return a list of the benchmark pages, with the first sentence of each."""
    pages = sorted((docs / "benchmarks").glob("*.md"))
    lines = [write_entry(page, docs) for page in pages]
    return HEAD + "\n" + "\n".join(lines or ["Nothing was measured yet."]) + "\n"
