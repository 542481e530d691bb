"""Rows of SQLAlchemy that are written as they are: nothing of them has to be converted.

A view whose fields have plain types, and rows whose loaded values have exactly these,
become dicts for the JSON encoder, without an object of the view for each row.
"""

import datetime
import decimal
import enum
import uuid
from collections.abc import Callable
from operator import itemgetter
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from carboy.rest.plans import ByClass, are_columns

Read = Callable[[Any], Any]
_PLAIN = {
    *(bool, int, float, str, bytes, NoneType, decimal.Decimal, uuid.UUID),
    *(datetime.datetime, datetime.date, datetime.time, datetime.timedelta),
}
_MOST_KINDS = 64
_DEEPEST = 5
# After so many values that had to be converted it is not tried any more.
_MOST_FAILURES = 20


class NotPlainError(Exception):
    """Raised for a row that has to be converted."""


class RowDicts:
    """Reads the fields of a view from rows that are loaded."""

    def __init__(self, view: type[Any], hints: dict[str, Any], depth: int) -> None:
        fields = msgspec.structs.fields(view)
        self._names = [field.name for field in fields]
        self._wire_names = tuple(field.encode_name for field in fields)
        self._kinds = [_list_kinds(hints[name]) for name in self._names]
        self._inner = {
            index: inner
            for index, name in enumerate(self._names)
            if (inner := _find_inner(hints[name], depth)) is not None
        }
        self._failures = 0
        self.by_class = ByClass(self._make)

    def read(self, row: Any) -> Any:
        """Return the fields of a row."""
        return self.by_class[type(row)](row)

    def read_list(self, rows: Any) -> list[Any]:
        """Return the fields of each row of a list."""
        if not isinstance(rows, list):
            raise NotPlainError
        by_class = self.by_class
        return [by_class[type(row)](row) for row in rows]

    def attempt(self, read: Read, value: Any) -> Any:
        """Return what `read` or `read_list` returns; None: it has to be converted."""
        if self._failures > _MOST_FAILURES:
            return None
        try:
            return read(value)
        except NotPlainError:
            self._failures += 1
            return None

    def _make(self, kind: type) -> Read:
        if not are_columns(kind, self._names):
            return _refuse
        get = (
            itemgetter(*self._names) if len(self._names) > 1 else _get_one(self._names)
        )
        wire_names, inner = self._wire_names, tuple(self._inner.items())
        known: set[tuple[type, ...]] = set()

        def read(row: Any) -> dict[str, Any]:
            try:
                values = get(row.__dict__)
            except KeyError:
                raise NotPlainError from None
            kinds = tuple(map(type, values))
            if kinds not in known:
                self._check(kinds)
                if len(known) < _MOST_KINDS:
                    known.add(kinds)
            if inner:
                values = list(values)
                for index, convert in inner:
                    values[index] = convert(values[index])
            return dict(zip(wire_names, values, strict=True))

        return read

    def _check(self, kinds: tuple[type, ...]) -> None:
        for index, (kind, allowed) in enumerate(zip(kinds, self._kinds, strict=True)):
            if index not in self._inner and kind not in allowed:
                raise NotPlainError


def make_row_dicts(view: Any, depth: int = 0) -> RowDicts | None:
    """Return what reads rows for a view, or None if its fields have other types."""
    if not isinstance(view, type) or not issubclass(view, msgspec.Struct):
        return None
    if depth > _DEEPEST:
        # A view that contains itself.
        return None
    config = view.__struct_config__
    if (
        config.array_like
        or config.omit_defaults
        or config.tag is not None
        or hasattr(view, "__post_init__")
        or hasattr(view, "__parameters__")
        or not view.__struct_fields__
    ):
        return None
    hints = get_type_hints(view, include_extras=True)
    names = view.__struct_fields__
    if all(
        _list_kinds(hints[name]) or _find_inner(hints[name], depth) for name in names
    ):
        return RowDicts(view, hints, depth)
    return None


def _list_kinds(hint: Any) -> set[type]:
    """Return the classes of the values of a field, none if others may be right too."""
    kinds = set(get_args(hint)) if get_origin(hint) in {Union, UnionType} else {hint}
    return kinds if all(map(_is_plain, kinds)) else set()


def _is_plain(kind: Any) -> bool:
    if kind is None or get_origin(kind) is not None:
        return False
    return kind in _PLAIN or (isinstance(kind, type) and issubclass(kind, enum.Enum))


def _find_inner(hint: Any, depth: int) -> Read | None:
    """Return what reads the rows of a relation: `AuthorOut | None`, `list[TagOut]`."""
    if get_origin(hint) is list:
        rows = make_row_dicts(get_args(hint)[0], depth + 1)
        return None if rows is None else rows.read_list
    if get_origin(hint) not in {Union, UnionType}:
        rows = make_row_dicts(hint, depth + 1)
        return None if rows is None else rows.read
    others = [each for each in get_args(hint) if each is not NoneType]
    rows = make_row_dicts(others[0], depth + 1) if len(others) == 1 else None
    if rows is None:
        return None
    read = rows.read
    return lambda row: None if row is None else read(row)


def _get_one(names: list[str]) -> Read:
    (name,) = names
    return lambda values: (values[name],)


def _refuse(_value: Any) -> Any:
    raise NotPlainError
