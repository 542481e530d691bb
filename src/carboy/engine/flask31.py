"""Everything that depends on how Flask 3.1 is built inside.

Flask 3.2 merges the two contexts and passes one to each method: it gets a second file
with the same names.
"""

import sys
from collections.abc import Callable
from inspect import CO_COROUTINE
from types import FunctionType, MethodType
from typing import Any

from flask import Flask, signals
from flask.ctx import AppContext, RequestContext, _AppCtxGlobals
from flask.globals import _cv_app, _cv_request
from flask.helpers import _split_blueprint_path
from flask.wrappers import Request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from .lazy import Lazy
from .request import forget, text_of
from .session_cookie import CookieSessions

# An override of the first group means stock code for the whole request; with one of
# the second, Flask's own chain of methods runs in our contexts.
ASIDE = ("request_context", "app_context", "create_url_adapter")
CHAIN = (
    "full_dispatch_request",
    "preprocess_request",
    "dispatch_request",
    "ensure_sync",
    "make_response",
    "process_response",
    "finalize_request",
    "do_teardown_request",
    "do_teardown_appcontext",
)
METHODS = (*ASIDE, *CHAIN)
STOCK = {name: getattr(Flask, name) for name in METHODS}
stock_wsgi_app, stock_call = Flask.wsgi_app, Flask.__call__

# Blinker keeps these dicts for good and lets their truth be read: a signal to nobody
# costs nothing.
PUSHED = signals.appcontext_pushed.receivers
POPPED = signals.appcontext_popped.receivers
STARTED = signals.request_started.receivers
FINISHED = signals.request_finished.receivers
REQUEST_TEARING = signals.request_tearing_down.receivers
APP_TEARING = signals.appcontext_tearing_down.receivers

# What `straight` does most, with an attribute less to look up.
find_app_context: Any = _cv_app.get
find_request_context = _cv_request.get
push_app_context, push_request_context = _cv_app.set, _cv_request.set
pop_app_context, pop_request_context = _cv_app.reset, _cv_request.reset
# Flask's own has nothing to close but uploaded files.
STOCK_CLOSE = Request.close

# Python 3.12 lets any function be marked as one that gives a coroutine.
CAN_MARK = sys.version_info >= (3, 12)
_unset: Any = object()
APP: tuple[str | None, ...] = (None,)
# By endpoint, which is a name in all but the oddest apps.
SCOPES: dict[str, tuple[str | None, ...]] = {}


class LeanAppContext(AppContext):
    """An application context whose parts are made when they are asked for."""

    carboy_token: Any = None
    _cv_tokens = Lazy(
        lambda own: [] if own.carboy_token is None else [own.carboy_token]
    )
    url_adapter = Lazy(lambda own: own.app.create_url_adapter(None))
    g = Lazy(lambda own: own.app.app_ctx_globals_class())

    def pop(self, exc: BaseException | None = _unset) -> None:
        """Pop it as Flask does, without signals that nobody receives."""
        try:
            if len(self._cv_tokens) == 1:
                if exc is _unset:
                    exc = sys.exc_info()[1]
                self.app.do_teardown_appcontext(exc)
        finally:
            current = _cv_app.get()
            _cv_app.reset(self._cv_tokens.pop())
        if current is not self:
            raise AssertionError(
                f"Popped wrong app context. ({current!r} instead of {self!r})"
            )
        if POPPED:
            _tell(signals.appcontext_popped, self.app)


class LeanRequestContext(RequestContext):
    """A request context whose parts are made when they are asked for."""

    carboy_place: tuple[str, str | None, str] | None = None
    carboy_path: str
    carboy_method: str
    carboy_cookies: CookieSessions | None = None
    # What stock Flask keeps in two lists that only a second push looks at.
    carboy_token: Any = None
    carboy_inner: Any = None
    _cv_tokens = Lazy(
        lambda own: (
            [] if own.carboy_token is None else [(own.carboy_token, own.carboy_inner)]
        )
    )
    flashes = None
    _after_request_functions = Lazy(lambda own: [])  # noqa: ARG005 - as Lazy calls it
    _session = Lazy(lambda own: open_session(own))  # noqa: PLW0108 - defined below
    url_adapter = Lazy(lambda own: make_adapter(own))  # noqa: PLW0108 - defined below

    def pop(self, exc: BaseException | None = _unset) -> None:
        """Pop it as Flask does, without making an environ to write into."""
        is_last = len(self._cv_tokens) == 1
        try:
            if is_last:
                if exc is _unset:
                    exc = sys.exc_info()[1]
                self.app.do_teardown_request(exc)
                close = getattr(self.request, "close", None)
                if close is not None:
                    close()
        finally:
            current = _cv_request.get()
            token, app_context = self._cv_tokens.pop()
            _cv_request.reset(token)
            if is_last:
                forget(current.request)
            if app_context is not None:
                app_context.pop(exc)
            if current is not self:
                raise AssertionError(
                    f"Popped wrong request context. ({current!r} instead of {self!r})"
                )


class BareAppContext(LeanAppContext):
    """One that is made empty by a plain call: half of what `object.__new__` takes."""

    __slots__ = ("app", "carboy_token")  # always there: no place in a dict
    __init__ = object.__init__


class BareRequestContext(LeanRequestContext):
    """One that is made empty by a plain call; whoever makes it fills all slots."""

    __slots__ = (
        "app", "carboy_cookies", "carboy_inner", "carboy_method", "carboy_place",
        "carboy_token", "request",
    )  # fmt: skip
    __init__ = object.__init__

    def copy(self) -> RequestContext:
        """Copy it as Flask does."""
        request, session = self.request, self._session
        return LeanRequestContext(self.app, request.environ, request, session)


for _lean, _stock in (
    (LeanAppContext, AppContext),
    (BareAppContext, AppContext),
    (LeanRequestContext, RequestContext),
    (BareRequestContext, RequestContext),
):
    # Log lines and `repr` show the name of the class.
    _lean.__name__ = _stock.__name__
    _lean.__qualname__ = _stock.__qualname__
    _lean.__module__ = _stock.__module__


def has_stock_globals(app: Flask) -> bool:
    """Tell whether `g` may be made late."""
    return app.app_ctx_globals_class is _AppCtxGlobals


def open_session(context: LeanRequestContext) -> Any:
    """Open the session the way a push does."""
    own = context.request.__dict__
    if "cookies" in own and own["cookies"] is not own.get("carboy_parsed_cookies"):
        # The app has replaced them, which a push is too early to see.
        replaced = own.pop("cookies")
        if "carboy_parsed_cookies" in own:
            own["cookies"] = own["carboy_parsed_cookies"]
        try:
            return open_session(context)
        finally:
            own["cookies"] = replaced
    cookies = context.carboy_cookies
    if cookies is not None:
        return cookies.open(context.app, context.request)
    interface = context.app.session_interface
    session = interface.open_session(context.app, context.request)
    return interface.make_null_session(context.app) if session is None else session


def save_session(context: LeanRequestContext, response: Any) -> None:
    """Save the session, opening it if nobody has."""
    session: Any = context._session  # noqa: SLF001 - without marking it as used
    cookies = context.carboy_cookies
    if cookies is not None:
        cookies.save(context.app, session, response)
        return
    interface = context.app.session_interface
    if not interface.is_null_session(session):
        interface.save_session(context.app, session, response)


def make_adapter(context: LeanRequestContext) -> MapAdapter:
    """Bind the URL map to what the request looked like when it arrived."""
    server_name, subdomain, _ = context.carboy_place or ("", None, "")
    request: Any = context.request
    bound = request.carboy_bind()
    return MapAdapter(
        context.app.url_map,
        server_name,
        text_of(bound.get("SCRIPT_NAME", "/")),
        subdomain,
        bound["wsgi.url_scheme"],
        text_of(bound.get("PATH_INFO", "/")),
        bound["REQUEST_METHOD"],
        text_of(bound["QUERY_STRING"]) if "QUERY_STRING" in bound else None,
    )


def bind_now(context: LeanRequestContext) -> MapAdapter | None:
    """Make the URL adapter at the start, as stock Flask does."""
    request: Any = context.request
    adapter = None
    try:
        adapter = context.app.create_url_adapter(request)
    except HTTPException as refusal:
        request.routing_exception = refusal
    context.url_adapter = adapter
    return adapter


def enter(context: LeanRequestContext, *, is_eager: bool) -> None:
    """Push both contexts, and open a session that cannot wait."""
    app = context.app
    outer = _cv_app.get(None)
    if outer is None or outer.app is not app:
        app_context: Any = BareAppContext()
        app_context.app = app
        if not has_stock_globals(app):
            app_context.g = app.app_ctx_globals_class()
        app_context.carboy_token = _cv_app.set(app_context)
        context.carboy_inner = app_context
    context.carboy_token = _cv_request.set(context)
    if is_eager:
        # If it cannot be opened, whoever asks later must find none.
        context._session = None  # noqa: SLF001 - as push
        context._session = open_session(context)  # noqa: SLF001 - as push


def leave(
    context: LeanRequestContext, error: BaseException | None, *, is_overridden: bool
) -> None:
    """Pop both contexts; run what wants to run at the end."""
    app = context.app
    if is_overridden or context.carboy_token is None:
        context.pop(error)
    elif (
        app.teardown_request_funcs
        or app.teardown_appcontext_funcs
        or (REQUEST_TEARING or APP_TEARING or POPPED)
        or not _is_quiet(context)
    ):
        _leave_properly(context, error)
    else:
        _cv_request.reset(context.carboy_token)
        # No token from here on: who pushes the context again starts anew.
        context.carboy_token = None
        inner = context.carboy_inner
        if inner is not None:
            _cv_app.reset(inner.carboy_token)
            inner.carboy_token = context.carboy_inner = None
        forget(context.request)


def _leave_properly(context: LeanRequestContext, error: BaseException | None) -> None:
    app, request = context.app, context.request
    if len(context.__dict__.get("_cv_tokens", APP)) != 1:
        context.pop(error)
        return
    try:
        if app.teardown_request_funcs or REQUEST_TEARING:
            _tear_down_request(app, request, error)
        own = request.__dict__
        is_own = type(request).close is not STOCK_CLOSE or "close" in own
        if is_own or "files" in own:
            close = getattr(request, "close", None)
            if close is not None:
                close()
    finally:
        current = _cv_request.get()
        if "_cv_tokens" in context.__dict__:
            token, inner = context._cv_tokens.pop()  # noqa: SLF001 - as pop
        else:
            token, inner = context.carboy_token, context.carboy_inner
            context.carboy_token = context.carboy_inner = None
        _cv_request.reset(token)
        forget(current.request)
        if inner is not None:
            _leave_app(inner, error)
        if current is not context:
            raise AssertionError(
                f"Popped wrong request context. ({current!r} instead of {context!r})"
            )


def _tear_down_request(app: Flask, request: Any, error: BaseException | None) -> None:
    hooks = app.teardown_request_funcs
    for name in scopes_of(request):
        if name in hooks:
            for func in reversed(hooks[name]):
                (func if is_plain(func) else app.ensure_sync(func))(error)
    if REQUEST_TEARING:
        _tell(signals.request_tearing_down, app, exc=error)


def _leave_app(context: Any, error: BaseException | None) -> None:
    if not isinstance(context, LeanAppContext) or "_cv_tokens" in context.__dict__:
        context.pop(error)
        return
    app = context.app
    try:
        for func in reversed(app.teardown_appcontext_funcs):
            (func if is_plain(func) else app.ensure_sync(func))(error)
        if APP_TEARING:
            _tell(signals.appcontext_tearing_down, app, exc=error)
    finally:
        if "_cv_tokens" in context.__dict__:
            context.carboy_token = context._cv_tokens.pop()  # noqa: SLF001 - as pop
        current = _cv_app.get()
        _cv_app.reset(context.carboy_token)
        context.carboy_token = None
    if current is not context:
        raise AssertionError(
            f"Popped wrong app context. ({current!r} instead of {context!r})"
        )
    if POPPED:
        _tell(signals.appcontext_popped, app)


def _is_quiet(context: LeanRequestContext) -> bool:
    """Tell whether there is nothing to close and the stack is as it was at the push."""
    request = context.request
    inner = context.carboy_inner
    return (
        "_cv_tokens" not in context.__dict__
        and "files" not in request.__dict__
        and "close" not in request.__dict__
        and type(request).close is STOCK_CLOSE
        and _cv_request.get(None) is context
        and (
            inner is None
            or ("_cv_tokens" not in inner.__dict__ and _cv_app.get(None) is inner)
        )
    )


def preserve(keep: Callable[[Any], object]) -> None:
    """Hand both contexts to whoever wants them to outlive the request."""
    keep(_cv_app.get())
    keep(_cv_request.get())


def send_started(app: Flask) -> None:
    """Tell whoever listens that a request has begun."""
    _tell(signals.request_started, app)


def send_finished(app: Flask, response: Any) -> None:
    """Tell whoever listens what the response will be."""
    _tell(signals.request_finished, app, response=response)


def _tell(signal: Any, app: Flask, **what: Any) -> None:
    signal.send(app, _async_wrapper=app.ensure_sync, **what)


def scopes_of(request: Any) -> tuple[str | None, ...]:
    """Give the blueprints of a request, innermost first, and None for the app."""
    rule = request.url_rule
    if rule is None:
        return APP
    endpoint = rule.endpoint
    if type(endpoint) is not str:
        return (*request.blueprints, None)
    scopes = SCOPES.get(endpoint)
    if scopes is None:
        scopes = SCOPES[endpoint] = (*request.blueprints, None)
    return scopes


def scopes_of_endpoint(endpoint: str) -> tuple[str | None, ...]:
    """Give the same for an endpoint that is a name."""
    name = endpoint.rpartition(".")[0]
    return (*_split_blueprint_path(name), None) if name else APP


def is_plain(func: Any) -> bool:
    """Tell for certain that `ensure_sync` would give this function back as it is."""
    if type(func) is MethodType:
        func = func.__func__
    return (
        type(func) is FunctionType
        and not func.__code__.co_flags & CO_COROUTINE
        and not (CAN_MARK and hasattr(func, "_is_coroutine_mark"))
    )
