# ruff: noqa: SLF001 - what SQLAlchemy compiled can be seen from the inside only
"""Which statements are plain: known by their columns alone, with nobody to ask.

Plain results are rows, or whole objects of one model without inheritance, whose
relationships are all loaded when used. SQLAlchemy itself loads everything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm.context import _MapperEntity, _ORMColumnEntity, _RawColumnEntity
from sqlalchemy.orm.strategies import _LazyLoader
from sqlalchemy.orm.writeonly import _WriteOnlyLoader

_QUIET_LOADERS = (_LazyLoader, _WriteOnlyLoader)
_COLUMNS = {_ORMColumnEntity, _RawColumnEntity}


@dataclass(slots=True)
class Objects:
    """A result of whole objects: which class, and which column is which attribute."""

    mapper: orm.Mapper[Any]
    columns: tuple[tuple[str, int], ...]
    path: Any
    label: str


class Rows:
    """A result of rows as they come."""


ROWS: Final = Rows()
Shape = Objects | Rows


def may_be_plain(statement: Any) -> bool:
    """Whether it is a plain `select()` of models, as far as a glance tells.

    One of mere tables gives a result with more to it, such as `rowcount`.
    """
    return (
        type(statement) is sa.Select
        and "compile_state_plugin" in statement._propagate_attrs
        and not statement._with_options
        and not statement._execution_options
        and statement._for_update_arg is None
    )


def is_in_main(subject: Any) -> bool:
    """Whether a model lies in the main database, not in one of the binds."""
    table = getattr(getattr(subject, "mapper", None), "local_table", None)
    return not (isinstance(table, sa.Table) and table.metadata.info.get("bind_key"))


def is_plain(compiled: Any) -> bool:
    """Whether text and values are all that its execution needs."""
    return (
        not compiled.post_compile_params
        and not compiled.literal_execute_params
        and not compiled.escaped_bind_names
        and compiled._ordered_columns
        and not compiled._ad_hoc_textual
        and not compiled._loose_column_name_matching
    )


def find_shape(compiled: Any) -> Shape | None:
    """Tell what its results are, or None if that is not plain."""
    state = compiled.compile_state
    entities = state._entities
    kinds = {type(entity) for entity in entities}
    if kinds <= _COLUMNS:
        return ROWS
    if kinds == {_MapperEntity} and len(entities) == 1:
        return _find_objects(entities[0], compiled)
    return None


def _find_objects(entity: Any, compiled: Any) -> Objects | None:
    state = compiled.compile_state
    if (
        entity.is_aliased_class
        or state.eager_joins
        or state.multi_row_eager_loaders
        or state.compound_eager_adapter is not None
        or state._polymorphic_adapters
        or not _is_plain_mapper(entity.mapper)
    ):
        return None
    columns = _find_columns(entity, state, compiled)
    if columns is None:
        return None
    return Objects(entity.mapper, columns, entity.path, entity._label_name)


def plain_count(statement: Any) -> Any:
    """Make a `select()` that counts the rows of another, or None if that is not plain.

    Plain is: one model without inheritance, nothing grouped, cut off or made distinct.
    """
    columns = statement._raw_columns
    mapper = columns[0]._annotations.get("parententity") if len(columns) == 1 else None
    is_plain = (
        isinstance(statement, sa.Select)
        and isinstance(mapper, orm.Mapper)
        and mapper.inherits is None
        and mapper.polymorphic_on is None
        and not statement._with_options
        and not statement._distinct
        and not statement._group_by_clauses
        and not statement._having_criteria
        and not statement._has_row_limiting_clause
    )
    if not is_plain:
        return None
    count = sa.func.count()
    return statement.with_only_columns(count, maintain_column_froms=True).order_by(None)


def _is_plain_mapper(mapper: orm.Mapper[Any]) -> bool:
    return (
        mapper.inherits is None
        and mapper.polymorphic_on is None
        and not mapper.always_refresh
        and len(list(mapper.self_and_descendants)) == 1
        and not mapper.composites
        and all(_is_quiet(r) for r in mapper.relationships)
    )


def _is_quiet(relationship: orm.RelationshipProperty[Any]) -> bool:
    """Whether loading an object does nothing for this relationship."""
    strategy = relationship.strategy
    return isinstance(strategy, _QUIET_LOADERS) and strategy.is_class_level


def _find_columns(
    entity: Any, state: Any, compiled: Any
) -> tuple[tuple[str, int], ...] | None:
    places: dict[Any, int] = {}
    for place, entry in enumerate(compiled._result_columns):
        for thing in entry.objects:
            places.setdefault(thing, place)
    setups = entity.path.get(state.attributes, "memoized_setups", {})
    found = []
    for prop in entity.mapper.column_attrs:
        column = setups.get(prop)
        if column not in places:
            return None
        found.append((prop.key, places[column]))
    return tuple(found)


def has_plain_rows(mapper: orm.Mapper[Any]) -> bool:
    """Whether an object is one row, written for itself alone, with nobody to ask."""
    return (
        mapper.inherits is None
        and mapper.polymorphic_on is None
        and len(list(mapper.self_and_descendants)) == 1
        and isinstance(mapper.local_table, sa.Table)
        and is_in_main(mapper)
        and len(mapper.tables) == 1
        and mapper.version_id_col is None
        and mapper.eager_defaults is not True
        and mapper.batch
        and not mapper.composites
        and not mapper._readonly_props
        and not mapper._delete_orphans
        and not any(_is_entangled(r) for r in mapper.relationships)
    )


def _is_entangled(relationship: orm.RelationshipProperty[Any]) -> bool:
    """Whether rows of one model wait for each other, or are written twice."""
    is_own = relationship.mapper.base_mapper is relationship.parent.base_mapper
    return is_own or relationship.post_update
