"""The report: all old names that a project has used, with the edit of each."""

import json
import linecache
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from .uses import Use, report_file


def read_report(path: Path | None = None) -> list[Use]:
    """List what was recorded and is still written there, by file and line."""
    path = path or report_file()
    if not path.exists():
        return []
    uses = set()
    for line in path.read_text("utf-8").splitlines():
        try:
            uses.add(Use(**json.loads(line)))
        except (ValueError, TypeError):
            # A process was killed while it wrote.
            continue
    linecache.checkcache()
    rows = [use for use in uses if _is_still_there(use)]
    return sorted(rows, key=lambda use: (use.file, use.line, use.name))


def format_report(uses: Iterable[Use]) -> str:
    """Return the report as text: for each file its lines, and what to write."""
    blocks = []
    for file, group in groupby(uses, key=lambda use: use.file):
        lines = [_show(file)]
        edits: dict[tuple[int, str], list[Use]] = {}
        for use in group:
            edits.setdefault((use.line, use.edit), []).append(use)
        for (line, edit), same in edits.items():
            lines.append(f"  {line}: {same[0].text or same[0].name}")
            lines.append(f"  {' ' * len(str(line))}  write: {edit}")
            lines += [f"  {' ' * len(str(line))}  {u.safe}" for u in same if u.safe]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def _is_still_there(use: Use) -> bool:
    return linecache.getline(use.file, use.line).strip() == use.text


def _show(file: str) -> str:
    path = Path(file)
    folder = Path.cwd()
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)
