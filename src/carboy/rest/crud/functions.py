"""The typed functions of a model, whose annotations are made of its classes."""

from collections.abc import Callable
from typing import Annotated, Any, get_args

import msgspec
import sqlalchemy as sa
from flask import Response
from msgspec import Meta
from werkzeug.datastructures import FileStorage

from carboy.rest.typed import (
    KeyPage,
    KeyQuery,
    Page,
    PageQuery,
    Responder,
    Result,
    query as from_query,
)

from .resource import RowOperations
from .structs import make_patch, type_of_column

_MOST_AT_ONCE = 1_000
Function = Callable[..., Any]


class RowFunctions:
    """Makes a function for each action, with the types of its model."""

    def __init__(
        self, rows: RowOperations, view: type[Any], write: type[msgspec.Struct] | None
    ) -> None:
        self.model = rows.model
        self._rows = rows
        self._view = view
        self._write = write
        self._key_type = type_of_column(sa.inspect(rows.model).primary_key[0])
        name = rows.model.__name__
        result = Result("json", view)
        self._selected = Responder(name, result, 200, has_selection=True)
        self._shown = Responder(name, result, 200, has_selection=False)
        self._created = Responder(name, result, 201, has_selection=False)

    def list_rows(
        self, filters: type[msgspec.Struct], order: Any, *, is_by_key: bool
    ) -> Function:
        """Return the function that lists rows."""
        rows = self._rows

        def by_number(page: Any, filters: Any, sort: Any = ()) -> Any:
            """List rows, a page at a time."""
            return rows.list_page(page, sort, filters)

        def by_key(page: Any, filters: Any, sort: Any = ()) -> Any:
            """List rows, those that follow a key."""
            return rows.list_after(page, sort, filters)

        hints: dict[str, Any] = {
            "page": KeyQuery if is_by_key else PageQuery,
            "sort": Annotated[_of(list, order), Meta(max_length=len(get_args(order)))],
            "filters": Annotated[filters, from_query()],
        }
        if is_by_key:
            return _annotate(by_key, hints, _of(KeyPage, self._view))
        return _annotate(by_number, hints, _of(Page, self._view))

    def read(self) -> Function:
        """Return the function that reads a row."""

        def read(key: Any) -> Response:
            """Return a row."""
            return self._rows.read(key, self._shown, self._selected)

        return _annotate(read, {"key": self._key_type}, self._view)

    def create(self) -> Function:
        """Return the function that adds a row."""

        def create(values: Any) -> Response:
            """Add a row."""
            return self._rows.create(values, self._created)

        return _annotate(create, {"values": self._write}, self._view)

    def create_many(self) -> Function:
        """Return the function that adds several rows."""

        def create_many(values: Any) -> Any:
            """Add all rows, or none."""
            return self._rows.create_many(values)

        limits = Meta(min_length=1, max_length=_MOST_AT_ONCE)
        hints = {"values": Annotated[_of(list, self._write), limits]}
        return _annotate(create_many, hints, _of(list, self._view))

    def replace(self) -> Function:
        """Return the function that sets all fields of a row."""

        def replace(key: Any, values: Any) -> Response:
            """Set all fields of a row."""
            return self._rows.change(key, values, self._shown)

        hints = {"key": self._key_type, "values": self._write}
        return _annotate(replace, hints, self._view)

    def update(self) -> Function:
        """Return the function that sets some fields of a row."""

        def update(key: Any, values: Any) -> Response:
            """Set the fields of a row that the request has."""
            return self._rows.change(key, values, self._shown)

        patch = make_patch(self._write) if self._write is not None else None
        hints = {"key": self._key_type, "values": patch}
        return _annotate(update, hints, self._view)

    def delete(self) -> Function:
        """Return the function that deletes a row."""

        def delete(key: Any) -> None:
            """Delete a row."""
            self._rows.delete(key, self._shown)

        return _annotate(delete, {"key": self._key_type}, None)

    def set_file(self, name: str) -> Function:
        """Return the function that sets an attachment of a row."""
        make_values = _make_file_struct(self.model, name)

        def set_file(key: Any, file: FileStorage) -> Response:
            """Set a file of a row, in place of the one that it has."""
            return self._rows.change(key, make_values(file), self._shown)

        hints = {"key": self._key_type, "file": FileStorage}
        return _annotate(set_file, hints, self._view)

    def remove_file(self, name: str) -> Function:
        """Return the function that removes an attachment of a row."""
        make_values = _make_file_struct(self.model, name)

        def remove_file(key: Any) -> Response:
            """Remove a file of a row."""
            return self._rows.change(key, make_values(None), self._shown)

        return _annotate(remove_file, {"key": self._key_type}, self._view)


def _make_file_struct(model: type[Any], name: str) -> type[msgspec.Struct]:
    return msgspec.defstruct(f"{model.__name__}File", [(name, Any)])


def _annotate(function: Function, hints: dict[str, Any], result: Any) -> Function:
    """Set the annotations of a function, which are known only now."""
    function.__annotations__ = {**hints, "return": result}
    return function


def _of(container: Any, item: Any) -> Any:
    """Return `container[item]` for types that are known at run time only."""
    return container[item]
