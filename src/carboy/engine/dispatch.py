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
from .bridge import ask
from .flask31 import LeanRequestContext, is_plain, scopes_of
from .plan import Place, Plan, plan_for, router_of
from .request import text_of
from .response import make_answer, make_plain, make_response, send
from .session import Opening, is_worth_opening
from .source import Answer, Source

_new = object.__new__
# The methods of classes that are on the engine by themselves.
OWN: set[Any] = set()
# What `__call__` may be so that the edge may go past it.
PASSING: set[Any] = {flask31.stock_call}
Call = TypeVar("Call", bound=Callable[..., Any])
_APP: tuple[str | None, ...] = (None,)
_NOWHERE: dict[str | None, Place] = {}
_NOTHING: dict[str, list[Rule]] = {}


def wsgi_app(
    app: Flask, environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    """Answer a WSGI request; takes the place of `Flask.wsgi_app`."""
    plan = plan_for(app)
    if plan.stock or flask31.PUSHED:
        return flask31.stock_wsgi_app(app, environ, start_response)
    context: LeanRequestContext = _new(LeanRequestContext)
    context.app = app
    context.carboy_path = environ.get("PATH_INFO", "")
    context.carboy_method = environ["REQUEST_METHOD"]
    request: Any
    if plan.request is None:
        context.request = request = app.request_class(environ)
        request.json_module = app.json
        flask31.bind_now(context)
    else:
        context.request = request = _new(plan.request)
        request.carboy_environ = environ
        environ["werkzeug.request"] = request
        request.json_module = app.json
        places = plan.places.get(environ["wsgi.url_scheme"], _NOWHERE)
        place = places.get(environ.get("HTTP_HOST"))
        if place is None or "HTTP_UPGRADE" in environ:
            _bind(context, plan, environ)
        else:
            context.carboy_place = place
            if plan.trusted is not None:
                request.trusted_hosts = plan.trusted
    result: Iterable[bytes] = _run(context, plan, environ, start_response)
    return result


def respond(app: Any, source: Source) -> Answer:
    """Answer a request that has no environ; makes one only for those who read it."""
    place = plan = None
    # An extra entry may say something else than the fields: then the environ counts.
    if is_under_engine(app) and not source.extra:
        plan = plan_for(app)
        if not plan.chained and plan.router is not None and not flask31.PUSHED:
            place = _place_of(source, plan)
    if plan is None or place is None:
        return ask(app, source.environ)
    context: LeanRequestContext = _new(LeanRequestContext)
    context.app = app
    request: Any = _new(plan.source_request)
    context.request = request
    context.carboy_place = place
    context.carboy_path, context.carboy_method = source.path, source.method
    request.carboy_source = source
    request.json_module = app.json
    if plan.trusted is not None:
        request.trusted_hosts = plan.trusted
    answer: Answer = _run(context, plan, None, None)
    return answer


def _place_of(source: Source, plan: Plan) -> Place | None:
    """Give what the Host header means for this app, if that is known."""
    host: str | None = None
    for name, value in source.headers:
        if name == "host":
            host = value if host is None else f"{host},{value}"
        elif name == "upgrade":
            return None
    return plan.places.get(source.scheme, _NOWHERE).get(host)


def passes_through(call: Call) -> Call:
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


def _bind(context: LeanRequestContext, plan: Plan, environ: dict[str, Any]) -> None:
    adapter = flask31.bind_now(context)
    if adapter is not None:
        plan.learn(environ, adapter)


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
                result = _dispatch(context, plan, environ)
        except Exception as problem:  # noqa: BLE001 - the app decides what becomes of it
            error = problem
            result = app.handle_exception(problem)
        except BaseException as problem:
            error = problem
            raise
        if environ is None:
            return _give_source(result, context.request)
        is_head = environ["REQUEST_METHOD"] == "HEAD"
        return send(result, environ, start_response, is_head=is_head)
    finally:
        if environ is not None and "werkzeug.debug.preserve_context" in environ:
            flask31.preserve(environ["werkzeug.debug.preserve_context"])
        if error is not None and app.should_ignore_error(error):
            error = None
        flask31.leave(context, error, is_overridden=plan.chained)


def _give_source(result: Any, request: Any) -> Answer:
    source = request.carboy_source
    # Whoever has changed the method in the environ means it.
    made = source.made
    method = source.method if made is None else made["REQUEST_METHOD"]
    return make_answer(result, request, is_head=method == "HEAD")


def _match(context: LeanRequestContext, plan: Plan) -> None:
    place, router = context.carboy_place, plan.router
    if place is None or router is None:
        if context.url_adapter is not None:
            context.match_request()
        return
    request: Any = context.request
    path, method = context.carboy_path, context.carboy_method
    if router.stale:
        router = plan.router = router_of(context.app.url_map)
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


def _dispatch(
    context: LeanRequestContext, plan: Plan, environ: dict[str, Any] | None
) -> Any:
    app = context.app
    request: Any = context.request
    app._got_first_request = True  # noqa: SLF001 - Flask's setup methods look at it
    try:
        if flask31.STARTED:
            flask31.send_started(app)
        rv = None
        if app.url_value_preprocessors or app.before_request_funcs:
            rv = _before(app, request)
        if rv is None:
            rv = _call_view(context, request)
    except Exception as problem:  # noqa: BLE001 - the app decides what becomes of it
        rv = app.handle_user_exception(problem)
    return _finalize(context, plan, rv, environ)


def _before(app: Flask, request: Any) -> Any:
    scopes = scopes_of(request)
    preprocessors = app.url_value_preprocessors
    if preprocessors:
        for name in reversed(scopes):
            for prepare in preprocessors.get(name, ()):
                prepare(request.endpoint, request.view_args)
    hooks = app.before_request_funcs
    for name in reversed(scopes):
        for hook in hooks.get(name, ()):
            rv = (hook if is_plain(hook) else app.ensure_sync(hook))()
            if rv is not None:
                return rv
    return None


def _call_view(context: LeanRequestContext, request: Any) -> Any:
    app = context.app
    if request.routing_exception is not None:
        app.raise_routing_exception(request)
    rule = request.url_rule
    # A plain GET need not work out the method: it is never OPTIONS.
    if (
        (context.carboy_method != "GET" or "method" in request.__dict__)
        and getattr(rule, "provide_automatic_options", False)
        and request.method == "OPTIONS"
    ):
        return app.make_default_options_response()
    view: Callable[..., Any] = app.view_functions[rule.endpoint]
    if not is_plain(view):
        view = app.ensure_sync(view)
    return view(**request.view_args)


def _finalize(
    context: LeanRequestContext, plan: Plan, rv: Any, environ: dict[str, Any] | None
) -> Any:
    app = context.app
    own = context.__dict__
    after = app.after_request_funcs
    scopes = scopes_of(context.request) if after else _APP
    if (
        "_session" not in own
        and "_after_request_functions" not in own
        and not flask31.FINISHED
        and not (after and any(map(after.get, scopes)))
        and not _wants_session(context, plan, environ)
    ):
        plain = make_plain(app, rv)
        if plain is not None:
            return plain
    response = make_response(app, rv)
    if "_after_request_functions" in own:
        for hook in own["_after_request_functions"]:
            response = app.ensure_sync(hook)(response)
        # Once more: such a hook may have sent the request somewhere else.
        scopes = scopes_of(context.request)
    for name in scopes:
        for hook in reversed(after.get(name, ())):
            response = (hook if is_plain(hook) else app.ensure_sync(hook))(response)
    if "_session" in own or _wants_session(context, plan, environ):
        flask31.save_session(context, response)
    if flask31.FINISHED:
        flask31.send_finished(app, response)
    return response


def _wants_session(
    context: LeanRequestContext, plan: Plan, environ: dict[str, Any] | None
) -> bool:
    """Tell whether a session that nobody opened has to be opened to be saved."""
    if plan.opening is not Opening.COOKIE:
        return plan.opening is Opening.SAVED
    if environ is None:
        source = context.request.carboy_source  # type: ignore[attr-defined]  # ours
        cookies = source.find_header("cookie")
    else:
        cookies = environ.get("HTTP_COOKIE")
    return cookies is not None and is_worth_opening(
        cookies, context.app.config["SESSION_COOKIE_NAME"]
    )
