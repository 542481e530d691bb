"""The steps of a request, in Flask's order: hooks, view, hooks, session.

The hook dicts are read live: they are public and may change at any time, even while
a request runs.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException

from . import flask31
from .error_pages import make_error_page
from .flask31 import LazyRequestContext, blueprint_names_of, is_sync_function
from .lazy_session import SessionPolicy, may_need_refresh, save_session
from .plan import AppPlan
from .response import make_raw_response, make_response, wrap_tuple

_APP: tuple[str | None, ...] = (None,)


def dispatch(
    context: LazyRequestContext, plan: AppPlan, environ: dict[str, Any] | None
) -> Any:
    """Return what `full_dispatch_request` returns, once the rule is known."""
    app = context.app
    request: Any = context.request
    app._got_first_request = True  # noqa: SLF001 - Flask's setup methods look at it
    try:
        if flask31.STARTED:
            flask31.send_started(app)
        rv = run_hooks_and_view(context, request)
    except Exception as problem:  # noqa: BLE001 - the app decides what becomes of it
        rv = app.handle_user_exception(problem)
    return finalize(context, plan, rv, environ)


def run_hooks_and_view(context: LazyRequestContext, request: Any) -> Any:
    """Run the hooks before the view, then the view, unless a hook returns a result."""
    app = context.app
    if app.url_value_preprocessors or app.before_request_funcs:
        result = run_before(app, request, blueprint_names_of(request))
        if result is not None:
            return result
    return call_view(context, request)


def run_before(app: Flask, request: Any, names: tuple[str | None, ...]) -> Any:
    """Run the hooks before the view; return the first result that is not None."""
    preprocessors, hooks = app.url_value_preprocessors, app.before_request_funcs
    for name in reversed(names):
        # Not `get`, here and below: an app may put a table of another type there.
        if name in preprocessors:
            _prepare_values(preprocessors[name], request)
    for name in reversed(names):
        if name not in hooks:
            continue
        for hook in hooks[name]:
            rv = (hook if is_sync_function(hook) else app.ensure_sync(hook))()
            if rv is not None:
                return rv
    return None


def _prepare_values(preprocessors: Iterable[Any], request: Any) -> None:
    for prepare in preprocessors:
        prepare(request.endpoint, request.view_args)


def call_view(context: LazyRequestContext, request: Any) -> Any:
    """Return what `dispatch_request` returns."""
    app = context.app
    if request.routing_exception is not None:
        app.raise_routing_exception(request)
    rule = request.url_rule
    # A raw GET need not work out the method: it is never OPTIONS.
    if (
        (context.carboy_method != "GET" or "method" in request.__dict__)
        and getattr(rule, "provide_automatic_options", False)
        and request.method == "OPTIONS"
    ):
        return app.make_default_options_response()
    view: Callable[..., Any] = app.view_functions[rule.endpoint]
    if not is_sync_function(view):
        view = app.ensure_sync(view)
    return view(**request.view_args)


def finalize(  # noqa: C901 - each piece costs a call in each request with hooks
    context: LazyRequestContext, plan: AppPlan, rv: Any, environ: dict[str, Any] | None
) -> Any:
    """Return what `finalize_request` returns, or a RawResponse if that is enough."""
    app = context.app
    own = context.__dict__
    after = app.after_request_funcs
    names = blueprint_names_of(context.request) if after else _APP
    if (
        "_session" not in own
        and "_after_request_functions" not in own
        and not flask31.FINISHED
        # A table of another type may have hooks for any name.
        and not (
            after and (type(after) is not defaultdict or any(map(after.get, names)))
        )
        and not wants_session(context, plan, environ)
    ):
        raw = make_raw_response(app, rv)
        if raw is None and isinstance(rv, HTTPException):
            raw = make_error_page(app, rv)
        if raw is not None:
            return raw
    response = make_response(app, rv)
    if "_after_request_functions" in own:
        for hook in own["_after_request_functions"]:
            response = app.ensure_sync(hook)(response)
        # Once more: such a hook may have sent the request somewhere else.
        names = blueprint_names_of(context.request)
    for name in names if after else ():
        if name in after:
            for hook in reversed(after[name]):
                call = hook if is_sync_function(hook) else app.ensure_sync(hook)
                response = call(response)
    if "_session" in own or wants_session(context, plan, environ):
        save_session(context, response)
    if flask31.FINISHED:
        flask31.send_finished(app, response)
    return wrap_tuple(response) if type(response) is tuple else response


def handle_exception(app: Flask, problem: Exception) -> Any:
    """Return the response of an exception that no handler of the view has taken."""
    result: Any = app.handle_exception(problem)
    return wrap_tuple(result) if type(result) is tuple else result


def run_flask_methods(app: Flask) -> Any:
    """Run Flask's own methods, which an app has overridden."""
    result: Any = app.full_dispatch_request()
    return wrap_tuple(result) if type(result) is tuple else result


def wants_session(
    context: LazyRequestContext, plan: AppPlan, environ: dict[str, Any] | None
) -> bool:
    """Return whether a session that was not opened must be opened and saved."""
    if plan.session_policy is not SessionPolicy.REFRESH:
        return plan.session_policy is SessionPolicy.SAVE
    if environ is None:
        source = context.request.carboy_server_request  # type: ignore[attr-defined]  # ours
        cookies = source.find_header("cookie")
    else:
        # An app may have changed the environ: what counts is what arrived.
        arrived = getattr(context.request, "carboy_frozen", None) or environ
        cookies = arrived.get("HTTP_COOKIE")
    return cookies is not None and may_need_refresh(
        cookies, context.app.config["SESSION_COOKIE_NAME"]
    )
