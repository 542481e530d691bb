"""The check of unsafe requests, and which views are exempt from it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, TypeVar, overload

from flask import Blueprint, Flask, Request, request, session
from flask.globals import request_ctx

from carboy.core import AppState, ContextState, get_current_app
from carboy.errors import RefusedError
from carboy.site import check_form_size
from carboy.translation import gettext, gettext_noop

from .origin import RequestOrigin, Verdict, judge, normalize_origin
from .settings import CsrfSettings
from .token import is_valid_token

Exempted = TypeVar("Exempted", bound=Callable[..., Any] | Blueprint)

_ATTRIBUTE = "carboy_csrf_exempt"
ALWAYS, WITHOUT_COOKIES = "always", "without cookies"
_ELSEWHERE = gettext_noop(
    "This was sent from a page of another site, so nothing was done. Open the page "
    "of this site and send it from there."
)
_EXPIRED = gettext_noop(
    "Nothing was done, because this page was open for too long or cookies are "
    "switched off. Check what you typed, then send it again."
)
_HIDDEN = gettext_noop(
    "Nothing was done, because this may come from another site: your browser hides "
    "which page has sent it. Open the page of this site again and send it from there."
)
# A plain function: reading through the proxy would take several calls.
_get_request: Callable[[], Request] = object.__getattribute__(
    request, "_get_current_object"
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
    # Dotted names of views, as Flask-WTF's `exempt` takes them.
    exempt_views: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Checked:
    is_done: bool = False


protection_state: AppState[Protection] = AppState("carboy.forms")
_checked: ContextState[_Checked] = ContextState("csrf", _Checked)


def make_protection(settings: CsrfSettings) -> Protection:
    """Return the protection that `settings` describe."""
    origins = {normalize_origin(each) for each in settings.trusted_origins}
    return Protection(settings, frozenset(each for each in origins if each))


@overload
def csrf_exempt(target: Exempted) -> Exempted: ...
@overload
def csrf_exempt(
    target: None = None, *, only_without_cookies: bool = False
) -> Callable[[Exempted], Exempted]: ...
@overload
def csrf_exempt(target: Exempted, *, only_without_cookies: bool) -> Exempted: ...
def csrf_exempt(target: Any = None, *, only_without_cookies: bool = False) -> Any:
    """Exempt a view or a blueprint from the check: `@csrf_exempt` below `@app.post(…)`.

    Only for views that authenticate each request by themselves, such as a webhook
    that checks a signature. With `only_without_cookies=True` a request that has
    cookies is checked all the same: for an API that ignores them.
    """

    def mark(marked: Any) -> Any:
        extent = WITHOUT_COOKIES if only_without_cookies else ALWAYS
        setattr(marked, _ATTRIBUTE, extent)
        return marked

    return mark if target is None else mark(target)


def find_exemption(
    app: Flask, endpoint: str | None, blueprints: Iterable[str] = ()
) -> tuple[str, str]:
    """Return the extent of an exemption, and where it was made; both may be empty."""
    view = app.view_functions.get(endpoint or "")
    # A class of views keeps its decorated class behind the function.
    for marked in (view, getattr(view, "view_class", None)):
        if extent := getattr(marked, _ATTRIBUTE, ""):
            return extent, "decorator"
    protection = protection_state.find(app)
    names = protection.exempt_views if protection else set()
    if names and view is not None and f"{view.__module__}.{view.__name__}" in names:
        return ALWAYS, "name"
    for name in blueprints:
        if extent := getattr(app.blueprints.get(name), _ATTRIBUTE, ""):
            return extent, f"blueprint {name}"
    return "", ""


def is_exempt(app: Flask, endpoint: str | None, blueprints: Iterable[str] = ()) -> bool:
    """Return whether the view behind an endpoint is exempt, whatever is sent to it."""
    return find_exemption(app, endpoint, blueprints)[0] == ALWAYS


def is_left_to_flask_wtf(app: Flask) -> bool:
    """Return whether Flask-WTF's CSRFProtect is installed: it checks every request."""
    return "csrf" in app.extensions


def make_hook(protection: Protection) -> Callable[[], None]:
    """Return the function that is called before each request."""
    methods = frozenset(method.upper() for method in protection.settings.methods)

    def refuse_forged_request() -> None:
        """Refuse an unsafe request of another site."""
        # Every request passes here: two calls, this one and the one that reads it.
        if _get_request().method in methods:
            check_view(protection)

    return refuse_forged_request


def check_view(protection: Protection) -> None:
    """Raise `CsrfError` for a forged request, unless its view is exempt."""
    current = _get_request()
    app = get_current_app()
    if current.endpoint is None or is_left_to_flask_wtf(app):
        return
    extent, _where = find_exemption(app, current.endpoint, current.blueprints)
    if extent == ALWAYS or (extent and "Cookie" not in current.headers):
        return
    check_request(protection)


def check_request(protection: Protection) -> None:
    """Raise `CsrfError` unless this site, or no browser, caused the request."""
    checked = _checked.get()
    if checked.is_done:
        return
    origin = read_origin(request_ctx.request)
    verdict = judge(origin, protection.trusted_origins)
    if verdict is Verdict.REFUSED:
        raise CsrfError(gettext(_ELSEWHERE))
    if verdict is Verdict.UNKNOWN and not has_valid_token(protection.settings):
        # The frame of another site hides its origin as well.
        is_hidden = bool(origin.origin)
        message = gettext(_HIDDEN if is_hidden else _EXPIRED)
        raise CsrfError(message, may_retry=not is_hidden)
    checked.is_done = True


def read_origin(current: Request) -> RequestOrigin:
    """Return what the headers of a request say about where it comes from."""
    headers = current.headers
    return RequestOrigin(
        scheme=current.scheme,
        host=current.host,
        fetch_site=headers.get("Sec-Fetch-Site", ""),
        origin=headers.get("Origin", ""),
        authorization=headers.get("Authorization", ""),
        has_cookies="Cookie" in headers,
        is_browser="Referer" in headers
        or headers.get("User-Agent", "").startswith(("Mozilla/", "Opera/")),
    )


def has_valid_token(settings: CsrfSettings) -> bool:
    """Return whether a header or field has the token of this session."""
    current = _get_request()
    tokens = (current.headers.get(name, "") for name in settings.headers)
    # Headers first: a body that is large need not be read then.
    if any(_is_valid(token) for token in tokens if token):
        return True
    check_form_size()
    name = settings.field_name
    # A prefixed form sends its token under `prefix-csrf_token`. Of a part of a body
    # without a name, the key is None.
    return any(
        _is_valid(value)
        for key, value in current.form.items(multi=True)
        if key and value and (key == name or key.endswith(f"-{name}"))
    )


def _is_valid(token: str) -> bool:
    if not is_left_to_flask_wtf(get_current_app()):
        return is_valid_token(session, token)
    try:
        import_module("flask_wtf.csrf").validate_csrf(token)
    except ValueError:
        return False
    return True
