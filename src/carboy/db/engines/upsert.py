"""Insert a row or change the one that is there, in the words of each database."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import TypeAlias

import sqlalchemy as sa

Insert: TypeAlias = Callable[[sa.Table], sa.Insert]
_MYSQL = frozenset({"mysql", "mariadb"})


def upsert(
    dialect: str,
    table: sa.Table,
    values: Mapping[str, object],
    changes: Mapping[str, object],
) -> sa.Insert:
    """Return an INSERT that sets `changes` if a row has the primary key already."""
    statement = _load_insert(dialect)(table).values(values)
    if dialect in _MYSQL:
        return _call(statement, "on_duplicate_key_update", dict(changes))
    keys = list(table.primary_key.columns)
    return _call(
        statement, "on_conflict_do_update", index_elements=keys, set_=dict(changes)
    )


def _call(
    statement: sa.Insert, name: str, *args: object, **options: object
) -> sa.Insert:
    method: Callable[..., sa.Insert] = getattr(statement, name)
    return method(*args, **options)


@cache
def _load_insert(dialect: str) -> Insert:
    # All three dialects at the start would cost 50 ms.
    name = "mysql" if dialect in _MYSQL else dialect
    insert: Insert = import_module(f"sqlalchemy.dialects.{name}").insert
    return insert
