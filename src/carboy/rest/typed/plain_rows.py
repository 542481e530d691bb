"""Rows of SQLAlchemy that are written as they are: nothing of them has to be converted.

A view whose fields have plain types, and rows whose loaded values have exactly these,
become objects that the JSON encoder writes fastest, and are not validated again. For
each class of rows a function is written; for `id: int` and `tags: list[TagOut]` it is:

    def read_row(row):
        v0, v1, = get(row.__dict__)
        if type(v0) is not k0: refuse()
        if type(v1) not in k1: refuse()
        return make(v0, [i1[type(each)](each) for each in v1])
"""

import datetime
import decimal
import enum
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from types import NoneType, UnionType
from typing import Any, NoReturn, Union, get_args, get_origin, get_type_hints

import msgspec

from carboy.rest.plans import ByClass, are_columns, define_function

Read = Callable[[Any], Any]
_PLAIN = {
    *(bool, int, float, str, bytes, NoneType, decimal.Decimal, uuid.UUID),
    *(datetime.datetime, datetime.date, datetime.time, datetime.timedelta),
}
_DEEPEST = 5
# After so many values that had to be converted it is not tried any more.
_MOST_FAILURES = 20


class NotPlainError(Exception):
    """Raised for a row that has to be converted."""


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a view: classes of its values, or what reads the rows in it."""

    name: str
    wire_name: str
    kinds: frozenset[type]
    inner: "PlainRows | None" = None
    is_list: bool = False

    def write(self, number: int, names: dict[str, Any]) -> tuple[list[str], str]:
        """Return the lines that check the value, and the expression for the result."""
        value, kinds, inner = f"v{number}", f"k{number}", f"i{number}"
        if self.inner is None:
            (first, *others) = self.kinds
            names[kinds] = self.kinds if others else first
            test = "not in" if others else "is not"
            return [f"    if type({value}) {test} {kinds}: refuse()"], value
        names[inner] = self.inner.by_class
        if self.is_list:
            check = [f"    if not isinstance({value}, list): refuse()"]
            return check, f"[{inner}[type(each)](each) for each in {value}]"
        result = f"{inner}[type({value})]({value})"
        if NoneType in self.kinds:
            result = f"None if {value} is None else {result}"
        return [], result


class PlainRows:
    """Reads the fields of a view from rows that are loaded."""

    def __init__(self, fields: list[_Field]) -> None:
        self._fields = fields
        self._kind = make_row_class("Row", [field.wire_name for field in fields])
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
        keys = [field.name for field in self._fields]
        if not are_columns(kind, keys):
            return _refuse_row
        get = itemgetter(*keys) if len(keys) > 1 else _get_one(keys[0])
        names: dict[str, Any] = {
            "get": get,
            "make": self._kind,
            "refuse": _refuse,
        }
        checks, items = [], []
        for number, field in enumerate(self._fields):
            lines, result = field.write(number, names)
            checks += lines
            items.append(result)
        values = "".join(f"v{number}, " for number in range(len(keys)))
        lines = [
            "def read_row(row):",
            "    try:",
            f"        {values}= get(row.__dict__)",
            "    except KeyError:",
            "        refuse()",
            *checks,
            f"    return make({', '.join(items)})",
        ]
        return define_function("read_row", lines, names)


def make_row_class(name: str, wire_names: Sequence[str]) -> Any:
    """Return a class that is written with these names, made of values in order."""
    names = {f"f{number}": wire for number, wire in enumerate(wire_names)}
    fields = [(each, Any) for each in names]
    # Rows hold no cycles, so the garbage collector need not look at them.
    return msgspec.defstruct(name, fields, rename=names, gc=False)


def make_plain_rows(view: Any, depth: int = 0) -> PlainRows | None:
    """Return what reads rows for a view, or None if its fields have other types."""
    if not isinstance(view, type) or not issubclass(view, msgspec.Struct):
        return None
    config = view.__struct_config__
    if (
        # A view that contains itself.
        depth > _DEEPEST
        or config.array_like
        or config.omit_defaults
        or config.tag is not None
        or hasattr(view, "__post_init__")
        or hasattr(view, "__parameters__")
        or not view.__struct_fields__
    ):
        return None
    hints = get_type_hints(view, include_extras=True)
    fields = []
    for each in msgspec.structs.fields(view):
        field = _make_field(each.name, each.encode_name, hints[each.name], depth)
        if field is None:
            return None
        fields.append(field)
    return PlainRows(fields)


def _make_field(name: str, wire_name: str, hint: Any, depth: int) -> _Field | None:
    kinds = frozenset(_split(hint))
    if all(map(_is_plain, kinds)):
        return _Field(name, wire_name, kinds)
    is_list = get_origin(hint) is list
    views = [
        each for each in (get_args(hint) if is_list else kinds) if each is not NoneType
    ]
    inner = make_plain_rows(views[0], depth + 1) if len(views) == 1 else None
    return None if inner is None else _Field(name, wire_name, kinds, inner, is_list)


def _split(hint: Any) -> tuple[Any, ...]:
    is_union = get_origin(hint) in {Union, UnionType}
    return get_args(hint) if is_union else (hint,)


def _is_plain(kind: Any) -> bool:
    if get_origin(kind) is not None:
        return False
    return kind in _PLAIN or (isinstance(kind, type) and issubclass(kind, enum.Enum))


def _get_one(name: str) -> Read:
    return lambda values: (values[name],)


def _refuse() -> NoReturn:
    raise NotPlainError


def _refuse_row(_row: Any) -> Any:
    raise NotPlainError
