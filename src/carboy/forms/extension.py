"""The battery that protects a site against forged requests from other sites."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from flask import Flask

from carboy.core import Extension, Wiring, registry_of
from carboy.translation import gettext

from .checks import check_settings
from .csrf import (
    CsrfError,
    check_view,
    csrf_exempt,
    is_left_to_flask_wtf,
    make_hook,
    make_protection,
    protection_state,
)
from .current_token import csrf_meta_tag, csrf_token, hidden_token
from .refused import answer_refused
from .settings import CsrfSettings

_FOLDER = Path(__file__).parent


class Forms(Extension):
    """The battery for forms: every unsafe request is checked, every form has a token.

    A site with settings has it by default. Flask-WTF's `CSRFProtect` has the same
    methods: `init_app`, `exempt`, `protect`.
    """

    name = "forms"

    def __init__(self, app: Flask | None = None) -> None:
        self._exempt_names: set[str] = set()
        super().__init__(app)

    def init_app(self, app: Flask) -> None:
        """Install the battery, or take the place of the default one of a site."""
        registry = registry_of(app)
        before = registry.installed.get(self.name)
        if type(before) is DefaultForms:
            self._share(protection_state.of(app).exempt_views)
            registry.installed[self.name] = self
        else:
            super().init_app(app)

    def install(self, wiring: Wiring) -> None:
        """Check requests, answer refused ones, and add the token to templates."""
        settings = wiring.settings(CsrfSettings)
        app = wiring.app
        protection = protection_state.set(app, make_protection(settings))
        self._share(protection.exempt_views)
        wiring.templates(_FOLDER / "templates")
        wiring.error(CsrfError, answer_refused)
        # The names are those of Flask-WTF, and hidden fields are what `ui` asks for.
        names = app.jinja_env.globals
        if not is_left_to_flask_wtf(app):
            names["csrf_token"] = csrf_token
            names["csrf_meta_tag"] = csrf_meta_tag
        names.setdefault("ui_text", gettext)
        names["ui_hidden"] = hidden_token
        names["form_page"] = _import_later("form_page")
        names["form_field"] = _import_later("form_field")
        wiring.check(check_settings)
        if settings.enabled and settings.check_default:
            # Before the hooks of the site, one of which may answer a request itself.
            hooks = app.before_request_funcs.setdefault(None, [])
            hooks.insert(0, make_hook(protection))

    def exempt(self, view: Any) -> Any:
        """Exempt a view, a blueprint, or a view by its dotted name."""
        if isinstance(view, str):
            self._exempt_names.add(view)
            return view
        return csrf_exempt(view)

    def protect(self) -> None:
        """Check the request at work now: for sites with CSRF_CHECK_DEFAULT off."""
        check_view(protection_state.current())

    def _share(self, names: set[str]) -> None:
        """Use the app's own set of names from now on."""
        names |= self._exempt_names
        self._exempt_names = names


def _import_later(name: str) -> Callable[..., Any]:
    """Return a function of `page`, imported at the first call: it needs WTForms."""

    @cache
    def load() -> Callable[..., Any]:
        function: Callable[..., Any] = resolve_name(f"carboy.forms.page:{name}")
        return function

    def call(*args: Any, **options: Any) -> Any:
        return load()(*args, **options)

    return call


class DefaultForms(Forms):
    """The battery as a site with settings has it, unless the site installs its own."""

    def init_app(self, app: Flask) -> None:
        """Install the battery; nothing happens if the site has one already."""
        if self.name not in registry_of(app).installed:
            super().init_app(app)
