"""Views of a list that have a name: the user's own, and those that are shared."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request
from werkzeug.exceptions import BadRequest, Forbidden, NotFound

from carboy.admin.access import SHARE
from carboy.admin.lists import FilterError, make_conditions, parse_filter
from carboy.admin.saved_views import NAME_LENGTH, SavedView, ViewStore
from carboy.admin.schema import ModelAdmin
from carboy.translation import gettext

from .page import ConsolePage

# What of the address a view holds.
PARTS = ("q", "filter", "sort", "columns")
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class ViewTab:
    """A view above the list."""

    view: SavedView | None
    url: str
    is_current: bool = False
    may_delete: bool = False


def list_tabs(page: ConsolePage, admin: ModelAdmin) -> list[ViewTab]:
    """Return the views that the user can open; the first is the list as it is."""
    store = open_store(page, admin)
    chosen = request.args.get("view", "")
    views = [each for each in store.list() if _is_open(page, admin, store, each)]
    tabs = [
        ViewTab(
            each,
            page.url("list", admin, **each.query, view=each.id),
            chosen == str(each.id),
            _may_delete(page, admin, store, each),
        )
        for each in views
    ]
    is_first = not any(each.is_current for each in tabs)
    return [ViewTab(None, page.url("list", admin), is_first), *tabs]


def save_view(page: ConsolePage, slug: str) -> Any:
    """Store what the list is asked for under a name."""
    admin = page.get_admin(slug)
    _require_writable(page)
    name = " ".join(request.form.get("name", "").replace("\0", "").split())
    query = {part: request.form.get(part, "") for part in PARTS}
    query = {part: text for part, text in query.items() if text}
    if any(len(text) > _LONGEST or "\0" in text for text in query.values()):
        raise BadRequest
    is_shared = "shared" in request.form
    if is_shared and not page.access.allows_some(SHARE, admin.model):
        raise Forbidden
    if not name or len(name) > NAME_LENGTH:
        text = gettext(
            "The name of a view has 1 to %(limit)d characters.", limit=NAME_LENGTH
        )
        flash(text, "error")
        return redirect(page.url("list", admin, **query), 303)
    key = open_store(page, admin).save(name, query, is_shared=is_shared)
    if key is None:
        page.console.session.rollback()
        flash(gettext("You have too many views. Delete one first."), "error")
        return redirect(page.url("list", admin, **query), 303)
    page.console.session.commit()
    flash(gettext("The view %(name)s was saved.", name=name), "success")
    return redirect(page.url("list", admin, **query, view=key), 303)


def delete_view(page: ConsolePage, slug: str, view_id: int) -> Any:
    """Remove a view; the rows stay."""
    admin = page.get_admin(slug)
    _require_writable(page)
    store = open_store(page, admin)
    view = store.find(view_id)
    if view is None:
        raise NotFound
    if not _may_delete(page, admin, store, view):
        raise Forbidden
    store.delete(view)
    page.console.session.commit()
    flash(gettext("The view %(name)s was deleted.", name=view.name), "success")
    return redirect(page.url("list", admin), 303)


def open_store(page: ConsolePage, admin: ModelAdmin) -> ViewStore:
    """Return the views of a model for the user."""
    user = page.console.identify_user(page.access)
    console = page.console
    return ViewStore(console.session, console.name, admin.slug, user.id or user.name)


def _require_writable(page: ConsolePage) -> None:
    if page.console.is_read_only:
        raise Forbidden


def _may_delete(
    page: ConsolePage, admin: ModelAdmin, store: ViewStore, view: SavedView
) -> bool:
    if page.console.is_read_only:
        return False
    return store.is_own(view) or page.access.allows_some(SHARE, admin.model)


def _is_open(
    page: ConsolePage, admin: ModelAdmin, store: ViewStore, view: SavedView
) -> bool:
    """Return whether the filter names only what the user sees.

    Another's filter would tell the names and values of the rest.
    """
    if store.is_own(view):
        return True
    try:
        tree = parse_filter(view.query.get("filter", ""))
        if tree is not None:
            make_conditions(page.access.visible).make(admin, tree)
    except FilterError:
        return False
    return True
