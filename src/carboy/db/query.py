"""`Model.query`: SQLAlchemy's Query with answers of 404, pages and `"-name"`."""

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

from . import fastpath
from .pagination import DEFAULT_MAX_PER_PAGE, Pagination, QueryPagination
from .session import Session

T = TypeVar("T")

# SQLAlchemy 2.1 has put an underscore in front of it.
_LOAD_BY_KEY: Any = getattr(orm.loading, "_load_on_pk_identity", None) or getattr(
    orm.loading, "load_on_pk_identity", None
)


class Query(orm.Query[T]):
    """A query with answers of 404, pages, and `"-name"` for a descending order."""

    _is_default_order = False

    def __init__(self, entities: Any, session: Any = None) -> None:
        super().__init__(entities, session)
        single = entities
        if isinstance(entities, tuple | list):
            single = entities[0] if len(entities) == 1 else None
        order = getattr(single, "__default_order__", None)
        if order is not None:
            self._order_by_clauses = tuple(self._default_clause(i) for i in order)
            self._is_default_order = True

    def in_session(self, session: Any) -> Self:
        """Return the same query for another session, as `with_session` does."""
        query = self._generate()
        query.__dict__["session"] = session
        return query

    def get(self, ident: object) -> T | None:
        """Return the object with this primary key, or None."""
        query = self._without_default_order()
        instance: T | None = query._get_impl(ident, _LOAD_BY_KEY)  # noqa: SLF001 - it is our own copy
        return instance

    def get_or_404(self, ident: object, description: str | None = None) -> T:
        """Return the object with this primary key, or answer 404."""
        instance = find_possible(self.session, lambda: self.get(ident))
        return require_or_404(instance, description)

    def first_or_404(self, description: str | None = None) -> T:
        """Return the first object, or answer 404."""
        return require_or_404(self.first(), description)

    def one_or_404(self, description: str | None = None) -> T:
        """Return the only object, or answer 404 if there is none or more than one."""
        try:
            return self.one()
        except (NoResultFound, MultipleResultsFound):
            abort_404(description)

    def paginate(
        self,
        *,
        page: int | None = None,
        per_page: int | None = None,
        max_per_page: int | None = DEFAULT_MAX_PER_PAGE,
        error_out: bool = True,
        count: bool = True,
    ) -> Pagination[T]:
        """Return a page, by default that of `?page=` and `?per_page=`."""
        return QueryPagination(
            self,
            page=page,
            per_page=per_page,
            max_per_page=max_per_page,
            error_out=error_out,
            count=count,
        )

    def _iter(self) -> Any:
        session = find_fast_session(self.session)
        if (
            session is not None
            and self.load_options is orm.Query.load_options
            and self._statement is None
            and not self._params
            and not self._with_options
        ):
            loaded = session.load_fast(self)
            if loaded is not None:
                entities = loaded.unique_entities()
                return loaded.result() if entities is None else EntityList(entities)
        return super()._iter()

    def limit(self, limit: Any) -> Self:
        """Return a query for so many rows at most."""
        if type(limit) is not int or self._statement is not None:
            return super().limit(limit)
        if find_fast_session(self.session) is None:
            return super().limit(limit)
        return fastpath.limit_query(self, limit)

    def offset(self, offset: Any) -> Self:
        """Return a query that leaves out so many rows at the beginning."""
        if type(offset) is not int or self._statement is not None:
            return super().offset(offset)
        if find_fast_session(self.session) is None:
            return super().offset(offset)
        return fastpath.offset_query(self, offset)

    def order_by(self, *clauses: Any) -> Self:
        """Return a sorted query; `"-name"` sorts by that attribute, descending."""
        query = self._without_default_order()
        named = [self._from_name(clause) for clause in clauses]
        return orm.Query.order_by(query, *named)

    def count(self) -> int:
        """Return the number of rows, without a subquery if the query is simple."""
        session = find_fast_session(self.session)
        if session is None:
            return super().count()
        counted = session.count_fast(self)
        if counted is not None:
            return counted
        statement = fastpath.make_count(self._statement_20())
        if statement is None:
            return super().count()
        return int(session.scalar(statement) or 0)

    def update(
        self,
        values: Any,
        synchronize_session: Any = "auto",
        update_args: dict[Any, Any] | None = None,
    ) -> int:
        """Change all rows that match; return their number."""
        query = self._without_default_order()
        return orm.Query.update(query, values, synchronize_session, update_args)

    def delete(
        self,
        synchronize_session: Any = "auto",
        delete_args: dict[Any, Any] | None = None,
    ) -> int:
        """Delete all rows that match; return their number."""
        query = self._without_default_order()
        return orm.Query.delete(query, synchronize_session, delete_args)

    def _without_default_order(self) -> Self:
        if not self._is_default_order:
            return self
        query = self._generate()
        query.__dict__.update(_order_by_clauses=(), _is_default_order=False)
        return query

    def _default_clause(self, item: Any) -> Any:
        """Return a clause of a model's own order: a column, or the name of one."""
        if isinstance(item, orm.MappedColumn):
            return item.column
        clause = self._from_name(item)
        return sa.text(clause) if isinstance(clause, str) else clause

    def _from_name(self, clause: Any) -> Any:
        if not isinstance(clause, str):
            return clause
        name = clause.removeprefix("-")
        entity = self.column_descriptions[0]["entity"] if self._raw_columns else None
        attribute = getattr(entity, name, None)
        if attribute is None:
            attribute = sa.literal_column(name) if name != clause else name
        return sa.desc(attribute) if name != clause else attribute


class EntityList:
    """The objects that a query loaded, with the methods of a result."""

    __slots__ = ("_entities",)

    def __init__(self, entities: list[object]) -> None:
        self._entities = entities

    def all(self) -> list[object]:
        """Return all objects."""
        return self._entities

    def first(self) -> object:
        """Return the first, or None."""
        return self._entities[0] if self._entities else None

    def one(self) -> object:
        """Return the only one."""
        if not self._entities:
            msg = "No row was found when one was required"
            raise NoResultFound(msg)
        return self.one_or_none()

    def one_or_none(self) -> object:
        """Return the only one, or None if there is none."""
        if len(self._entities) > 1:
            msg = "Multiple rows were found when exactly one was required"
            raise MultipleResultsFound(msg)
        return self.first()

    def __iter__(self) -> Iterator[object]:
        return iter(self._entities)

    def _soft_close(self) -> None:
        """Do nothing: all rows are here already."""


def find_fast_session(session: object) -> Session | None:
    """Return a session if it is ours and may take the fast path, else None."""
    return session if isinstance(session, Session) and session.uses_fast_path else None


def require_or_404(value: T | None, description: str | None) -> T:
    """Return `value`, or answer 404 for None."""
    if value is None:
        abort_404(description)
    return value


def find_possible(session: Any, find: Callable[[], T | None]) -> T | None:
    """Find an object, or None if no column can hold its key, as one of 30 digits."""
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


def abort_404(description: str | None) -> NoReturn:
    """Answer 404."""
    abort(404, description=description)
