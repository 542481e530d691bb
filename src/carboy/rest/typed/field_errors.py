"""What is wrong with each field of data, with a code and words for the visitor."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import inspect

from carboy.translation import gettext, gettext_noop, ngettext

from .other_types import decode_other, is_pydantic

_MISSING = gettext_noop("This field is missing.")
_UNKNOWN = gettext_noop("There is no field of this name.")
_PATTERN = gettext_noop("This does not have the right form.")
_INVALID = gettext_noop("This is not a valid value.")
_OBJECT = gettext_noop("This must be an object.")
_LIST = gettext_noop("This must be a list.")
_DATE_TIME = gettext_noop("This must be a date and time, such as 2030-12-31T12:00:00Z.")

# Type of a field → the Python type to try, and the words for a value of another type.
_LEAVES: Mapping[type[inspect.Type], tuple[Any, str]] = {
    inspect.NoneType: (None, gettext_noop("This must be empty.")),
    inspect.BoolType: (bool, gettext_noop("This must be true or false.")),
    inspect.IntType: (int, gettext_noop("This must be a whole number.")),
    inspect.FloatType: (float, gettext_noop("This must be a number.")),
    inspect.DecimalType: (Decimal, gettext_noop("This must be a number.")),
    inspect.StrType: (str, gettext_noop("This must be a text.")),
    inspect.BytesType: (bytes, gettext_noop("This must be data in Base64.")),
    inspect.DateTimeType: (datetime, _DATE_TIME),
    inspect.DateType: (date, gettext_noop("This must be a date, such as 2030-12-31.")),
    inspect.TimeType: (time, gettext_noop("This must be a time, such as 12:30:00.")),
    inspect.TimeDeltaType: (
        timedelta,
        gettext_noop("This must be a duration, such as PT1H30M."),
    ),
    inspect.UUIDType: (UUID, gettext_noop("This must be a UUID.")),
}
# An exponent of more digits is a number that no database holds.
DECIMAL_PATTERN = r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?"
_DECIMAL = re.compile(DECIMAL_PATTERN)
_SECONDS = (inspect.DateTimeType, inspect.TimeDeltaType)
_OBJECTS = (
    inspect.StructType,
    inspect.TypedDictType,
    inspect.DataclassType,
    inspect.NamedTupleType,
)
_LISTS = (
    inspect.ListType,
    inspect.SetType,
    inspect.FrozenSetType,
    inspect.VarTupleType,
    inspect.CollectionType,
)


@dataclass(frozen=True, slots=True)
class FieldError:
    """One mistake: `path` is a JSON Pointer, such as `/authors/0/name`."""

    path: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Rules:
    """How strictly data are read: texts as numbers, fields that nobody declared."""

    strict: bool = True
    refuse_unknown: bool = False


def strip_metadata(info: inspect.Type) -> inspect.Type:
    """Return a type without the descriptions around it."""
    while isinstance(info, inspect.Metadata):
        info = info.type
    return info


def list_errors(
    value: Any, info: inspect.Type, rules: Rules, path: str = ""
) -> Iterator[FieldError]:
    """Yield each mistake in `value`, data as JSON has them, of a type."""
    info = strip_metadata(info)
    if isinstance(info, _OBJECTS):
        yield from _list_in_object(value, info, rules, path)
    elif isinstance(info, _LISTS):
        yield from _list_in_list(value, info, rules, path)
    elif isinstance(info, inspect.DictType):
        yield from _list_in_dict(value, info, rules, path)
    elif isinstance(info, inspect.UnionType):
        yield from _list_in_union(value, info, rules, path)
    else:
        yield from _list_in_leaf(value, info, rules, path)


def join_path(path: str, key: object) -> str:
    """Return the JSON Pointer of an item."""
    return f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}"


def missing(path: str) -> FieldError:
    """Return the mistake that a field is missing."""
    return FieldError(path, "missing", gettext(_MISSING))


def unknown(path: str) -> FieldError:
    """Return the mistake that a field is not known."""
    return FieldError(path, "unknown", gettext(_UNKNOWN))


def invalid(path: str, message: str | None = None) -> FieldError:
    """Return a mistake that has no code of its own."""
    return FieldError(path, "invalid", message or gettext(_INVALID))


def is_no_decimal(value: Any) -> bool:
    """Return whether a text is a decimal for Python alone: NaN, Infinity, 1_0, ٣."""
    return isinstance(value, str) and _DECIMAL.fullmatch(value) is None


def is_number(value: Any) -> bool:
    """Return whether a text is a number, which msgspec takes for a time in seconds."""
    try:
        float(value)
    except (ValueError, TypeError):
        return False
    return True


def wrong_type(kind: type[inspect.Type], path: str) -> FieldError:
    """Return the mistake that a value is not of the type of its field."""
    return FieldError(path, "type", gettext(_LEAVES[kind][1]))


def _list_in_object(
    value: Any, info: Any, rules: Rules, path: str
) -> Iterator[FieldError]:
    if not isinstance(value, dict):
        yield FieldError(path, "type", gettext(_OBJECT))
        return
    names = set()
    for field in info.fields:
        name = getattr(field, "encode_name", field.name)
        names.add(name)
        if name in value:
            own = join_path(path, name)
            yield from list_errors(value[name], field.type, rules, own)
        elif field.required:
            yield missing(join_path(path, name))
    names.add(getattr(info, "tag_field", None))
    if rules.refuse_unknown or getattr(info, "forbid_unknown_fields", False):
        for name in value:
            if name not in names:
                yield unknown(join_path(path, name))


def _list_in_list(
    value: Any, info: Any, rules: Rules, path: str
) -> Iterator[FieldError]:
    if not isinstance(value, list):
        yield FieldError(path, "type", gettext(_LIST))
        return
    yield from _check_length(value, info, path, is_text=False)
    for index, item in enumerate(value):
        yield from list_errors(item, info.item_type, rules, join_path(path, index))


def _list_in_dict(
    value: Any, info: inspect.DictType, rules: Rules, path: str
) -> Iterator[FieldError]:
    if not isinstance(value, dict):
        yield FieldError(path, "type", gettext(_OBJECT))
        return
    yield from _check_length(value, info, path, is_text=False)
    for key, item in value.items():
        own = join_path(path, key)
        # Keys of JSON are texts, whatever type they are read as.
        keys = Rules(strict=False)
        yield from (
            FieldError(own, "key", error.message)
            for error in list_errors(key, info.key_type, keys)
        )
        yield from list_errors(item, info.value_type, rules, own)


def _list_in_union(
    value: Any, info: inspect.UnionType, rules: Rules, path: str
) -> Iterator[FieldError]:
    types = [strip_metadata(each) for each in info.types]
    others = [each for each in types if not isinstance(each, inspect.NoneType)]
    if value is None and len(others) < len(types):
        return
    tagged = [
        each
        for each in others
        if isinstance(each, inspect.StructType) and each.tag_field is not None
    ]
    if isinstance(value, dict) and len(tagged) > 1:
        others = [each for each in tagged if value.get(each.tag_field) == each.tag]
        if not others:
            yield from _check_tag(value, tagged, path)
            return
    if len(others) == 1:
        yield from list_errors(value, others[0], rules, path)
        return
    if all(any(list_errors(value, each, rules, path)) for each in others):
        yield FieldError(path, "type", gettext(_INVALID))


def _check_tag(
    value: dict[str, Any], tagged: list[inspect.StructType], path: str
) -> Iterator[FieldError]:
    name = str(tagged[0].tag_field)
    own = join_path(path, name)
    if name not in value:
        yield missing(own)
    else:
        yield _wrong_choice([each.tag for each in tagged], own)


def _list_in_leaf(
    value: Any, info: inspect.Type, rules: Rules, path: str
) -> Iterator[FieldError]:
    if isinstance(info, inspect.EnumType):
        if not _is_convertible(value, info.cls, rules):
            yield _wrong_choice([each.value for each in info.cls], path)
    elif isinstance(info, inspect.LiteralType):
        if value not in info.values:
            yield _wrong_choice(list(info.values), path)
    elif isinstance(info, inspect.CustomType):
        yield from _list_in_custom(value, info.cls, path)
    elif type(info) in _LEAVES:
        kind, words = _LEAVES[type(info)]
        zone = getattr(info, "tz", None)
        if zone is not None:
            kind = Annotated[kind, msgspec.Meta(tz=zone)]
        try:
            converted = msgspec.convert(value, kind, strict=rules.strict)
        except msgspec.ValidationError:
            yield FieldError(path, "type", gettext(words))
            return
        is_seconds = isinstance(info, _SECONDS) and is_number(value)
        is_decimal = isinstance(info, inspect.DecimalType)
        if is_seconds or (is_decimal and is_no_decimal(value)):
            yield wrong_type(type(info), path)
        else:
            yield from _check_limits(converted, info, path)


def _list_in_custom(value: Any, kind: Any, path: str) -> Iterator[FieldError]:
    try:
        decode_other(kind, value)
    except (ValueError, TypeError) as error:
        if not is_pydantic(kind):
            yield invalid(path, str(error))
            return
        for each in getattr(error, "errors", list)():
            own = path
            for part in each["loc"]:
                own = join_path(own, part)
            yield FieldError(own, str(each["type"]), str(each["msg"]))


def _is_convertible(value: Any, kind: Any, rules: Rules) -> bool:
    try:
        msgspec.convert(value, kind, strict=rules.strict)
    except msgspec.ValidationError:
        return False
    return True


def _wrong_choice(choices: list[Any], path: str) -> FieldError:
    names = ", ".join(str(each) for each in choices)
    text = gettext("This must be one of: %(choices)s.", choices=names)
    return FieldError(path, "choice", text)


def _check_limits(value: Any, info: Any, path: str) -> Iterator[FieldError]:
    limits = {name: getattr(info, name, None) for name in ("ge", "gt", "le", "lt")}
    texts = {
        "ge": gettext("This must be %(limit)s or more.", limit=limits["ge"]),
        "gt": gettext("This must be more than %(limit)s.", limit=limits["gt"]),
        "le": gettext("This must be %(limit)s or less.", limit=limits["le"]),
        "lt": gettext("This must be less than %(limit)s.", limit=limits["lt"]),
    }
    fits = {
        "ge": lambda limit: value >= limit,
        "gt": lambda limit: value > limit,
        "le": lambda limit: value <= limit,
        "lt": lambda limit: value < limit,
    }
    for name, limit in limits.items():
        if limit is not None and not fits[name](limit):
            code = "too_small" if name[0] == "g" else "too_large"
            yield FieldError(path, code, texts[name])
    factor = getattr(info, "multiple_of", None)
    if factor is not None and value % factor:
        text = gettext("This must be a multiple of %(factor)s.", factor=factor)
        yield FieldError(path, "multiple_of", text)
    if isinstance(value, str | bytes):
        yield from _check_length(value, info, path, is_text=True)
        pattern = getattr(info, "pattern", None)
        if pattern is not None and not _is_convertible(
            value, Annotated[str, msgspec.Meta(pattern=pattern)], Rules()
        ):
            yield FieldError(path, "pattern", gettext(_PATTERN))


def _check_length(
    value: Any, info: Any, path: str, *, is_text: bool
) -> Iterator[FieldError]:
    least, most = info.min_length, info.max_length
    if least is not None and len(value) < least:
        text = (
            ngettext(
                "This must have at least %(num)d character.",
                "This must have at least %(num)d characters.",
                least,
            )
            if is_text
            else ngettext(
                "This must have at least %(num)d item.",
                "This must have at least %(num)d items.",
                least,
            )
        )
        yield FieldError(path, "too_short", text)
    if most is not None and len(value) > most:
        text = (
            ngettext(
                "This must have at most %(num)d character.",
                "This must have at most %(num)d characters.",
                most,
            )
            if is_text
            else ngettext(
                "This must have at most %(num)d item.",
                "This must have at most %(num)d items.",
                most,
            )
        )
        yield FieldError(path, "too_long", text)
