"""What is done with the rows of a model: list, read, create, change, delete."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import msgspec
import sqlalchemy as sa
from flask import Response, request
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import NotFound

from carboy.rest.typed import (
    KeyPage,
    KeyQuery,
    Page,
    PageQuery,
    Responder,
    decode_key,
    encode_key,
    note_response,
)

from .conflicts import name_taken
from .errors import ConflictError, ForbiddenError
from .etags import has_condition, require_match, tag_created, tag_response
from .policy import RowPolicy
from .queries import apply_filters, apply_order, make_order, start_after
from .selected_rows import LoadedRows, count_rows, read_rows
from .writing import (
    apply_fields,
    check_whole,
    refuse_bad_parameters,
    refuse_bad_values,
)

Scope = Callable[[sa.Select[Any]], sa.Select[Any]]


_WALKED_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class RowOperations:
    """What may be done with the rows of a model, and how their responses look."""

    model: type[Any]
    key: str
    session: Callable[[], orm.Session]
    view: type[Any]
    loaders: tuple[Any, ...]
    write: type[msgspec.Struct] | None = None
    policy: RowPolicy = field(default_factory=RowPolicy)
    scope: Scope | None = None
    prepare: Callable[[Any], None] | None = None

    def list_page(
        self, page: PageQuery, sort: Sequence[str], filters: msgspec.Struct
    ) -> Page[Any]:
        """Return a page by its number."""
        statement = self._filter(filters)
        order = make_order(sort, self.key)
        if self.policy.hides_rows:
            start = (page.page - 1) * page.per_page
            allowed = self._walk(statement, order, None)
            shown = list(islice(allowed, start, start + page.per_page))
            # The number of all would tell of rows that this visitor may not read.
            return Page(shown, page.page, page.per_page)
        ordered = apply_order(statement, self.model, order)
        part = ordered.offset((page.page - 1) * page.per_page).limit(page.per_page)
        with refuse_bad_parameters("query"):
            total = count_rows(self.session(), statement)
            rows: Any = self._read(part)
        pages = -(-total // page.per_page)
        return Page(rows, page.page, page.per_page, total, pages)

    def list_after(
        self, page: KeyQuery, sort: Sequence[str], filters: msgspec.Struct
    ) -> KeyPage[Any]:
        """Return the page that follows a key."""
        statement = self._filter(filters)
        order = make_order(sort, self.key)
        values = None if page.after is None else self._read_key(page.after, order)
        if self.policy.hides_rows:
            allowed = self._walk(statement, order, values)
            shown = list(islice(allowed, page.per_page + 1))
            has_more = len(shown) > page.per_page
            del shown[page.per_page :]
            key = encode_key(_key_values(shown[-1], order)) if has_more else None
            return KeyPage(shown, key)
        if values is not None:
            statement = self._start_after(statement, order, values)
        part = apply_order(statement, self.model, order).limit(page.per_page + 1)
        with refuse_bad_parameters("query"):
            rows = self._read(part, [name for name, _ in order])
        has_more = len(rows.items) > page.per_page
        key = encode_key(rows.ends[page.per_page - 1]) if has_more else None
        del rows.items[page.per_page :]
        items: Any = rows
        return KeyPage(items, key)

    def _start_after(
        self,
        statement: sa.Select[Any],
        order: Sequence[tuple[str, bool]],
        values: Sequence[Any],
    ) -> sa.Select[Any]:
        dialect = self.session().get_bind().dialect.name
        return start_after(statement, self.model, order, values, dialect)

    def _walk(
        self,
        statement: sa.Select[Any],
        order: Sequence[tuple[str, bool]],
        values: Sequence[Any] | None,
    ) -> Iterator[Any]:
        """Yield the rows that the visitor may read, in an order, after a key."""
        ordered = apply_order(statement, self.model, order).options(*self.loaders)
        while True:
            part = ordered.limit(_WALKED_AT_ONCE)
            if values is not None:
                part = self._start_after(part, order, values)
            with refuse_bad_parameters("query"):
                rows = self.session().scalars(part).all()
            yield from (row for row in rows if self.policy.allows("read", row))
            if len(rows) < _WALKED_AT_ONCE:
                return
            values = _key_values(rows[-1], order)

    def read(self, key: Any, whole: Responder, selected: Responder) -> Response:
        """Return a row, or 304 to a client that has it.

        The tag is that of the whole row, also if only some fields are shown.
        """
        column = getattr(self.model, self.key)
        with refuse_bad_parameters("path"):
            rows = self._read(self._select().where(column == key))
        if not rows.items:
            raise NotFound
        (row,) = rows.items
        if not rows.is_written:
            self._require("read", row)
        responders = (whole, selected) if "fields" in request.args else (whole,)
        responses = [
            each.write(row) if rows.is_written else each.respond(row)
            for each in responders
        ]
        return tag_response(responses[-1], responses[0].get_data())

    def create(self, values: msgspec.Struct, responder: Responder) -> Response:
        """Add a row, and return it."""
        row = self._add(values)
        with self._saving([row]):
            self.session().flush()
            self._require_in_scope([row])
            response = tag_created(responder.respond(self._reload([row])[0]))
            note_response(response)
            self.session().commit()
        return response

    def create_many(self, values: Sequence[msgspec.Struct]) -> list[Any]:
        """Add all rows, or none."""
        rows = [self._add(each, f"/{index}") for index, each in enumerate(values)]
        with self._saving(rows):
            self.session().flush()
            self._require_in_scope(rows)
            self.session().commit()
        return self._reload(rows)

    def change(
        self, key: Any, values: msgspec.Struct, responder: Responder
    ) -> Response:
        """Set the fields that the request has."""
        row = self._lock(key, "update", responder)
        with refuse_bad_values(), self.session().no_autoflush:
            apply_fields(self.session(), row, values)
            if self.write is not None:
                check_whole(row, self.write)
            # Of what it is now, too: nobody gives a row to somebody else.
            self._require("update", row)
        with self._saving([row]):
            self.session().flush()
            self._require_in_scope([row])
            self.session().commit()
        return tag_created(responder.respond(self._reload([row])[0]))

    def delete(self, key: Any, responder: Responder) -> None:
        """Delete a row."""
        row = self._lock(key, "delete", responder)
        with self._saving():
            self.session().delete(row)
            self.session().commit()

    def _add(self, values: msgspec.Struct, path: str = "") -> Any:
        row = self.model()
        with refuse_bad_values():
            apply_fields(self.session(), row, values, path=path)
        if self.prepare is not None:
            self.prepare(row)
        self._require("create", row)
        self.session().add(row)
        return row

    def _lock(self, key: Any, action: str, responder: Responder) -> Any:
        """Return a row that nobody else changes, as `If-Match` says if it is there."""
        session = self.session()
        column = getattr(self.model, self.key)
        if has_condition() and session.get_bind().dialect.name == "sqlite":
            # No locks of rows: a write that changes nothing takes that of the file.
            change = sa.update(self.model).where(column == key).values({column: column})
            options = {"synchronize_session": False}
            with refuse_bad_parameters("path"):
                session.execute(change, execution_options=options)
        loaded = self._select().options(*self.loaders)
        row = self._get(key, loaded.with_for_update())
        # Before the tag is compared: whether it fits is not for everybody.
        self._require(action, row)
        if has_condition():
            try:
                require_match(responder.respond(row).get_data())
            except BaseException:
                session.rollback()
                raise
        return row

    def _get(self, key: Any, statement: sa.Select[Any]) -> Any:
        column = getattr(self.model, self.key)
        with refuse_bad_parameters("path"):
            row = self.session().scalars(statement.where(column == key)).first()
        if row is None:
            raise NotFound
        return row

    def _reload(self, rows: Sequence[Any]) -> list[Any]:
        """Return rows as the database has them now, with all that a view names."""
        column = getattr(self.model, self.key)
        keys = [sa.inspect(row).identity[0] for row in rows]
        statement = sa.select(self.model).options(*self.loaders)
        statement = statement.where(column.in_(keys))
        fresh = statement.execution_options(populate_existing=True)
        by_key = {
            sa.inspect(row).identity[0]: row for row in self.session().scalars(fresh)
        }
        return [by_key[key] for key in keys]

    def _select(self) -> sa.Select[Any]:
        statement = sa.select(self.model)
        return statement if self.scope is None else self.scope(statement)

    def _filter(self, filters: msgspec.Struct) -> sa.Select[Any]:
        self._require("list", None)
        return apply_filters(self._select(), self.model, filters)

    def _read(self, statement: sa.Select[Any], names: Sequence[str] = ()) -> LoadedRows:
        """Return rows as they are written, or as objects if there is a policy."""
        needs_objects = self.policy.hides_rows
        return read_rows(
            self.session(), statement, self.view, names, needs_objects=needs_objects
        )

    def _require(self, action: str, row: Any) -> None:
        if not self.policy.allows(action, row):
            self.session().rollback()
            raise ForbiddenError

    def _require_in_scope(self, rows: Sequence[Any]) -> None:
        """Refuse rows that their writer would not see any more."""
        if self.scope is None:
            return
        column = getattr(self.model, self.key)
        wanted = {sa.inspect(row).identity[0] for row in rows}
        inside = self._select().where(column.in_(wanted))
        if len(set(self.session().scalars(inside))) < len(wanted):
            raise ForbiddenError

    @contextmanager
    def _saving(self, rows: Sequence[Any] = ()) -> Iterator[None]:
        """Undo all on an error, which is one of the client if a value is to blame."""
        try:
            with refuse_bad_values():
                yield
        except ConflictError as error:
            # Afterwards they have the values of the database again.
            values = [dict(vars(row)) for row in rows]
            self.session().rollback()
            raise self._name_taken(error, values) from error
        except BaseException:
            self.session().rollback()
            raise

    def _name_taken(
        self, error: ConflictError, rows: Sequence[dict[str, Any]]
    ) -> Exception:
        cause = error.__cause__
        if self.write is None or not isinstance(cause, IntegrityError):
            return error
        return name_taken(self.session(), self.model, self.write, rows, cause)

    def _read_key(self, text: str, order: Sequence[tuple[str, bool]]) -> list[Any]:
        columns = sa.inspect(self.model).column_attrs
        try:
            return [
                _read_key_value(value, columns[name].columns[0])
                for value, (name, _) in zip(decode_key(text), order, strict=True)
            ]
        except (ValueError, NotImplementedError):
            # No page has named this key, so there is none that follows it.
            raise NotFound from None


def _key_values(row: Any, order: Sequence[tuple[str, bool]]) -> list[Any]:
    return [getattr(row, name) for name, _ in order]


def _read_key_value(value: Any, column: Any) -> Any:
    if value is None and getattr(column, "nullable", True):
        return None
    return msgspec.convert(value, column.type.python_type)
