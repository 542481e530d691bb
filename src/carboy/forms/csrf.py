"""The check of unsafe requests, and which views are exempt from it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Blueprint, Flask, current_app, request, session

from carboy.core import AppState, ContextState
from carboy.errors import RefusedError

from .origin import RequestOrigin, Verdict, judge, normalize_origin
from .settings import CsrfSettings
from .token import is_valid_token

View = TypeVar("View", bound=Callable[..., Any])
_EXEMPT = "carboy_csrf_exempt"
_ELSEWHERE = (
    "This was sent from a page of another site, so nothing was done. Open the page "
    "of this site and send it from there."
)
_EXPIRED = (
    "Nothing was done, because this page was open for too long or cookies are "
    "switched off. Check what you typed, then send it again."
)


class CsrfError(RefusedError):
    """Raised for an unsafe request that this site may not have caused itself."""

    status = 400

    def __init__(self, message: str, *, may_retry: bool = False) -> None:
        super().__init__(message)
        # What another site sent must not be one click away from being done.
        self.may_retry = may_retry


@dataclass(slots=True)
class Protection:
    """What the check needs to know of an app."""

    settings: CsrfSettings
    trusted_origins: frozenset[str]
    exempt_blueprints: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Checked:
    is_done: bool = False


protection_state: AppState[Protection] = AppState("carboy.forms")
_checked: ContextState[_Checked] = ContextState("csrf", _Checked)


def make_protection(settings: CsrfSettings) -> Protection:
    """Return the protection that `settings` describe."""
    origins = {normalize_origin(each) for each in settings.trusted_origins}
    return Protection(settings, frozenset(each for each in origins if each))


def csrf_exempt(view: View) -> View:
    """Exempt a view from the check: `@csrf_exempt` below `@app.post(…)`.

    Only for views that authenticate each request by themselves, such as a webhook
    that checks a signature.
    """
    setattr(view, _EXEMPT, True)
    return view


def is_exempt(app: Flask, endpoint: str | None, blueprints: Iterable[str] = ()) -> bool:
    """Return whether the view behind an endpoint is exempt."""
    view = app.view_functions.get(endpoint or "")
    protection = protection_state.find(app)
    exempt = protection.exempt_blueprints if protection else set()
    return getattr(view, _EXEMPT, False) or not exempt.isdisjoint(blueprints)


def exempt_blueprint(app: Flask, blueprint: Blueprint) -> None:
    """Exempt all views of a blueprint."""
    protection_state.of(app).exempt_blueprints.add(blueprint.name)


def check_every_request() -> None:
    """Refuse an unsafe request of another site; called before each request."""
    protection = protection_state.current()
    if request.method not in protection.settings.methods or request.endpoint is None:
        return
    app = current_app
    if "csrf" in app.extensions or is_exempt(app, request.endpoint, request.blueprints):
        # Flask-WTF's CSRFProtect keeps its extension under that name.
        return
    check_request(protection)


def check_request(protection: Protection) -> None:
    """Raise `CsrfError` unless this site, or no browser, caused the request."""
    checked = _checked.get()
    if checked.is_done:
        return
    headers = request.headers
    origin = RequestOrigin(
        scheme=request.scheme,
        host=request.host,
        fetch_site=headers.get("Sec-Fetch-Site", ""),
        origin=headers.get("Origin", ""),
        authorization=headers.get("Authorization", ""),
        has_cookies="Cookie" in headers,
    )
    verdict = judge(origin, protection.trusted_origins)
    if verdict is Verdict.REFUSED:
        raise CsrfError(_ELSEWHERE)
    if verdict is Verdict.UNKNOWN and not _has_valid_token(protection.settings):
        raise CsrfError(_EXPIRED, may_retry=True)
    checked.is_done = True


def _has_valid_token(settings: CsrfSettings) -> bool:
    tokens = [request.headers.get(name, "") for name in settings.headers]
    name = settings.field_name
    # A prefixed form sends its token under `prefix-csrf_token`.
    tokens += [
        v for k, v in request.form.items() if k == name or k.endswith(f"-{name}")
    ]
    return any(is_valid_token(session, token) for token in tokens if token)
