# ruff: noqa: SLF001 - what SQLAlchemy compiled can be seen from the inside only
"""The UPDATE of a simple model: SQLAlchemy's own text, and how the values get in."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.sql.compiler import SQLCompiler

from .eligibility import AnyMapper, is_single_table

Row: TypeAlias = dict[str, Any]
Values: TypeAlias = Sequence[object] | Row
Process: TypeAlias = Callable[[object], object]

MAX_STATEMENTS = 100
# In place of SQLAlchemy's context: a function that uses it is left to SQLAlchemy.
_NO_CONTEXT = object()


@dataclass(slots=True)
class PythonDefault:
    """An `onupdate` made by Python: which column and attribute, and by what."""

    column: str
    attribute: str
    make: Callable[[], object]


@dataclass(slots=True)
class CompiledUpdate:
    """One compiled UPDATE: its text, and how the values of a row get in."""

    sql: str
    bind: Callable[[Row], Values]
    defaults: tuple[PythonDefault, ...]


@dataclass(slots=True)
class UpdateTarget:
    """How the rows of one simple model are written on one engine."""

    mapper: AnyMapper
    statement: sa.Update
    # Attribute → key of its column, and whether two values are the same.
    columns: dict[str, tuple[str, Callable[[object, object], bool]]]
    # Attribute and bound name of each column of the primary key.
    keys: tuple[tuple[str, str], ...]
    # None stands for columns that cannot be written this way.
    updates: dict[object, CompiledUpdate | None] = field(default_factory=dict)


@dataclass(slots=True)
class _KnownTarget:
    """A target, or None for a model that is not simple, and what it was made from."""

    attributes: object
    processors: int
    target: UpdateTarget | None


_ATTRIBUTE = "_carboy_update_targets"


def get_target(mapper: AnyMapper, engine: sa.Engine) -> UpdateTarget | None:
    """Return how rows of a model are written, or None if SQLAlchemy has to."""
    # Kept by the engine, for a model may refer to it: see `query_cache_of`.
    targets: dict[AnyMapper, _KnownTarget] = engine.__dict__.setdefault(_ATTRIBUTE, {})
    known = targets.get(mapper)
    # SQLAlchemy makes new attributes when a model gets one or is inherited, and adds a
    # processor when another model relates to it.
    attributes, processors = mapper.attrs, len(mapper._dependency_processors)
    if (
        known is None
        or known.attributes is not attributes
        or known.processors != processors
    ):
        known = _KnownTarget(attributes, processors, _make_target(mapper))
        targets[mapper] = known
    if (
        mapper.registry._new_mappers
        or mapper.dispatch.before_update
        or mapper.dispatch.after_update
        or mapper.class_manager.dispatch.refresh_flush
    ):
        return None
    return known.target


def get_update(
    target: UpdateTarget, names: frozenset[str], dialect: sa.Dialect, *, many: bool
) -> CompiledUpdate | None:
    """Return the UPDATE that writes these columns, or None if SQLAlchemy has to."""
    key = (names, many)
    if key not in target.updates:
        if len(target.updates) >= MAX_STATEMENTS:
            target.updates.clear()
        target.updates[key] = _compile_update(target, names, dialect, many=many)
    return target.updates[key]


def _compile_update(
    target: UpdateTarget, names: frozenset[str], dialect: sa.Dialect, *, many: bool
) -> CompiledUpdate | None:
    compiled, *_ = target.statement._compile_w_cache(
        dialect, compiled_cache={}, column_keys=sorted(names), for_executemany=many
    )
    if not isinstance(compiled, SQLCompiler):
        return None
    order = (compiled.positiontup or []) if compiled.positional else [*compiled.binds]
    defaults = _find_defaults(compiled.prefetch, target.mapper)
    if (
        defaults is None
        or compiled.postfetch
        or compiled.effective_returning
        or compiled.post_compile_params
        or compiled.literal_execute_params
        or compiled.escaped_bind_names
        or set(order) != names.union(default.column for default in defaults)
    ):
        return None
    processors = compiled._bind_processors
    steps: list[tuple[str, Process | None]] = []
    for name in order:
        process = processors.get(name)
        if process is not None and not callable(process):
            return None
        steps.append((name, process))
    bind = _make_binder(steps, positional=compiled.positional)
    return CompiledUpdate(compiled.string, bind, defaults)


def _find_defaults(
    columns: Iterable[sa.Column[Any]], mapper: AnyMapper
) -> tuple[PythonDefault, ...] | None:
    """Return the `onupdate` of each column, or None if only SQL can make one."""
    defaults = []
    for column in columns:
        default: Any = column.onupdate
        if default.is_callable:
            make = partial(default.arg, _NO_CONTEXT)
        elif default.is_scalar:
            make = partial(_identity, default.arg)
        else:
            return None
        attribute = mapper._columntoproperty[column].key
        defaults.append(PythonDefault(column.key, attribute, make))
    return tuple(defaults)


def _identity(value: object) -> object:
    return value


def _make_binder(
    steps: Sequence[tuple[str, Process | None]], *, positional: bool
) -> Callable[[Row], Values]:
    if positional:
        return lambda row: tuple(
            row[name] if process is None else process(row[name])
            for name, process in steps
        )
    processed = [(name, process) for name, process in steps if process is not None]
    if not processed:
        return lambda row: row

    def bind(row: Row) -> Row:
        return row | {name: process(row[name]) for name, process in processed}

    return bind


def _make_target(mapper: AnyMapper) -> UpdateTarget | None:
    if not is_single_table(mapper):
        return None
    table = mapper.local_table
    if not isinstance(table, sa.Table):
        return None
    # A relationship passes the value of such a column on.
    passed = {mapper._columntoproperty[c].key for c in _list_passed(mapper)}
    columns = {
        name: (column.key, mapper.class_manager[name].impl.is_equal)
        for name, column in mapper._propkey_to_col[table].items()
        if name not in passed and len(mapper.column_attrs[name].columns) == 1
    }
    keys = [(mapper._columntoproperty[c].key, c) for c in mapper._pks_by_table[table]]
    clauses = [c == sa.bindparam(c._label, type_=c.type) for _, c in keys]
    return UpdateTarget(
        mapper=mapper,
        statement=table.update().where(*clauses),
        columns=columns,
        keys=tuple((name, str(column._label)) for name, column in keys),
    )


def _list_passed(mapper: AnyMapper) -> list[sa.ColumnElement[Any]]:
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
