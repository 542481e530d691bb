# ruff: noqa: SLF001 - what SQLAlchemy compiled can be seen from the inside only
"""A compiled query: loads whole objects with one prepared text and no detours.

SQLAlchemy compiles a `select()` once and remembers the text, but goes through its full
machinery for each execution: contexts, cursors, rows, results, populators. For a simple
one (see `eligibility`) all that comes to: these values, this text, these columns into
these attributes. That is a compiled query, made from what SQLAlchemy itself compiled;
what it loads is in the session's identity map like any other object.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Protocol, TypeAlias

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.orm import loading
from sqlalchemy.orm.context import _ORMColumnEntity, _RawColumnEntity
from sqlalchemy.sql.compiler import SQLCompiler

from .eligibility import AnyMapper, EntityResult, RowResult, SimpleSelect

Row: TypeAlias = Sequence[object]
# The values of one execution, as the driver takes them.
Values: TypeAlias = Sequence[object] | dict[str, object]
Loader: TypeAlias = Callable[[Sequence[Row], orm.Session], list[Any]]
Process: TypeAlias = Callable[[object], object]
CursorDescription: TypeAlias = Sequence[Sequence[object]]


class BoundValue(Protocol):
    """What a query needs of a bound parameter of SQLAlchemy's."""

    @property
    def effective_value(self) -> object:
        """The value of this execution."""

    @property
    def required(self) -> bool:
        """Whether there is no value yet."""


Binder: TypeAlias = Callable[[Sequence[BoundValue]], Values]


@dataclass(slots=True)
class CompiledQuery:
    """One statement: its text, how values get in, and how objects come out."""

    sql: str
    bind: Binder
    types: tuple[sa.types.TypeEngine[object], ...]
    shape: EntityResult | RowResult
    metadata: SimpleResultMetaData
    mapper: AnyMapper | None
    # SQLAlchemy makes new ones when a model gets another attribute or subclass.
    attributes: object = None
    identity: type[object] = object
    load: Loader | None = None

    def bind_one(self, value: object) -> Values:
        """Return the values of a query that takes only one."""
        return self.bind((_SingleValue(value),))

    def is_current(self) -> bool:
        """Return whether the model is still as it was when this was compiled."""
        mapper = self.mapper
        return mapper is None or (
            mapper.attrs is self.attributes and not mapper.registry._new_mappers
        )

    def has_load_listeners(self) -> bool:
        """Return whether a listener waits for such objects to be loaded."""
        if isinstance(self.shape, RowResult):
            return False
        dispatch = self.shape.mapper.class_manager.dispatch
        return bool(dispatch.load) or bool(dispatch.refresh)


@dataclass(slots=True)
class LoadedQuery:
    """What one execution of a compiled query loaded: objects, or rows."""

    query: CompiledQuery
    items: list[Any]

    def result(self) -> IteratorResult[*tuple[Any, ...]]:
        """Return a result of SQLAlchemy's."""
        has_entities = isinstance(self.query.shape, EntityResult)
        return IteratorResult(
            self.query.metadata,
            iter(self.items),
            _source_supports_scalars=has_entities,
        )

    def scalar(self) -> Any:
        """Return the first element of the first row, or None."""
        if not self.items:
            return None
        first = self.items[0]
        return first if isinstance(self.query.shape, EntityResult) else first[0]

    def unique_entities(self) -> list[Any] | None:
        """Return the objects, each once, or None if these are rows.

        The rows of a join repeat them.
        """
        if isinstance(self.query.shape, RowResult):
            return None
        if len(set(map(id, self.items))) == len(self.items):
            return self.items
        return list({id(item): item for item in self.items}.values())


@dataclass(slots=True)
class _SingleValue:
    """A value without a bound parameter, which costs more to make."""

    effective_value: object
    required: bool = False


class MissingValueError(Exception):
    """Raised when a value comes with the execution, not with the statement."""


def make_query(select: SimpleSelect) -> CompiledQuery:
    """Make a compiled query from what SQLAlchemy compiled."""
    compiled, shape, mapper = select.compiled, select.shape, select.mapper
    identity = None if isinstance(shape, RowResult) else shape.mapper._identity_class
    return CompiledQuery(
        sql=compiled.string,
        bind=_make_binder(compiled),
        types=tuple(entry.type for entry in compiled._result_columns),
        shape=shape,
        metadata=_make_metadata(select),
        mapper=mapper,
        attributes=None if mapper is None else mapper.attrs,
        identity=identity or object,
    )


def make_loader(
    query: CompiledQuery, dialect: sa.Dialect, description: CursorDescription
) -> Loader:
    """Make what turns rows into objects; `description` is that of the cursor."""
    processors = [
        kind._cached_result_processor(dialect, column[1])
        for kind, column in zip(query.types, description, strict=True)
    ]
    shape = query.shape
    load = _load_rows if isinstance(shape, RowResult) else _make_entity_loader(shape)
    steps = [(i, process) for i, process in enumerate(processors) if process]
    if not steps:
        return load

    def convert(row: Row) -> Row:
        values = list(row)
        for index, process in steps:
            values[index] = process(values[index])
        return values

    return lambda rows, session: load([convert(row) for row in rows], session)


def _load_rows(rows: Sequence[Row], _session: orm.Session) -> list[Row]:
    return list(rows)


def _make_entity_loader(shape: EntityResult) -> Loader:  # noqa: PLR0915 - calls cost
    """Do for simple objects what `sqlalchemy.orm.loading` does for all."""
    mapper, columns, path = shape.mapper, shape.columns, shape.path
    indexes = dict(columns)
    keys = [indexes[mapper.get_property_by_column(c).key] for c in mapper.primary_key]
    identity_class, manager = mapper._identity_class, mapper.class_manager
    model: Any = manager.class_
    make, make_state = model.__new__, manager._state_constructor
    allow_partial = mapper.allow_partial_pks
    single = keys[0] if len(keys) == 1 else -1
    several: Callable[[Row], tuple[object, ...]] = itemgetter(*keys)

    def load(rows: Sequence[Row], session: orm.Session) -> list[object]:
        identity_map: Any = session.identity_map
        known, weak = identity_map._dict, identity_map._wr
        session_id, runid = session.hash_key, loading._new_runid()
        items: list[object] = []
        for row in rows:
            primary = several(row) if single < 0 else (row[single],)
            key = (identity_class, primary, None)
            state = known.get(key)
            instance = None if state is None else state.obj()
            if instance is not None:
                if state.runid != runid:
                    _complete(state, instance.__dict__, row, columns)
                items.append(instance)
                continue
            if None in primary and _is_no_key(primary, partial=allow_partial):
                items.append(None)
                continue
            # What `ClassManager.new_instance` does.
            instance = make(model)
            state = make_state(instance, manager)
            values = instance.__dict__
            values["_sa_instance_state"] = state
            state.key, state.session_id, state.runid = key, session_id, runid
            state.load_path = path
            known[key] = state
            state._instance_dict = weak
            for name, index in columns:
                values[name] = row[index]
            items.append(instance)
        return items

    return load


def _complete(
    state: orm.InstanceState[object],
    values: dict[str, object],
    row: Row,
    columns: tuple[tuple[str, int], ...],
) -> None:
    """Fill in what an object in the session lacks; what it has stays as it is."""
    missing = state.unloaded
    if missing:
        for name, index in columns:
            if name in missing:
                values[name] = row[index]
        state._commit(values, missing)


def _is_no_key(primary: tuple[object, ...], *, partial: bool) -> bool:
    return not partial or all(value is None for value in primary)


def _by_identity(_result: object) -> list[Callable[[object], int]]:
    return [id]


def _make_metadata(select: SimpleSelect) -> SimpleResultMetaData:
    shape = select.shape
    if isinstance(shape, EntityResult):
        return SimpleResultMetaData(
            [shape.label], [(shape.mapper,)], _create_unique_filters=_by_identity
        )
    kinds = (_RawColumnEntity, _ORMColumnEntity)
    columns = [entity for entity in select.entities if isinstance(entity, kinds)]
    return SimpleResultMetaData(
        [entity._label_name or "" for entity in columns],
        [entity._extra_entities for entity in columns],
    )


def _make_binder(compiled: SQLCompiler) -> Binder:
    """Make what puts the values of a statement in the order of the text."""
    matches, _ = compiled._cache_key_bind_match or ({}, {})
    originals = compiled.cache_key.bindparams if compiled.cache_key else ()
    indexes = {
        bind: index
        for index, original in enumerate(originals)
        for bind in matches[original]
    }
    names = (
        compiled.positiontup or []
        if compiled.positional
        else list(compiled.bind_names.values())
    )
    processors = compiled._bind_processors
    steps: list[tuple[int, BoundValue | None, Process | None]] = []
    for name in names:
        bind = compiled.binds[name]
        # A value that is not the statement's was put in when it was compiled.
        fixed = None if bind in indexes else bind
        process = processors.get(name)
        # One for each element of a tuple is not simple SQL.
        step = process if callable(process) else None
        steps.append((indexes.get(bind, 0), fixed, step))

    def bind_values(extracted: Sequence[BoundValue]) -> tuple[object, ...]:
        values = []
        for index, fixed, process in steps:
            given = extracted[index] if fixed is None else fixed
            if given.required:
                raise MissingValueError
            value = given.effective_value
            values.append(value if process is None else process(value))
        return tuple(values)

    if compiled.positional:
        return bind_values
    return lambda extracted: dict(zip(names, bind_values(extracted), strict=True))
