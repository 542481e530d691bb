"""Run rules on many files, in several processes if that is worth their start."""

import multiprocessing
import os
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from .files import kinds_of
from .project import Project, read_project
from .rewrite import FileOutcome, rewrite
from .rule import UpgradeRule
from .rule_list import list_rules

# Below it, one process is done before others have started.
_MIN_BYTES = 600_000
_CHUNK_BYTES = 150_000
# So long is no file that a person has written.
_MAX_BYTES = 3_000_000


class _Job:
    """What a process of the pool works with: set once, when it starts."""

    rules: tuple[UpgradeRule, ...] = ()
    project = Project()


def upgrade_files(
    files: Sequence[Path],
    rules: Sequence[UpgradeRule],
    *,
    project: Project | None = None,
    processes: int | None = None,
) -> list[FileOutcome]:
    """Return the outcome of each file about which there is something to say.

    Nothing is written.
    """
    if project is None:
        project = make_project(files)
    chunks, size = _make_chunks(files)
    count = min(processes or os.cpu_count() or 1, len(chunks))
    ids = [rule.id for rule in rules]
    if size < _MIN_BYTES or count < 2:
        _start(ids, project)
        return [outcome for chunk in chunks for outcome in _upgrade_chunk(chunk)]
    method = "fork" if sys.platform == "linux" else "spawn"
    with ProcessPoolExecutor(
        count, multiprocessing.get_context(method), _start, (ids, project)
    ) as pool:
        results = pool.map(_upgrade_chunk, chunks)
        return [outcome for outcomes in results for outcome in outcomes]


def make_project(files: Iterable[Path]) -> Project:
    """Read what the Python files among `files` know of each other."""
    return read_project(
        path.read_bytes()
        for path in files
        if path.suffix == ".py" and path.is_file() and _is_readable(path)
    )


def write_outcomes(outcomes: Iterable[FileOutcome]) -> None:
    """Write the files that are changed, unless someone else has changed them since."""
    for outcome in outcomes:
        path = Path(outcome.path)
        if not outcome.is_changed:
            continue
        if path.read_bytes() == outcome.before:
            path.write_bytes(outcome.after)
        else:
            outcome.after = outcome.before
            outcome.changes.clear()
            outcome.problem = f"{path}: left as it is: it was changed meanwhile."


def _start(ids: Sequence[str], project: Project) -> None:
    _Job.rules = tuple(rule for rule in list_rules() if rule.id in ids)
    _Job.project = project


def _upgrade_chunk(files: Sequence[Path]) -> list[FileOutcome]:
    outcomes = (_upgrade_file(path) for path in files)
    return [o for o in outcomes if o.is_changed or o.notes or o.problem]


def _upgrade_file(path: Path) -> FileOutcome:
    try:
        raw = path.read_bytes()
    except OSError as error:
        problem = f"{path}: cannot be read: {error.strerror}."
        return FileOutcome(str(path), b"", b"", problem=problem)
    return rewrite(raw, path, kinds_of(path), _Job.rules, _Job.project)


def _is_readable(path: Path) -> bool:
    return os.access(path, os.R_OK)


def _make_chunks(files: Sequence[Path]) -> tuple[list[list[Path]], int]:
    chunks: list[list[Path]] = []
    total = room = 0
    for path in files:
        try:
            size = path.stat().st_size
        except OSError:
            size = 0
        if size > _MAX_BYTES:
            continue
        if room <= 0:
            chunks.append([])
            room = _CHUNK_BYTES
        chunks[-1].append(path)
        room -= size + 200
        total += size
    return chunks, total
