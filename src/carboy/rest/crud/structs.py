"""Classes that are made of a model and of the classes that a site declares for it."""

import datetime
import decimal
import enum
import uuid
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec
import sqlalchemy as sa
from msgspec import UNSET, Meta, UnsetType
from sqlalchemy import orm

from carboy.db import UtcDateTime
from carboy.rest.typed import is_shown_only

from .errors import CrudError

_PLAIN = (
    bool,
    int,
    float,
    str,
    decimal.Decimal,
    datetime.datetime,
    datetime.date,
    datetime.time,
    datetime.timedelta,
    uuid.UUID,
    bytes,
    dict,
    list,
)
# What integer columns of databases hold.
_LIMITS: Mapping[type[Any], int] = {
    sa.SmallInteger: 2**15,
    sa.BigInteger: 2**63,
    sa.Integer: 2**31,
}

# How many values a filter may name: databases limit the parameters of a statement.
_MOST_VALUES = 500

# Without a zone the forms of RFC 3339 are incomplete, so they are described here.
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?"
_DATE = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"


def type_of_column(column: sa.ColumnElement[Any]) -> Any:
    """Return the type of the values of a column, with the limits of its type."""
    kind = column.type
    if (shown := find_file_class(kind)) is not None:
        return shown
    while isinstance(kind, sa.TypeDecorator):
        if isinstance(kind, UtcDateTime):
            return Annotated[datetime.datetime, Meta(tz=True)]
        kind = kind.impl_instance
    return _type_of_plain_column(kind)


def _type_of_plain_column(kind: Any) -> Any:
    if isinstance(kind, sa.Enum) and kind.enum_class is None:
        return Literal[tuple(kind.enums)]
    for known, limit in _LIMITS.items():
        if isinstance(kind, known):
            return Annotated[int, Meta(ge=-limit, le=limit - 1)]
    try:
        plain = kind.python_type
    except NotImplementedError:
        return Any
    if (rules := _find_rules(kind, plain)) is not None:
        return Annotated[plain, rules]
    is_known = plain in _PLAIN or issubclass(plain, enum.Enum)
    return plain if is_known else Any


def find_file_class(kind: Any) -> type[Any] | None:
    """Return the class of the files of an attachment column, None for others."""
    try:
        found: type[Any] = kind.python_type
    except NotImplementedError:
        return None
    return found if is_shown_only(found) else None


def is_file(attribute: orm.ColumnProperty[Any] | None) -> bool:
    """Return whether an attribute of a model holds a file."""
    if attribute is None:
        return False
    return find_file_class(attribute.columns[0].type) is not None


def _find_rules(kind: Any, plain: type[Any]) -> Meta | None:
    """Return what else holds for the values of a column."""
    if plain is str and isinstance(kind, sa.String) and kind.length:
        return Meta(max_length=kind.length)
    if plain is decimal.Decimal and (most := most_digits(kind)) is not None:
        return _describe_decimal(most)
    return _DESCRIBED.get(plain)


_DESCRIBED: Mapping[Any, Meta] = {
    datetime.time: Meta(extra_json_schema={"pattern": f"^{_TIME}$"}),
    datetime.datetime: Meta(extra_json_schema={"pattern": f"^{_DATE}T{_TIME}"}),
}


def most_digits(kind: Any) -> int | None:
    """Return how many digits before the point a column holds, if there is a limit."""
    precision = getattr(kind, "precision", None)
    if not isinstance(kind, sa.Numeric) or precision is None:
        return None
    return max(int(precision) - int(kind.scale or 0), 0)


def _describe_decimal(most: int) -> Meta:
    limit = 10**most - 1
    digits = rf"^-?[0-9]{{1,{max(most, 1)}}}(\.[0-9]+)?$"
    # What is rounded up must fit as well, so the limit is a whole number.
    return Meta(
        extra_json_schema={"pattern": digits, "minimum": -limit, "maximum": limit}
    )


def make_view(model: type[Any], names: Iterable[str]) -> type[msgspec.Struct]:
    """Return a class with the named columns of a model."""
    mapper = sa.inspect(model)
    fields = []
    for name in names:
        attribute = mapper.column_attrs.get(name)
        if attribute is None:
            msg = (
                f"{model.__name__} has no column {name!r}. Name its columns, or pass a "
                "class for the response, which may have relations too."
            )
            raise CrudError(msg)
        column = attribute.columns[0]
        kind = type_of_column(column)
        nullable = getattr(column, "nullable", True)
        fields.append((name, kind | None if nullable else kind))
    return msgspec.defstruct(f"{model.__name__}View", fields, kw_only=True)


def make_patch(write: type[msgspec.Struct]) -> type[msgspec.Struct]:
    """Return a class with the fields of another, none of which has to be there."""
    hints = get_type_hints(write, include_extras=True)
    fields = [
        (field.name, _or_unset(hints[field.name]), UNSET)
        for field in msgspec.structs.fields(write)
    ]
    names = {each.name: each.encode_name for each in msgspec.structs.fields(write)}
    return msgspec.defstruct(
        f"{write.__name__}Patch", fields, rename=names, kw_only=True
    )


def _or_unset(hint: Any) -> Any:
    if get_origin(hint) is Annotated:
        return hint | UnsetType
    return reduce(or_, (hint, UnsetType))


def make_filters(
    model: type[Any], filters: Mapping[str, Iterable[str]]
) -> type[msgspec.Struct]:
    """Return the class of the parameters that filter a list: `title__contains`."""
    mapper = sa.inspect(model)
    fields: list[Any] = []
    for name, operators in filters.items():
        attribute = mapper.column_attrs.get(name)
        if attribute is None:
            msg = f"{model.__name__} has no column {name!r} to filter by."
            raise CrudError(msg)
        kind = type_of_column(attribute.columns[0])
        is_of_files = is_file(attribute)
        for operator in operators:
            if is_of_files and operator != "null":
                msg = f"{name!r} holds files, which have no filter but 'null'."
                raise CrudError(msg)
            own = _type_of_operator(name, kind, operator)
            suffix = "" if operator == "eq" else f"__{operator}"
            fields.append((f"{name}{suffix}", own | UnsetType, UNSET))
    return msgspec.defstruct(f"{model.__name__}Filters", fields, kw_only=True)


def _type_of_operator(name: str, kind: Any, operator: str) -> Any:
    if operator == "in":
        return Annotated[list[kind], Meta(max_length=_MOST_VALUES)]
    if operator == "null":
        return bool
    if operator in {"contains", "startswith"}:
        return Annotated[str, Meta(min_length=1, max_length=200)]
    if operator in {"eq", "ne", "ge", "gt", "le", "lt"}:
        return kind
    msg = (
        f"There is no filter {operator!r} (for {name!r}). Filters are eq, ne, ge, gt, "
        "le, lt, in, null, contains and startswith."
    )
    raise CrudError(msg)


def make_sort_type(model: type[Any], names: Iterable[str]) -> Any:
    """Return the type of one `sort` parameter: a column, or `-` and a column."""
    mapper = sa.inspect(model)
    names = list(names)
    for name in names:
        if name not in mapper.column_attrs:
            msg = f"{model.__name__} has no column {name!r} to sort by."
            raise CrudError(msg)
        if is_file(mapper.column_attrs[name]):
            msg = f"{name!r} holds files, which have no order to sort by."
            raise CrudError(msg)
    if not names:
        names = [mapper.get_property_by_column(mapper.primary_key[0]).key]
    return Literal[tuple(sign + name for name in names for sign in ("", "-"))]


def list_relations(view: Any, mapper: orm.Mapper[Any]) -> list[tuple[str, Any]]:
    """Return the relations that a view names, each with the class of its objects."""
    found = []
    for name, hint in get_type_hints(view, include_extras=True).items():
        if name in mapper.relationships:
            inner = next(iter(_list_structs(hint)), None)
            found.append((name, inner))
    return found


def _list_structs(hint: Any) -> Iterable[Any]:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        yield hint
    for argument in get_args(hint):
        yield from _list_structs(argument)
