"""What an operation returns, and how it becomes a response."""

import collections.abc
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import reduce
from http import HTTPStatus
from operator import or_
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from flask import Response, current_app, request
from msgspec import inspect
from werkzeug.exceptions import NotAcceptable, NotFound
from werkzeug.wrappers import Response as AnyResponse

from carboy.errors import CarboyError
from carboy.rest.results import split_result

from .field_errors import strip_metadata
from .other_types import decode_other, encode_json, encode_other
from .pages import KeyPage, Page
from .partial import parse_selection, select_fields
from .plain_rows import make_plain_rows
from .signature import is_object
from .streams import CSV, EVENTS, LINES, stream_csv, stream_events, stream_lines

JSON = "application/json"
Kind = Literal["json", "stream", "events", "empty", "response"]
_STREAMS: dict[Any, Kind] = {
    collections.abc.Iterator: "stream",
    collections.abc.Iterable: "stream",
    collections.abc.Generator: "stream",
    collections.abc.AsyncIterator: "events",
    collections.abc.AsyncGenerator: "events",
}


class ResultError(CarboyError, TypeError):
    """Raised when an operation returns what its annotation does not say."""


class RowSource(ABC):
    """Rows that are read when a response needs them, for the class that it shows."""

    @abstractmethod
    def read(self, view: Any) -> tuple[list[Any], bool]:
        """Return what is written, or objects to read, and whether it is the first."""


@dataclass(frozen=True, slots=True)
class Result:
    """What the annotation of a function says of its result.

    `type` is what is written, without the classes of models: of
    `list[Annotated[Book, BookOut]]` it is `list[BookOut]`.
    """

    kind: Kind
    type: Any
    may_be_missing: bool = False


def read_result(annotation: Any) -> Result:
    """Return what an annotation says of a result."""
    if annotation is None or annotation is NoneType:
        return Result("empty", None)
    if isinstance(annotation, type) and issubclass(annotation, AnyResponse):
        return Result("response", Any)
    origin = get_origin(annotation)
    arguments = get_args(annotation)
    if origin is tuple and len(arguments) > 1 and arguments[1] is int:
        # Data with a status, and perhaps headers.
        return read_result(arguments[0])
    if origin in _STREAMS:
        return Result(_STREAMS[origin], resolve_views(arguments[0]))
    if origin in {Union, UnionType} and NoneType in arguments:
        others = [each for each in arguments if each is not NoneType]
        kind = resolve_views(reduce(or_, others))
        return Result("json", kind, may_be_missing=True)
    return Result("json", resolve_views(annotation))


def resolve_views(annotation: Any) -> Any:
    """Replace `Annotated[Book, BookOut]` by `BookOut`, also inside other types."""
    origin = get_origin(annotation)
    if origin is None:
        return annotation
    arguments = get_args(annotation)
    if origin is Annotated:
        views = [each for each in arguments[1:] if is_object(each)]
        if views:
            return views[-1]
        return annotation
    inner = tuple(resolve_views(each) for each in arguments)
    if inner == arguments:
        return annotation
    if origin in {Union, UnionType}:
        return reduce(or_, inner)
    return origin[inner]


class Responder:
    """Makes responses of what one operation returns."""

    def __init__(
        self, name: str, result: Result, status: int, *, has_selection: bool
    ) -> None:
        self.name = name
        self.result = result
        is_default = result.kind == "empty" and status == HTTPStatus.OK
        self.status = HTTPStatus.NO_CONTENT.value if is_default else status
        self._has_selection = has_selection
        origin = get_origin(result.type)
        # Page, where Page[BookOut] is written.
        self._generic = origin if is_object(origin) else None
        # BookOut of Page[BookOut] and list[BookOut].
        self._item = next(iter(get_args(result.type)), None)
        self._rows = make_plain_rows(result.type)
        self._item_rows = make_plain_rows(self._item)
        self._csv_names = _list_columns(result.type) if result.kind == "stream" else []

    @property
    def media_types(self) -> list[str]:
        """The formats in which it can answer, the usual one first."""
        if self.result.kind == "events":
            return [EVENTS]
        if self.result.kind == "stream":
            return [LINES, CSV, EVENTS] if self._csv_names else [LINES, EVENTS]
        return [JSON]

    def require_answerable(self) -> None:
        """Refuse a request whose response cannot be written, before it has effects."""
        if self.result.kind not in {"empty", "response"}:
            self._choose_media_type()
        if self._has_selection and (text := request.args.get("fields")) is not None:
            parse_selection(text)

    def respond(self, value: Any) -> Any:
        """Return the response for what the function returned."""
        if isinstance(value, AnyResponse):
            return value
        status: Any = self.status
        headers: Any = None
        if isinstance(value, tuple):
            value, status, headers = split_result(value)
        response = self._make(value, status)
        if headers:
            response.headers.extend(headers)
        return response

    def _make(self, value: Any, status: Any) -> Response:
        kind = self.result.kind
        if kind == "empty" or (value is None and status == HTTPStatus.NO_CONTENT):
            response = current_app.response_class(status=status)
            del response.headers["Content-Type"]
            return response
        if kind in {"stream", "events"}:
            return self._stream(value, status)
        if value is None and self.result.may_be_missing:
            raise NotFound
        self._choose_media_type()
        return self._encode(self._read_rows(value), status)

    def _stream(self, value: Any, status: Any) -> Response:
        media_type = self._choose_media_type()
        if media_type == EVENTS:
            return stream_events(value, self._convert, status)
        if media_type == CSV:
            return stream_csv(value, self._convert, self._csv_names, status)
        return stream_lines(value, self._convert, status)

    def write(self, value: Any) -> Response:
        """Return the response for a value that is written as it is."""
        self._choose_media_type()
        return self._encode(value, self.status)

    def _encode(self, data: Any, status: Any) -> Response:
        if self._has_selection and (text := request.args.get("fields")) is not None:
            builtins = msgspec.to_builtins(data, str_keys=True, enc_hook=encode_other)
            data = select_fields(builtins, parse_selection(text))
        return current_app.response_class(encode_json(data), status, mimetype=JSON)

    def _read_rows(self, value: Any) -> Any:
        """Return the value as the type that is declared, with the rows of a source."""
        is_page = self._generic is not None and isinstance(value, self._generic)
        rows = value.items if is_page and hasattr(value, "items") else value
        if not isinstance(rows, RowSource):
            return self._convert(value)
        items, is_written = rows.read(self._item)
        if is_page:
            value.items = items
        else:
            value = items
        return value if is_written else self._convert(value)

    def _convert(self, value: Any) -> Any:
        """Return the value as the type that is declared, read from any object."""
        kind = self.result.type
        if kind is Any or type(value) is kind:
            return value
        if (plain := self._read_plain_rows(value)) is not None:
            return plain
        if self._generic is not None and isinstance(value, self._generic):
            # It would be taken as it is, with whatever it holds.
            value = msgspec.structs.asdict(value)
        try:
            return msgspec.convert(
                value,
                kind,
                from_attributes=True,
                str_keys=True,
                dec_hook=decode_other,
            )
        except msgspec.ValidationError as error:
            msg = (
                f"{self.name}() returned a value that is not what its annotation says: "
                f"{error}. Change the annotation, or what is returned."
            )
            raise ResultError(msg) from error

    def _read_plain_rows(self, value: Any) -> Any:
        """Return rows of SQLAlchemy to encode; None: the value has to be converted."""
        if self._rows is not None:
            return self._rows.attempt(self._rows.read, value)
        if self._item_rows is None:
            return None
        if self._generic is None:
            return self._item_rows.attempt(self._item_rows.read_list, value)
        if type(value) not in {Page, KeyPage}:
            return None
        items = self._item_rows.attempt(self._item_rows.read_list, value.items)
        if items is None:
            return None
        page = msgspec.convert(
            {**msgspec.structs.asdict(value), "items": []}, self.result.type
        )
        page.items = items
        return page

    def _choose_media_type(self) -> str:
        offered = self.media_types
        accept = request.headers.get("Accept")
        if not accept or (len(offered) == 1 and offered[0] in accept):
            return offered[0]
        chosen = request.accept_mimetypes.best_match(offered)
        if chosen is None:
            raise NotAcceptable
        return chosen


def _list_columns(kind: Any) -> list[str]:
    """Return the names of fields for a table, or none if items have no fields."""
    if not is_object(kind):
        return []
    info: Any = strip_metadata(inspect.type_info(kind))
    fields = getattr(info, "fields", ())
    return [getattr(field, "encode_name", field.name) for field in fields]
