"""One request from its first byte to its last, in Flask's order.

The steps are Flask's own, without what nobody looks at; the hook dicts are read live,
as they are public and may change at any time, even while a request runs.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from . import flask31
from .fast_path import follow, give
from .flask31 import LeanRequestContext
from .interface import ServerRequest, ServerResponse
from .lazy_session import Opening
from .pipeline import dispatch
from .plan import Plan, plan_for
from .request import text_of
from .response import send
from .route_cache import Place
from .wsgi import ask

_new = object.__new__
# The methods of classes that are on the engine by themselves.
OWN: set[Any] = set()
# What `__call__` may be so that the edge may go past it.
PASSING: set[Any] = {flask31.stock_call}
Call = TypeVar("Call", bound=Callable[..., Any])
_NOWHERE: dict[str | None, Place] = {}
_NOTHING: dict[str, list[Rule]] = {}


def wsgi_app(
    app: Flask, environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    """Answer a WSGI request; takes the place of `Flask.wsgi_app`."""
    plan = plan_for(app)
    if plan.stock or flask31.PUSHED:
        return flask31.stock_wsgi_app(app, environ, start_response)
    place: Place | None = None
    if plan.request is None:
        request: Any = app.request_class(environ)
        return _go_long(app, plan, request, place, environ, start_response)
    request = _new(plan.request)
    request.carboy_environ = environ
    environ["werkzeug.request"] = request
    scheme, host = environ["wsgi.url_scheme"], environ.get("HTTP_HOST")
    if "HTTP_UPGRADE" not in environ:
        place = plan.places.get(scheme, _NOWHERE).get(host)
    if place is None:
        return _go_long(app, plan, request, place, environ, start_response)
    if plan.trusted is not None:
        request.trusted_hosts = plan.trusted
    if plan.is_straight and not flask31.STARTED:
        key = scheme, host, environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        values, ways = None, plan.ways or plan.renew_ways(app)
        if ways.router.stale:
            ways = plan.renew_ways(app)
        line = ways.lines.get(key)
        if line is None or (
            (methods := line.rule.methods) is not None and key[2] not in methods
        ):
            line, values = ways.find(key, place)
        if line is not None:
            cookies = environ.get("HTTP_COOKIE")
            straight: Iterable[bytes] = follow(
                app, plan, line, values, request, environ, start_response, cookies
            )
            return straight
    return _go_long(app, plan, request, place, environ, start_response)


def _go_long(  # noqa: PLR0917 - what `wsgi_app` has found out
    app: Flask,
    plan: Plan,
    request: Any,
    place: Place | None,
    environ: dict[str, Any],
    start_response: Callable[..., Any],
) -> Iterable[bytes]:
    path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
    context = _make_context(app, request, place, path, method)
    if place is None:
        adapter = flask31.bind_now(context)
        if adapter is not None and plan.request is not None:
            plan.learn(environ, adapter)
    result: Iterable[bytes] = _run(context, plan, environ, start_response)
    return result


def respond(app: Any, source: ServerRequest) -> ServerResponse:
    """Answer a request that has no environ; makes one only for those who read it."""
    place = plan = None
    # An extra entry may say something else than the fields: then the environ counts.
    if isinstance(app, Flask) and not source.extra:
        plan = plan_for(app)
        if plan.door is not Flask.wsgi_app:
            plan.door, plan.may_pass = Flask.wsgi_app, is_under_engine(app)
        if plan.may_pass and not (plan.chained or flask31.PUSHED or plan.ways is None):
            host, cookies = source.seen or _read_headers(source)
            place = plan.places.get(source.scheme, _NOWHERE).get(host)
    if plan is None or place is None:
        return ask(app, source.environ)
    request: Any = _new(plan.source_request)
    request.carboy_source = source
    if plan.trusted is not None:
        request.trusted_hosts = plan.trusted
    if plan.is_straight and not flask31.STARTED:
        key = source.scheme, host, source.method, source.path
        values, ways = None, plan.ways or plan.renew_ways(app)
        if ways.router.stale:
            ways = plan.renew_ways(app)
        line = ways.lines.get(key)
        if line is None or (
            (methods := line.rule.methods) is not None and key[2] not in methods
        ):
            line, values = ways.find(key, place)
        if line is not None:
            straight: ServerResponse = follow(
                app, plan, line, values, request, None, None, cookies
            )
            return straight
    context = _make_context(app, request, place, source.path, source.method)
    answer: ServerResponse = _run(context, plan, None, None)
    return answer


def _make_context(
    app: Flask, request: Any, place: Place | None, path: str, method: str
) -> LeanRequestContext:
    context: LeanRequestContext = _new(LeanRequestContext)
    context.app = app
    context.request = request
    context.carboy_place = place
    context.carboy_path, context.carboy_method = path, method
    request.json_module = app.json
    return context


def _read_headers(source: ServerRequest) -> tuple[str | None, str | None]:
    """Give the Host header and the cookies; no host where more than that counts."""
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
    """Mark a `__call__` of a Flask subclass that does no more than to prepare the app.

    It is called for the first request of each app, and the edge leaves it out later.
    """
    PASSING.add(call)
    return call


def is_under_engine(app: Any) -> bool:
    """Tell whether calling this app does nothing but call the engine."""
    if not isinstance(app, Flask) or "wsgi_app" in vars(app):
        return False
    kind = type(app)
    method: Any = kind.wsgi_app
    if method in OWN:
        # A class on the engine: what counts is what is in Flask, if it was replaced.
        method = (
            wsgi_app if Flask.wsgi_app is flask31.stock_wsgi_app else Flask.wsgi_app
        )
    return method is wsgi_app and kind.__call__ in PASSING


def _run(
    context: LeanRequestContext,
    plan: Plan,
    environ: dict[str, Any] | None,
    start_response: Callable[..., Any] | None,
) -> Any:
    app = context.app
    error: BaseException | None = None
    if plan.cookies is not None:
        context.carboy_cookies = plan.cookies
    try:
        try:
            flask31.enter(context, is_eager=plan.opening is Opening.EAGER)
            _match(context, plan)
            if plan.chained:
                result = app.full_dispatch_request()
            else:
                result = dispatch(context, plan, environ)
        except Exception as problem:  # noqa: BLE001 - the app decides what becomes of it
            error = problem
            result = app.handle_exception(problem)
        except BaseException as problem:
            error = problem
            raise
        if environ is None:
            return give(result, context.request)
        is_head = environ["REQUEST_METHOD"] == "HEAD"
        return send(result, environ, start_response, is_head=is_head)
    finally:
        if environ is not None and "werkzeug.debug.preserve_context" in environ:
            flask31.preserve(environ["werkzeug.debug.preserve_context"])
        if error is not None and app.should_ignore_error(error):
            error = None
        flask31.leave(context, error, is_overridden=plan.chained)


def _match(context: LeanRequestContext, plan: Plan) -> None:
    place, ways = context.carboy_place, plan.ways
    if place is None or ways is None:
        if context.url_adapter is not None:
            context.match_request()
        return
    request: Any = context.request
    path, method = context.carboy_path, context.carboy_method
    router = ways.router
    if router.stale:
        router = plan.renew_ways(context.app).router
    for rule in router.static.get(place[2], _NOTHING).get(path, ()):
        if rule.methods is None or method in rule.methods:
            request.url_rule = rule
            request.view_args = dict(rule.defaults) if rule.defaults else {}
            return
    try:
        found = router.find(place[2], text_of(path), method) if path else None
    except HTTPException as refusal:
        request.routing_exception = refusal
        return
    if found is None:
        context.match_request()
    else:
        request.url_rule, request.view_args = found
