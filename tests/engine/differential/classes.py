"""The classes that a generated app puts in Flask's place: what users subclass."""

from collections.abc import Callable
from typing import Any, ClassVar

import flask
from flask.json.provider import DefaultJSONProvider
from flask.sessions import (
    SecureCookieSession,
    SecureCookieSessionInterface,
    SessionInterface,
    SessionMixin,
)
from werkzeug.datastructures import MultiDict
from werkzeug.routing import BaseConverter, ValidationError

from .world import OopsError, World

OVERRIDES = (
    "__call__",
    "wsgi_app",
    "full_dispatch_request",
    "dispatch_request",
    "preprocess_request",
    "finalize_request",
    "process_response",
    "make_response",
    "make_default_options_response",
    "handle_user_exception",
    "handle_http_exception",
    "handle_exception",
    "log_exception",
    "raise_routing_exception",
    "trap_http_exception",
    "should_ignore_error",
    "create_url_adapter",
    "ensure_sync",
    "async_to_sync",
    "request_context",
    "app_context",
    "do_teardown_request",
    "do_teardown_appcontext",
    "url_for",
    "inject_url_defaults",
    "handle_url_build_error",
    "update_template_context",
    "select_jinja_autoescape",
    "get_send_file_max_age",
    "send_static_file",
    "redirect",
)


def override_class(world: World, base: type, names: tuple[str, ...]) -> type:
    """Return a subclass whose methods note their call and go on to the base."""
    own: type = type("OwnFlask", (base,), {})
    for name in names:
        setattr(own, name, _override(world, name, own))
    return own


def _override(world: World, name: str, own: type) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        world.trace.note(f"call {name}", _kinds(args))
        return getattr(super(own, self), name)(*args, **kwargs)

    return method


def override_instance(world: World, app: flask.Flask, names: tuple[str, ...]) -> None:
    """Put noting functions over the methods of one app."""
    for name in names:
        if name != "__call__":
            setattr(app, name, _wrapped(world, name, getattr(app, name)))


def _wrapped(
    world: World, name: str, original: Callable[..., Any]
) -> Callable[..., Any]:
    def function(*args: Any, **kwargs: Any) -> Any:
        world.trace.note(f"call {name}", _kinds(args))
        return original(*args, **kwargs)

    return function


def _kinds(args: tuple[Any, ...]) -> list[str]:
    return [getattr(arg, "__name__", type(arg).__name__) for arg in args]


class ListConverter(BaseConverter):
    """Values between plus signs."""

    def to_python(self, value: str) -> list[str]:
        return value.split("+")

    def to_url(self, value: Any) -> str:
        return "+".join(super(ListConverter, self).to_url(item) for item in value)


class DeepConverter(BaseConverter):
    """A value that may hold slashes, lighter than the path converter."""

    part_isolating = False
    regex = "[^/].*?"
    weight = 150


class OddConverter(BaseConverter):
    """Letters; refuses one word and breaks on another."""

    regex = "[a-z]+"
    weight = 50

    def to_python(self, value: str) -> str:
        if value == "bad":
            raise ValidationError
        if value == "boom":
            raise OopsError("converter")
        return value.upper()


class RecordingInterface(SecureCookieSessionInterface):
    """Flask's own interface, noting when it is asked."""

    def __init__(self, world: World) -> None:
        self.world = world

    def open_session(self, app: Any, request: Any) -> Any:
        self.world.trace.note("open_session", request.url_rule, request.path)
        return super().open_session(app, request)

    def save_session(self, app: Any, session: Any, response: Any) -> None:
        self.world.trace.note("save_session", dict(session), session.modified)
        super().save_session(app, session, response)


class NullInterface(SessionInterface):
    """Never has a session."""

    def __init__(self, world: World) -> None:
        self.world = world

    def open_session(self, app: Any, request: Any) -> None:
        self.world.trace.note("open_session", request.endpoint)


class DictSession(dict, SessionMixin):  # type: ignore[type-arg]  # as users write it
    """A dict with Flask's flags."""


class StoreInterface(SessionInterface):
    """Sessions in a dict of this side, with the id in a cookie."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.kept: dict[str, dict[str, Any]] = {}

    def open_session(self, app: Any, request: Any) -> DictSession:
        key = request.cookies.get("sid", "")
        self.world.trace.note("open_session", key, request.endpoint)
        return DictSession(self.kept.get(key, {}))

    def save_session(self, app: Any, session: Any, response: Any) -> None:
        self.world.trace.note("save_session", dict(session))
        key = flask.request.cookies.get("sid") or f"s{len(self.kept)}"
        self.kept[key] = dict(session)
        response.set_cookie("sid", key, httponly=True)


class BrokenOpenInterface(StoreInterface):
    """Cannot open a session."""

    def open_session(self, app: Any, request: Any) -> DictSession:
        raise OopsError("open")


class BrokenSaveInterface(StoreInterface):
    """Cannot save a session."""

    def save_session(self, app: Any, session: Any, response: Any) -> None:
        raise OopsError("save")


class OwnSession(SecureCookieSession):
    """A session class with a method of its own."""


class NamedInterface(SecureCookieSessionInterface):
    """Flask's own interface with another name, salt and class."""

    salt = "own-salt"
    session_class = OwnSession

    def __init__(self, world: World) -> None:
        self.world = world

    def get_cookie_name(self, app: Any) -> str:
        return "own"

    def get_cookie_path(self, app: Any) -> str:
        return "/own"

    def should_set_cookie(self, app: Any, session: Any) -> bool:
        self.world.trace.note("should_set_cookie")
        return super().should_set_cookie(app, session)


SESSIONS: dict[str, Callable[[World], SessionInterface]] = {
    "recording": RecordingInterface,
    "null": NullInterface,
    "store": StoreInterface,
    "broken_open": BrokenOpenInterface,
    "broken_save": BrokenSaveInterface,
    "named": NamedInterface,
}


class LimitedRequest(flask.Request):
    """Limits as class attributes."""

    max_content_length = 40
    max_form_memory_size = 20
    max_form_parts = 2


class LenientRequest(flask.Request):
    """Answers broken JSON with a value, lets fields be changed, trusts two hosts."""

    parameter_storage_class = MultiDict
    trusted_hosts: ClassVar[list[str]] = ["localhost", ".example.com"]

    def on_json_loading_failed(self, e: ValueError | None) -> Any:
        return {"broken": str(type(e).__name__)}


class EagerRequest(flask.Request):
    """Computes something of its own when it is made."""

    def __init__(self, environ: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(environ, *args, **kwargs)
        self.tenant = f"{self.host}:{self.path}:{self.args.get('page')}"

    def __repr__(self) -> str:
        return f"<Eager {self.tenant}>"


class MovedRequest(flask.Request):
    """Answers from attributes of its own."""

    @property
    def host(self) -> str:  # type: ignore[override]  # wrong on purpose
        return str(self.environ.get("HTTP_X_OWN", "moved.example.com"))

    @property
    def method(self) -> str:  # type: ignore[override]  # wrong on purpose
        return str(self.environ.get("HTTP_X_OWN", self._method)).upper()

    @method.setter
    def method(self, value: str) -> None:
        self._method = value


REQUESTS = {
    "limited": LimitedRequest,
    "lenient": LenientRequest,
    "eager": EagerRequest,
    "moved": MovedRequest,
}


class OwnResponse(flask.Response):
    """Other defaults."""

    default_mimetype = "text/x-own"
    default_status = 203
    autocorrect_location_header = True


class CountingResponse(flask.Response):
    """Adds a header when it is made."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headers.add("X-Made", type(self).__name__)


class LateResponse(flask.Response):
    """Changes what goes to the server, and accepts numbers."""

    def get_wsgi_headers(self, environ: Any) -> Any:
        headers = super().get_wsgi_headers(environ)
        headers["X-Late"] = environ["REQUEST_METHOD"]
        return headers

    @classmethod
    def force_type(cls, response: Any, environ: Any = None) -> Any:
        if isinstance(response, int):
            response = flask.Response(str(response))
        return super().force_type(response, environ)


RESPONSES = {"own": OwnResponse, "counting": CountingResponse, "late": LateResponse}


class OwnProvider(DefaultJSONProvider):
    """Writes sets and complains about nothing else."""

    sort_keys = False

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return super().dumps(obj, **{"indent": 1, **kwargs})


def own_default(value: Any) -> Any:
    """Return a list for a set, or leave it to Flask."""
    if isinstance(value, set):
        return sorted(value)
    return DefaultJSONProvider.default(value)
