"""The addresses of the console, each behind the question who may see it."""

from functools import wraps
from typing import Any

from flask import request
from werkzeug.exceptions import NotFound

from carboy.admin.actions import ACTION_TASK, run_job
from carboy.admin.background_runs import add_task
from carboy.admin.console import AdminConsole, source_state
from carboy.admin.saved_views import VIEWS
from carboy.admin.schema import key_of
from carboy.admin.transfer import IMPORT_TASK, IMPORTS, run_import
from carboy.core import Wiring
from carboy.site import require_same_origin
from carboy.ui import UI

from . import (
    action_view,
    cell_view,
    delete_view,
    detail_view,
    edit_view,
    export_view,
    history_view,
    import_view,
    index_view,
    list_view,
    panel_view,
    saved_view,
    search_view,
)
from .page import FOLDER, ConsolePage, View, send_static

_ROUTES: tuple[tuple[str, str, View], ...] = (
    ("/", "index", index_view.show_index),
    ("/-/search", "search", search_view.search),
    ("/-/panels/<name>", "panel", panel_view.show_panel),
    ("/<slug>/", "list", list_view.show_list),
    ("/<slug>/<key>", "detail", detail_view.show_detail),
    ("/<slug>/<key>/history", "history", history_view.show_history),
    ("/<slug>/-/deleted", "deleted", history_view.show_deleted),
    ("/<slug>/-/runs/<run_id>", "run", action_view.show_run),
    ("/<slug>/-/export", "export", export_view.send_rows),
    ("/<slug>/-/imports/<file>/<run_id>", "import_run", import_view.show_run),
    ("/<slug>/-/choices", "choices", edit_view.list_choices),
)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Each shows a form, and does what it says by POST.
_FORMS: tuple[tuple[str, str, View], ...] = (
    ("/<slug>/-/new", "create", edit_view.create_row),
    ("/<slug>/-/actions", "actions", action_view.act),
    ("/<slug>/-/import", "import", import_view.upload),
    ("/<slug>/-/imports/<file>", "import_file", import_view.import_file),
    ("/<slug>/<key>/edit", "edit", edit_view.edit_row),
    ("/<slug>/<key>/cell/<field>", "cell", cell_view.edit_cell),
    ("/<slug>/<key>/delete", "delete", delete_view.delete_row),
    ("/<slug>/-/restore/<int:change_id>", "restore", history_view.restore_change),
)


# Each does what a form of another page says.
_POSTS: tuple[tuple[str, str, View], ...] = (
    ("/-/panels/<name>/<action>", "act", panel_view.act),
    ("/<slug>/-/views", "save_view", saved_view.save_view),
    ("/<slug>/-/views/<int:view_id>/delete", "delete_view", saved_view.delete_view),
)


def add_pages(wiring: Wiring, console: AdminConsole, url: str, title: Any) -> None:
    """Add the pages of a console below an address."""
    UI().init_app(wiring.app)
    wiring.templates(FOLDER / "templates")
    wiring.template_filter("admin_key", key_of)
    name = console.name
    wiring.table(IMPORTS.name)
    wiring.table(VIEWS.name)
    add_task(wiring.app, ACTION_TASK, run_job)
    add_task(wiring.app, IMPORT_TASK, run_import)
    for rule, endpoint, view in _ROUTES:
        guarded = _guard(console, title, view)
        wiring.route(f"{url}{rule}", guarded, endpoint=f"{name}.{endpoint}")
    for rule, endpoint, view in _FORMS:
        wiring.route(
            f"{url}{rule}",
            _guard(console, title, view),
            endpoint=f"{name}.{endpoint}",
            methods=["GET", "POST"],
        )
    for rule, endpoint, view in _POSTS:
        wiring.route(
            f"{url}{rule}",
            _guard(console, title, view),
            endpoint=f"{name}.{endpoint}",
            methods=["POST"],
        )
    # Not below the address of the console: the files are no secret.
    wiring.route(
        f"/-/static/{name}/<digest>/<name>", send_static, endpoint=f"{name}.static"
    )


def _guard(console: AdminConsole, title: Any, view: View) -> View:
    """Answer 404 to those who see nothing: they learn not even that it is there."""

    @wraps(view)
    def guarded(**values: Any) -> Any:
        access = console.make_access()
        page = ConsolePage(console, access, title)
        if not access.allows_any(console.admins) and not page.list_panels():
            raise NotFound
        if request.method not in _SAFE:
            require_same_origin()
            source_state.set(console.name)
        return view(page, **values)

    return guarded
