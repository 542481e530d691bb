"""Read the JSON body of a request, and refuse one that is ambiguous."""

import json
from typing import Any

import msgspec
from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from carboy.translation import gettext

from .field_errors import FieldError, join_path
from .problems import InvalidRequestError, UnreadableBodyError

_decode = msgspec.json.Decoder().decode
# What may stand before the colon of a field; in texts it may stand too.
_COLONS = (b'":', b" :", b"\t:", b"\n:", b"\r:")


class _DuplicateNameError(ValueError):
    """Raised when an object of JSON has two fields of one name."""


def has_body() -> bool:
    """Return whether the request has a body at all."""
    return bool(request.content_length) or "Transfer-Encoding" in request.headers


def read_json() -> Any:
    """Return the data of the body, or raise an error with the right status."""
    if not request.is_json:
        raise UnsupportedMediaType(
            gettext("Send the body as JSON, with Content-Type: application/json.")
        )
    data = request.get_data()
    try:
        value = _decode(data)
        # Of two fields with one name, readers before this one may have seen the other.
        if _may_have_duplicates(data, value):
            json.loads(data, object_pairs_hook=_refuse_duplicates)
    except _DuplicateNameError as error:
        text = gettext("This field is there more than once.")
        path = join_path("", error)
        raise InvalidRequestError(
            "body", [FieldError(path, "duplicate", text)]
        ) from None
    except RecursionError:
        raise UnreadableBodyError(gettext("The JSON is nested too deep.")) from None
    except ValueError as error:
        text = gettext("The body is not valid JSON: %(reason)s", reason=error)
        raise UnreadableBodyError(text) from None
    return value


def _may_have_duplicates(data: bytes, value: Any) -> bool:
    """Return whether the text has more names than the objects made of it.

    What looks like a name in a text counts too, so it may be wrong about that.
    """
    count = _count_names(value)
    return data.count(b":") != count and sum(map(data.count, _COLONS)) != count


def _count_names(value: Any) -> int:
    """Return the number of fields of all objects, of those with one name one."""
    count = 0
    rest = [value]
    while rest:
        each = rest.pop()
        if type(each) is dict:
            count += len(each)
            rest += each.values()
        elif type(each) is list:
            rest += each
    return count


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> None:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise _DuplicateNameError(next(each for each in names if names.count(each) > 1))
