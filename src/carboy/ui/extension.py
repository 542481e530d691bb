"""The battery that gives pages their look: stylesheet, script, macros, addresses."""

from collections.abc import Callable
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from flask import Flask, current_app, request, url_for
from jinja2 import Environment
from markupsafe import Markup

from carboy.core import Extension, Wiring
from carboy.translation import get_language, gettext, ngettext

from . import fields, page
from .browsers import name_browser
from .columns import make_column
from .commands import static_commands
from .files import UiFiles
from .page import files_state
from .times import make_time

_FOLDER = Path(__file__).parent


class UI(Extension):
    """The battery that gives pages their look.

    Templates get `ui` (the macros of carboy/ui.html), `static_url`, `url_with` and the
    page shell `carboy/page.html`. In development /-/ui shows every piece. A site with
    settings has it by default.
    """

    name = "ui"

    def init_app(self, app: Flask) -> None:
        """Install the battery; nothing happens if it is installed already.

        It has no options, so another object would do the same. Batteries with pages
        install it on apps that have not.
        """
        if files_state.find(app) is None:
            super().init_app(app)

    def install(self, wiring: Wiring) -> None:
        """Add the templates, the static files and what templates call."""
        app = wiring.app
        files_state.set(app, UiFiles(app))
        wiring.templates(_FOLDER / "templates")
        wiring.template_global("ui", Macros(app.jinja_env))
        # Replaced by the battery for forms.
        wiring.template_global("ui_text", gettext)
        wiring.template_global("ui_language", get_language)
        wiring.template_global("ui_hidden", _hidden_token)
        for name, translate in _TRANSLATE.items():
            wiring.template_global(name, translate)
        for name, function in _GLOBALS.items():
            wiring.template_global(name, function)
        for name, function in _FILTERS.items():
            wiring.template_filter(name, function)
        wiring.route("/-/static/<digest>/<path:name>", _send_ours, endpoint="ui.static")
        if app.static_folder is not None:
            rule = f"{app.static_url_path}/-/<digest>/<path:name>"
            wiring.route(rule, _send_of_site, endpoint="ui.site_static")
        wiring.command(static_commands)
        if app.debug or app.testing:
            wiring.route("/-/ui", _show_guide, endpoint="ui.guide")


class Macros:
    """The macros of carboy/ui.html, or of the site's own file of that name."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def __getattr__(self, name: str) -> Any:
        return getattr(self._environment.get_template("carboy/ui.html").module, name)


def static_url(name: str) -> str:
    """Return the address of a file in the site's static folder, with its digest.

    `shop/shop.css` may also be `shop.css` in the static folder of the blueprint `shop`;
    a file of the site with that name goes first. The file may be cached for ever: a
    changed file has another address. A file that does not exist gets Flask's plain
    address, whose 404 names it.
    """
    state = files_state.current()
    digest = state.site.digest(name) if state.site is not None else None
    module = state.find_module(name) if digest is None else None
    if module is not None:
        if state.site is None:
            # A site without static files has no address for hashed ones.
            return url_for(f"{name.partition('/')[0]}.static", filename=module[1])
        digest = module[0].digest(module[1])
    if digest is None:
        return url_for("static", filename=name)
    return url_for("ui.site_static", digest=digest, name=name)


def url_with(**changes: Any) -> str:
    """Return the address of this page with other query parameters; None removes one."""
    query: dict[str, Any] = {}
    for name, values in request.args.lists():
        query[name] = values[0] if len(values) == 1 else values
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    path = request.view_args or {}
    endpoint = request.endpoint
    if endpoint is None:
        return request.path
    return url_for(endpoint, **{**query, **path})


def _send_ours(digest: str, name: str) -> Any:
    return files_state.current().ours.respond(digest, name)


def _send_of_site(digest: str, name: str) -> Any:
    state = files_state.current()
    if state.site is None:
        return current_app.send_static_file(name)
    if state.site.digest(name) is None:
        module = state.find_module(name)
        if module is not None:
            return module[0].respond(digest, module[1])
    return state.site.respond(digest, name)


def _show_guide() -> str:
    # Imported when it is shown, which only development does.
    text: str = resolve_name("carboy.ui.guide:show_guide")()
    return text


def _hidden_token(_form: object = None) -> Markup:
    """Return the hidden field of Flask-WTF, if that protects the site."""
    make_token: Any = current_app.jinja_env.globals.get("csrf_token")
    if make_token is None:
        return Markup("")
    name = current_app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token")
    return Markup('<input type="hidden" name="{}" value="{}">').format(
        name,
        make_token(),
    )


_GLOBALS: dict[str, Callable[..., Any]] = {
    "static_url": static_url,
    "url_with": url_with,
    "ui_static": page.ui_static,
    "ui_theme": page.ui_theme,
    "ui_icon": page.ui_icon,
    "ui_site_name": page.ui_site_name,
    "ui_flashed": page.ui_flashed,
}

_TRANSLATE: dict[str, Callable[..., str]] = {
    "_": gettext,
    "gettext": gettext,
    "ngettext": ngettext,
}

_FILTERS: dict[str, Callable[..., Any]] = {
    "ui_kind": fields.field_kind,
    "ui_optional": fields.field_is_optional,
    "ui_class": fields.field_class,
    "ui_described_by": fields.described_by,
    "ui_messages": fields.list_messages,
    "ui_errors": fields.list_form_errors,
    "ui_has_files": fields.has_files,
    "ui_id": fields.make_id,
    "ui_browser": name_browser,
    "ui_column": make_column,
    "ui_time": make_time,
}
