"""Which attributes a form of the console has."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import orm

from carboy.admin.schema import Attribute, ModelAdmin

# What nobody types.
_NOT_TYPED = frozenset({"binary", "other"})


def list_form_fields(
    admin: ModelAdmin, writable: Iterable[Attribute], *, is_new: bool
) -> list[Attribute]:
    """Return those of the attributes that a user may write which its form has."""
    known = {each.name: each for each in writable}
    if admin.options.fields is not None:
        given = [known[name] for name in admin.options.fields if name in known]
        return [each for each in given if _can_write(admin, each)]
    return [
        each
        for each in known.values()
        if _can_write(admin, each) and _is_typed(admin, each, known, is_new=is_new)
    ]


def _can_write(admin: ModelAdmin, attribute: Attribute) -> bool:
    """Return whether a form can write it at all."""
    if attribute.is_relation:
        return _can_choose(attribute.prop)
    column = attribute.column
    if column is None or attribute.kind in _NOT_TYPED or column.computed is not None:
        return False
    return column is not admin.mapper.version_id_col


def _can_choose(prop: orm.RelationshipProperty[Any]) -> bool:
    if prop.viewonly or prop.lazy in {"dynamic", "write_only", "raise"}:
        return False
    return prop.direction is orm.MANYTOONE or prop.secondary is not None


def _is_typed(
    admin: ModelAdmin,
    attribute: Attribute,
    known: Mapping[str, Attribute],
    *,
    is_new: bool,
) -> bool:
    """Return whether people fill it in, where the site has not said which they do."""
    column = attribute.column
    if column is None:
        return True
    if _is_behind_relation(column, known.values()):
        return False
    if attribute.is_key:
        return is_new and not _makes_own_value(column) and not _is_counted(admin)
    discriminator = admin.mapper.polymorphic_on
    is_own = column is discriminator or _makes_own_value(column)
    return not is_own and column.server_default is None


def _is_behind_relation(column: Any, attributes: Iterable[Attribute]) -> bool:
    """Return whether a foreign key is written by a relation of the form."""
    return any(
        column in each.prop.local_columns
        for each in attributes
        if each.kind == "one" and _can_choose(each.prop)
    )


def _makes_own_value(column: Any) -> bool:
    default = column.default
    return column.onupdate is not None or (
        default is not None and not default.is_scalar
    )


def _is_counted(admin: ModelAdmin) -> bool:
    """Return whether the database numbers the rows."""
    table = admin.mapper.local_table
    counter = getattr(table, "autoincrement_column", None)
    inherits = admin.mapper.inherits is not None
    return counter is not None or inherits
