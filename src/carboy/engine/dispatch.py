"""The two doors of the engine, and the slow path of a request.

`wsgi_app` answers a WSGI server and `respond` answers ours. Both leave every decision
to `plan_request`, then hand over to the fast path or to the slow one, which runs the
steps of `pipeline`, or Flask's own where an app has overridden one.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from . import flask31
from .fast_path import handle_fast, to_server_response
from .flask31 import LazyRequestContext
from .interface import ServerRequest, ServerResponse
from .lazy_session import SessionPolicy
from .pipeline import dispatch, handle_exception, run_flask_methods
from .plan import AppPlan, plan_request
from .request import decode_wsgi, keep_cookies
from .response import send
from .route_cache import HostBinding
from .wsgi import call_wsgi

_new = object.__new__
# `wsgi_app` of the classes that inherit from `Engine`.
ENGINE_METHODS: set[Any] = set()
# `__call__` methods that `respond` may leave out.
BYPASSABLE_CALLS: set[Any] = {flask31.original_call}
Call = TypeVar("Call", bound=Callable[..., Any])
_NO_RULES: dict[str, list[Rule]] = {}


def wsgi_app(
    app: Flask, environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    """Answer a WSGI request; takes the place of `Flask.wsgi_app`."""
    try:
        scheme, method = environ["wsgi.url_scheme"], environ["REQUEST_METHOD"]
    except KeyError:
        return flask31.original_wsgi_app(app, environ, start_response)
    host = None if "HTTP_UPGRADE" in environ else environ.get("HTTP_HOST")
    path = environ.get("PATH_INFO", "")
    plan, binding, route, values = plan_request(app, scheme, host, method, path)
    if plan.bypass or flask31.PUSHED:
        return flask31.original_wsgi_app(app, environ, start_response)
    if plan.request_class is None:
        request: Any = app.request_class(environ)
    else:
        request = _new(plan.request_class)
        request.carboy_environ = environ
        environ["werkzeug.request"] = request
        if binding is not None and plan.trusted_hosts is not None:
            request.trusted_hosts = plan.trusted_hosts
    result: Iterable[bytes]
    if route is None:
        result = _handle_slow(app, plan, request, binding, environ, start_response)
    else:
        cookies = environ.get("HTTP_COOKIE")
        result = handle_fast(
            app, plan, route, values, request, environ, start_response, cookies
        )
    return result


def respond(app: Any, source: ServerRequest) -> ServerResponse:
    """Answer a request of our server; make an environ only if somebody reads it."""
    # An extra entry may say something else than the fields: then the environ counts.
    if not isinstance(app, Flask) or source.extra:
        return call_wsgi(app, source.environ)
    host, cookies = source.parsed_headers or _read_headers(source)
    plan, binding, route, values = plan_request(
        app, source.scheme, host, source.method, source.path
    )
    if binding is None or plan.uses_flask_methods or flask31.PUSHED:
        return call_wsgi(app, source.environ)
    kind = type(app)
    entry_points = Flask.wsgi_app, kind.wsgi_app, kind.__call__
    if plan.entry_points != entry_points:
        plan.entry_points, plan.may_bypass_call = entry_points, is_under_engine(app)
    if plan.bypass or plan.routes is None or not plan.may_bypass_call:
        return call_wsgi(app, source.environ)
    request: Any = _new(plan.server_request_class)
    request.carboy_server_request = source
    if plan.trusted_hosts is not None:
        request.trusted_hosts = plan.trusted_hosts
    response: ServerResponse
    if route is None:
        response = _handle_slow(app, plan, request, binding, None, None)
    else:
        response = handle_fast(app, plan, route, values, request, None, None, cookies)
    return response


def _read_headers(source: ServerRequest) -> tuple[str | None, str | None]:
    """Return the Host header and the cookies; no host if the protocol is to change."""
    host: str | None = None
    cookies: str | None = None
    for name, value in source.headers:
        if name == "host":
            host = value if host is None else f"{host},{value}"
        elif name == "cookie":
            cookies = value if cookies is None else f"{cookies}; {value}"
        elif name == "upgrade":
            return None, None
    return host, cookies


def bypassable_call(call: Call) -> Call:
    """Mark a `__call__` of a Flask subclass that only prepares the app.

    `respond` calls it for the first request of each app and leaves it out later.
    """
    BYPASSABLE_CALLS.add(call)
    return call


def is_under_engine(app: Any) -> bool:
    """Return whether calling this app does nothing but call the engine."""
    if not isinstance(app, Flask) or "wsgi_app" in vars(app):
        return False
    kind = type(app)
    method: Any = kind.wsgi_app
    if method in ENGINE_METHODS:
        # A class on the engine: what counts is what is in Flask, if it was replaced.
        method = (
            wsgi_app if Flask.wsgi_app is flask31.original_wsgi_app else Flask.wsgi_app
        )
    return method is wsgi_app and kind.__call__ in BYPASSABLE_CALLS


def _handle_slow(  # noqa: PLR0917 - what both doors know of a request
    app: Flask,
    plan: AppPlan,
    request: Any,
    binding: HostBinding | None,
    environ: dict[str, Any] | None,
    start_response: Callable[..., Any] | None,
) -> Any:
    """Take the steps of a request one by one, whatever shows up on the way."""
    context = _make_context(app, plan, request, binding, environ)
    error: BaseException | None = None
    try:
        try:
            flask31.push_contexts(
                context, is_eager=plan.session_policy is SessionPolicy.EAGER
            )
            _match(context, plan)
            if plan.uses_flask_methods:
                result = run_flask_methods(app)
            else:
                result = dispatch(context, plan, environ)
        except Exception as problem:  # noqa: BLE001 - the app decides what becomes of it
            error = problem
            result = handle_exception(app, problem)
        except BaseException as problem:
            error = problem
            raise
        if environ is None:
            return to_server_response(result, context.request)
        is_head = environ["REQUEST_METHOD"] == "HEAD"
        return send(result, environ, start_response, is_head=is_head)
    finally:
        if environ is not None and "werkzeug.debug.preserve_context" in environ:
            flask31.preserve_contexts(environ["werkzeug.debug.preserve_context"])
        if error is not None and app.should_ignore_error(error):
            error = None
        flask31.pop_contexts(context, error, is_overridden=plan.uses_flask_methods)


def _make_context(
    app: Flask,
    plan: AppPlan,
    request: Any,
    binding: HostBinding | None,
    environ: dict[str, Any] | None,
) -> LazyRequestContext:
    context: LazyRequestContext = _new(LazyRequestContext)
    context.app = app
    context.request = request
    context.carboy_binding = binding
    if plan.codec is not None:
        context.carboy_codec = plan.codec
    request.json_module = app.json
    if environ is None:
        source = request.carboy_server_request
        context.carboy_path, context.carboy_method = source.path, source.method
        return context
    context.carboy_path = environ.get("PATH_INFO", "")
    context.carboy_method = environ["REQUEST_METHOD"]
    if binding is None:
        adapter = flask31.bind_eagerly(context)
        # That reads the environ, which an app may change afterwards.
        keep_cookies(request, app)
        if adapter is not None and plan.request_class is not None:
            plan.remember_host(environ, adapter)
    return context


def _match(context: LazyRequestContext, plan: AppPlan) -> None:
    """Set the rule of a request and the arguments of its view, or what refuses it."""
    binding, routes = context.carboy_binding, plan.routes
    if binding is None or routes is None:
        if context.url_adapter is not None:
            context.match_request()
        return
    request: Any = context.request
    path, method = context.carboy_path, context.carboy_method
    router = routes.router
    if router.stale:
        router = plan.rebuild_routes(context.app).router
    for rule in router.static.get(binding[2], _NO_RULES).get(path, ()):
        if (rule.methods is None or method in rule.methods) and _has_name(rule):
            request.url_rule = rule
            request.view_args = dict(rule.defaults) if rule.defaults else {}
            return
    try:
        match = router.find(binding[2], decode_wsgi(path), method) if path else None
    except HTTPException as refusal:
        request.routing_exception = refusal
        return
    if match is None or not _has_name(match[0]):
        context.match_request()
    else:
        request.url_rule, request.view_args = match


def _has_name(rule: Rule) -> bool:
    # Werkzeug raises for some other endpoints: only it knows for which.
    return type(rule.endpoint) is str
