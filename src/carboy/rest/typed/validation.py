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
    join_path,
    list_errors,
    strip_metadata,
    unknown,
)
from .other_types import decode_other
from .problems import InvalidRequestError

# Where msgspec found a mistake: `… - at `$.pages[0]``.
_AT = re.compile(r" - at `\$?(?P<path>[^`]*)`$")
_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]|\[\.\.\.\]")
FindUnknown = Callable[[Any, str], Iterator[FieldError]]


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
    def find_unknown(self) -> FindUnknown | None:
        """A function that yields fields that are not declared, if there can be any."""
        return _make_finder(self.info, {})

    def convert(self, value: Any, *, refuse_unknown: bool = False) -> Any:
        """Return an object of the type, or raise `InvalidRequestError`."""
        if refuse_unknown and self.find_unknown is not None:
            first = next(self.find_unknown(value, ""), None)
            if first is not None:
                self._fail(value, first, refuse_unknown=True)
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
    info: inspect.Type, known: dict[Any, list[FindUnknown | None]]
) -> FindUnknown | None:
    """Return a function that finds undeclared fields, or None if none can be."""
    info = strip_metadata(info)
    if isinstance(
        info, inspect.StructType | inspect.DataclassType | inspect.TypedDictType
    ):
        return _make_object_finder(info, known)
    item = getattr(info, "item_type", None)
    if item is not None:
        inner = _make_finder(item, known)
        return None if inner is None else _find_in_list(inner)
    if isinstance(info, inspect.DictType):
        inner = _make_finder(info.value_type, known)
        return None if inner is None else _find_in_dict(inner)
    if isinstance(info, inspect.UnionType):
        others = [
            each
            for each in map(strip_metadata, info.types)
            if not isinstance(each, inspect.NoneType)
        ]
        # Of several types of objects the right one is not known before it fits.
        return _make_finder(others[0], known) if len(others) == 1 else None
    return None


def _make_object_finder(info: Any, known: dict[Any, Any]) -> FindUnknown:
    if info.cls in known:
        # A type that contains itself: its function is there when it is called.
        holder = known[info.cls]

        def find_again(value: Any, path: str) -> Iterator[FieldError]:
            yield from holder[0](value, path)

        return find_again
    holder = known[info.cls] = []
    names = {getattr(field, "encode_name", field.name): field for field in info.fields}
    allowed = set(names) | {getattr(info, "tag_field", None)}
    inner = {
        name: finder
        for name, field in names.items()
        if (finder := _make_finder(field.type, known)) is not None
    }

    def find(value: Any, path: str) -> Iterator[FieldError]:
        if not isinstance(value, dict):
            return
        if not value.keys() <= allowed:
            for name in value:
                if name not in allowed:
                    yield unknown(join_path(path, name))
        for name, finder in inner.items():
            if name in value:
                yield from finder(value[name], join_path(path, name))

    holder.append(find)
    return find


def _find_in_list(inner: FindUnknown) -> FindUnknown:
    def find(value: Any, path: str) -> Iterator[FieldError]:
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield from inner(item, join_path(path, index))

    return find


def _find_in_dict(inner: FindUnknown) -> FindUnknown:
    def find(value: Any, path: str) -> Iterator[FieldError]:
        if isinstance(value, dict):
            for key, item in value.items():
                yield from inner(item, join_path(path, key))

    return find
