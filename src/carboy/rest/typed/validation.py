"""Convert data of a request to a type, or list every mistake in them."""

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import msgspec
from msgspec import inspect

from .field_errors import (
    FieldError,
    Rules,
    invalid,
    is_no_decimal,
    is_number,
    join_path,
    list_errors,
    strip_metadata,
    unknown,
    wrong_type,
)
from .other_types import decode_other
from .problems import InvalidRequestError

# Where msgspec found a mistake: `… - at `$.pages[0]``.
_AT = re.compile(r" - at `\$?(?P<path>[^`]*)`$")
_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]|\[\.\.\.\]")
FindError = Callable[[Any, str], Iterator[FieldError]]


class Converter:
    """Converts data of one place of a request to a type."""

    def __init__(self, kind: Any, place: str, *, strict: bool) -> None:
        self.kind = kind
        self.place = place
        self.strict = strict

    @cached_property
    def info(self) -> inspect.Type:
        """What msgspec knows of the type."""
        return inspect.type_info(self.kind)

    @cached_property
    def find_unknown(self) -> FindError | None:
        """A function that yields what msgspec lets pass, if there can be any.

        These are fields that are not declared, and texts that Python alone takes for
        a decimal number.
        """
        rules = Rules(strict=self.strict, refuse_unknown=True)
        return _make_finder(self.info, {}, rules)

    @cached_property
    def find_error(self) -> FindError | None:
        """The same, for data that may have other fields."""
        return _make_finder(self.info, {}, Rules(strict=self.strict))

    def convert(self, value: Any, *, refuse_unknown: bool = False) -> Any:
        """Return an object of the type, or raise `InvalidRequestError`."""
        find = self.find_unknown if refuse_unknown else self.find_error
        if find is not None:
            first = next(find(value, ""), None)
            if first is not None:
                self._fail(value, first, refuse_unknown=refuse_unknown)
        try:
            return self._convert(value)
        except msgspec.ValidationError:
            pass
        # Once more, since 2.0 is a whole number in JSON.
        value = _make_whole(value)
        try:
            return self._convert(value)
        except msgspec.ValidationError as error:
            self._fail(value, _read_error(error), refuse_unknown=refuse_unknown)

    def _convert(self, value: Any) -> Any:
        return msgspec.convert(
            value,
            self.kind,
            strict=self.strict,
            str_keys=True,
            dec_hook=decode_other,
        )

    def _fail(self, value: Any, first: FieldError, *, refuse_unknown: bool) -> None:
        rules = Rules(strict=self.strict, refuse_unknown=refuse_unknown)
        errors = list(list_errors(value, self.info, rules))
        # A rule of the type's own, such as in __post_init__, is not in its description.
        raise InvalidRequestError(self.place, errors or [first])


def _make_whole(value: Any) -> Any:
    """Return data with integers in place of floats that have no fraction."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_make_whole(item) for item in value]
    if isinstance(value, dict):
        return {key: _make_whole(item) for key, item in value.items()}
    return value


def _read_error(error: msgspec.ValidationError) -> FieldError:
    text = str(error)
    match = _AT.search(text)
    if match is None:
        return invalid("", text)
    path = ""
    for name, index in _STEP.findall(match["path"]):
        path = join_path(path, name or index)
    return invalid(path, text[: match.start()])


def _make_finder(
    info: inspect.Type,
    known: dict[Any, list[FindError | None]],
    rules: Rules,
) -> FindError | None:
    """Return a function that finds such mistakes, or None if there can be none."""

    def make(inner: inspect.Type) -> FindError | None:
        return _make_finder(inner, known, rules)

    info = strip_metadata(info)
    if isinstance(
        info, inspect.DecimalType | inspect.DateTimeType | inspect.TimeDeltaType
    ):
        return _find_in_leaf(info, rules)
    if isinstance(
        info, inspect.StructType | inspect.DataclassType | inspect.TypedDictType
    ):
        return _make_object_finder(info, known, make, rules)
    item = getattr(info, "item_type", None)
    if item is not None:
        inner = make(item)
        return None if inner is None else _find_in_list(inner)
    if isinstance(info, inspect.DictType):
        inner = make(info.value_type)
        return None if inner is None else _find_in_dict(inner)
    if isinstance(info, inspect.UnionType):
        others = [
            each
            for each in map(strip_metadata, info.types)
            if not isinstance(each, inspect.NoneType)
        ]
        # Of several types of objects the right one is not known before it fits.
        return make(others[0]) if len(others) == 1 else None
    return None


def _make_object_finder(
    info: Any,
    known: dict[Any, Any],
    make: Callable[[inspect.Type], FindError | None],
    rules: Rules,
) -> FindError | None:
    if info.cls in known:
        # A type that contains itself: its function is there when it is called.
        holder = known[info.cls]

        def find_again(value: Any, path: str) -> Iterator[FieldError]:
            if holder and holder[0] is not None:
                yield from holder[0](value, path)

        return find_again
    holder = known[info.cls] = []
    names = {getattr(field, "encode_name", field.name): field for field in info.fields}
    allowed = set(names) | {getattr(info, "tag_field", None)}
    inner = {
        name: finder
        for name, field in names.items()
        if (finder := make(field.type)) is not None
    }

    def find(value: Any, path: str) -> Iterator[FieldError]:
        if isinstance(value, dict):
            if rules.refuse_unknown and not value.keys() <= allowed:
                others = [name for name in value if name not in allowed]
                yield from (unknown(join_path(path, name)) for name in others)
            for name, finder in inner.items():
                if name in value:
                    yield from finder(value[name], join_path(path, name))

    own = find if rules.refuse_unknown or inner else None
    holder.append(own)
    return own


def _find_in_leaf(info: inspect.Type, rules: Rules) -> FindError | None:
    if isinstance(info, inspect.DecimalType):
        is_wrong = is_no_decimal
    elif rules.strict:
        return None
    else:
        is_wrong = is_number

    def find(value: Any, path: str) -> Iterator[FieldError]:
        if is_wrong(value):
            yield wrong_type(type(info), path)

    return find


def _find_in_list(inner: FindError) -> FindError:
    def find(value: Any, path: str) -> Iterator[FieldError]:
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield from inner(item, join_path(path, index))

    return find


def _find_in_dict(inner: FindError) -> FindError:
    def find(value: Any, path: str) -> Iterator[FieldError]:
        if isinstance(value, dict):
            for key, item in value.items():
                yield from inner(item, join_path(path, key))

    return find
