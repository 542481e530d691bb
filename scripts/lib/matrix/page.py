"""Writes docs/versions.md from the kept results of all cells."""

import json
from typing import Any

from .cells import CELLS, ROOT
from .environments import VERSIONS
from .parts import PARTS, Result

PAGE = ROOT / "docs" / "versions.md"
RESULTS = ROOT / "docs" / "benchmarks" / "results" / "matrix.json"
_HEAD = """# Versions that are tested

`make matrix` installs Carboy beside the oldest and the newest Flask, Werkzeug and
SQLAlchemy that it allows, on each Python of the machine, and runs the parts of its
tests that depend on them. Why these are the oldest:
[Install](how-to/install.md).

{table}

*base* installs `carboy` without extras and serves an app; *conformance* runs Flask's
own tests, and those of extensions on a site; *differential* compares random requests
with plain Flask. A number counts passed tests. *As stock* counts those that plain Flask
of the same versions fails as well: they state a correction that it does not have yet,
and the engine changes nothing. *Wrong* counts all other failures. An empty field was
not run, or does not belong to the versions of its row. Python 3.14 has no row yet: the
matrix runs it where `python3.14` is on the path.
"""


def keep_results(
    cell: str, python: str, versions: str, results: dict[str, Result]
) -> None:
    """Replace the results of these parts of a cell, and write the page."""
    rows = {(row["cell"], row["python"]): row for row in load_results()}
    known = rows.get((cell, python), {"parts": {}})
    parts = {name: _count(result) for name, result in results.items()}
    rows[cell, python] = {
        "cell": cell,
        "python": python,
        "versions": versions,
        "parts": known["parts"] | parts,
    }
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(list(rows.values()), indent=1) + "\n")
    PAGE.write_text(write_page(load_results()))


def load_results() -> list[dict[str, Any]]:
    """Return the kept results."""
    if not RESULTS.exists():
        return []
    rows: list[dict[str, Any]] = json.loads(RESULTS.read_text())
    return rows


def write_page(rows: list[dict[str, Any]]) -> str:
    """Return the text of the page, in the order of the cells and Pythons."""
    order = [cell.name for cell in CELLS]
    known = sorted(
        (row for row in rows if row["cell"] in order),
        key=lambda row: (order.index(row["cell"]), VERSIONS.index(row["python"])),
    )
    lines = [
        f"| versions | Python | {' | '.join(PARTS)} |",
        f"|---|---|{'---|' * len(PARTS)}",
        *map(_write_row, known),
    ]
    return _HEAD.format(table="\n".join(lines))


def _count(result: Result) -> dict[str, int]:
    return {
        "passed": result.passed,
        "skipped": result.skipped,
        "as stock": result.as_stock,
        "wrong": len(result.wrong),
    }


def _write_row(row: dict[str, Any]) -> str:
    cells = [_write_counts(row["parts"].get(name)) for name in PARTS]
    return f"| {row['versions']} | {row['python']} | {' | '.join(cells)} |"


def _write_counts(counts: dict[str, int] | None) -> str:
    if counts is None:
        return ""
    more = [
        f"{counts[name]} {name}"
        for name in ("skipped", "as stock", "wrong")
        if counts[name]
    ]
    return ", ".join([str(counts["passed"]), *more])
