"""The steps of a request, in Flask's order and without what nobody looks at.

The hook dicts are read live: they are public and may change at any time, even while
a request runs.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException

from . import flask31
from .error_pages import page_of
from .flask31 import LeanRequestContext, is_plain, scopes_of
from .lazy_session import Opening, is_worth_opening
from .plan import Plan
from .response import make_plain, make_response, wrap_tuple

_APP: tuple[str | None, ...] = (None,)


def dispatch(
    context: LeanRequestContext, plan: Plan, environ: dict[str, Any] | None
) -> Any:
    """Do what `full_dispatch_request` does, once the rule is known."""
    app = context.app
    request: Any = context.request
    app._got_first_request = True  # noqa: SLF001 - Flask's setup methods look at it
    try:
        if flask31.STARTED:
            flask31.send_started(app)
        rv = None
        if app.url_value_preprocessors or app.before_request_funcs:
            rv = run_before(app, request)
        if rv is None:
            rv = call_view(context, request)
    except Exception as problem:  # noqa: BLE001 - the app decides what becomes of it
        rv = app.handle_user_exception(problem)
    return finalize(context, plan, rv, environ)


def run_before(app: Flask, request: Any) -> Any:
    """Run what comes before the view; an answer of a hook takes the view's place."""
    scopes = scopes_of(request)
    preprocessors = app.url_value_preprocessors
    if preprocessors:
        for name in reversed(scopes):
            if name in preprocessors:
                for prepare in preprocessors[name]:
                    prepare(request.endpoint, request.view_args)
    hooks = app.before_request_funcs
    for name in reversed(scopes):
        if name in hooks:
            for hook in hooks[name]:
                rv = (hook if is_plain(hook) else app.ensure_sync(hook))()
                if rv is not None:
                    return rv
    return None


def call_view(context: LeanRequestContext, request: Any) -> Any:
    """Do what `dispatch_request` does."""
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


def finalize(
    context: LeanRequestContext, plan: Plan, rv: Any, environ: dict[str, Any] | None
) -> Any:
    """Do what `finalize_request` does; a plain result stays what it is."""
    app = context.app
    own = context.__dict__
    after = app.after_request_funcs
    scopes = scopes_of(context.request) if after else _APP
    if (
        "_session" not in own
        and "_after_request_functions" not in own
        and not flask31.FINISHED
        and not (after and may_have_hooks(after, scopes))
        and not wants_session(context, plan, environ)
    ):
        plain = make_plain(app, rv)
        if plain is None and isinstance(rv, HTTPException):
            plain = page_of(app, rv)
        if plain is not None:
            return plain
    response = make_response(app, rv)
    if "_after_request_functions" in own:
        for hook in own["_after_request_functions"]:
            response = app.ensure_sync(hook)(response)
        # Once more: such a hook may have sent the request somewhere else.
        scopes = scopes_of(context.request)
    for name in scopes:
        if name in after:
            for hook in reversed(after[name]):
                response = (hook if is_plain(hook) else app.ensure_sync(hook))(response)
    if "_session" in own or wants_session(context, plan, environ):
        flask31.save_session(context, response)
    if flask31.FINISHED:
        flask31.send_finished(app, response)
    return wrap_tuple(response) if type(response) is tuple else response


def handle_exception(app: Flask, problem: Exception) -> Any:
    """Return the response of an exception that no handler of the view has taken."""
    result: Any = app.handle_exception(problem)
    return wrap_tuple(result) if type(result) is tuple else result


def may_have_hooks(hooks: Any, scopes: tuple[str | None, ...]) -> bool:
    """Return whether a table of hooks has any; a table of another type may have some."""
    return type(hooks) is not defaultdict or any(map(hooks.get, scopes))


def wants_session(
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
