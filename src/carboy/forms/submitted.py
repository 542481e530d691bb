"""What a request sends, as WTForms reads it: fields, files, or a JSON body."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask import abort, request
from werkzeug.datastructures import CombinedMultiDict, ImmutableMultiDict, MultiDict

SUBMIT_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})

Pair = tuple[str, Any]

# JSON may have half a character, which no page can be encoded with.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def is_submitted() -> bool:
    """Return whether the request at work sends data."""
    return bool(request) and request.method in SUBMIT_METHODS


def read_submitted() -> MultiDict[str, Any] | CombinedMultiDict[str, Any]:
    """Return what the request sends: form fields and files together, or JSON."""
    if request.files:
        return CombinedMultiDict((request.files, request.form))
    if not request.form and request.is_json:
        return _read_json()
    return request.form


def _read_json() -> MultiDict[str, Any]:
    try:
        body = request.get_json()
        pairs = list(_flatten(body, "")) if isinstance(body, Mapping) else []
    except RecursionError:
        abort(400, "The JSON body is nested too deeply.")
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
