"""What a request sends, as WTForms reads it: fields, files, or a JSON body."""

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from flask import abort, request
from werkzeug.datastructures import (
    CombinedMultiDict,
    FileStorage,
    ImmutableMultiDict,
    MultiDict,
)
from werkzeug.exceptions import RequestEntityTooLarge
from wtforms import FieldList, FormField

from carboy.site import check_form_size

from .field_tree import FILE_FIELDS, find_field_class, walk_field, walk_fields

SUBMIT_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})

Pair = tuple[str, Any]

# JSON may have half a character, which no page can be encoded with.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def is_submitted() -> bool:
    """Return whether the request at work sends data."""
    return bool(request) and request.method in SUBMIT_METHODS


def read_submitted() -> MultiDict[str, Any] | CombinedMultiDict[str, Any]:
    """Return what the request sends: form fields and files together, or JSON."""
    check_form_size()
    if request.files:
        return CombinedMultiDict((request.files, request.form))
    if not request.form and request.is_json:
        return _read_json()
    return request.form


def drop_other_kinds(form: Any, data: MultiDict[str, Any]) -> MultiDict[str, Any]:
    """Return the data without files for fields of text, and text for fields of files.

    Only a hand-made request sends these, and neither field knows what to do with it.
    """
    fields = list(form)
    if not fields or not (request.files or any(map(_has_file_fields, fields))):
        return data
    first = fields[0]
    prefix = first.name.removesuffix(first.short_name)
    return MultiDict(
        (name, value)
        for name, values in data.lists()
        for value in _list_fitting(find_field_class(type(form), prefix, name), values)
    )


def _has_file_fields(field: Any) -> bool:
    """Return whether a field takes files, or one within it does."""
    if isinstance(field, FormField):
        kinds = walk_fields(field.form_class)
        return any(issubclass(kind, FILE_FIELDS) for _, kind in kinds)
    if isinstance(field, FieldList):
        kinds = walk_field("", field.unbound_field)
        return any(issubclass(kind, FILE_FIELDS) for _, kind in kinds)
    return isinstance(field, FILE_FIELDS)


def _list_fitting(kind: type[Any] | None, values: list[Any]) -> list[Any]:
    """Return the values that a field of that class can read."""
    if kind is None:
        return values
    if issubclass(kind, FILE_FIELDS):
        return [each for each in values if isinstance(each, FileStorage)]
    # A field of the site may do with files what it likes.
    if not kind.process_formdata.__module__.startswith("wtforms."):
        return values
    return [each for each in values if not isinstance(each, FileStorage)]


def _read_json() -> MultiDict[str, Any]:
    try:
        body = request.get_json()
        fields = _flatten(body, "") if isinstance(body, Mapping) else ()
        most = request.max_form_parts
        # Each costs a form far more than its bytes.
        pairs = list(fields if most is None else islice(fields, most + 1))
    except RecursionError:
        abort(400, "The JSON body is nested too deeply.")
    if most is not None and len(pairs) > most:
        raise RequestEntityTooLarge
    return ImmutableMultiDict(pairs)


def _flatten(body: Mapping[str, Any], prefix: str) -> Iterable[Pair]:
    """Yield a JSON object as the fields of a form, nested ones by their full name."""
    for key, value in body.items():
        yield from _flatten_value(f"{prefix}{_replace_lone(key)}", value)


def _flatten_value(name: str, value: Any) -> Iterable[Pair]:
    if isinstance(value, Mapping):
        yield from _flatten(value, f"{name}-")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            # A choice of several has one name; an entry of a list has a number.
            yield from _flatten_value(f"{name}-{number}", each)
            if not isinstance(each, Mapping | list) and each is not None:
                yield name, _as_input(each)
    elif value is not None:
        yield name, _as_input(value)


def _as_input(value: Any) -> Any:
    """Return a JSON value as a browser would send it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _replace_lone(value) if isinstance(value, str) else str(value)


def _replace_lone(text: str) -> str:
    """Return `text` as a form's bytes would be decoded: invalid parts are replaced."""
    return _LONE_SURROGATE.sub("\ufffd", text)
