"""The list of a model: columns, search, filters, order, pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import redirect, request

from carboy.admin.access import CREATE, EXPORT, IMPORT, SHARE, VIEW
from carboy.admin.lists import (
    OPERATOR_TEXTS,
    OPERATORS,
    Condition,
    Filter,
    FilterError,
    ListQuery,
    RowPage,
    join_parts,
    list_parts,
    list_sort_keys,
    load_page,
    make_conditions,
    make_loaders,
    parse_filter,
    write_filter,
)
from carboy.admin.schema import Attribute, ListColumn, ModelAdmin, RowAction, key_of
from carboy.admin.transfer import FORMATS
from carboy.translation import gettext

from .cell_view import list_cells
from .date_levels import make_levels
from .filter_texts import describe_filter
from .page import ConsolePage
from .saved_view import list_tabs
from .table_body import TableBody

_MOST_SORTS = 3
_MOST_COLUMNS = 20
_LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True)
class Chip:
    """One part of a filter: what it says, and the address of the list without it."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a column: how it sorts, and the address that sorts by it."""

    column: ListColumn
    direction: str | None
    url: str | None


def show_list(page: ConsolePage, slug: str) -> Any:
    """Show one page of the rows that match."""
    admin = page.get_admin(slug)
    if "add" in request.args:
        return redirect(_add_condition(page, admin), 303)
    error, text, query = "", request.args.get("filter", ""), read_query()
    levels = None
    try:
        query = replace(query, filter=parse_filter(text))
        rows = load_rows(page, admin, query)
        levels = make_levels(
            page, admin, query, lambda tree: list_url(page, admin, query, filter=tree)
        )
    except FilterError as problem:
        error, rows = str(problem), RowPage([])
    columns = list_columns(page, admin, query.columns)
    actions = list_actions(page, admin)
    here = list_url(page, admin, query, after=query.after, before=query.before)
    editable = list_cells(page, admin)
    body = TableBody(page, admin, columns, editable, here, can_choose=bool(actions))
    return page.show(
        "list",
        400 if error else 200,
        admin=admin,
        columns=columns,
        body=body.render(rows.rows),
        headings=_make_headings(page, admin, columns, query),
        rows=rows,
        query=query,
        filter_text=text,
        chips=_make_chips(page, admin, query),
        filters=list_filters(page, admin),
        operators=OPERATORS,
        operator_texts={k: gettext(v) for k, v in OPERATOR_TEXTS.items()},
        error=error,
        levels=levels,
        tabs=list_tabs(page, admin),
        all_columns=list_all_columns(page, admin),
        may_save=not page.console.is_read_only,
        may_share=page.access.allows_some(SHARE, admin.model),
        actions=actions,
        may_export=page.access.allows_some(EXPORT, admin.model),
        may_import=page.access.allows_some(IMPORT, admin.model),
        formats=FORMATS,
        may_create=page.access.allows_some(CREATE, admin.model),
        address=lambda **changes: list_url(page, admin, query, **changes),
    )


def read_query() -> ListQuery:
    """Return what the address asks for, without the filter."""
    args = request.args
    return ListQuery(
        search=args.get("q", "").strip()[:_LONGEST_SEARCH],
        sort=tuple(args.get("sort", "").split(",")) if args.get("sort") else (),
        columns=tuple(_list_names(args.getlist("columns"))),
        after=args.get("after", ""),
        before=args.get("before", ""),
        skip=max(args.get("skip", 0, type=int), 0),
    )


def _list_names(texts: list[str]) -> Iterator[str]:
    """Yield the names of columns: in one text, or each in its own."""
    for text in texts[:_MOST_COLUMNS]:
        yield from (name for name in text.split(",")[:_MOST_COLUMNS] if name)


def load_rows(page: ConsolePage, admin: ModelAdmin, query: ListQuery) -> RowPage:
    """Load the rows of a page that the user may see."""
    visible = page.access.visible(admin.model)
    conditions = make_conditions(page.access.visible)
    statement = query.select(admin, conditions, visible)
    columns = list_columns(page, admin, query.columns)
    loaders = make_loaders(admin, columns, page.console.label_columns())
    keys = list_sort_keys(admin, query.sort, visible)
    asks = page.access.asks_rows(VIEW, admin.model)
    return load_page(
        page.console.session,
        admin,
        statement.options(*loaders),
        query,
        keys,
        is_seen=(lambda row: page.access.allows(VIEW, row)) if asks else None,
    )


def list_columns(
    page: ConsolePage, admin: ModelAdmin, chosen: Sequence[str] = ()
) -> list[ListColumn]:
    """Return the columns of a list that the user sees: those chosen, if any is."""
    if chosen:
        known = {each.name: each for each in list_all_columns(page, admin)}
        columns = [known[name] for name in dict.fromkeys(chosen) if name in known]
        if columns:
            return columns
    return [each for each in admin.columns if _sees_column(page, admin, each)]


def list_all_columns(page: ConsolePage, admin: ModelAdmin) -> list[ListColumn]:
    """Return the columns that the user can choose: those of the list come first."""
    columns = {each.name: each for each in list_columns(page, admin)}
    for each in page.access.visible(admin.model).values():
        if each.is_plain or each.kind == "one":
            columns.setdefault(each.name, ListColumn(each.name, each.label, (each,)))
    return [*columns.values()]


def _sees_column(page: ConsolePage, admin: ModelAdmin, column: ListColumn) -> bool:
    model = admin.model
    for attribute in column.path:
        if attribute.name not in page.access.visible(model):
            return False
        if attribute.is_relation:
            model = attribute.target
    return True


def list_actions(page: ConsolePage, admin: ModelAdmin) -> list[RowAction]:
    """Return the actions that the user may do with some rows."""
    return [
        each
        for each in admin.actions.values()
        if page.access.allows_some(each.name, admin.model)
    ]


def list_filters(page: ConsolePage, admin: ModelAdmin) -> list[Attribute]:
    """Return the attributes that a filter can be about, the plain ones first."""
    visible = page.access.visible(admin.model).values()
    return [each for each in visible if OPERATORS.get(each.kind)]


def list_url(
    page: ConsolePage,
    admin: ModelAdmin,
    query: ListQuery,
    *,
    endpoint: str = "list",
    **changes: Any,
) -> str:
    """Return the address of a list, from its begin unless a place is given."""
    changed = replace(query, **{"after": "", "before": "", "skip": 0, **changes})
    values = {
        "q": changed.search,
        "filter": write_filter(changed.filter),
        "sort": ",".join(changed.sort),
        "columns": ",".join(changed.columns),
        "after": changed.after,
        "before": changed.before,
        "skip": changed.skip,
    }
    values["view"] = request.args.get("view", "") if endpoint == "list" else ""
    given = {name: value for name, value in values.items() if value}
    return page.url(endpoint, admin, **given)


def _add_condition(page: ConsolePage, admin: ModelAdmin) -> str:
    """Return the address of the list with one condition more: a form has sent it."""
    args = request.args
    query = read_query()
    try:
        parts = list_parts(parse_filter(args.get("filter", "")))
    except FilterError:
        parts = ()
    operator = args.get("operator", "=")
    values = tuple(value for value in args.getlist("value") if value)
    if operator.endswith("empty"):
        values = ()
    elif operator not in {"in", "not in"} and len(values) > 1:
        operator = {"=": "in", "!=": "not in"}.get(operator, operator)
    path = args["add"]
    attribute = page.access.visible(admin.model).get(path)
    if attribute is not None and attribute.is_relation:
        values = tuple(_find_keys(page, attribute, values))
    is_whole = bool(values) or operator.endswith("empty")
    if is_whole and attribute is not None and operator in OPERATOR_TEXTS:
        parts = (*parts, Condition(path, operator, values))
    return list_url(page, admin, replace(query, filter=join_parts(parts)))


def _find_keys(
    page: ConsolePage, attribute: Attribute, texts: tuple[str, ...]
) -> Iterator[str]:
    """Yield the keys of rows that were typed as a name, words or "Ada [12]"."""
    choices = page.find_choices(attribute.target)
    for text in texts:
        rows = choices.read(text)
        yield key_of(rows[0]) if rows else text


def _make_chips(page: ConsolePage, admin: ModelAdmin, query: ListQuery) -> list[Chip]:
    parts = list_parts(query.filter)
    return [
        Chip(
            describe_filter(part, admin.model, page.access.visible),
            list_url(page, admin, query, filter=_without(parts, position)),
        )
        for position, part in enumerate(parts)
    ]


def _without(parts: tuple[Filter, ...], position: int) -> Filter | None:
    return join_parts((*parts[:position], *parts[position + 1 :]))


def _make_headings(
    page: ConsolePage, admin: ModelAdmin, columns: list[ListColumn], query: ListQuery
) -> list[Heading]:
    return [_make_heading(page, admin, column, query) for column in columns]


def _make_heading(
    page: ConsolePage, admin: ModelAdmin, column: ListColumn, query: ListQuery
) -> Heading:
    attribute = column.attribute
    if attribute is None or not column.can_sort or attribute.column is None:
        return Heading(column, None, None)
    name = column.name
    sort = query.sort or admin.sort
    first = sort[0] if sort else ""
    states = {name: "ascending", f"-{name}": "descending"}
    flipped = f"-{name}" if first == name else name
    # What it was sorted by before decides between equal rows.
    others = [each for each in sort if each.lstrip("-") != name]
    changed = (flipped, *others)[:_MOST_SORTS]
    url = list_url(page, admin, query, sort=changed)
    return Heading(column, states.get(first, "none"), url)
