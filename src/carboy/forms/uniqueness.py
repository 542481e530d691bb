"""Which values of a model must be unique, and whether one of them is taken."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql import visitors

# SQLite, PostgreSQL (with its SQLSTATE), and MariaDB.
_UNIQUE = re.compile(
    r"UNIQUE constraint failed|\b23505\b|unique constraint|Duplicate entry"
)


def list_unique_groups(model: type[Any]) -> list[tuple[str, ...]]:
    """Return the attributes of each unique column, constraint and index of `model`."""
    mapper = sa.inspect(model)
    names = {prop.columns[0]: prop.key for prop in mapper.column_attrs}
    table = mapper.local_table
    groups: list[tuple[str, ...]] = [
        (name,)
        for column, name in names.items()
        # An expression of the mapper has no such attribute.
        if isinstance(column, sa.Column) and column.unique
    ]
    constraints: list[Any] = []
    if isinstance(table, sa.Table):
        constraints += [
            each for each in table.constraints if isinstance(each, sa.UniqueConstraint)
        ]
        # A partial index holds for some rows only: the database alone can tell.
        constraints += [
            each for each in table.indexes if each.unique and not _is_partial(each)
        ]
    for constraint in constraints:
        group = tuple(names[c] for c in constraint.columns if c in names)
        if len(group) == len(constraint.columns) and group not in groups:
            groups.append(group)
    return groups


def find_row(model: type[Any], session: orm.Session, values: Mapping[str, Any]) -> Any:
    """Return a row of `model` that has all `values`, or None."""
    if any(value is None for value in values.values()):
        # NULL is never equal to NULL.
        return None
    query = sa.select(model).filter_by(**values).limit(1)
    with session.no_autoflush:
        return session.scalars(query).first()


def make_finder(
    model: type[Any], name: str, session: Callable[[], orm.Session]
) -> Callable[[Any], Any]:
    """Return a function that finds the row with a value in the column `name`."""

    def find(value: Any) -> Any:
        return find_row(model, session(), {name: value})

    return find


def list_violated(model: type[Any], error: IntegrityError) -> tuple[str, ...]:
    """Return the attributes of the unique constraint or index that `error` names.

    That is for those which no look-up can foresee: partial indexes, indexes on
    expressions, and collations that compare otherwise.
    """
    text = str(error.orig)
    mapper = sa.inspect(model)
    names = {prop.columns[0]: prop.key for prop in mapper.column_attrs}
    if not _UNIQUE.search(f"{getattr(error.orig, 'sqlstate', '')} {text}"):
        return ()
    table = mapper.local_table
    if not isinstance(table, sa.Table):
        return ()
    known: list[Any] = [*table.indexes, *table.constraints]
    for each in known:
        if each.name and re.search(rf"\b{re.escape(str(each.name))}\b", text):
            return tuple(names[c] for c in _columns_of(each) if c in names)
    # SQLite names the columns, PostgreSQL a constraint without a name by its column.
    return tuple(
        key
        for column, key in names.items()
        if re.search(rf"\b{table.name}[._]{re.escape(column.name)}(?:\b|_key)", text)
    )


def _columns_of(constraint: Any) -> Iterator[sa.Column[Any]]:
    for part in getattr(constraint, "expressions", constraint.columns):
        yield from (e for e in visitors.iterate(part) if isinstance(e, sa.Column))


def _is_partial(index: sa.Index) -> bool:
    # Also one on expressions, such as lower(name).
    if any(not isinstance(each, sa.Column) for each in index.expressions):
        return True
    return any(
        options.get("where") is not None for options in index.dialect_options.values()
    )
