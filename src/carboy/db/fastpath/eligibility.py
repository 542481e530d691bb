# ruff: noqa: SLF001 - what SQLAlchemy compiled can be seen from the inside only
"""Which statements are simple enough for the fast path.

Simple results are rows, or whole objects of one model without inheritance, whose
relationships are all loaded when used. SQLAlchemy itself loads everything else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm.context import (
    _MapperEntity,
    _ORMColumnEntity,
    _ORMSelectCompileState,
    _QueryEntity,
    _RawColumnEntity,
)
from sqlalchemy.orm.path_registry import PathRegistry
from sqlalchemy.orm.strategies import _LazyLoader
from sqlalchemy.orm.writeonly import _WriteOnlyLoader
from sqlalchemy.sql.compiler import SQLCompiler
from typing_extensions import TypeIs

from carboy.db.engines import is_read_only

AnySelect: TypeAlias = sa.Select[*tuple[Any, ...]]
AnyQuery: TypeAlias = orm.Query[Any]
AnyValue: TypeAlias = sa.BindParameter[Any]
AnyMapper: TypeAlias = orm.Mapper[Any]
AnyRelationship: TypeAlias = orm.RelationshipProperty[Any]

_LAZY_LOADERS = (_LazyLoader, _WriteOnlyLoader)
_COLUMNS = {_ORMColumnEntity, _RawColumnEntity}


@dataclass(slots=True)
class EntityResult:
    """A result of whole objects: which class, and which column is which attribute."""

    mapper: AnyMapper
    columns: tuple[tuple[str, int], ...]
    path: PathRegistry
    label: str


class RowResult:
    """A result of rows as they come."""


ROWS: Final = RowResult()
ResultShape = EntityResult | RowResult


@dataclass(slots=True)
class SimpleSelect:
    """A compiled `select()` that the fast path can run, and what it results in."""

    compiled: SQLCompiler
    entities: list[_QueryEntity]
    shape: ResultShape
    mapper: AnyMapper | None


def is_candidate(statement: object) -> TypeIs[AnySelect]:
    """Return whether a statement may be simple, before it is compiled.

    A `select()` of mere tables gives a result with more to it, such as `rowcount`.
    """
    return (
        type(statement) is sa.Select
        and "compile_state_plugin" in statement._propagate_attrs
        and not statement._with_options
        and not statement._execution_options
        and statement._for_update_arg is None
    )


def compile_simple(statement: AnySelect, engine: sa.Engine) -> SimpleSelect | None:
    """Compile a candidate, or return None if it is not simple."""
    mapper = getattr(statement._propagate_attrs.get("plugin_subject"), "mapper", None)
    if mapper is not None:
        mapper._check_configure()
    if not uses_main_bind(mapper):
        return None
    compiled, *_ = statement._compile_w_cache(
        engine.dialect, compiled_cache={}, column_keys=[]
    )
    if not isinstance(compiled, SQLCompiler):
        return None
    if not is_simple_sql(compiled) or not is_read_only(compiled.string):
        return None
    state = compiled.compile_state
    if not isinstance(state, _ORMSelectCompileState):
        return None
    entities = state._entities
    shape = _find_shape(entities, state, compiled)
    return None if shape is None else SimpleSelect(compiled, entities, shape, mapper)


def uses_main_bind(mapper: AnyMapper | None) -> bool:
    """Return whether a model is in the main database, not in one of the binds."""
    table = None if mapper is None else mapper.local_table
    return not (isinstance(table, sa.Table) and table.metadata.info.get("bind_key"))


def is_simple_sql(compiled: SQLCompiler) -> bool:
    """Return whether text and values are all that an execution needs."""
    return (
        not compiled.post_compile_params
        and not compiled.literal_execute_params
        and not compiled.escaped_bind_names
        and compiled._ordered_columns
        and not compiled._ad_hoc_textual
        and not compiled._loose_column_name_matching
        and all(map(callable, compiled._bind_processors.values()))
    )


def make_count(statement: object) -> AnySelect | None:
    """Make a `select()` that counts the rows of another, or return None.

    It counts one model without inheritance, with nothing grouped, limited or distinct.
    """
    if not isinstance(statement, sa.Select) or len(statement._raw_columns) != 1:
        return None
    mapper = statement._raw_columns[0]._annotations.get("parententity")
    if (
        not isinstance(mapper, orm.Mapper)
        or mapper.inherits is not None
        or mapper.polymorphic_on is not None
        or statement._with_options
        or statement._distinct
        or statement._group_by_clauses
        or statement._having_criteria
        or statement._has_row_limiting_clause
    ):
        return None
    count = sa.func.count()
    return statement.with_only_columns(count, maintain_column_froms=True).order_by(None)


def is_single_table(mapper: AnyMapper) -> bool:
    """Return whether an object is one row that is written for itself alone."""
    return (
        mapper.inherits is None
        and mapper.polymorphic_on is None
        and len(list(mapper.self_and_descendants)) == 1
        and isinstance(mapper.local_table, sa.Table)
        and uses_main_bind(mapper)
        and len(mapper.tables) == 1
        and mapper.version_id_col is None
        and mapper.eager_defaults is not True
        and mapper.batch
        and not mapper.composites
        and not mapper._readonly_props
        and not mapper._delete_orphans
        and not any(_is_self_referential(r) for r in mapper.relationships)
    )


def _find_shape(
    entities: Iterable[_QueryEntity],
    state: _ORMSelectCompileState,
    compiled: SQLCompiler,
) -> ResultShape | None:
    first, *others = entities
    if isinstance(first, _MapperEntity):
        return None if others else _find_entity_result(first, state, compiled)
    if {type(entity) for entity in (first, *others)} <= _COLUMNS:
        return ROWS
    return None


def _find_entity_result(
    entity: _MapperEntity,
    state: _ORMSelectCompileState,
    compiled: SQLCompiler,
) -> EntityResult | None:
    needs_more = (
        entity.is_aliased_class,
        state.eager_joins,
        state.multi_row_eager_loaders,
        state.compound_eager_adapter is not None,
        state._polymorphic_adapters,
    )
    if any(needs_more) or not _is_simple_mapper(entity.mapper):
        return None
    columns = _find_columns(entity, state, compiled)
    if columns is None:
        return None
    return EntityResult(entity.mapper, columns, entity.path, entity._label_name)


def _is_simple_mapper(mapper: AnyMapper) -> bool:
    return (
        mapper.inherits is None
        and mapper.polymorphic_on is None
        and not mapper.always_refresh
        and len(list(mapper.self_and_descendants)) == 1
        and not mapper.composites
        and all(_is_lazy_relationship(r) for r in mapper.relationships)
    )


def _is_lazy_relationship(relationship: AnyRelationship) -> bool:
    """Return whether loading an object does nothing for this relationship."""
    strategy = relationship.strategy
    return isinstance(strategy, _LAZY_LOADERS) and strategy.is_class_level


def _find_columns(
    entity: _MapperEntity,
    state: _ORMSelectCompileState,
    compiled: SQLCompiler,
) -> tuple[tuple[str, int], ...] | None:
    indexes: dict[object, int] = {}
    for index, entry in enumerate(compiled._result_columns):
        for item in entry.objects:
            indexes.setdefault(item, index)
    setups = entity.path.get(state.attributes, "memoized_setups", {})
    columns = []
    for attribute in entity.mapper.column_attrs:
        column = setups.get(attribute)
        if column not in indexes:
            return None
        columns.append((attribute.key, indexes[column]))
    return tuple(columns)


def _is_self_referential(relationship: AnyRelationship) -> bool:
    """Return whether rows of one model wait for each other, or are written twice."""
    is_own = relationship.mapper.base_mapper is relationship.parent.base_mapper
    return is_own or relationship.post_update
