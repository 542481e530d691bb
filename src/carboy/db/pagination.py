"""One page of a long list, and the numbers that links to the others need."""

from collections.abc import Iterator
from math import ceil
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from flask import abort, has_request_context, request

from . import fastpath
from .session import Session

T = TypeVar("T")

DEFAULT_PER_PAGE = 20
# Larger ones are in no list, and more than databases can count.
_LARGEST = 2**31 - 1


class _DefaultLimit(int):
    """A limit that holds only for what visitors ask for."""


DEFAULT_MAX_PER_PAGE = _DefaultLimit(100)


class Pagination(Generic[T]):
    """The items of one page, over which it iterates, and its place among the others."""

    def __init__(
        self,
        *,
        page: int | None = None,
        per_page: int | None = None,
        max_per_page: int | None = DEFAULT_MAX_PER_PAGE,
        error_out: bool = True,
        count: bool = True,
    ) -> None:
        if per_page is not None and isinstance(max_per_page, _DefaultLimit):
            max_per_page = None
        size = _number("per_page", per_page, DEFAULT_PER_PAGE, is_strict=error_out)
        self.page = _number("page", page, 1, is_strict=error_out)
        self.per_page = size if max_per_page is None else min(size, max_per_page)
        self.max_per_page = max_per_page
        self._is_strict = error_out
        self._is_counted = count
        self.items: list[T] = self._query_items()
        if not self.items and self.page != 1 and error_out:
            abort(404)
        self.total: int | None = self._find_total() if count else None

    def _query_items(self) -> list[T]:
        raise NotImplementedError

    def _query_count(self) -> int:
        raise NotImplementedError

    def _make_page(self, page: int, *, is_strict: bool) -> "Pagination[T]":
        raise NotImplementedError

    @property
    def _query_offset(self) -> int:
        return (self.page - 1) * self.per_page

    def _find_total(self) -> int:
        # A page that is not full is the last one, so the total follows from it.
        if len(self.items) < self.per_page and (self.items or self.page == 1):
            return self._query_offset + len(self.items)
        return self._query_count()

    def _options(self) -> dict[str, Any]:
        return {
            "per_page": self.per_page,
            "max_per_page": None,
            "count": self._is_counted,
        }

    @property
    def first(self) -> int:
        """The number of the first item of this page, from 1; 0 if there is none."""
        return self._query_offset + 1 if self.items else 0

    @property
    def last(self) -> int:
        """The number of the last item of this page; 0 if there is none."""
        return self._query_offset + len(self.items) if self.items else 0

    @property
    def pages(self) -> int:
        """The number of pages; 0 if they were not counted."""
        return ceil(self.total / self.per_page) if self.total else 0

    @property
    def has_prev(self) -> bool:
        """Whether this is not the first page."""
        return self.page > 1

    @property
    def prev_num(self) -> int | None:
        """The number of the page before this, or None."""
        return self.page - 1 if self.has_prev else None

    def prev(self, *, error_out: bool = False) -> "Pagination[T]":
        """Query the page before this."""
        return self._make_page(self.page - 1, is_strict=error_out)

    @property
    def has_next(self) -> bool:
        """Whether this is not the last page."""
        return self.page < self.pages

    @property
    def next_num(self) -> int | None:
        """The number of the page after this, or None."""
        return self.page + 1 if self.has_next else None

    def next(self, *, error_out: bool = False) -> "Pagination[T]":
        """Query the page after this."""
        return self._make_page(self.page + 1, is_strict=error_out)

    def iter_pages(
        self,
        *,
        left_edge: int = 2,
        left_current: int = 2,
        right_current: int = 4,
        right_edge: int = 2,
    ) -> Iterator[int | None]:
        """Yield the numbers of pages worth a link, and None for each gap."""
        last = self.pages
        near = range(self.page - left_current, self.page + right_current + 1)
        last_yielded = 0
        for number in range(1, last + 1):
            if number <= left_edge or number in near or number > last - right_edge:
                if number != last_yielded + 1:
                    yield None
                yield number
                last_yielded = number

    def __iter__(self) -> Iterator[T]:
        yield from self.items


class SelectPagination(Pagination[T]):
    """A page of a `select()`."""

    def __init__(
        self, select: sa.Select[Any], session: Session, **options: Any
    ) -> None:
        self._select = select
        self._session = session
        super().__init__(**options)

    def _query_items(self) -> list[T]:
        limit, offset = self.per_page, self._query_offset
        if not self._session.uses_fast_path:
            statement = self._select.limit(limit).offset(offset)
            return self._execute(statement)
        statement = fastpath.limit_select(self._select, limit, offset)
        loaded = self._session.load_fast(statement)
        entities = None if loaded is None else loaded.unique_entities()
        if entities is not None:
            return entities
        if loaded is None:
            return self._execute(statement)
        return list(loaded.result().unique().scalars())

    def _execute(self, statement: sa.Select[Any]) -> list[T]:
        return list(self._session.execute(statement).unique().scalars())

    def _query_count(self) -> int:
        if self._session.uses_fast_path:
            counted = self._session.count_fast(self._select)
            if counted is not None:
                return int(counted)
            simple = fastpath.make_count(self._select)
            if simple is not None:
                return int(self._session.scalar(simple) or 0)
        inside = self._select.options(sa.orm.lazyload("*")).order_by(None).subquery()
        count = sa.select(sa.func.count()).select_from(inside)
        return int(self._session.scalar(count) or 0)

    def _make_page(self, page: int, *, is_strict: bool) -> "Pagination[T]":
        return SelectPagination(
            self._select,
            self._session,
            page=page,
            error_out=is_strict,
            **self._options(),
        )


class QueryPagination(Pagination[T]):
    """A page of a `Query`."""

    def __init__(self, query: Any, **options: Any) -> None:
        self._query = query
        super().__init__(**options)

    def _query_items(self) -> list[T]:
        page = self._query.limit(self.per_page).offset(self._query_offset)
        return list(page.all())

    def _query_count(self) -> int:
        return int(self._query.order_by(None).count())

    def _make_page(self, page: int, *, is_strict: bool) -> "Pagination[T]":
        return QueryPagination(
            self._query, page=page, error_out=is_strict, **self._options()
        )


def _number(
    name: str, value: int | str | None, default: int, *, is_strict: bool
) -> int:
    if value is None and has_request_context():
        value = request.args.get(name, default)
    try:
        number = default if value is None else int(value)
    except (TypeError, ValueError):
        number = 0
    if 1 <= number <= _LARGEST:
        return number
    if is_strict:
        abort(404)
    return default
