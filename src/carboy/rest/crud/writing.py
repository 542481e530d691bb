"""Set the fields of a request on a row: those that the class declares, no others."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import UNSET
from sqlalchemy import orm
from sqlalchemy.exc import (
    DataError,
    IntegrityError,
    OperationalError,
    StatementError,
)
from sqlalchemy.orm.exc import StaleDataError

from carboy.rest.typed import FieldError, InvalidRequestError, invalid
from carboy.translation import gettext

from .errors import ChangedError, ConflictError, MissingRowError
from .structs import most_digits

_MOST_KEYS = 500
# MariaDB and MySQL: a CHECK constraint was violated.
_CHECK_VIOLATIONS = {4025, 3819}
_OF_VALUES = (StatementError, OverflowError, UnicodeEncodeError)


def apply_fields(
    session: orm.Session, row: Any, values: msgspec.Struct, *, path: str = ""
) -> None:
    """Set each field that is there; of a relation it is the key, or a list of them."""
    mapper = sa.inspect(type(row))
    for field in msgspec.structs.fields(values):
        value = getattr(values, field.name)
        if value is UNSET:
            continue
        relation = mapper.relationships.get(field.name)
        if relation is not None:
            value = _find_related(
                session, relation, value, f"{path}/{field.encode_name}"
            )
        elif isinstance(value, msgspec.Struct):
            value = msgspec.to_builtins(value)
        elif isinstance(value, Decimal):
            _require_digits(mapper, field.name, value, f"{path}/{field.encode_name}")
        elif isinstance(value, datetime):
            _require_utc(value, f"{path}/{field.encode_name}")
        setattr(row, field.name, value)


def _require_utc(value: datetime, path: str) -> None:
    """Raise an error for a moment whose year in UTC would be 0 or 10000."""
    try:
        if value.tzinfo is not None:
            value.astimezone(UTC)
    except OverflowError:
        text = gettext("In UTC this is outside of the years 1 to 9999.")
        raise InvalidRequestError("body", [invalid(path, text)]) from None


def _require_digits(
    mapper: orm.Mapper[Any], name: str, value: Decimal, path: str
) -> None:
    """Raise an error for a number that is too large; SQLite would keep a part of it."""
    attribute = mapper.column_attrs.get(name)
    most = None if attribute is None else most_digits(attribute.columns[0].type)
    if most is not None and abs(value) > (limit := 10**most - 1):
        text = gettext("This must be %(limit)s or less.", limit=limit)
        if value < 0:
            text = gettext("This must be %(limit)s or more.", limit=-limit)
        code = "too_small" if value < 0 else "too_large"
        raise InvalidRequestError("body", [FieldError(path, code, text)])


def read_fields(row: Any, write: type[msgspec.Struct]) -> dict[str, Any]:
    """Return what a row holds for the fields of a class, relations as keys."""
    mapper = sa.inspect(type(row))
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(write):
        value = getattr(row, field.name)
        if field.name in mapper.relationships:
            is_many = mapper.relationships[field.name].uselist
            value = [_key_of(each) for each in value] if is_many else _key_of(value)
        values[field.encode_name] = value
    return values


def check_whole(row: Any, write: type[msgspec.Struct]) -> None:
    """Apply the rules of a class to a row of which a part was changed."""
    if not hasattr(write, "__post_init__"):
        return
    try:
        msgspec.convert(read_fields(row, write), write)
    except msgspec.ValidationError as error:
        text = str(error).partition(" - at ")[0]
        raise InvalidRequestError("body", [invalid("", text)]) from None


@contextmanager
def refuse_bad_values() -> Iterator[None]:
    """Raise errors of the client for what a database refuses of its values."""
    try:
        with refuse_bad_parameters("body"):
            yield
    except IntegrityError as error:
        raise ConflictError from error
    except OperationalError as error:
        if not _is_refused_by_check(error):
            raise
        raise ConflictError from error
    except StaleDataError as error:
        raise ChangedError from error


@contextmanager
def refuse_bad_parameters(place: str) -> Iterator[None]:
    """Raise an error of the client for a value that a database cannot compare with."""
    try:
        yield
    except _OF_VALUES as error:
        if not is_of_value(error):
            raise
        raise InvalidRequestError(place, [invalid("")]) from error


def is_of_value(error: Exception) -> bool:
    """Return whether a statement failed because of the values that it was given."""
    if isinstance(error, DataError) or not isinstance(error, StatementError):
        return True
    return isinstance(
        error.orig, ValueError | TypeError | AttributeError | OverflowError
    )


def _is_refused_by_check(error: OperationalError) -> bool:
    """Return whether a CHECK was violated, which PyMySQL takes for an outage."""
    code, *_ = getattr(error.orig, "args", None) or (None,)
    return code in _CHECK_VIOLATIONS


def _find_related(session: orm.Session, relation: Any, value: Any, path: str) -> Any:
    if value is None:
        return None
    target = relation.mapper.class_
    if not relation.uselist:
        return _find_all(session, target, [value], path)[0]
    return _find_all(session, target, value, path)


def _find_all(
    session: orm.Session, target: type[Any], keys: Iterable[Any], path: str
) -> list[Any]:
    wanted = list(dict.fromkeys(keys))
    column = sa.inspect(target).primary_key[0]
    by_key: dict[Any, Any] = {}
    with session.no_autoflush:
        # In parts: databases limit the parameters of a statement.
        for start in range(0, len(wanted), _MOST_KEYS):
            part = wanted[start : start + _MOST_KEYS]
            found = session.scalars(sa.select(target).where(column.in_(part)))
            by_key.update((_key_of(each), each) for each in found)
            if any(key not in by_key for key in part):
                raise MissingRowError("body", [invalid(path)])
    return [by_key[key] for key in wanted]


def _key_of(row: Any) -> Any:
    return None if row is None else sa.inspect(row).identity[0]
