# ruff: noqa: SLF001 - what SQLAlchemy compiled can be seen from the inside only
"""The UPDATE of a plain model: SQLAlchemy's own text, and how the values get in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from .eligibility import has_plain_rows

Row = dict[str, Any]
# What `onupdate` says: key of the column, attribute, and what makes the value.
Made = tuple[str, str, Callable[[], Any]]

MAX_TEXTS = 100
# In place of SQLAlchemy's context: a function that asks it is left to SQLAlchemy.
_NOBODY = object()


@dataclass(slots=True)
class Text:
    """One compiled UPDATE: its text, and how the values of a row get in."""

    sql: str
    bind: Callable[[Row], Any]
    made: tuple[Made, ...]


@dataclass(slots=True)
class Table:
    """How the rows of one plain model are written on one engine."""

    mapper: Any
    statement: Any
    parts: tuple[int, ...]
    # Attribute → key of its column, and whether two values are the same.
    columns: dict[str, tuple[str, Callable[[Any, Any], bool]]]
    # Attribute and bound name of each column of the primary key.
    keys: tuple[tuple[str, str], ...]
    # None stands for what has no text.
    texts: dict[Any, Text | None] = field(default_factory=dict)


_tables: WeakKeyDictionary[sa.Engine, dict[Any, Table | None]] = WeakKeyDictionary()


def find_table(mapper: Any, engine: sa.Engine) -> Table | None:
    """Tell how rows of a model are written, or give None if that is not plain."""
    tables = _tables.get(engine)
    if tables is None:
        tables = _tables[engine] = {}
    if mapper in tables:
        table = tables[mapper]
        # What was declared later may have added attributes and relationships.
        if table is not None and table.parts != _count_parts(mapper):
            table = tables[mapper] = _make_table(mapper)
    else:
        table = tables[mapper] = _make_table(mapper)
    if (
        mapper.dispatch.before_update
        or mapper.dispatch.after_update
        or mapper.class_manager.dispatch.refresh_flush
    ):
        return None
    return table


def find_text(
    table: Table, names: frozenset[str], dialect: Any, *, many: bool
) -> Text | None:
    """Give the text that writes these columns, or None if it is not plain."""
    key = (names, many)
    if key not in table.texts:
        if len(table.texts) >= MAX_TEXTS:
            table.texts.clear()
        table.texts[key] = _make_text(table, names, dialect, many=many)
    return table.texts[key]


def _make_text(
    table: Table, names: frozenset[str], dialect: Any, *, many: bool
) -> Text | None:
    cache: dict[Any, Any] = {}
    compiled, *_ = table.statement._compile_w_cache(
        dialect, compiled_cache=cache, column_keys=sorted(names), for_executemany=many
    )
    order = compiled.positiontup if compiled.positional else list(compiled.binds)
    made = _find_made(compiled.prefetch, table.mapper)
    if (
        made is None
        or compiled.postfetch
        or compiled.effective_returning
        or compiled.post_compile_params
        or compiled.literal_execute_params
        or compiled.escaped_bind_names
        or set(order) != names.union(column for column, _, _ in made)
    ):
        return None
    steps = [(name, compiled._bind_processors.get(name)) for name in order]
    bind = _make_binder(steps, positional=compiled.positional)
    return Text(compiled.string, bind, made)


def _find_made(columns: Iterable[Any], mapper: Any) -> tuple[Made, ...] | None:
    """Tell what `onupdate` says of each column, or None if only SQL can."""
    found = []
    for column in columns:
        default = column.onupdate
        if default.is_callable:
            make = partial(default.arg, _NOBODY)
        elif default.is_scalar:
            make = partial(_same, default.arg)
        else:
            return None
        found.append((column.key, mapper._columntoproperty[column].key, make))
    return tuple(found)


def _same(value: Any) -> Any:
    return value


def _make_binder(
    steps: Sequence[tuple[str, Any]], *, positional: bool
) -> Callable[[Row], Any]:
    if positional:
        return lambda row: tuple(
            row[name] if process is None else process(row[name])
            for name, process in steps
        )
    todo = [(name, process) for name, process in steps if process is not None]
    if not todo:
        return lambda row: row

    def bind(row: Row) -> Row:
        return row | {name: process(row[name]) for name, process in todo}

    return bind


def _count_parts(mapper: Any) -> tuple[int, ...]:
    return (
        len(mapper._props),
        len(mapper._dependency_processors),
        len(mapper._inheriting_mappers),
    )


def _make_table(mapper: Any) -> Table | None:
    if not has_plain_rows(mapper):
        return None
    rows: sa.Table = mapper.local_table
    # A relationship hands the value of such a column on.
    handed = {mapper._columntoproperty[c].key for c in _list_handed(mapper)}
    columns = {
        name: (column.key, mapper.class_manager[name].impl.is_equal)
        for name, column in mapper._propkey_to_col[rows].items()
        if name not in handed and len(mapper._props[name].columns) == 1
    }
    keys = [(mapper._columntoproperty[c].key, c) for c in mapper._pks_by_table[rows]]
    clauses = [c == sa.bindparam(c._label, type_=c.type) for _, c in keys]
    return Table(
        mapper=mapper,
        statement=rows.update().where(*clauses),
        parts=_count_parts(mapper),
        columns=columns,
        keys=tuple((name, str(column._label)) for name, column in keys),
    )


def _list_handed(mapper: Any) -> list[Any]:
    """List the columns of the primary key and those that relationships read."""
    relationships = [
        *mapper.relationships,
        *(processor.prop for processor in mapper._dependency_processors),
    ]
    sides = [
        side
        for relationship in relationships
        for pair in (
            *relationship.synchronize_pairs,
            *(relationship.secondary_synchronize_pairs or ()),
        )
        for side in pair
    ]
    return [
        column
        for column in (*mapper.primary_key, *sides)
        if column in mapper._columntoproperty
    ]
