"""The addresses of the console, each behind the question who may see it."""

from functools import wraps
from typing import Any

from werkzeug.exceptions import NotFound

from carboy.admin.console import AdminConsole
from carboy.admin.schema import key_of
from carboy.core import Wiring
from carboy.site import require_same_origin
from carboy.ui import UI

from . import detail_view, index_view, list_view
from .page import FOLDER, ConsolePage, View, send_static

_ROUTES: tuple[tuple[str, str, View], ...] = (
    ("/", "index", index_view.show_index),
    ("/<slug>/", "list", list_view.show_list),
    ("/<slug>/<key>", "detail", detail_view.show_detail),
)
_POSTS: tuple[tuple[str, str, View], ...] = ()


def add_pages(wiring: Wiring, console: AdminConsole, url: str, title: Any) -> None:
    """Add the pages of a console below an address."""
    UI().init_app(wiring.app)
    wiring.templates(FOLDER / "templates")
    wiring.template_filter("admin_key", key_of)
    name = console.name
    for rule, endpoint, view in _ROUTES:
        guarded = _guard(console, title, view)
        wiring.route(f"{url}{rule}", guarded, endpoint=f"{name}.{endpoint}")
    for rule, endpoint, view in _POSTS:
        wiring.route(
            f"{url}{rule}",
            _guard(console, title, view, writes=True),
            endpoint=f"{name}.{endpoint}",
            methods=["POST"],
        )
    # Not below the address of the console: the files are no secret.
    wiring.route(
        f"/-/static/{name}/<digest>/<name>", send_static, endpoint=f"{name}.static"
    )


def _guard(
    console: AdminConsole, title: Any, view: View, *, writes: bool = False
) -> View:
    """Answer 404 to those who see nothing: they learn not even that it is there."""

    @wraps(view)
    def guarded(**values: Any) -> Any:
        access = console.make_access()
        if not access.allows_any(console.admins):
            raise NotFound
        if writes:
            require_same_origin()
        return view(ConsolePage(console, access, title), **values)

    return guarded
