# ruff: noqa: SLF001 - what SQLAlchemy compiled can be seen from the inside only
"""Plans: how to load whole objects with one prepared text and no detours.

SQLAlchemy compiles a `select()` once and remembers the text, but goes through its full
machinery for each execution: contexts, cursors, rows, results, populators. For a plain
one (see `plainness`) all that comes to: these values, this text, these columns into
these attributes. A plan is that, made from what SQLAlchemy itself compiled; what it
loads is in the session's identity map like any other object.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.orm import loading

from carboy.db.engines import is_read_only

from .cache_key import Outline, is_lasting, outline_of
from .eligibility import (
    Objects,
    Rows,
    Shape,
    find_shape,
    is_in_main,
    is_plain,
    may_be_plain,
    plain_count,
)

Row = Sequence[Any]
Loader = Callable[[list[Row], orm.Session], list[Any]]
Binder = Callable[[Sequence[Any]], Any]

# A plan, and the values as the driver wants them.
Found = tuple["Plan", Any]

_UNKNOWN: Any = object()
MAX_PLANS = 1000


@dataclass(slots=True)
class Plan:
    """One statement: its text, how values get in, and how objects come out."""

    sql: str
    bind: Binder
    types: tuple[Any, ...]
    shape: Shape
    metadata: SimpleResultMetaData
    identity: Any = None
    load: Loader | None = None

    def bind_one(self, value: Any) -> Any:
        """Put the only value in."""
        return self.bind((_Value(value),))

    def is_watched(self) -> bool:
        """Whether code waits for the loading of such objects."""
        if isinstance(self.shape, Rows):
            return False
        dispatch = self.shape.mapper.class_manager.dispatch
        return bool(dispatch.load) or bool(dispatch.refresh)


class Plans:
    """The plans of one engine."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        # None stands for what has no plan.
        self._by_key: dict[Any, Plan | None] = {}
        self._by_class: dict[Any, Plan | None] = {}
        self._by_outline: dict[Any, _Known] = {}

    def find(self, asked: Any) -> Found | None:
        """Give the plan of a `select()` or `Query` and its values, if it has one."""
        outline = outline_of(asked)
        if outline is None:
            return self._learn(_statement_of(asked))
        key = (outline.rows, outline.cut)
        values = outline.values + outline.cut_values
        return self._recall(key, values) or self._learn(
            _statement_of(asked), outline, key, values
        )

    def find_count(self, asked: Any) -> Found | None:
        """Give the plan that counts all rows of a `select()` or `Query`, if plain."""
        outline = outline_of(asked)
        if outline is None or outline.cut_values:
            return self._learn(plain_count(_statement_of(asked)))
        key = (outline.rows, "count")
        return self._recall(key, outline.values) or self._learn(
            plain_count(_statement_of(asked)), outline, key, outline.values
        )

    def _recall(self, key: Any, values: list[Any]) -> Found | None:
        known = self._by_outline.get(key)
        if known is None:
            return None
        if known.order is not None:
            values = [values[place] for place in known.order]
        return _with_values(known.plan, values)

    def _learn(
        self,
        statement: Any,
        outline: Outline | None = None,
        key: Any = None,
        values: list[Any] | None = None,
    ) -> Found | None:
        """Find by SQLAlchemy's key, and keep it by the outline if there is one."""
        made = statement._generate_cache_key() if may_be_plain(statement) else None
        if made is None or made[2] is not None:
            return None
        plan: Plan | None = self._by_key.get(made[0], _UNKNOWN)
        if plan is _UNKNOWN:
            _make_room(self._by_key)
            plan = self._by_key[made[0]] = make_plan(statement, self._engine)
        if plan is None:
            return None
        if outline is not None and is_lasting(outline):
            places = {id(value): place for place, value in enumerate(values or ())}
            order = [places.get(id(value), -1) for value in made[1]]
            if -1 not in order:
                is_same = order == list(range(len(places)))
                _make_room(self._by_outline)
                self._by_outline[key] = _Known(
                    plan, None if is_same else order, outline.things
                )
        return _with_values(plan, made[1])

    def find_get(self, entity: Any) -> Plan | None:
        """Give the plan that loads an object of `entity` by its primary key."""
        plan: Plan | None = self._by_class.get(entity, _UNKNOWN)
        if plan is _UNKNOWN:
            plan = self._by_class[entity] = self._make_get(entity)
        return plan

    def _make_get(self, entity: Any) -> Plan | None:
        mapper = sa.inspect(entity, raiseerr=False)
        if not isinstance(mapper, orm.Mapper) or len(mapper.primary_key) != 1:
            return None
        column = mapper.primary_key[0]
        marker = sa.bindparam("pk", value=0, type_=column.type, unique=True)
        return make_plan(sa.select(entity).where(column == marker), self._engine)


@dataclass(slots=True)
class _Known:
    """A plan, the order in which it wants the values, and what its key stands for.

    The key holds the `id()` of things, which are true as long as the things are there.
    """

    plan: Plan
    order: list[int] | None
    things: list[Any]


@dataclass(slots=True)
class _Value:
    """Stands for a bound parameter of SQLAlchemy's."""

    effective_value: Any
    required: bool = False


class _MissingValueError(Exception):
    """Raised when a value is to be told at execution, which a plan does not do."""


_plans: WeakKeyDictionary[sa.Engine, Plans] = WeakKeyDictionary()


def plans_of(engine: sa.Engine) -> Plans:
    """Give the plans of one engine."""
    found = _plans.get(engine)
    if found is None:
        found = _plans[engine] = Plans(engine)
    return found


def _statement_of(asked: Any) -> Any:
    return asked._statement_20() if isinstance(asked, orm.Query) else asked


def _with_values(plan: Plan, values: Sequence[Any]) -> Found | None:
    try:
        return plan, plan.bind(values)
    except _MissingValueError:
        return None


def _make_room(plans: dict[Any, Any]) -> None:
    if len(plans) >= MAX_PLANS:
        plans.clear()


def make_plan(statement: Any, engine: sa.Engine) -> Plan | None:
    """Make a plan from what SQLAlchemy compiles, or None if it is not plain."""
    if not is_in_main(statement._propagate_attrs.get("plugin_subject")):
        return None
    cache: dict[Any, Any] = {}
    compiled, *_ = statement._compile_w_cache(
        engine.dialect, compiled_cache=cache, column_keys=[]
    )
    if not is_plain(compiled) or not is_read_only(compiled.string):
        return None
    shape = find_shape(compiled)
    if shape is None:
        return None
    return Plan(
        sql=compiled.string,
        bind=_make_binder(compiled),
        types=tuple(entry.type for entry in compiled._result_columns),
        shape=shape,
        identity=getattr(getattr(shape, "mapper", None), "_identity_class", None),
        metadata=_make_metadata(compiled, shape),
    )


def result_of(plan: Plan, loaded: list[Any]) -> IteratorResult[Any]:
    """Give what was loaded as a result of SQLAlchemy's."""
    are_objects = isinstance(plan.shape, Objects)
    return IteratorResult(
        plan.metadata, iter(loaded), _source_supports_scalars=are_objects
    )


def each_once(found: list[Any]) -> list[Any]:
    """Leave out the objects that came before, as rows of a join repeat them."""
    if len(set(map(id, found))) == len(found):
        return found
    return list({id(item): item for item in found}.values())


def make_loader(plan: Plan, dialect: Any, description: Any) -> Loader:
    """Make what turns rows into objects; `description` is that of the cursor."""
    processors = [
        kind._cached_result_processor(dialect, column[1])
        for kind, column in zip(plan.types, description, strict=True)
    ]
    load = _load_rows if isinstance(plan.shape, Rows) else _make_objects(plan.shape)
    if not any(processors):
        return load
    todo = [(i, process) for i, process in enumerate(processors) if process]

    def convert(row: Row) -> Row:
        values = list(row)
        for place, process in todo:
            values[place] = process(values[place])
        return values

    return lambda rows, session: load([convert(row) for row in rows], session)


def _load_rows(rows: list[Row], _session: orm.Session) -> list[Any]:
    return rows


def _make_objects(shape: Objects) -> Loader:  # noqa: PLR0915 - calls cost
    """Do for plain objects what `sqlalchemy.orm.loading` does for all."""
    mapper, columns, path = shape.mapper, shape.columns, shape.path
    places = dict(columns)
    keys = [places[mapper.get_property_by_column(c).key] for c in mapper.primary_key]
    identity_class, manager = mapper._identity_class, mapper.class_manager
    model: Any = manager.class_
    make, make_state = model.__new__, manager._state_constructor
    is_partial_allowed = mapper.allow_partial_pks
    single = keys[0] if len(keys) == 1 else -1
    many: Any = itemgetter(*keys)

    def load(rows: list[Row], session: orm.Session) -> list[Any]:
        identity_map: Any = session.identity_map
        known, weak = identity_map._dict, identity_map._wr
        session_id, runid = session.hash_key, loading._new_runid()
        found: list[Any] = []
        for row in rows:
            primary = many(row) if single < 0 else (row[single],)
            key = (identity_class, primary, None)
            state = known.get(key)
            instance = None if state is None else state.obj()
            if instance is not None:
                if state.runid != runid:
                    _complete(state, instance.__dict__, row, columns)
                found.append(instance)
                continue
            if None in primary and _is_no_key(primary, partial=is_partial_allowed):
                found.append(None)
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
            for name, place in columns:
                values[name] = row[place]
            found.append(instance)
        return found

    return load


def _complete(
    state: Any, values: dict[str, Any], row: Row, columns: tuple[tuple[str, int], ...]
) -> None:
    """Fill in what an object in the session lacks; what it has stays as it is."""
    missing = state.unloaded
    if missing:
        for name, place in columns:
            if name in missing:
                values[name] = row[place]
        state._commit(values, missing)


def _is_no_key(primary: tuple[Any, ...], *, partial: bool) -> bool:
    return not partial or all(value is None for value in primary)


def _by_identity(_result: object) -> list[Callable[[Any], Any]]:
    return [id]


def _make_metadata(compiled: Any, shape: Shape) -> SimpleResultMetaData:
    if isinstance(shape, Objects):
        return SimpleResultMetaData(
            [shape.label], [(shape.mapper,)], _create_unique_filters=_by_identity
        )
    entities = compiled.compile_state._entities
    return SimpleResultMetaData(
        [entity._label_name for entity in entities],
        [entity._extra_entities for entity in entities],
    )


def _make_binder(compiled: Any) -> Binder:
    """Make what puts the values of a statement in the order of the text."""
    matches, _ = compiled._cache_key_bind_match
    places = {
        bind: place
        for place, original in enumerate(compiled.cache_key[1])
        for bind in matches[original]
    }
    names = (
        compiled.positiontup
        if compiled.positional
        else list(compiled.bind_names.values())
    )
    processors = compiled._bind_processors
    steps: list[tuple[int, Any, Any]] = []
    for name in names:
        made = compiled.binds[name]
        # A value that is not the statement's was put in when it was compiled.
        fixed = None if made in places else made
        steps.append((places.get(made, 0), fixed, processors.get(name)))

    def bind(extracted: Sequence[Any]) -> tuple[Any, ...]:
        values = []
        for place, fixed, process in steps:
            given = extracted[place] if fixed is None else fixed
            if given.required:
                raise _MissingValueError
            value = given.effective_value
            values.append(value if process is None else process(value))
        return tuple(values)

    if compiled.positional:
        return bind
    return lambda extracted: dict(zip(names, bind(extracted), strict=True))
