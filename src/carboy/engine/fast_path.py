"""The short way of a request that turns out to be ordinary: one function, few objects.

It takes the steps of a request written out in one place, and hands over to `steps`,
`response` and `flask31.leave` at the point where something out of the ordinary shows.
Apart from them because here, and only here, speed comes before everything else: each
call that is not made is 1 to 3 % of a request.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.wrappers import Response

from . import flask31
from .flask31 import (
    APP_TEARING,
    FINISHED,
    POPPED,
    REQUEST_TEARING,
    STOCK_CLOSE,
    BareAppContext,
    BareRequestContext,
    LeanRequestContext,
    find_app_context,
    find_request_context,
    is_plain,
    pop_app_context,
    pop_request_context,
    push_app_context,
    push_request_context,
)
from .interface import ServerResponse
from .json_encoder import is_quick_writer, write_quickly
from .lazy_session import is_worth_opening
from .pipeline import call_view, finalize, run_before
from .plan import Plan
from .response import (
    HTML,
    JSON,
    LENGTHS,
    OK,
    is_stock,
    length_of,
    make_answer,
    send,
)
from .route_cache import Line


def follow(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917 - to cut it up is to pay for each piece
    app: Flask,
    plan: Plan,
    line: Line,
    values: dict[str, Any] | None,
    request: Any,
    environ: dict[str, Any] | None,
    start_response: Callable[..., Any] | None,
    cookies: str | None,
) -> Any:
    """Answer a request whose rule is known, to the server or to the edge."""
    context: LeanRequestContext = BareRequestContext()
    context.app = app
    context.request = request
    context.carboy_place = line.place
    context.carboy_cookies = plan.cookies
    context.carboy_inner = context.carboy_token = None
    # It looks whether that is OPTIONS, which we know it is not.
    context.carboy_method = ""
    request.json_module = app.json
    request.url_rule = line.rule
    if values is None:
        values = dict(line.defaults) if line.defaults else {}
    request.view_args = values
    scopes, is_blue = line.scopes, line.is_blue
    error: BaseException | None = None
    inner: Any = None
    result: Any = None
    try:  # noqa: PLR1702 - as above
        try:
            outer = find_app_context(None)
            if outer is None or outer.app is not app:
                bare: Any = BareAppContext()
                inner = context.carboy_inner = bare
                inner.app = app
                inner.carboy_token = push_app_context(inner)
            context.carboy_token = push_request_context(context)
            app._got_first_request = True  # noqa: SLF001 - Flask's setup methods look at it
            try:
                before, prepare = app.before_request_funcs, app.url_value_preprocessors
                if (
                    before
                    and (before.get(None) or (is_blue and any(map(before.get, scopes))))
                ) or (
                    prepare
                    and (
                        prepare.get(None) or (is_blue and any(map(prepare.get, scopes)))
                    )
                ):
                    result = run_before(app, request)
                    if result is None:
                        result = call_view(context, request)
                else:
                    view: Any = app.view_functions[line.endpoint]
                    if view is not line.view:
                        if is_plain(view):
                            line.view = view
                        else:
                            view = app.ensure_sync(view)
                    result = view(**values) if values else view()
            except Exception as problem:  # noqa: BLE001 - the app decides what becomes of it
                result = app.handle_user_exception(problem)
            own = context.__dict__
            hooks = app.after_request_funcs
            if (
                (
                    hooks
                    and (
                        hooks.get(None)
                        or (is_blue and any(map(hooks.get, scopes)))
                        or request.url_rule is not line.rule
                    )
                )
                or FINISHED
                or "_session" in own
                or "_after_request_functions" in own
                or (
                    cookies is not None
                    and plan.looks_at_cookie
                    and is_worth_opening(cookies, app.config["SESSION_COOKIE_NAME"])
                )
                or app.response_class is not Response
                or not is_stock()
            ):
                result = finalize(context, plan, result, environ)
            else:
                # What `make_plain` would do, for the kinds that come most.
                kind = type(result)
                if kind is str:
                    body = result.encode()
                    size = len(body)
                    result = OK, [HTML, LENGTHS.get(size) or length_of(size)], body
                elif kind is dict or kind is list:
                    provider = app.json
                    if provider is not plan.provider and is_quick_writer(app, provider):
                        plan.provider = provider
                    body = (
                        write_quickly(app, provider, result)
                        if provider is plan.provider
                        else None
                    )
                    if body is None:
                        result = finalize(context, plan, result, environ)
                    else:
                        size = len(body)
                        result = OK, [JSON, LENGTHS.get(size) or length_of(size)], body
                else:
                    result = finalize(context, plan, result, environ)
        except Exception as problem:  # noqa: BLE001 - the app decides what becomes of it
            error = problem
            result = app.handle_exception(problem)
        except BaseException as problem:
            error = problem
            raise
        if environ is None:
            source = request.carboy_source
            if type(result) is not tuple or source.method == "HEAD" or source.made:
                return give(result, request)
            status, headers, body = result
            if status is OK:
                kind = headers[0]
                # Two headers that were both made here.
                is_tidy = (kind is JSON or kind is HTML) and len(headers) == 2
                return ServerResponse(200, OK, headers, body, None, is_tidy)
            return ServerResponse(int(status[:3]), status, headers, body)
        is_head = environ["REQUEST_METHOD"] == "HEAD"
        if type(result) is not tuple:
            return send(result, environ, start_response, is_head=is_head)
        status, headers, body = result
        start_response(status, headers)  # type: ignore[misc]  # it comes with an environ
        # A list: servers send it in one piece, and step through any other iterable.
        return [] if is_head else [body]
    finally:
        if environ is not None and "werkzeug.debug.preserve_context" in environ:
            flask31.preserve(environ["werkzeug.debug.preserve_context"])
        if error is not None and app.should_ignore_error(error):
            error = None
        own = request.__dict__
        hooks = app.teardown_request_funcs
        if (
            (
                hooks
                and (
                    hooks.get(None)
                    or (is_blue and any(map(hooks.get, scopes)))
                    or request.url_rule is not line.rule
                )
            )
            or app.teardown_appcontext_funcs
            or (REQUEST_TEARING or APP_TEARING or POPPED)
            or ("files" in own or "close" in own)
            or type(request).close is not STOCK_CLOSE
            or "_cv_tokens" in context.__dict__
            or find_request_context(None) is not context
            or (
                inner is not None
                and (
                    "_cv_tokens" in inner.__dict__
                    or find_app_context(None) is not inner
                )
            )
            or context.carboy_token is None
        ):
            flask31.leave(context, error, is_overridden=False)
        else:
            # What `leave` does at its quickest, without asking all that once more.
            pop_request_context(context.carboy_token)
            context.carboy_token = None
            if inner is not None:
                pop_app_context(inner.carboy_token)
                inner.carboy_token = context.carboy_inner = None
            if environ is not None:
                environ["werkzeug.request"] = None
            elif "environ" in own:
                own["environ"]["werkzeug.request"] = None


def give(result: Any, request: Any) -> ServerResponse:
    """Give the edge what a WSGI server would be sent."""
    source = request.carboy_source
    # Whoever has changed the method in the environ means it.
    made = source.made
    method = source.method if made is None else made["REQUEST_METHOD"]
    return make_answer(result, request, is_head=method == "HEAD")
