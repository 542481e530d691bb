"""The battery that protects a site against forged requests from other sites."""

from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, json, render_template, request, session
from markupsafe import Markup

from carboy.core import Extension, Wiring
from carboy.site import wants_json

from .checks import check_settings
from .csrf import (
    CsrfError,
    check_every_request,
    csrf_exempt,
    exempt_blueprint,
    is_exempt,
    make_protection,
    protection_state,
)
from .form import SUBMIT_METHODS
from .settings import CsrfSettings
from .token import make_token

_FOLDER = Path(__file__).parent
# What a page that asks for another try must not repeat in its source.
_SECRET_WORDS = ("password", "passwd", "secret", "token", "code", "card", "cvc")


class Forms(Extension):
    """The battery for forms: every unsafe request is checked, every form has a token.

    Flask-WTF's `CSRFProtect` has the same methods: `init_app`, `exempt`, `protect`.
    """

    name = "forms"

    def __init__(self, app: Flask | None = None) -> None:
        self._exempt_blueprints: list[Blueprint] = []
        super().__init__(app)

    def install(self, wiring: Wiring) -> None:
        """Check requests, answer refused ones, and add the token to templates."""
        settings = wiring.settings(CsrfSettings)
        app = wiring.app
        protection_state.set(app, make_protection(settings))
        for blueprint in self._exempt_blueprints:
            exempt_blueprint(app, blueprint)
        wiring.templates(_FOLDER / "templates")
        wiring.error(CsrfError, answer_refused)
        wiring.template_global("csrf_token", csrf_token)
        wiring.template_global("ui_hidden", hidden_token)
        wiring.check(check_settings)
        if settings.enabled and settings.check_default:
            wiring.before_request(check_every_request)

    def exempt(self, view: Any) -> Any:
        """Exempt a view or a whole blueprint from the check."""
        if isinstance(view, Blueprint):
            self._exempt_blueprints.append(view)
            return view
        return csrf_exempt(view)


def csrf_token() -> str:
    """Return a token, for `<meta name="csrf-token">` or a form written by hand."""
    return make_token(session)


def hidden_token(form: Any = None) -> Markup:
    """Return the hidden field with the token, unless `form` brings its own."""
    app_protection = protection_state.current()
    name = app_protection.settings.field_name
    if not app_protection.settings.enabled or (form is not None and name in form):
        return Markup("")
    field = Markup('<input type="hidden" name="{}" value="{}">')
    return field.format(name, make_token(session))


def answer_refused(error: CsrfError) -> Any:
    """Answer a refused request; what a visitor typed can be sent again from there."""
    if wants_json():
        body = {"type": "about:blank", "title": "Bad Request", "status": error.status}
        body |= {"detail": str(error), "code": "csrf"}
        return Response(
            json.dumps(body), error.status, content_type="application/problem+json"
        )
    fields = []
    if error.may_retry and not request.files:
        own = protection_state.current().settings.field_name
        fields = [(k, v) for k, v in request.form.items(multi=True) if k != own]
    secret = [name for name, _ in fields if _is_secret(name)]
    page = render_template(
        "carboy/csrf.html",
        message=str(error),
        may_retry=error.may_retry and not request.files and not secret,
        fields=fields,
    )
    return Response(page, error.status, content_type="text/html; charset=utf-8")


def list_exempt_rules(app: Flask) -> list[tuple[str, str]]:
    """Return (rule, endpoint) of each unsafe route that is not checked."""
    protection = protection_state.find(app)
    is_off = protection is None or not protection.settings.enabled
    rows = []
    for rule in app.url_map.iter_rules():
        names = rule.endpoint.split(".")[:-1]
        blueprints = [".".join(names[: n + 1]) for n in range(len(names))]
        if SUBMIT_METHODS.isdisjoint(rule.methods or ()):
            continue
        if is_off or is_exempt(app, rule.endpoint, blueprints):
            rows.append((rule.rule, rule.endpoint))
    return rows


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in _SECRET_WORDS)
