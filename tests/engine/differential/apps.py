"""Builds an app from its description, the same way on each side."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask
import flask.globals
import flask.views
from flask import Blueprint, Flask
from werkzeug.exceptions import default_exceptions
from werkzeug.middleware.proxy_fix import ProxyFix

from . import classes
from .endings import finish
from .specs import AppSpec, BlueprintSpec, Callback, Handler, Hook, Route
from .steps import run_steps
from .world import CodelessError, CrookedError, OopsChildError, OopsError, World

SITE = Path(__file__).parent / "site"
ERRORS = {
    "Exception": Exception,
    "HTTPException": default_exceptions[404].__mro__[1],
    "NotFound": default_exceptions[404],
    "BadRequest": default_exceptions[400],
    "InternalServerError": default_exceptions[500],
    "OopsError": OopsError,
    "OopsChildError": OopsChildError,
    "CrookedError": CrookedError,
    "CodelessError": CodelessError,
    "ValueError": ValueError,
    "LookupError": LookupError,
}


def build(spec: AppSpec, base: type[Flask], world: World) -> Flask:
    """Return a new app of the class `base` that writes into the world's trace."""
    own = base
    if spec.overrides and spec.override_on == "class":
        own = classes.override_class(world, base, spec.overrides)
    options = {"static_folder": "static", **dict(spec.options)}
    app = own("probe", root_path=str(SITE), instance_path=str(SITE), **options)
    world.app = app
    world.patches.extend(spec.patches)
    app.secret_key = "k" * 32
    app.config.update(dict(spec.config))
    _put_classes(world, spec, app)
    _register(world, app, spec)
    for blueprint in spec.blueprints:
        app.register_blueprint(_make_blueprint(world, blueprint))
    for hook in spec.signals:
        _connect(world, app, hook)
    if spec.override_on == "instance":
        classes.override_instance(world, app, spec.overrides)
    _wrap(world, app, spec.middleware)
    return app


def _put_classes(world: World, spec: AppSpec, app: Flask) -> None:
    app.request_class = classes.REQUESTS.get(spec.request_class, app.request_class)
    app.response_class = classes.RESPONSES.get(spec.response_class, app.response_class)
    if spec.session in classes.SESSIONS:
        app.session_interface = classes.SESSIONS[spec.session](world)
    for name, value in spec.json:
        if name == "provider":
            app.json = classes.OwnProvider(app)
        elif name == "default":
            app.json.default = classes.own_default  # type: ignore[attr-defined]  # put there for the test
        else:
            setattr(app.json, name, value)
    app.url_map.converters["list"] = classes.ListConverter
    app.url_map.converters["deep"] = classes.DeepConverter
    app.url_map.converters["odd"] = classes.OddConverter


def _register(world: World, target: Flask | Blueprint, spec: Any) -> None:
    views: dict[str, Any] = {}
    for route in spec.routes:
        if route.endpoint not in views:
            views[route.endpoint] = _make_view(world, route)
        options = {key: _thaw(key, value) for key, value in route.options}
        view = views[route.endpoint]
        target.add_url_rule(route.rule, route.endpoint, view, **options)
    for hook in spec.hooks:
        add_hook(world, target, hook)
    for handler in spec.handlers:
        _add_handler(world, target, handler)


def _thaw(key: str, value: Any) -> Any:
    if key == "defaults":
        return dict(value)
    if key == "redirect_to" and value == "call":
        return lambda adapter, **values: "called/" + "-".join(map(str, values.values()))
    return value


def _make_view(world: World, route: Route) -> Callable[..., Any]:
    callback = make_callback(world, route.view)
    if route.kind == "async":

        async def view_async(**values: Any) -> Any:
            return callback(**values)

        return view_async
    if route.kind in {"method", "class"}:
        return _make_view_class(callback, route)
    if route.kind == "object":
        return _NamedCallable(callback)
    return callback


class _NamedCallable:
    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def __call__(self, **values: Any) -> Any:
        return self.function(**values)


def _make_view_class(callback: Callable[..., Any], route: Route) -> Callable[..., Any]:
    if route.kind == "class":
        names: tuple[str, ...] = ("dispatch_request",)
        base: type = flask.views.View
    else:
        names, base = ("get", "post", "put"), flask.views.MethodView
    body = dict.fromkeys(names, lambda self, **values: callback(**values))
    view: Any = type("OwnView", (base,), body)
    return view.as_view(route.endpoint)  # type: ignore[no-any-return]  # made values have no type


def make_callback(world: World, callback: Callback) -> Callable[..., Any]:
    """Return the function that does what the callback describes."""

    def function(*args: Any, **values: Any) -> Any:
        world.trace.note(callback.label, list(args), sorted(values.items()))
        run_steps(world, callback.steps)
        return finish(world, callback.end)

    function.__name__ = callback.label.replace(" ", "_")
    return function


def _make_after(world: World, callback: Callback) -> Callable[..., Any]:
    inner = make_callback(world, callback)
    end = callback.end.args[0] if callback.end.name == "after" else "same"

    def function(response: flask.Response) -> Any:
        if callback.end.name != "after":
            answer = inner(response)
            return response if callback.end.name == "none" else answer
        world.trace.note(callback.label, response)
        run_steps(world, callback.steps)
        return AFTER[end](response)

    return function


def _add_header(response: flask.Response) -> flask.Response:
    response.headers["X-After"] = "1"
    response.headers.add("X-After", "2")
    return response


def _change_body(response: flask.Response) -> flask.Response:
    response.set_data(b"changed " + response.get_data())
    return response


def _change_status(response: flask.Response) -> flask.Response:
    response.status_code = 222
    response.mimetype = "text/x-changed"
    response.set_cookie("after", "1")
    return response


def _drop_headers(response: flask.Response) -> flask.Response:
    response.headers.clear()
    return response


def _replace_headers(response: flask.Response, headers: Any) -> flask.Response:
    response.headers = headers
    return response


AFTER: dict[str, Callable[[flask.Response], Any]] = {
    "same": lambda response: response,
    "header": _add_header,
    "body": _change_body,
    "status": _change_status,
    "drop": _drop_headers,
    "new": lambda response: flask.Response("new", 223),
    "wrong": lambda response: "not a response",
    "none": lambda response: None,
    "tuple": lambda response: ("200 OK", [("X-After", "1")], b"tuple"),
    "dict": lambda response: _replace_headers(response, {"X-After": "1"}),
    "list": lambda response: _replace_headers(response, [("X-After", "1")]),
}


def add_hook(world: World, target: Flask | Blueprint, hook: Hook) -> None:
    """Register a hook by the name of its decorator."""
    kind = hook.kind.removeprefix("async ")
    if "after" in kind:
        function = _make_after(world, hook.callback)
    elif kind.endswith("context_processor"):
        function = _make_processor(world, hook.callback)
    elif kind.endswith(("url_defaults", "url_value_preprocessor")):
        function = _make_url_hook(world, hook.callback, pop="url_value" in kind)
    else:
        function = make_callback(world, hook.callback)
    if hook.kind.startswith("async "):
        function = _make_async(function)
    getattr(target, kind)(function)


def _make_async(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    async def function_async(*args: Any, **values: Any) -> Any:
        return function(*args, **values)

    return function_async


def _make_processor(world: World, callback: Callback) -> Callable[..., Any]:
    inner = make_callback(world, callback)

    def function() -> dict[str, Any]:
        inner()
        return {"extra": callback.label, "name": "never wins"}

    return function


def _make_url_hook(
    world: World, callback: Callback, *, pop: bool
) -> Callable[..., Any]:
    inner = make_callback(world, callback)

    def function(endpoint: str | None, values: dict[str, Any] | None) -> None:
        inner(endpoint, sorted(values.items()) if values is not None else None)
        if values is None:
            return
        if pop:
            flask.globals.g.lang = values.pop("lang", None)
        elif "lang" not in values:
            values["lang"] = "en"

    return function


def _add_handler(world: World, target: Flask | Blueprint, handler: Handler) -> None:
    key = handler.key if isinstance(handler.key, int) else ERRORS[handler.key]
    function = make_callback(world, handler.callback)
    if handler.everywhere and isinstance(target, Blueprint):
        target.app_errorhandler(key)(function)
    else:
        target.register_error_handler(key, function)


def _make_blueprint(world: World, spec: BlueprintSpec) -> Blueprint:
    files: dict[str, Any] = {}
    if spec.with_files:
        files = {
            "static_folder": "blue_static",
            "static_url_path": "/blue-static",
            "template_folder": "blue_templates",
        }
    blueprint = Blueprint(
        spec.name, "probe", root_path=str(SITE), **files, **dict(spec.options)
    )
    _register(world, blueprint, spec)
    for child in spec.children:
        blueprint.register_blueprint(_make_blueprint(world, child))
    return blueprint


def _connect(world: World, app: Flask, hook: Hook) -> None:
    inner = make_callback(world, hook.callback)

    def receiver(sender: Any, **values: Any) -> None:
        world.trace.note("signal", hook.kind, sender is app, sorted(values))
        inner()

    name = hook.kind.removeprefix("async ")
    connect(world, name, _make_async(receiver) if name != hook.kind else receiver)


def connect(world: World, name: str, receiver: Callable[..., Any]) -> None:
    """Connect the only receiver of a signal.

    Blinker keeps receivers in a set of addresses: the order of two is not Flask's.
    """
    if name not in world.receivers:
        world.receivers[name] = receiver
        getattr(flask.signals, name).connect(receiver, world.app)


def _wrap(world: World, app: Flask, middleware: str) -> None:
    original = app.wsgi_app

    def around(environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: Any, exc_info: Any = None) -> Any:
            world.trace.note("through middleware", status)
            return start_response(status, [*headers, ("X-Around", "1")], exc_info)

        environ["probe.around"] = "1"
        return original(environ, start)

    if middleware == "around":
        app.wsgi_app = around  # type: ignore[method-assign]  # apps do this too
    elif middleware == "proxy":
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # apps do this too
            original, x_host=1, x_prefix=1, x_port=1
        )
