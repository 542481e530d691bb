"""The table of results, printed and written to the page."""

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One trial: its result, and whether that meets its limit."""

    part: str
    trial: str
    seen: str
    bar: str
    is_good: bool


def format_table(rows: list[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = ["| part | trial | seen | bar | |", "|---|---|---|---|---|"]
    for row in rows:
        mark = "met" if row.is_good else "**missed**"
        lines.append(f"| {row.part} | {row.trial} | {row.seen} | {row.bar} | {mark} |")
    return "\n".join(lines)


def write_page(path: Path, rows: list[Row], how: str) -> None:
    """Replace the part of the page between its markers."""
    begin, end = "<!-- siege -->", "<!-- /siege -->"
    text = path.read_text()
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    day = datetime.now(UTC).date().isoformat()
    where = (
        f"{day}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, Granian {version('granian')}, {how}."
    )
    table = format_table(rows)
    path.write_text(f"{before}{begin}\n\n{where}\n\n{table}\n\n{end}{after}")
