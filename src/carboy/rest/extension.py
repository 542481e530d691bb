"""The battery for APIs: settings, the pages of the documentation, `carboy openapi`."""

from functools import partial
from pathlib import Path
from pkgutil import resolve_name

from flask import Flask, request

from carboy.core import AppState, Extension, Wiring, registry_of
from carboy.errors import SettingsError

from .access import check_access
from .commands import openapi
from .commit_entries import make_commit_watcher
from .cross_origin import check_origins, make_cors_hook
from .describe import describe_apis, rest_settings
from .handle_errors import owns_endpoint
from .openapi import is_open_to, make_blueprint
from .settings import RestSettings
from .store import STORE_TABLE, make_store_getter
from .typed import AppOptions, OperationError, parse_limit

_FOLDER = Path(__file__).parent

app_options: AppState[AppOptions] = AppState("carboy.rest.options")


class Rest(Extension):
    """The battery for APIs; the first `Api` of an app installs it."""

    name = "rest"

    def install(self, wiring: Wiring) -> None:
        """Add the settings, the documentation and the commands."""
        app = wiring.app
        settings = rest_settings.set(app, wiring.settings(RestSettings))
        wiring.command(openapi)
        wiring.table(STORE_TABLE)
        wiring.check(check_access)
        check_origins(settings)
        app_options.set(app, _make_options(app, settings))
        if settings.cors_origins:
            wiring.after_request(make_cors_hook(settings, partial(owns_endpoint, app)))
        if not _may_show_docs(app, settings):
            return
        # Imported here: an API in production has no pages.
        ui: Extension = resolve_name("carboy.ui:UI")()
        ui.init_app(app)
        wiring.templates(_FOLDER / "openapi" / "templates")
        blueprint = make_blueprint(
            lambda: describe_apis(app, request.script_root or "/"),
            lambda: is_open_to(settings.docs),
        )
        wiring.blueprint(blueprint)


def _make_options(app: Flask, settings: RestSettings) -> AppOptions:
    try:
        limit = parse_limit(settings.limit) if settings.limit else None
    except OperationError as error:
        msg = f"REST_LIMIT cannot be read: {error}"
        raise SettingsError(msg) from error
    get_store = make_store_getter(app, settings.store_url)
    return AppOptions(
        get_store,
        refuse_unknown=settings.unknown_fields == "refuse",
        idempotency_seconds=settings.idempotency_seconds,
        limit=limit,
        watch_commits=make_commit_watcher(app, get_store),
    )


def _may_show_docs(app: Flask, settings: RestSettings) -> bool:
    """Return whether the pages can be open; a plain Flask app gets its mode later."""
    if settings.docs == "development" and getattr(app, "has_settings", False):
        return app.debug or app.testing
    return settings.docs != "never"


def require_rest(app: Flask) -> AppOptions:
    """Install the battery if need be, and return what operations need of it."""
    if Rest.name not in registry_of(app).installed:
        Rest().init_app(app)
    return app_options.of(app)
