"""A `select()` that an operation returns in place of rows."""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from carboy.bounded_dict import BoundedDict
from carboy.core import get_current_app
from carboy.db import database_of_app
from carboy.rest.typed import Page, PageQuery, RowSource

from .errors import CrudError
from .queries import make_loaders
from .row_plan import RowPlan
from .structs import type_of_column
from .view_fields import read_view

_plans: BoundedDict[tuple[Any, Any], RowPlan | None] = BoundedDict(1024)
# Parts of a statement that other columns would change; they have no public names.
_ABOUT_COLUMNS = ("_distinct", "_group_by_clauses", "_with_options")


class SelectedRows(RowSource):
    """The rows of a statement, read when a response needs them."""

    def __init__(self, statement: sa.Select[Any], session: orm.Session) -> None:
        self._statement = statement
        self._session = session

    def read(self, view: Any) -> tuple[list[Any], bool]:
        """Return what is written, or objects, and whether it is the first."""
        return read_rows(self._session, self._statement, view).read(view)


class LoadedRows(RowSource):
    """Rows that were read: as they are written, or objects.

    `ends` has the values of the attributes that were asked for besides, for each row.
    """

    def __init__(
        self, items: list[Any], ends: Sequence[Sequence[Any]], *, is_written: bool
    ) -> None:
        self.items = items
        self.ends = ends
        self.is_written = is_written

    def read(self, _view: Any) -> tuple[list[Any], bool]:
        """Return the rows, and whether they are written as they are."""
        return self.items, self.is_written


def select_rows(statement: sa.Select[Any], session: orm.Session | None = None) -> Any:
    """Return the rows of `select(Book)`, for an operation that returns a list of them.

    Only the columns that the response shows are read, and its relations with them.
    """
    return SelectedRows(statement, session or _session_of_app())


def select_page(
    statement: sa.Select[Any],
    page: PageQuery,
    session: orm.Session | None = None,
) -> Page[Any]:
    """Return a page of the rows of `select(Book)`."""
    session = session or _session_of_app()
    total = count_rows(session, statement)
    part = statement.offset((page.page - 1) * page.per_page).limit(page.per_page)
    rows: Any = SelectedRows(part, session)
    pages = -(-total // page.per_page)
    return Page(rows, page.page, page.per_page, total, pages)


def count_rows(session: orm.Session, statement: sa.Select[Any]) -> int:
    """Return the number of rows of a statement."""
    fast: Callable[[Any], int | None] | None = getattr(session, "count_fast", None)
    if fast is not None and (count := fast(statement)) is not None:
        return count
    model = _find_model(statement)
    key = sa.inspect(model).primary_key[0]
    counted = statement.with_only_columns(key, maintain_column_froms=True)
    inner = counted.order_by(None).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(inner)) or 0


def find_plan(model: Any, view: Any) -> RowPlan | None:
    """Return how rows of a model are written as a view, None if that needs objects."""
    known = (model, view)
    if known not in _plans:
        fields = read_view(model, view, type_of_column)
        _plans[known] = None if fields is None else RowPlan(fields)
    return _plans.get(known)


def read_rows(
    session: orm.Session,
    statement: sa.Select[Any],
    view: Any,
    names: Sequence[str] = (),
    *,
    needs_objects: bool = False,
) -> LoadedRows:
    """Return the rows of `select(Book)` for a view, and values of these attributes."""
    model = _find_model(statement)
    can_write = not needs_objects and _is_plain(statement, session)
    plan = find_plan(model, view) if can_write else None
    if plan is not None:
        more = [getattr(model, name) for name in names]
        items, rows = plan.read(session, statement, more)
        ends = [row[len(row) - len(names) :] for row in rows] if names else []
        return LoadedRows(items, ends, is_written=True)
    loaders = make_loaders(model, view) if isinstance(view, type) else ()
    items = list(session.scalars(statement.options(*loaders)))
    ends = [[getattr(row, name) for name in names] for row in items]
    return LoadedRows(items, ends, is_written=False)


def _is_plain(statement: sa.Select[Any], session: orm.Session) -> bool:
    """Return whether the columns of a statement may be replaced, and are all saved."""
    if not session.autoflush and (session.dirty or session.new or session.deleted):
        return False
    descriptions = statement.column_descriptions
    return (
        len(descriptions) == 1
        and isinstance(descriptions[0]["expr"], type)
        and not any(getattr(statement, name) for name in _ABOUT_COLUMNS)
    )


def _find_model(statement: sa.Select[Any]) -> Any:
    (first, *_) = statement.column_descriptions
    model = first.get("entity")
    if model is None:
        msg = f"{statement} selects no model. Write select(Book), or load the rows."
        raise CrudError(msg)
    return sa.inspect(model).mapper.class_


def _session_of_app() -> orm.Session:
    session: orm.Session = database_of_app(get_current_app()).session()
    return session
