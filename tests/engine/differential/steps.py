"""The things that generated callbacks do: look at the request, use session and context.

A step that looks records what it sees, or the exception; a step that acts lets
exceptions pass, so that they reach Flask.
"""

import threading
from collections.abc import Callable
from typing import Any

import flask
from flask import current_app, request, session
from flask.globals import app_ctx, g, request_ctx

from .trace import show
from .world import World


def _safely(function: Callable[[], Any]) -> Any:
    try:
        return function()
    except Exception as error:  # noqa: BLE001 - what is raised is what is compared
        return error


def look(world: World, name: str) -> None:
    """Record an attribute of the request, or the exception that it raises."""
    world.trace.note(f"request.{name}", _safely(lambda: getattr(request, name)))


def touch(world: World, name: str) -> None:
    """Record an attribute of the request; an exception reaches Flask."""
    world.trace.note(f"request.{name}", getattr(request, name))


READS: dict[str, Callable[[], Any]] = {
    "data": lambda: request.data,
    "get_data": lambda: request.get_data(cache=True),
    "get_text": lambda: request.get_data(as_text=True),
    "get_uncached": lambda: request.get_data(cache=False),
    "get_parsed": lambda: request.get_data(parse_form_data=True),
    "form": lambda: request.form,
    "files": lambda: request.files,
    "values": lambda: request.values,
    "field": lambda: request.form["field"],
    "file": lambda: request.files["file"],
    "argument": lambda: request.args["missing"],
    "json": lambda: request.json,
    "json_silent": lambda: request.get_json(silent=True),
    "json_forced": lambda: request.get_json(force=True),
    "stream": lambda: request.stream.read(-1),
    "stream_part": lambda: request.stream.read(3),
    "input": lambda: request.environ["wsgi.input"].read(2),
    "argument_int": lambda: request.args.get("page", 1, type=int),
    "header": lambda: request.headers.get("X-Own"),
    "header_list": lambda: list(request.headers),
    "cookie": lambda: request.cookies.get("a"),
    "environ": lambda: sorted(
        key for key in request.environ if not key.startswith("werkzeug.")
    ),
    "environ_request": lambda: (
        request.environ.get("werkzeug.request") is request._get_current_object()
    ),
    "repr": lambda: repr(request._get_current_object()),
    "class": lambda: (
        type(request._get_current_object()).__name__,
        isinstance(request._get_current_object(), flask.Request),
    ),
    "accepts": lambda: request.accept_mimetypes.best_match(["text/html", "a/b"]),
    "bool": lambda: (bool(request), bool(session), bool(g), bool(current_app)),
    "host_url": lambda: (request.host_url, request.url_root, request.full_path),
}


def read(world: World, name: str) -> None:
    """Record a way to read the request, or the exception that it raises."""
    world.trace.note(f"read {name}", _safely(READS[name]))


def use(world: World, name: str) -> None:
    """Read the request in some way; an exception reaches Flask."""
    world.trace.note(f"use {name}", READS[name]())


SESSIONS: dict[str, Callable[[], Any]] = {
    "get": lambda: session.get("k"),
    "item": lambda: session["missing"],
    "set": lambda: session.__setitem__("k", "value ü"),
    "set_list": lambda: session.__setitem__("l", [1, (2, b"x")]),
    "count": lambda: session.__setitem__("n", session.get("n", 0) + 1),
    "nested": lambda: session["l"].append(5),
    "update": lambda: session.update(k="updated", j={"a": 1}),
    "default": lambda: session.setdefault("d", "default"),
    "pop": lambda: session.pop("k", None),
    "clear": lambda: session.update() or session.clear(),
    "in": lambda: "k" in session,
    "len": lambda: len(session),
    "iter": lambda: list(session),
    "items": lambda: list(session.items()),
    "bool": lambda: bool(session),
    "keys": lambda: list(session.keys()),
    "copy": lambda: dict(session),
    "equal": lambda: session == {},
    "permanent": lambda: setattr(session, "permanent", True),
    "is_permanent": lambda: session.permanent,
    "modified": lambda: setattr(session, "modified", True),
    "flags": lambda: (session.new, session.modified, session.accessed),
    "class": lambda: type(session._get_current_object()).__name__,
    "bad_value": lambda: session.__setitem__("o", object()),
    "repr": lambda: repr(session),
}


def use_session(world: World, name: str) -> None:
    """Use the session in one of many ways; an exception reaches Flask."""
    world.trace.note(f"session.{name}", SESSIONS[name]())


def flash(world: World, text: str, category: str) -> None:
    """Flash a message."""
    flask.flash(text, category)


def flashes(world: World, categories: bool) -> None:
    """Take the flashed messages."""
    world.trace.note("flashes", flask.get_flashed_messages(with_categories=categories))


def set_g(world: World, name: str, value: Any) -> None:
    """Keep something for the request."""
    setattr(g, name, value)


def get_g(world: World, name: str) -> None:
    """Record what was kept."""
    world.trace.note("g", g.get(name), name in g, sorted(g), repr(g))


def later(world: World, label: str) -> None:
    """Register a function for after this request."""

    @flask.after_this_request
    def add_header(response: flask.Response) -> flask.Response:
        world.trace.note("later", label)
        response.headers.add("X-Later", label)
        return response


def url_for(
    world: World, endpoint: str, values: tuple[Any, ...], external: Any
) -> None:
    """Record a built URL, or why it cannot be built."""
    options = {} if external is None else {"_external": external}
    built = _safely(lambda: flask.url_for(endpoint, **dict(values), **options))
    world.trace.note("url_for", built)


def log(world: World, level: str, text: str) -> None:
    """Write to the app's logger."""
    getattr(current_app.logger, level)("said %s", text)


def nested_request(world: World, path: str) -> None:
    """Push a second request context over this one."""
    outer = request._get_current_object()
    with current_app.test_request_context(path, method="POST", data={"a": "1"}):
        seen = (request.path, request.endpoint, request.method, request.form["a"])
        world.trace.note("nested", seen, session.get("k"))
    world.trace.note("back", request._get_current_object() is outer, request.path)


def nested_app(world: World) -> None:
    """Push a second app context over this one."""
    g.x = "outer"
    with current_app.app_context():
        world.trace.note("inner", g.get("x"), request.path)
        g.x = "inner"
    world.trace.note("outer", g.x)


def nested_client(world: World, path: str) -> None:
    """Send a request to the app from within a request."""
    if "nested" not in request.headers:
        response = current_app.test_client().get(path, headers={"nested": "1"})
        world.trace.note("client", response.status, list(response.headers))
    world.trace.note("client back", request.path, session.get("k"))


def in_thread(world: World) -> None:
    """Read request and session in a thread that was given the context."""

    @flask.copy_current_request_context
    def work() -> None:
        world.trace.note("thread", request.path, session.get("k"), g.get("x"))

    thread = threading.Thread(target=lambda: world.trace.note("done", _safely(work)))
    thread.start()
    thread.join()


def copy_context(world: World) -> None:
    """Push a copy of the context."""
    with request_ctx.copy():
        world.trace.note("copied", request.path, session.get("k"), g.get("x"))
    world.trace.note("original", request.path, session.get("k"))


def context(world: World) -> None:
    """Record what code that knows Flask's inside sees."""
    adapter = request_ctx.url_adapter
    bound = None if adapter is None else show_adapter(adapter)
    same = (
        request_ctx.request is request._get_current_object(),
        request_ctx.app is app_ctx.app is world.app,
        app_ctx.g is g._get_current_object(),
    )
    flags = (flask.has_request_context(), flask.has_app_context())
    world.trace.note("context", flags, same, bound, show(request_ctx.flashes))
    world.trace.note(
        "context session", request_ctx.session is session._get_current_object()
    )


def show_adapter(adapter: Any) -> tuple[Any, ...]:
    """Return what a URL adapter was bound to."""
    names = "server_name script_name subdomain url_scheme path_info default_method"
    bound = tuple(getattr(adapter, name) for name in names.split())
    return (*bound, sorted(adapter.allowed_methods()), show(adapter.query_args))


def match_again(world: World) -> None:
    """Match the request once more, as an extension may do."""
    request_ctx.match_request()
    world.trace.note("matched", request.endpoint, show(request.view_args))


def render(world: World, text: str) -> None:
    """Render a template from a string."""
    world.trace.note("rendered", flask.render_template_string(text, here="x"))


def set_request(world: World, name: str, value: Any) -> None:
    """Change an attribute of the request."""
    setattr(request, name, value)


def set_environ(world: World, name: str, value: Any) -> None:
    """Change the environ while the request is handled."""
    request.environ[name] = value


def make_response(world: World, value: Any) -> None:
    """Record what the app makes of a value."""
    world.trace.note("made", _safely(lambda: flask.make_response(value)))


def connect_now(world: World, name: str) -> None:
    """Connect a receiver while a request is under way."""

    def receiver(sender: flask.Flask, **values: Any) -> None:
        world.trace.note("connected within", name, sorted(values))

    if name not in world.receivers:
        world.receivers[name] = receiver
        getattr(flask.signals, name).connect(receiver, world.app)


def hook_now(world: World, table: str) -> None:
    """Put a hook into its public table while a request is under way."""

    def hook(*args: Any) -> Any:
        world.trace.note(f"hooked within {table}")
        return args[0] if table == "after_request_funcs" else None

    hooks = getattr(world.app, table)
    if table == "teardown_appcontext_funcs":
        hooks.append(hook)
    else:
        hooks[request.blueprint].append(hook)


def keep(world: World) -> None:
    """Keep the objects of this request; read those of an earlier one."""
    if world.kept:
        old, old_g, context = world.kept.pop()
        world.trace.note("kept", old.path, old.method, old.endpoint, sorted(old_g))
        world.trace.note("kept args", show(old.args), old.headers.get("X-Own"))
        world.trace.note("kept context", context.request is old, show(old.view_args))
    kept = request._get_current_object(), g._get_current_object()
    world.kept.append((*kept, request_ctx._get_current_object()))


STEPS: dict[str, Callable[..., None]] = {
    function.__name__: function
    for function in (
        look, touch, read, use, use_session, flash, flashes, set_g, get_g, later,
        url_for, log, nested_request, nested_app, nested_client, in_thread,
        copy_context, context, match_again, render, set_request, set_environ,
        make_response, connect_now, hook_now, keep,
    )
}  # fmt: skip


def run_steps(world: World, steps: Any) -> None:
    """Do the steps of a callback one by one.

    A hook may cause itself, for instance by rendering when a template is rendered. How
    deep Python's stack allows that is not what is compared, so it ends early.
    """
    if world.depth > 3:
        return
    world.depth += 1
    try:
        for step in steps:
            STEPS[step.name](world, *step.args)
    finally:
        world.depth -= 1
