"""`Model.query`: SQLAlchemy's Query with what a web page asks of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NoReturn, Self, TypeVar

import sqlalchemy as sa
from flask import abort
from sqlalchemy import orm
from sqlalchemy.exc import (
    DataError,
    MultipleResultsFound,
    NoResultFound,
    StatementError,
)
from sqlalchemy.orm.loading import _load_on_pk_identity

from .fastpath import Objects, each_once, limit_of, offset_of, plain_count, result_of
from .pagination import USUAL_MOST, Pagination, QueryPagination

T = TypeVar("T")


class Query(orm.Query[T]):
    """A query that can answer 404 and give pages, and that knows `"-name"`."""

    _is_default_order = False

    def __init__(self, entities: Any, session: Any = None) -> None:
        super().__init__(entities, session)
        single = entities
        if isinstance(entities, tuple | list):
            single = entities[0] if len(entities) == 1 else None
        order = getattr(single, "__default_order__", None)
        if order is not None:
            self._order_by_clauses = tuple(_clause(item) for item in order)
            self._is_default_order = True

    def in_session(self, session: Any) -> Self:
        """Give the same query for another session, as `with_session` does."""
        query = self._generate()
        query.__dict__["session"] = session
        return query

    def get(self, ident: Any) -> T | None:
        """Give the object with this primary key, or None."""
        query = self._without_default_order()
        load = _load_on_pk_identity
        found: T | None = query._get_impl(ident, load)  # noqa: SLF001 - it is our own copy
        return found

    def get_or_404(self, ident: Any, description: str | None = None) -> T:
        """Give the object with this primary key, or answer 404."""
        found = find_possible(self.session, lambda: self.get(ident))
        return found_or_404(found, description)

    def first_or_404(self, description: str | None = None) -> T:
        """Give the first object, or answer 404."""
        return found_or_404(self.first(), description)

    def one_or_404(self, description: str | None = None) -> T:
        """Give the only object, or answer 404 if there is none or more than one."""
        try:
            return self.one()
        except (NoResultFound, MultipleResultsFound):
            not_found(description)

    def paginate(
        self,
        *,
        page: int | None = None,
        per_page: int | None = None,
        max_per_page: int | None = USUAL_MOST,
        error_out: bool = True,
        count: bool = True,
    ) -> Pagination[T]:
        """Give one page, by default the one that `?page=` and `?per_page=` ask for."""
        return QueryPagination(
            self,
            page=page,
            per_page=per_page,
            max_per_page=max_per_page,
            error_out=error_out,
            count=count,
        )

    def _iter(self) -> Any:
        # A session of SQLAlchemy's own, as in `Session(db.engine)`, knows no plans.
        load = getattr(self.session, "load_plainly", None)
        if (
            load is not None
            and self.load_options is orm.Query.load_options
            and self._statement is None
            and not self._params
            and not self._with_options
        ):
            loaded = load(self)
            if loaded is not None:
                plan, found = loaded
                if isinstance(plan.shape, Objects):
                    return Loaded(found)
                return result_of(plan, found)
        return super()._iter()

    def limit(self, limit: Any) -> Self:
        """Give so many at most."""
        if type(limit) is not int or self._statement is not None:
            return super().limit(limit)
        query = self._generate()
        query.__dict__["_limit_clause"] = limit_of(limit)
        return query

    def offset(self, offset: Any) -> Self:
        """Leave out so many at the beginning."""
        if type(offset) is not int or self._statement is not None:
            return super().offset(offset)
        query = self._generate()
        query.__dict__["_offset_clause"] = offset_of(offset)
        return query

    def order_by(self, *clauses: Any) -> Self:
        """Sort; `"-name"` sorts by that attribute downwards."""
        query = self._without_default_order()
        named = [self._from_name(clause) for clause in clauses]
        return orm.Query.order_by(query, *named)

    def count(self) -> int:
        """Give the number of rows, counted where they lie if the query is plain."""
        count = getattr(self.session, "count_plainly", None)
        counted: int | None = None if count is None else count(self)
        if counted is not None:
            return counted
        statement = plain_count(self._statement_20())
        if statement is None:
            return super().count()
        return int(self.session.scalar(statement) or 0)

    def update(
        self,
        values: Any,
        synchronize_session: Any = "auto",
        update_args: dict[Any, Any] | None = None,
    ) -> int:
        """Change all rows that this matches; give their number."""
        query = self._without_default_order()
        return orm.Query.update(query, values, synchronize_session, update_args)

    def delete(
        self,
        synchronize_session: Any = "auto",
        delete_args: dict[Any, Any] | None = None,
    ) -> int:
        """Delete all rows that this matches; give their number."""
        query = self._without_default_order()
        return orm.Query.delete(query, synchronize_session, delete_args)

    def _without_default_order(self) -> Self:
        if not self._is_default_order:
            return self
        query = self._generate()
        query.__dict__.update(_order_by_clauses=(), _is_default_order=False)
        return query

    def _from_name(self, clause: Any) -> Any:
        if not isinstance(clause, str):
            return clause
        name = clause.removeprefix("-")
        entity = self.column_descriptions[0]["entity"] if self._raw_columns else None
        attribute = getattr(entity, name, None)
        if attribute is None:
            attribute = sa.literal_column(name) if name != clause else name
        return sa.desc(attribute) if name != clause else attribute


class Loaded:
    """The objects that a query found, each once, as its methods want to have them."""

    __slots__ = ("_found",)

    def __init__(self, found: list[Any]) -> None:
        self._found = each_once(found)

    def all(self) -> list[Any]:
        """Give all."""
        return self._found

    def first(self) -> Any:
        """Give the first, or None."""
        return self._found[0] if self._found else None

    def one(self) -> Any:
        """Give the only one."""
        if not self._found:
            msg = "No row was found when one was required"
            raise NoResultFound(msg)
        return self.one_or_none()

    def one_or_none(self) -> Any:
        """Give the only one, or None if there is none."""
        if len(self._found) > 1:
            msg = "Multiple rows were found when exactly one was required"
            raise MultipleResultsFound(msg)
        return self.first()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._found)

    def _soft_close(self) -> None:
        """Do nothing: all rows are here already."""


def found_or_404(value: T | None, description: str | None) -> T:
    """Give `value` back, or answer 404 for None."""
    if value is None:
        not_found(description)
    return value


def find_possible(session: Any, find: Callable[[], T | None]) -> T | None:
    """Find an object, or none if no column can hold its key, as one of 30 digits."""
    if session.autoflush:
        # What is wrong with a value that waits to be written is no 404.
        session.flush()
    try:
        return find()
    except (OverflowError, StatementError) as error:
        is_too_large = isinstance(getattr(error, "orig", error), OverflowError)
        if is_too_large or isinstance(error, DataError):
            return None
        raise


def not_found(description: str | None) -> NoReturn:
    """Answer 404."""
    abort(404, description=description)


def _clause(item: Any) -> Any:
    return item.column if isinstance(item, orm.MappedColumn) else item
