"""Which values of a model must be unique, and which of them a database has refused."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql import visitors

# A message may hold a value of a client: only its begin and its end can be trusted.
_SQLITE = re.compile(
    r"UNIQUE constraint failed: (?:index '(?P<name>.+)'|(?P<columns>.+))"
)
_MYSQL = re.compile(
    r"Duplicate entry '.*' for key '(?:[^']+\.)?(?P<name>[^'.]+)'", re.DOTALL
)
_POSTGRESQL = re.compile(
    r"duplicate key value violates unique constraint \"(?P<name>[^\"]+)\""
)
_POSTGRESQL_COLUMNS = re.compile(r"\((?P<columns>[^()]+)\)=\(")
_UNIQUE_VIOLATION = "23505"
_PRIMARY = "PRIMARY"


def list_unique_groups(model: type[Any]) -> list[tuple[str, ...]]:
    """Return the attributes of each unique column, constraint and index of `model`."""
    mapper = sa.inspect(model)
    names = _attributes_of(model)
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


def find_unique_row(
    model: type[Any], session: orm.Session, values: Mapping[str, Any]
) -> Any:
    """Return a row of `model` that has all `values`, or None."""
    if any(value is None for value in values.values()):
        # NULL is never equal to NULL.
        return None
    query = sa.select(model).filter_by(**values).limit(1)
    with session.no_autoflush:
        return session.scalars(query).first()


def list_violated_columns(model: type[Any], error: IntegrityError) -> tuple[str, ...]:
    """Return the attributes of the unique constraint or index that `error` names.

    No look-up is made, so they are right for partial indexes, indexes on expressions
    and collations too. Nothing is returned if another constraint was violated.
    """
    name, columns = _read_message(error.orig)
    if name is None and not columns:
        return ()
    if not columns:
        tables = [t for t in sa.inspect(model).tables if isinstance(t, sa.Table)]
        constraints = (_find_constraint(table, str(name)) for table in tables)
        constraint = next((each for each in constraints if each is not None), None)
        columns = [] if constraint is None else _columns_of(constraint)
    wanted = {each if isinstance(each, str) else each.name for each in columns}
    attributes = _attributes_of(model)
    return tuple(key for column, key in attributes.items() if column.name in wanted)


def _read_message(error: Any) -> tuple[str | None, Iterable[Any]]:
    """Return the name of the violated unique constraint, and its columns if known."""
    # PyMySQL has the number of the error before its text.
    text = str(error.args[-1] if error.args else error)
    if match := _SQLITE.fullmatch(text):
        columns = (match["columns"] or "").split(", ")
        return match["name"], [each.rpartition(".")[2] for each in columns if each]
    if match := _MYSQL.fullmatch(text):
        return match["name"], ()
    state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
    match = _POSTGRESQL.match(text)
    if state != _UNIQUE_VIOLATION and match is None:
        return None, ()
    # The message is in the language of the server.
    name = getattr(getattr(error, "diag", None), "constraint_name", None)
    name = name or (match and match["name"])
    found = _POSTGRESQL_COLUMNS.search(text)
    columns = found["columns"].split(", ") if found else []
    return name, [each.strip('"') for each in columns]


def _find_constraint(table: sa.Table, name: str) -> Any:
    """Return a constraint or index by the name that the database uses for it."""
    if name == _PRIMARY:
        return table.primary_key
    known: list[Any] = [*table.indexes, *table.constraints]
    for each in known:
        if each.name == name:
            return each
    # MySQL calls a constraint without a name after its first column: "hall", "hall_2".
    for each in known:
        columns = _columns_of(each)
        if (
            each.name is None
            and columns
            and re.fullmatch(rf"{re.escape(columns[0].name)}(_\d+)?", name)
        ):
            return each
    return None


def _attributes_of(model: type[Any]) -> dict[Any, str]:
    return {prop.columns[0]: prop.key for prop in sa.inspect(model).column_attrs}


def _columns_of(constraint: Any) -> list[sa.Column[Any]]:
    return list(_walk_columns(constraint))


def _walk_columns(constraint: Any) -> Iterator[sa.Column[Any]]:
    for part in getattr(constraint, "expressions", constraint.columns):
        yield from (e for e in visitors.iterate(part) if isinstance(e, sa.Column))


def _is_partial(index: sa.Index) -> bool:
    # Also one on expressions, such as lower(name).
    if any(not isinstance(each, sa.Column) for each in index.expressions):
        return True
    return any(
        options.get("where") is not None for options in index.dialect_options.values()
    )
