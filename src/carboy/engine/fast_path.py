"""The fast path: all steps of a request whose route is known and that has no surprise.

It has the steps of `pipeline`, `response` and `flask31` written out in two functions,
and hands over to those modules where a hook, a receiver, a session or an unusual result
shows. It is apart because speed comes first here, and only here: each call that is not
made saves 1 to 3 % of a request.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.wrappers import Response

from . import flask31
from .flask31 import (
    APP_TEARING,
    FINISHED,
    ORIGINAL_CLOSE,
    POPPED,
    REQUEST_TEARING,
    LazyRequestContext,
    SlotAppContext,
    SlotRequestContext,
    find_app_context,
    find_request_context,
    is_sync_function,
    pop_app_context,
    pop_request_context,
    push_app_context,
    push_request_context,
)
from .interface import ServerResponse
from .json_encoder import encode_fast, uses_default_json
from .lazy_session import may_need_refresh
from .pipeline import call_view, finalize, handle_exception, run_before
from .plan import AppPlan
from .response import (
    DEFAULT_MIMETYPE,
    HTML,
    JSON,
    LENGTH_HEADERS,
    OK,
    RESPONSE_CLASS_SIZE,
    RESPONSE_VARS,
    length_header,
    make_server_response,
    send,
)
from .route_cache import CachedRoute


def handle_fast(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917 - each piece costs a call
    app: Flask,
    plan: AppPlan,
    route: CachedRoute,
    values: dict[str, Any],
    request: Any,
    environ: dict[str, Any] | None,
    start_response: Callable[..., Any] | None,
    cookies: str | None,
) -> Any:
    """Answer a request whose route is known, for a WSGI server or for ours."""
    context: LazyRequestContext = SlotRequestContext()
    context.app = app
    context.request = request
    context.carboy_binding = route.binding
    context.carboy_codec = plan.codec
    context.carboy_app_context = context.carboy_token = None
    # A request with this method never has to be asked whether it is OPTIONS.
    context.carboy_method = ""
    request.json_module = app.json
    request.url_rule = route.rule
    request.view_args = values
    error: BaseException | None = None
    app_context: Any = None
    try:
        try:
            outer = find_app_context(None)
            if outer is None or outer.app is not app:
                slots: Any = SlotAppContext()
                app_context = context.carboy_app_context = slots
                app_context.app = app
                app_context.carboy_token = push_app_context(app_context)
            context.carboy_token = push_request_context(context)
            result = _make_result(
                app, context, request, plan, route, values, environ, cookies
            )
        except Exception as problem:  # noqa: BLE001 - the app decides what becomes of it
            error = problem
            result = handle_exception(app, problem)
        except BaseException as problem:
            error = problem
            raise
        if environ is None:
            return to_server_response(result, request)
        is_head = environ["REQUEST_METHOD"] == "HEAD"
        if type(result) is not tuple:
            return send(result, environ, start_response, is_head=is_head)
        status, headers, body = result
        start_response(status, headers)  # type: ignore[misc]  # it comes with an environ
        # A list: servers send it in one piece, and step through any other iterable.
        return [] if is_head else [body]
    finally:
        if environ is not None and "werkzeug.debug.preserve_context" in environ:
            flask31.preserve_contexts(environ["werkzeug.debug.preserve_context"])
        if error is not None and app.should_ignore_error(error):
            error = None
        own = request.__dict__
        hooks = app.teardown_request_funcs
        if (
            (
                hooks
                and (
                    type(hooks) is not defaultdict
                    or hooks.get(None)
                    or (
                        route.is_in_blueprint
                        and any(map(hooks.get, route.blueprint_names))
                    )
                    or request.url_rule is not route.rule
                )
            )
            or app.teardown_appcontext_funcs
            or (REQUEST_TEARING or APP_TEARING or POPPED)
            or ("files" in own or "close" in own)
            or type(request).close is not ORIGINAL_CLOSE
            or context.request is not request
            or "_cv_tokens" in context.__dict__
            or find_request_context(None) is not context
            or (
                app_context is not None
                and (
                    "_cv_tokens" in app_context.__dict__
                    or find_app_context(None) is not app_context
                )
            )
            or context.carboy_token is None
        ):
            flask31.pop_contexts(context, error, is_overridden=False)
        else:
            # What `pop_contexts` does at best, without asking all that once more.
            pop_request_context(context.carboy_token)
            context.carboy_token = None
            if "environ" in own:
                own["environ"]["werkzeug.request"] = None
            elif environ is not None:
                environ["werkzeug.request"] = None
            if app_context is not None:
                pop_app_context(app_context.carboy_token)
                app_context.carboy_token = context.carboy_app_context = None


def _make_result(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917 - as `handle_fast`
    app: Flask,
    context: LazyRequestContext,
    request: Any,
    plan: AppPlan,
    route: CachedRoute,
    values: dict[str, Any],
    environ: dict[str, Any] | None,
    cookies: str | None,
) -> Any:
    """Run hooks and view; return the RawResponse or response that they come to."""
    result: Any
    app._got_first_request = True  # noqa: SLF001 - Flask's setup methods look at it
    try:  # noqa: PLR1702 - as above
        before, prepare = app.before_request_funcs, app.url_value_preprocessors
        if (
            before
            and (
                type(before) is not defaultdict
                or before.get(None)
                or (
                    route.is_in_blueprint
                    and any(map(before.get, route.blueprint_names))
                )
            )
        ) or (
            prepare
            and (
                type(prepare) is not defaultdict
                or prepare.get(None)
                or (
                    route.is_in_blueprint
                    and any(map(prepare.get, route.blueprint_names))
                )
            )
        ):
            # As `run_hooks_and_view` does, with names that are known already.
            result = run_before(app, request, route.blueprint_names)
            if result is None:
                result = call_view(context, request)
        else:
            view: Any = app.view_functions[route.endpoint]
            if view is not route.view:
                if is_sync_function(view):
                    route.view = view
                else:
                    view = app.ensure_sync(view)
            result = view(**values) if values else view()
    except Exception as problem:  # noqa: BLE001 - the app decides what becomes of it
        result = app.handle_user_exception(problem)
    own = context.__dict__
    after = app.after_request_funcs
    if not (
        (
            after
            and (
                type(after) is not defaultdict
                or after.get(None)
                or (
                    route.is_in_blueprint and any(map(after.get, route.blueprint_names))
                )
                or request.url_rule is not route.rule
            )
        )
        or FINISHED
        or "_session" in own
        or "_after_request_functions" in own
        or (
            cookies is not None
            and plan.refreshes_cookie
            and may_need_refresh(cookies, app.config["SESSION_COOKIE_NAME"])
        )
        or app.response_class is not Response
        # What `is_response_unchanged` looks at, without the call.
        or len(RESPONSE_VARS) != RESPONSE_CLASS_SIZE
        or Response.default_mimetype != DEFAULT_MIMETYPE
        or Response.autocorrect_location_header is not False
    ):
        # What `make_raw_response` would make, for the most frequent types.
        kind = type(result)
        if kind is str:
            body = result.encode()
            size = len(body)
            return OK, [HTML, LENGTH_HEADERS.get(size) or length_header(size)], body
        if kind is dict or kind is list:
            provider = app.json
            if provider is not plan.json_provider and uses_default_json(app, provider):
                plan.json_provider = provider
            if (
                provider is plan.json_provider
                and (body := encode_fast(app, provider, result)) is not None
            ):
                size = len(body)
                return OK, [JSON, LENGTH_HEADERS.get(size) or length_header(size)], body
    # The traceback of an error that is its own response holds this frame: bound to a
    # local of the frame, the error would stay until the garbage collector runs.
    result = finalize(context, plan, result, environ)
    return result


def to_server_response(result: Any, request: Any) -> ServerResponse:
    """Return to our server what a WSGI server would be sent."""
    source = request.carboy_server_request
    built_environ = source.built_environ
    # An app that changes the method in the environ means it.
    method = source.method if built_environ is None else built_environ["REQUEST_METHOD"]
    if type(result) is not tuple or method == "HEAD":
        return make_server_response(result, request, is_head=method == "HEAD")
    status, headers, body = result
    if status is not OK:
        return ServerResponse(int(status[:3]), status, headers, body)
    kind = headers[0]
    # Two headers that were both made here.
    is_final = (kind is JSON or kind is HTML) and len(headers) == 2
    return ServerResponse(200, OK, headers, body, None, is_final)
