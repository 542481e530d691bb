"""The rows of a selection as values of a file, page by page."""

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import orm

from carboy.admin.access import EXPORT, VIEW, Access
from carboy.admin.lists import RowSelection, last_key
from carboy.admin.schema import Attribute, ModelAdmin, write_plain

_AT_ONCE = 500
_NOT_EXPORTED = frozenset({"binary", "file", "other", "one", "many"})


def list_exported(attributes: Iterable[Attribute]) -> list[Attribute]:
    """Return those attributes that a file has."""
    return [each for each in attributes if each.kind not in _NOT_EXPORTED]


def stream_rows(
    session: orm.Session, admin: ModelAdmin, access: Access, selection: RowSelection
) -> Iterator[list[Any]]:
    """Yield the values of each row that the user may export, in the order of keys."""
    fields = list_exported(access.visible(admin.model).values())
    columns = [getattr(admin.model, each.name) for each in fields]
    statement = selection.select(admin, access.visible)
    statement = statement.options(orm.load_only(*columns))
    try:
        for row in _iterate_rows(session, admin, selection, statement):
            if access.allows(VIEW, row) and access.allows(EXPORT, row):
                yield [write_value(each, getattr(row, each.name)) for each in fields]
    finally:
        # It may be used after the request has closed it.
        session.close()


def _iterate_rows(
    session: orm.Session, admin: ModelAdmin, selection: RowSelection, statement: Any
) -> Iterator[Any]:
    after = ""
    while rows := selection.load_after(session, admin, statement, after, _AT_ONCE):
        after = last_key(rows)
        yield from rows
        # Constant memory: nothing of a page is needed for the next one.
        for row in rows:
            session.expunge(row)


def write_value(attribute: Attribute, value: Any) -> Any:
    """Return a value as files have it: a number, a boolean, a text or None."""
    if attribute.kind == "json":
        return None if value is None else json.dumps(value, ensure_ascii=False)
    if value is None or isinstance(value, bool | int | float | Decimal):
        return value
    return write_plain(value)
