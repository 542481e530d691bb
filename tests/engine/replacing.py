"""Apps whose parts are replaced while they run, on stock Flask and on the engine."""

import contextvars
import re
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask, Response, jsonify, make_response, request, session
from flask.ctx import RequestContext
from flask.globals import request_ctx
from flask.json.provider import DefaultJSONProvider
from flask.sessions import SecureCookieSessionInterface
from twins import Fast, call_app, make, read, source
from werkzeug.datastructures import Headers
from werkzeug.routing import Map
from werkzeug.test import create_environ

from carboy.engine import respond
from carboy.engine.wsgi import call_wsgi

# Up to Flask 3.1.2 the attribute is public, and the engine's is not looked at.
SESSION = "_session" if "session" in vars(RequestContext) else "session"
ADDRESS = re.compile(r" at 0x[0-9a-f]+|0x[0-9a-f]+|generator%20object.*")


class OwnHeaders(Headers):
    def __iter__(self) -> Iterator[tuple[str, str]]:
        yield from super().__iter__()
        yield "X-Own", "pairs"


class OwnText(str):
    __slots__ = ()


class OwnNumber(int):
    pass


def list_public(kind: type) -> tuple[str, ...]:
    """Return all names of a class that an app may replace on its object."""
    return tuple(name for name in dir(kind) if not name.startswith("_"))


class Plain:
    def __repr__(self) -> str:
        return "Plain()"


VALUES: dict[str, Callable[[], Any]] = {
    "none": lambda: None,
    "true": lambda: True,
    "zero": lambda: 0,
    "number": lambda: 207,
    "own number": lambda: OwnNumber(208),
    "text": lambda: "text",
    "status text": lambda: "218 Fine",
    "own text": lambda: OwnText("219 Own"),
    "bytes": lambda: b"bytes",
    "dict": lambda: {"Content-Type": "text/own"},
    "empty dict": dict,
    "pairs": lambda: [("Content-Type", "text/own")],
    "list of text": lambda: ["te", "\ud800"],
    "list of one text": lambda: ["\ud800"],
    "empty list": list,
    "tuple": lambda: ("200 OK", [], b"body"),
    "headers": lambda: Headers({"X-Own": "1"}),
    "own headers": lambda: OwnHeaders({"X-Own": "1", "Content-Length": "4"}),
    "generator": lambda: (piece for piece in ("a", "b")),
    "function": lambda: lambda *args, **options: "called",
    "object": Plain,
}
PARTS: dict[str, tuple[str, ...]] = {
    "response": (
        *("headers", "response", "status", "status_code", "direct_passthrough"),
        *("mimetype", "content_type", "content_length", "data", "location", "vary"),
        *("_status", "_status_code", "_on_close", "default_mimetype", "close"),
        *("default_status", "autocorrect_location_header", "get_wsgi_headers"),
        *("automatically_set_content_length", "get_app_iter", "iter_encoded"),
        *("max_cookie_size", "implicit_sequence_conversion", "set_cookie", "own"),
    ),
    "request": (
        *("url_rule", "view_args", "routing_exception", "method", "path", "args"),
        *("form", "files", "cookies", "headers", "environ", "host", "close"),
        *("json_module", "max_content_length", "trusted_hosts", "shallow", "server"),
        *("scheme", "root_path", "query_string", "remote_addr", "own"),
    ),
    "session": ("permanent", "modified", "accessed", "new", "own", "get"),
    "context": ("request", "url_adapter", "flashes", SESSION, "own"),
    "rule": (
        *("endpoint", "methods", "defaults", "provide_automatic_options", "rule"),
        *("strict_slashes", "build_only", "subdomain", "host", "arguments", "own"),
    ),
    "app": (
        *("view_functions", "before_request_funcs", "after_request_funcs"),
        *("teardown_request_funcs", "teardown_appcontext_funcs", "blueprints"),
        *("url_value_preprocessors", "template_context_processors", "json"),
        *("error_handler_spec", "url_default_functions", "extensions", "config"),
        *("request_class", "response_class", "session_interface", "url_map"),
        *("app_ctx_globals_class", "aborter", "subdomain_matching", "name"),
        *("debug", "secret_key", "testing", "permanent_session_lifetime"),
        *("ensure_sync", "make_response", "dispatch_request", "process_response"),
        *("handle_exception", "handle_user_exception", "should_ignore_error"),
        *("do_teardown_request", "create_url_adapter", "request_context", "own"),
    ),
    "config": (
        *("SECRET_KEY", "SECRET_KEY_FALLBACKS", "SERVER_NAME", "TRUSTED_HOSTS"),
        *("SESSION_COOKIE_NAME", "SESSION_COOKIE_DOMAIN", "SESSION_COOKIE_PATH"),
        *("SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY"),
        *("SESSION_COOKIE_SAMESITE", "SESSION_COOKIE_PARTITIONED"),
        *("SESSION_REFRESH_EACH_REQUEST", "PERMANENT_SESSION_LIFETIME"),
        *("MAX_COOKIE_SIZE", "APPLICATION_ROOT", "TESTING", "DEBUG"),
        *("PROPAGATE_EXCEPTIONS", "TRAP_HTTP_EXCEPTIONS", "MAX_CONTENT_LENGTH"),
        *("PREFERRED_URL_SCHEME", "PROVIDE_AUTOMATIC_OPTIONS"),
    ),
    "url_map": list_public(Map),
    "session_interface": list_public(SecureCookieSessionInterface),
    "json": list_public(DefaultJSONProvider),
}
# These stay replaced for the requests that follow.
LASTING = {"rule", "app", "config", "url_map", "session_interface", "json"}
PATHS = ("/text", "/text?session=1", "/response", "/response?session=1", "/json")
LASTING_PATHS = ("/text?session=1", "/users/7", "/session")
REFUSES = (AttributeError, TypeError, ValueError, KeyError)
Outcome = tuple[Any, ...]
Door = Callable[[Flask, str, str], Outcome]


class Site:
    """An app that replaces a part of each request that it answers."""

    def __init__(self, base: type[Flask], *, with_hooks: bool = False) -> None:
        self.kind = self.name = ""
        self.value: Callable[[], Any] = lambda: None
        self.app = make(self._add_views, base)
        self.app.logger.disabled = True
        if with_hooks:
            self.app.before_request(self._replace)
            self.app.after_request(self._after)
            self.app.teardown_request(lambda error: None)

    def replace(self, target: Any) -> None:
        """Replace the part; what the object refuses, it refuses on both sides."""
        try:
            if self.kind == "config":
                target[self.name] = self.value()
            else:
                setattr(target, self.name, self.value())
        except REFUSES:
            pass

    def replace_for_good(self) -> None:
        """Replace a part of the app itself."""
        # Otherwise it is that of the class, which all apps of a process share.
        self.app.session_interface = SecureCookieSessionInterface()
        rules = [
            rule for rule in self.app.url_map.iter_rules() if rule.endpoint != "static"
        ]
        targets: dict[str, list[Any]] = {
            "app": [self.app],
            "config": [self.app.config],
            "rule": rules,
            "url_map": [self.app.url_map],
            "session_interface": [self.app.session_interface],
            "json": [self.app.json],
        }
        for target in targets[self.kind]:
            self.replace(target)

    def _replace(self, response: Any = None) -> None:
        targets: dict[str, Callable[[], Any]] = {
            "response": lambda: response,
            "request": request._get_current_object,  # type: ignore[attr-defined]  # proxy
            "session": session._get_current_object,  # type: ignore[attr-defined]  # proxy
            "context": request_ctx._get_current_object,  # type: ignore[attr-defined]  # proxy
        }
        if self.kind in targets:
            self.replace(targets[self.kind]())

    def _after(self, response: Any) -> Any:
        self._replace(response)
        return response

    def _add_views(self, app: Flask) -> None:
        app.add_url_rule("/text", "text", self._text)
        app.add_url_rule("/users/<int:number>", "user", lambda number: {"n": number})
        app.add_url_rule("/response", "response", self._response)
        app.add_url_rule("/json", "json", self._json)
        app.add_url_rule("/session", "session", self._session)

    def _text(self) -> str:
        self._replace()
        return f"text {session.get('n')}" if "session" in request.args else "text"

    def _response(self) -> Response:
        if "session" in request.args:
            session["n"] = 1
        response = make_response("body")
        self._replace(response)
        return response

    def _json(self) -> Response:
        response = jsonify(a=1)
        self._replace(response)
        return response

    def _session(self) -> dict[str, Any]:
        session["n"] = session.get("n", 0) + 1
        return {"n": session["n"]}


def outcome_of(call: Callable[[], Any]) -> Outcome:
    """Return an answer, or "raised" and the error that leaves the app."""
    try:
        # Apart: a part that stock Flask cannot pop would stay on its stack.
        status, headers, body = contextvars.copy_context().run(call)
        # `Expires` and the signature of a session tell the second of the request.
        shown = sorted(
            ADDRESS.sub("", repr(pair)) for pair in headers if pair[0] != "Set-Cookie"
        )
        cookies = [v.partition("=")[0] for k, v in headers if k == "Set-Cookie"]
    except Exception as error:  # noqa: BLE001 - whatever it is, it has left the app
        return "raised", ADDRESS.sub("", repr(error))
    return ADDRESS.sub("", str(status)), shown, cookies, body


def call_wsgi_app(app: Flask, path: str, cookie: str) -> Outcome:
    environ = create_environ(path, headers={"Cookie": cookie})
    outcome = outcome_of(lambda: call_app(app, environ))
    return *outcome, type(environ.get("werkzeug.request")).__name__


def call_server_door(app: Flask, path: str, cookie: str) -> Outcome:
    plain, _, query = path.partition("?")
    headers = [("host", "localhost"), ("cookie", cookie)]
    asked = source(plain, query_string=query, headers=headers)
    if isinstance(app, Fast):
        return outcome_of(lambda: read(respond(app, asked)))
    return outcome_of(lambda: read(call_wsgi(app, asked.environ)))
