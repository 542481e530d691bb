"""Pages about batteries: what they show, and what is done there."""

import logging
from datetime import datetime
from typing import Any

from flask import flash, redirect, request
from markupsafe import Markup
from werkzeug.exceptions import BadRequest, Forbidden, NotFound

from carboy.admin.history import list_changes, record_act
from carboy.core import Panel, PanelAction, PanelQuery
from carboy.errors import RefusedError
from carboy.ui import make_time

from .page import ConsolePage, hidden_fields

log = logging.getLogger("carboy.admin")

_MOST_WORDS, _MOST_KEY, _MOST_TEXT = 200, 250, 200
# A column of the table of changes has no more.
_MOST_ACTION = 20


def show_panel(page: ConsolePage, name: str) -> Any:
    """Show what a battery does at this moment."""
    panel = _find(page, name)
    chosen = request.args.get("filter", "")
    query = PanelQuery(chosen, request.args.get("q", "")[:_MOST_WORDS].strip())
    view = panel.read(query)
    if view.filters and chosen not in dict(view.filters):
        query = PanelQuery(view.filters[0][0], query.search)
    acts = []
    if page.has_history:
        acts = list_changes(page.console.session, _history_name(panel), limit=10)
    return page.show(
        "panel",
        panel=panel,
        view=view,
        query=query,
        acts=acts,
        show_cell=show_cell,
        tabs=[
            (
                label,
                page.url("panel", name=name, filter=value, q=query.search or None),
                value == query.filter,
            )
            for value, label in view.filters
        ],
        kept=hidden_fields({"filter": query.filter, "q": query.search}),
    )


def act(page: ConsolePage, name: str, action: str) -> Any:
    """Do what a button says, once it is recorded who has asked for it."""
    panel = _find(page, name)
    found = panel.actions.get(action)
    if found is None:
        raise NotFound
    if not page.access.may_act:
        raise Forbidden
    if found.is_dangerous:
        page.require_fresh()
    key = request.form.get("key", "").strip()
    if len(key) > _MOST_KEY:
        # Cut off, it would be another key.
        raise BadRequest
    who = page.console.name_user()
    log.info("%s: %s %r, asked for by %s", name, action, key, who or "nobody known")
    if page.has_history:
        record_act(
            page.console.session,
            who=who,
            action=action[:_MOST_ACTION],
            source=page.console.name,
            model=_history_name(panel),
            key=key,
            name=str(found.label)[:_MOST_TEXT],
        )
    _run(found, key)
    shown, words = (
        request.form.get(name, "")[:_MOST_WORDS] for name in ("filter", "q")
    )
    address = page.url("panel", name=panel.name, filter=shown or None, q=words or None)
    return redirect(address, 303)


def show_cell(value: Any) -> Any:
    """Return a value of a panel as HTML shows it."""
    if isinstance(value, datetime):
        return make_time(value)
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.3f}".rstrip("0").rstrip(".")
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return value if isinstance(value, Markup) else str(value)


def _run(action: PanelAction, key: str) -> None:
    try:
        done = action.run(key)
    except RefusedError as error:
        flash(str(error), "error")
    else:
        flash(str(done or action.label), "success")


def _find(page: ConsolePage, name: str) -> Panel:
    panel = page.console.panels.get(name)
    if panel is None or not page.access.allows_panel(name):
        raise NotFound
    return panel


def _history_name(panel: Panel) -> str:
    return f"panel:{panel.name}"
