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
from .lazy_session import open_session
from .request import decode_wsgi, unlink_environ
from .session_cookie import SignedCookieCodec

# An override of the first group means stock code for the whole request; with one of
# the second, Flask's own chain of methods runs in our contexts.
BYPASS_METHODS = ("request_context", "app_context", "create_url_adapter")
FLASK_METHODS = (
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
METHODS = (*BYPASS_METHODS, *FLASK_METHODS)
ORIGINALS = {name: getattr(Flask, name) for name in METHODS}
original_wsgi_app, original_call = Flask.wsgi_app, Flask.__call__

# Blinker keeps these dicts for good and lets their truth be read: a signal to nobody
# costs nothing.
PUSHED = signals.appcontext_pushed.receivers
POPPED = signals.appcontext_popped.receivers
STARTED = signals.request_started.receivers
FINISHED = signals.request_finished.receivers
REQUEST_TEARING = signals.request_tearing_down.receivers
APP_TEARING = signals.appcontext_tearing_down.receivers

# What the fast path does in each request, without an attribute look-up.
find_app_context: Any = _cv_app.get
find_request_context = _cv_request.get
push_app_context, push_request_context = _cv_app.set, _cv_request.set
pop_app_context, pop_request_context = _cv_app.reset, _cv_request.reset
# Flask's own has nothing to close but uploaded files.
ORIGINAL_CLOSE = Request.close

# Python 3.12 lets any function be marked as one that returns a coroutine.
CAN_MARK = sys.version_info >= (3, 12)
_unset: Any = object()
APP_ONLY: tuple[str | None, ...] = (None,)
# By endpoint, which is a name in all but the oddest apps.
BLUEPRINT_NAMES: dict[str, tuple[str | None, ...]] = {}


def has_default_g(app: Flask) -> bool:
    """Return whether `g` may be made when it is first read."""
    return app.app_ctx_globals_class is _AppCtxGlobals


def make_adapter(context: "LazyRequestContext") -> MapAdapter:
    """Return the URL map bound to the request as it arrived."""
    server_name, subdomain, _ = context.carboy_binding or ("", None, "")
    request: Any = context.request
    bound = request.carboy_bind_environ()
    return MapAdapter(
        context.app.url_map,
        server_name,
        decode_wsgi(bound.get("SCRIPT_NAME", "/")),
        subdomain,
        bound["wsgi.url_scheme"],
        decode_wsgi(bound.get("PATH_INFO", "/")),
        bound["REQUEST_METHOD"],
        decode_wsgi(bound["QUERY_STRING"]) if "QUERY_STRING" in bound else None,
    )


class LazyAppContext(AppContext):
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
            _send_signal(signals.appcontext_popped, self.app)


class LazyRequestContext(RequestContext):
    """A request context whose parts are made when they are asked for."""

    carboy_binding: tuple[str, str | None, str] | None = None
    carboy_path: str
    carboy_method: str
    carboy_codec: SignedCookieCodec | None = None
    # What stock Flask keeps in two lists that only a second push looks at.
    carboy_token: Any = None
    carboy_app_context: Any = None
    _cv_tokens = Lazy(
        lambda own: (
            []
            if own.carboy_token is None
            else [(own.carboy_token, own.carboy_app_context)]
        )
    )
    flashes = None
    _after_request_functions = Lazy(lambda own: [])  # noqa: ARG005 - as Lazy calls it
    _session = Lazy(open_session)
    url_adapter = Lazy(make_adapter)

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
                unlink_environ(current.request)
            if app_context is not None:
                app_context.pop(exc)
            if current is not self:
                raise AssertionError(
                    f"Popped wrong request context. ({current!r} instead of {self!r})"
                )


if "session" not in vars(RequestContext):
    # Up to Flask 3.1.2 it is a plain attribute, which is here under its later name.
    _session_property = property(
        lambda self: self._session,
        lambda self, value: setattr(self, "_session", value),
    )
    type.__setattr__(LazyRequestContext, "session", _session_property)


class SlotAppContext(LazyAppContext):
    """A context that is made empty by a call, in half the time of `object.__new__`."""

    __slots__ = ("app", "carboy_token")  # always there: no place in a dict
    __init__ = object.__init__


class SlotRequestContext(LazyRequestContext):
    """A context that is made empty by a call; the caller has to fill all slots."""

    __slots__ = (
        "app", "carboy_app_context", "carboy_binding", "carboy_codec", "carboy_method",
        "carboy_token", "request",
    )  # fmt: skip
    __init__ = object.__init__

    def copy(self) -> RequestContext:
        """Copy it as Flask does."""
        request, session = self.request, self._session
        return LazyRequestContext(self.app, request.environ, request, session)


for _ours, _flasks in (
    (LazyAppContext, AppContext),
    (SlotAppContext, AppContext),
    (LazyRequestContext, RequestContext),
    (SlotRequestContext, RequestContext),
):
    # Log lines and `repr` show the name of the class.
    _ours.__name__ = _flasks.__name__
    _ours.__qualname__ = _flasks.__qualname__
    _ours.__module__ = _flasks.__module__


def bind_eagerly(context: LazyRequestContext) -> MapAdapter | None:
    """Return the URL adapter, made at the start as in stock Flask."""
    request: Any = context.request
    adapter = None
    try:
        adapter = context.app.create_url_adapter(request)
    except HTTPException as refusal:
        request.routing_exception = refusal
    context.url_adapter = adapter
    return adapter


def push_contexts(context: LazyRequestContext, *, is_eager: bool) -> None:
    """Push both contexts, and open a session that cannot wait."""
    app = context.app
    outer = _cv_app.get(None)
    if outer is None or outer.app is not app:
        app_context: Any = SlotAppContext()
        app_context.app = app
        if not has_default_g(app):
            app_context.g = app.app_ctx_globals_class()
        app_context.carboy_token = _cv_app.set(app_context)
        context.carboy_app_context = app_context
    context.carboy_token = _cv_request.set(context)
    if is_eager:
        # If it cannot be opened, code that asks later must find none.
        context._session = None  # noqa: SLF001 - as push
        context._session = open_session(context)  # noqa: SLF001 - as push


def pop_contexts(
    context: LazyRequestContext, error: BaseException | None, *, is_overridden: bool
) -> None:
    """Pop both contexts and run the teardown functions."""
    app = context.app
    if is_overridden or context.carboy_token is None:
        context.pop(error)
    elif (
        app.teardown_request_funcs
        or app.teardown_appcontext_funcs
        or (REQUEST_TEARING or APP_TEARING or POPPED)
        or not _needs_no_teardown(context)
    ):
        _pop_with_teardown(context, error)
    else:
        _cv_request.reset(context.carboy_token)
        # No token from here on: who pushes the context again starts anew.
        context.carboy_token = None
        inner = context.carboy_app_context
        if inner is not None:
            _cv_app.reset(inner.carboy_token)
            inner.carboy_token = context.carboy_app_context = None
        unlink_environ(context.request)


def _pop_with_teardown(
    context: LazyRequestContext, error: BaseException | None
) -> None:
    app, request = context.app, context.request
    if len(context.__dict__.get("_cv_tokens", APP_ONLY)) != 1:
        context.pop(error)
        return
    try:
        if app.teardown_request_funcs or REQUEST_TEARING:
            _tear_down_request(app, request, error)
        own = request.__dict__
        is_own = type(request).close is not ORIGINAL_CLOSE or "close" in own
        if is_own or "files" in own:
            close = getattr(request, "close", None)
            if close is not None:
                close()
    finally:
        current = _cv_request.get()
        if "_cv_tokens" in context.__dict__:
            token, inner = context._cv_tokens.pop()  # noqa: SLF001 - as pop
        else:
            token, inner = context.carboy_token, context.carboy_app_context
            context.carboy_token = context.carboy_app_context = None
        _cv_request.reset(token)
        unlink_environ(current.request)
        if inner is not None:
            _pop_app_context(inner, error)
        if current is not context:
            raise AssertionError(
                f"Popped wrong request context. ({current!r} instead of {context!r})"
            )


def _tear_down_request(app: Flask, request: Any, error: BaseException | None) -> None:
    hooks = app.teardown_request_funcs
    for name in blueprint_names_of(request):
        if name in hooks:
            for func in reversed(hooks[name]):
                (func if is_sync_function(func) else app.ensure_sync(func))(error)
    if REQUEST_TEARING:
        _send_signal(signals.request_tearing_down, app, exc=error)


def _pop_app_context(context: Any, error: BaseException | None) -> None:
    if not isinstance(context, LazyAppContext) or "_cv_tokens" in context.__dict__:
        context.pop(error)
        return
    app = context.app
    try:
        for func in reversed(app.teardown_appcontext_funcs):
            (func if is_sync_function(func) else app.ensure_sync(func))(error)
        if APP_TEARING:
            _send_signal(signals.appcontext_tearing_down, app, exc=error)
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
        _send_signal(signals.appcontext_popped, app)


def _needs_no_teardown(context: LazyRequestContext) -> bool:
    """Return whether nothing has to be closed and both contexts are on top."""
    request = context.request
    inner = context.carboy_app_context
    return (
        "_cv_tokens" not in context.__dict__
        and "files" not in request.__dict__
        and "close" not in request.__dict__
        and type(request).close is ORIGINAL_CLOSE
        and _cv_request.get(None) is context
        and (
            inner is None
            or ("_cv_tokens" not in inner.__dict__ and _cv_app.get(None) is inner)
        )
    )


def preserve_contexts(keep: Callable[[Any], object]) -> None:
    """Pass both contexts to a callback that keeps them after the request."""
    keep(_cv_app.get())
    keep(_cv_request.get())


def send_started(app: Flask) -> None:
    """Send `request_started`."""
    _send_signal(signals.request_started, app)


def send_finished(app: Flask, response: Any) -> None:
    """Send `request_finished`."""
    _send_signal(signals.request_finished, app, response=response)


def _send_signal(signal: Any, app: Flask, **what: Any) -> None:
    signal.send(app, _async_wrapper=app.ensure_sync, **what)


def blueprint_names_of(request: Any) -> tuple[str | None, ...]:
    """Return the blueprints of a request, innermost first, then None for the app."""
    rule = request.url_rule
    if rule is None:
        return APP_ONLY
    endpoint = rule.endpoint
    if type(endpoint) is not str:
        return (*request.blueprints, None)
    blueprint_names = BLUEPRINT_NAMES.get(endpoint)
    if blueprint_names is None:
        blueprint_names = BLUEPRINT_NAMES[endpoint] = (*request.blueprints, None)
    return blueprint_names


def blueprint_names_of_endpoint(endpoint: str) -> tuple[str | None, ...]:
    """Return the same for an endpoint."""
    name = endpoint.rpartition(".")[0]
    return (*_split_blueprint_path(name), None) if name else APP_ONLY


def is_sync_function(func: Any) -> bool:
    """Return whether `ensure_sync` is certain to return this function unchanged."""
    if type(func) is MethodType:
        func = func.__func__
    return (
        type(func) is FunctionType
        and not func.__code__.co_flags & CO_COROUTINE
        and not (CAN_MARK and hasattr(func, "_is_coroutine_mark"))
    )
