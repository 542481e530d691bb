"""Which fields of a view are columns and relations that can be written as they are."""

from collections.abc import Callable
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
import sqlalchemy as sa
from msgspec import Meta
from sqlalchemy import orm

TypeOfColumn = Callable[[Any], Any]
_DEEPEST = 5


@dataclass(frozen=True, slots=True)
class ViewField:
    """A field of a view: a column, or a relation with a view of its own."""

    name: str
    wire_name: str
    relation: orm.RelationshipProperty[Any] | None = None
    inner: "RowView | None" = None


@dataclass(frozen=True, slots=True)
class RowView:
    """A class of responses whose fields are columns and relations of one model."""

    model: type[Any]
    key: str
    fields: tuple[ViewField, ...]


def read_view(
    model: Any, view: Any, type_of_column: TypeOfColumn, depth: int = 0
) -> RowView | None:
    """Return the fields of a view, or None if one of them needs the object.

    A field needs it if it is no column or relation, or if its type is not that of the
    column, so that the value has to be converted.
    """
    mapper = sa.inspect(model, raiseerr=False)
    if not isinstance(mapper, orm.Mapper) or not _is_plain(mapper):
        return None
    if depth > _DEEPEST or not _is_plain_view(view):
        return None
    hints = get_type_hints(view, include_extras=True)
    fields = []
    for field in msgspec.structs.fields(view):
        hint = hints[field.name]
        if field.name in mapper.relationships:
            relation = mapper.relationships[field.name]
            inner = _read_relation(relation, hint, type_of_column, depth)
            if inner is None:
                return None
            fields.append(ViewField(field.name, field.encode_name, relation, inner))
        elif _is_written_as_is(mapper, field.name, hint, type_of_column):
            fields.append(ViewField(field.name, field.encode_name))
        else:
            return None
    key = mapper.get_property_by_column(mapper.primary_key[0]).key
    return RowView(mapper.class_, key, tuple(fields))


def _is_plain(mapper: orm.Mapper[Any]) -> bool:
    """Return whether an object is one row, and nothing happens when it is loaded."""
    return (
        mapper.inherits is None
        and mapper.polymorphic_on is None
        and len(mapper.primary_key) == 1
        and not mapper.class_manager.dispatch.load
        and not mapper.class_manager.dispatch.refresh
        and "__getattribute__" not in vars(mapper.class_)
    )


def _is_plain_view(view: Any) -> bool:
    if not isinstance(view, type) or not issubclass(view, msgspec.Struct):
        return False
    config = view.__struct_config__
    return not (
        config.array_like
        or config.omit_defaults
        or config.tag is not None
        or hasattr(view, "__post_init__")
        # Of a generic class the types are known for one use of it only.
        or hasattr(view, "__parameters__")
    )


def _read_relation(
    relation: orm.RelationshipProperty[Any],
    hint: Any,
    type_of_column: TypeOfColumn,
    depth: int,
) -> RowView | None:
    kind, is_optional = _split_optional(hint)
    if relation.viewonly or relation.collection_class not in {None, list}:
        return None
    if relation.uselist:
        if is_optional or get_origin(kind) is not list:
            return None
        (kind,) = get_args(kind)
    elif not _is_to_one(relation, is_optional=is_optional):
        return None
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[-1]
    return read_view(relation.mapper.class_, kind, type_of_column, depth + 1)


def _is_to_one(relation: orm.RelationshipProperty[Any], *, is_optional: bool) -> bool:
    """Return whether each row has at most one of them, by a foreign key."""
    if relation.direction is not orm.MANYTOONE or len(relation.local_remote_pairs) != 1:
        return False
    (local, remote), *_ = relation.local_remote_pairs
    return (
        remote is relation.mapper.primary_key[0]
        and isinstance(relation.primaryjoin, sa.BinaryExpression)
        and (is_optional or not getattr(local, "nullable", True))
    )


def _is_written_as_is(
    mapper: orm.Mapper[Any], name: str, hint: Any, type_of_column: TypeOfColumn
) -> bool:
    attribute = mapper.column_attrs.get(name)
    if attribute is None or len(attribute.columns) != 1:
        return False
    column = attribute.columns[0]
    if not isinstance(column, sa.Column) or isinstance(column.type, sa.JSON):
        return False
    if not isinstance(getattr(mapper.class_, name), orm.QueryableAttribute):
        return False
    kind, is_optional = _split_optional(hint)
    if column.nullable and not is_optional:
        return False
    expected = type_of_column(column)
    if kind == expected:
        return kind is not Any
    return not _has_rules(kind) and _strip(kind) == _strip(expected) is not Any


def _has_rules(kind: Any) -> bool:
    return get_origin(kind) is Annotated and any(
        isinstance(each, Meta) for each in get_args(kind)[1:]
    )


def _strip(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _split_optional(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) in {Union, UnionType} and NoneType in get_args(hint):
        others = [each for each in get_args(hint) if each is not NoneType]
        if len(others) == 1:
            return others[0], True
    return hint, False
