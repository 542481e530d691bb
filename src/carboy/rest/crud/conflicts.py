"""Which fields of a request hold values that contradict other rows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from carboy.db import find_unique_row, list_violated_columns
from carboy.rest.typed import FieldError, InvalidRequestError, invalid
from carboy.translation import gettext

from .errors import ConflictError, MissingRowError, TakenError

Values = Mapping[str, Any]


def name_taken(
    session: orm.Session,
    model: type[Any],
    write: type[msgspec.Struct],
    rows: Sequence[Values],
    error: IntegrityError,
) -> ConflictError | InvalidRequestError:
    """Return the error of the client for a unique value that another row has.

    Or for a foreign key of a row that is not there. It names fields that clients write.
    What `prepare` or the database sets, and a constraint of another kind, is a conflict
    without a field. `rows` has the columns of the rows that were to be written; the
    session has been rolled back.
    """
    group = list_violated_columns(model, error)
    if not group:
        missing = list(_list_missing(session, model, write, rows))
        return MissingRowError("body", missing) if missing else ConflictError()
    fields = list(_list_fields(model, write, group))
    prefix = ""
    if len(rows) > 1 and fields:
        index = _find_index(session, model, rows, group)
        if index is None:
            return ConflictError()
        prefix = f"/{index}"
    if not fields:
        return ConflictError()
    words = gettext("This is taken already.")
    if len(group) > 1:
        words = gettext("This combination is taken already.")
    errors = [FieldError(f"{prefix}/{name}", "taken", words) for name in fields]
    return TakenError("body", errors)


def _list_missing(
    session: orm.Session,
    model: type[Any],
    write: type[msgspec.Struct],
    rows: Sequence[Values],
) -> Iterator[FieldError]:
    """Yield an error for each field whose foreign key leads to no row."""
    mapper = sa.inspect(model)
    known = {
        column: each.key for each in mapper.column_attrs for column in each.columns
    }
    # A model may be of a select, and leave columns of its table out.
    for constraint in getattr(mapper.local_table, "foreign_key_constraints", ()):
        pairs = [(each.parent, each.column) for each in constraint.elements]
        if any(own not in known for own, _ in pairs):
            continue
        names = [known[own] for own, _ in pairs]
        fields = list(_list_fields(model, write, names))
        for index, row in enumerate(rows if fields else ()):
            keys = [row.get(name) for name in names]
            if None in keys:
                continue
            query = sa.select(sa.true()).where(
                *(column == key for (_, column), key in zip(pairs, keys, strict=True))
            )
            if not session.scalar(query.limit(1)):
                prefix = f"/{index}" if len(rows) > 1 else ""
                yield from (invalid(f"{prefix}/{name}") for name in fields)


def _list_fields(
    model: type[Any], write: type[msgspec.Struct], group: Sequence[str]
) -> Iterator[str]:
    """Yield the fields of columns, also by the relation that writes a column."""
    mapper = sa.inspect(model)
    columns = {mapper.column_attrs[name].columns[0] for name in group}
    for field in msgspec.structs.fields(write):
        relation = mapper.relationships.get(field.name)
        own = set() if relation is None else set(relation.local_columns)
        if field.name in group or (relation is not None and own & columns):
            yield field.encode_name


def _find_index(
    session: orm.Session, model: type[Any], rows: Sequence[Values], group: Sequence[str]
) -> int | None:
    """Return which of several rows is there already, or is there twice."""
    seen = set()
    for index, row in enumerate(rows):
        values = {name: row.get(name) for name in group}
        key = repr(sorted(values.items()))
        if None not in values.values() and key in seen:
            return index
        seen.add(key)
    for index, row in enumerate(rows):
        values = {name: row.get(name) for name in group}
        if find_unique_row(model, session, values) is not None:
            return index
    return None
