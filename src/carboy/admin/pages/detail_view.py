"""The page of one row: all that the user may see of it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import orm

from carboy.admin.access import CREATE, DELETE, EDIT, VIEW
from carboy.admin.lists import Condition, write_filter
from carboy.admin.schema import Attribute, ModelAdmin, key_of

from .page import ConsolePage

_MOST_RELATED = 10


@dataclass(frozen=True, slots=True)
class RelatedSample:
    """Some rows of a relation, and the address of the list of all."""

    attribute: Attribute
    rows: list[Any]
    has_more: bool
    url: str


def show_detail(page: ConsolePage, slug: str, key: str) -> Any:
    """Show a row."""
    admin = page.get_admin(slug)
    row = page.get_row(admin, key)
    visible = page.access.visible(admin.model)
    cells = page.cells
    facts = [
        (each, cells.show(each, getattr(row, each.name), is_whole=True))
        for each in visible.values()
        if each.kind != "many" and not _is_shown_by_relation(each, visible)
    ]
    return page.show(
        "detail",
        admin=admin,
        row=row,
        key=key,
        name=admin.name_row(row),
        facts=facts,
        related=[
            related
            for each in visible.values()
            if each.kind == "many" and (related := _load_related(page, each, row))
        ],
        may={action: page.access.allows(action, row) for action in (EDIT, DELETE)}
        | {CREATE: page.access.allows_some(CREATE, admin.model)},
    )


def _is_shown_by_relation(attribute: Attribute, visible: Any) -> bool:
    """Return whether a foreign key is shown as the row that it leads to."""
    return not attribute.is_key and any(
        attribute.column in each.prop.local_columns
        for each in visible.values()
        if each.kind == "one" and attribute.column is not None
    )


def _load_related(
    page: ConsolePage, attribute: Attribute, row: Any
) -> RelatedSample | None:
    """Load the first rows of a relation, never all: there may be millions."""
    target = page.console.find(attribute.target)
    if target is None:
        return None
    parent = getattr(type(row), attribute.name)
    statement = target.select().where(orm.with_parent(row, parent))
    statement = statement.order_by(*target.mapper.primary_key)
    statement = statement.options(orm.lazyload("*"))
    found = page.console.session.scalars(statement.limit(_MOST_RELATED + 1)).unique()
    rows = list(found)
    shown = [each for each in rows[:_MOST_RELATED] if page.access.allows(VIEW, each)]
    has_more = len(rows) > _MOST_RELATED
    return RelatedSample(
        attribute, shown, has_more, _list_all(page, attribute, target, row)
    )


def _list_all(
    page: ConsolePage, attribute: Attribute, target: ModelAdmin, row: Any
) -> str:
    """Return the address of the list of all rows of a relation, if a filter says it."""
    for back in attribute.prop._reverse_property:  # noqa: SLF001 - SQLAlchemy has no public name for it
        if back.key in page.access.visible(target.model):
            text = write_filter(Condition(back.key, "=", (key_of(row),)))
            return page.url("list", target, filter=text)
    return ""
