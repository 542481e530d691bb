"""Find files without a row and rows without a file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import sqlalchemy as sa

from .app_state import VARIANTS, UploadsState
from .attached_columns import AttachedColumn
from .kept import INCOMING

# So many keys are held in memory; each time, the column is read once.
_BATCH = 100_000
_ROWS = 1000


@dataclass(slots=True)
class Findings:
    """What does not fit together."""

    # Files that no row has.
    orphans: list[str] = field(default_factory=list)
    # Rows whose file is gone: `users.avatar of 7`.
    dangling: list[str] = field(default_factory=list)
    # Files of columns that no model of this app declares: they are left alone.
    unknown: list[str] = field(default_factory=list)
    # Half-written files and parts.
    unfinished: int = 0


def find_orphans(
    state: UploadsState, columns: list[AttachedColumn], *, older_than: float
) -> Findings:
    """Return the files of which no row knows; younger ones may wait for a commit."""
    findings = Findings()
    by_owner: dict[str, list[AttachedColumn]] = {}
    for column in columns:
        by_owner.setdefault(column.owner, []).append(column)
    by_owner = {
        owner: owned
        for owner, owned in by_owner.items()
        # In a database without the table, every file would be an orphan.
        if all(_has_table(state, column) for column in owned)
    }
    for owner, owned in by_owner.items():
        for root in (f"{owner}/", f"{VARIANTS}/{owner}/"):
            files = state.storage.list_files(root, older_than=older_than)
            while keys := {file.key for file in islice(files, _BATCH)}:
                findings.orphans += _without_row(state, owned, keys)
    kept_age = max(older_than, state.settings.kept_expires) if older_than else 0
    waiting = state.storage.list_files(f"{INCOMING}/", older_than=kept_age)
    findings.orphans += [file.key for file in waiting]
    known = {*by_owner, INCOMING}
    for file in state.storage.list_files(older_than=older_than):
        if get_owner(file.key) not in known:
            findings.unknown.append(file.key)
    return findings


def sweep(
    state: UploadsState, columns: list[AttachedColumn], *, older_than: float
) -> Findings:
    """Remove the files that no row has, and what killed writers left."""
    findings = find_orphans(state, columns, older_than=older_than)
    for key in findings.orphans:
        state.storage.delete(key)
    findings.unfinished = state.storage.remove_unfinished(older_than=older_than)
    return findings


def find_dangling(state: UploadsState, columns: list[AttachedColumn]) -> list[str]:
    """Return the rows whose file is gone."""
    dangling = []
    for column in filter(lambda each: _has_table(state, each), columns):
        for identity, attachment in _read_rows(state, column):
            if state.storage.stat(attachment.key) is None:
                row = ", ".join(map(str, identity))
                dangling.append(f"{column.owner} of {row}")
    return dangling


def get_owner(key: str) -> str:
    """Return the column that owns a key, also that of a variant."""
    return key.removeprefix(f"{VARIANTS}/").partition("/")[0]


def _without_row(
    state: UploadsState, columns: list[AttachedColumn], keys: set[str]
) -> list[str]:
    """Return the keys that no row has; a variant belongs to the row of its image."""
    images = {key: _get_image(key) for key in keys}
    wanted = set(images.values())
    for column in columns:
        for _, attachment in _read_rows(state, column):
            wanted.discard(attachment.key)
    return sorted(key for key, image in images.items() if image in wanted)


def _get_image(key: str) -> str:
    if not key.startswith(f"{VARIANTS}/"):
        return key
    return key.removeprefix(f"{VARIANTS}/").rpartition("/")[0]


def _read_rows(state: UploadsState, column: AttachedColumn) -> Iterator[Any]:
    """Yield primary key and file of each row, on a connection of its own."""
    table = column.column.table
    engine = _get_engine(state, column)
    statement = sa.select(*table.primary_key, column.column).where(
        column.column.is_not(None)
    )
    with engine.connect() as connection:
        rows = connection.execution_options(yield_per=_ROWS).execute(statement)
        for *identity, attachment in rows:
            yield identity, attachment


def _has_table(state: UploadsState, column: AttachedColumn) -> bool:
    table = column.column.table
    engine = _get_engine(state, column)
    return sa.inspect(engine).has_table(table.name, schema=table.schema)


def _get_engine(state: UploadsState, column: AttachedColumn) -> sa.Engine:
    bind_key = column.column.table.metadata.info.get("bind_key")
    engine: sa.Engine = state.db.engines[bind_key]
    return engine
