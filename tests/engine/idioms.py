"""Small apps of idioms that the generator of differential apps does not write.

Each adds its views to an app, notes in `seen` what a client cannot see, and may return
the WSGI callable that is around the app.
"""

from io import BytesIO
from typing import Any

import flask
from flask import Blueprint, Flask, Request, Response, jsonify, request, session
from flask.json.provider import DefaultJSONProvider, JSONProvider
from werkzeug.exceptions import Gone, HTTPException, NotFound, abort
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.routing import BaseConverter, ValidationError
from werkzeug.wrappers import Response as WerkzeugResponse
from werkzeug.wsgi import wrap_file

SIGNALS = (
    *("request_started", "request_finished", "got_request_exception"),
    *("template_rendered", "before_render_template", "message_flashed"),
    *("appcontext_pushed", "appcontext_popped", "request_tearing_down"),
)


def mounted_apps(app: Flask, seen: list[Any]) -> Any:
    shop = type(app)("shop")
    shop.add_url_rule(
        "/x",
        "x",
        lambda: jsonify(root=request.script_root, url=flask.url_for("x", _external=1)),
    )
    app.add_url_rule("/", "home", lambda: f"home {request.script_root}")
    return DispatcherMiddleware(app, {"/shop": shop})


def middleware_around_middleware(app: Flask, seen: list[Any]) -> None:
    def around(inner: Any, name: str) -> Any:
        def call(environ: dict[str, Any], start_response: Any) -> Any:
            def start(status: str, headers: list[Any], error: Any = None) -> Any:
                seen.append((name, status))
                return start_response(status, [*headers, ("X-By", name)], error)

            try:
                yield from inner(environ, start)
                seen.append((name, "end"))
            finally:
                seen.append((name, "closed"))

        return call

    app.add_url_rule("/", "home", lambda: "home")
    app.add_url_rule("/fail", "fail", lambda: 1 / 0)
    app.wsgi_app = around(around(app.wsgi_app, "inner"), "outer")


def rewriting_middleware(app: Flask, seen: list[Any]) -> None:
    inner = app.wsgi_app

    def rewrite(environ: dict[str, Any], start_response: Any) -> Any:
        environ["REQUEST_METHOD"] = environ.get("HTTP_X_METHOD", "GET")
        environ["SCRIPT_NAME"], environ["PATH_INFO"] = "/p", environ["PATH_INFO"][2:]
        return inner(environ, start_response)

    @app.route("/", methods=["GET", "DELETE"])
    def home() -> str:
        return f"{request.method} {request.script_root} {flask.url_for('home')}"

    app.wsgi_app = rewrite


def request_class_with_slots(app: Flask, seen: list[Any]) -> None:
    class SlotRequest(Request):
        __slots__ = ("tenant",)
        max_form_parts = 1

        def on_json_loading_failure(self, e: Exception | None) -> Any:
            return {"failed": type(e).__name__}

        @property
        def endpoint(self) -> str:
            return f"own {super().endpoint}"

    app.request_class = SlotRequest
    app.before_request(lambda: setattr(request, "tenant", "ann"))

    @app.route("/", methods=["GET", "POST"])
    def home() -> dict[str, Any]:
        data = request.get_json() if request.is_json else dict(request.form)
        kind = type(request._get_current_object()).__name__
        return {"kind": kind, "at": request.endpoint, "of": request.tenant, "in": data}


def response_class_with_slots(app: Flask, seen: list[Any]) -> None:
    class SlotResponse(Response):
        __slots__ = ("extra",)
        default_mimetype, default_status = "text/plain", 203

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.extra = len(self.headers)

        @classmethod
        def force_type(cls, response: Any, environ: Any = None) -> Any:
            seen.append(("force", type(response).__name__, environ is not None))
            return super().force_type(response, environ)

        def get_wsgi_headers(self, environ: Any) -> Any:
            headers = super().get_wsgi_headers(environ)
            headers["X-Late"] = str(self.extra)
            return headers

        def set_cookie(self, key: str, *args: Any, **options: Any) -> None:
            seen.append(("cookie", key))
            super().set_cookie(key, *args, **options)

    def remember() -> tuple[str, int]:
        session["a"] = 1
        return "remembered", 201

    app.response_class = SlotResponse
    app.add_url_rule("/", "home", lambda: "home")
    app.add_url_rule("/json", "json", lambda: {"a": 1})
    app.add_url_rule("/session", "session", remember)
    app.add_url_rule("/foreign", "foreign", lambda: WerkzeugResponse("foreign"))


def streams_in_the_context(app: Flask, seen: list[Any]) -> None:
    app.teardown_request(lambda error: seen.append(("request", repr(error))))
    app.teardown_appcontext(lambda error: seen.append(("app", repr(error))))

    @app.get("/")
    def home() -> Any:
        session["a"] = 1

        @flask.stream_with_context
        def write() -> Any:
            yield f"{request.path} "
            session["b"] = 2
            yield str(dict(session))
            seen.append("end")

        response = Response(write())
        response.call_on_close(lambda: seen.append(flask.has_request_context()))
        return response

    @app.get("/fail")
    def fail() -> Any:
        def write() -> Any:
            yield "a"
            raise KeyError("b")

        return flask.stream_with_context(write())

    @app.get("/outside")
    def outside() -> Any:
        return (request.path for _ in range(1))


def bodies_passed_through(app: Flask, seen: list[Any]) -> None:
    @app.after_request
    def read(response: Response) -> Response:
        try:
            seen.append(len(response.get_data()))
        except RuntimeError as error:
            seen.append(str(error)[:40])
        return response

    def pieces(body: Any) -> Response:
        return Response(body, direct_passthrough=True)

    def send() -> Response:
        return flask.send_file(BytesIO(b"abcdef"), "text/x", etag="e", last_modified=0)

    app.add_url_rule("/file", "file", send)
    app.add_url_rule("/list", "list", lambda: pieces([b"a", b"b"]))
    app.add_url_rule("/text", "text", lambda: pieces("text"))
    app.add_url_rule(
        "/wrapped",
        "wrapped",
        lambda: pieces(wrap_file(request.environ, BytesIO(b"abc" * 10), 4)),
    )


def own_json_provider(app: Flask, seen: list[Any]) -> None:
    class Provider(DefaultJSONProvider):
        sort_keys = ensure_ascii = compact = False
        mimetype = "application/vnd.own+json"

        @staticmethod
        def default(value: Any) -> Any:
            if isinstance(value, complex):
                return str(value)
            return DefaultJSONProvider.default(value)

        def loads(self, text: Any, **options: Any) -> Any:
            seen.append("loads")
            return super().loads(text, **options)

    app.json = Provider(app)
    app.add_url_rule("/", "home", lambda: {"z": "é", "a": 1j, "n": {1: 2}})
    app.add_url_rule("/list", "list", lambda: [1, "é"])
    app.add_url_rule("/bad", "bad", lambda: {"a": object()})
    app.add_url_rule("/echo", "echo", lambda: jsonify(request.json), methods=["POST"])


def foreign_json_provider(app: Flask, seen: list[Any]) -> None:
    class Provider(JSONProvider):
        def dumps(self, obj: Any, **options: Any) -> str:
            return f"<{obj!r}>"

        def loads(self, s: str | bytes, **options: Any) -> Any:
            return {"size": len(s)}

    app.json = Provider(app)
    app.add_url_rule("/", "home", lambda: {"a": 1})
    app.add_url_rule("/list", "list", lambda: jsonify(1, 2))
    app.add_url_rule("/echo", "echo", lambda: request.json, methods=["POST"])


def teardowns_that_raise(app: Flask, seen: list[Any]) -> None:
    @app.teardown_request
    def fail(error: BaseException | None) -> None:
        seen.append(repr(error))
        raise KeyError("teardown")

    app.teardown_request(lambda error: seen.append("last in, first out"))
    app.teardown_appcontext(lambda error: seen.append("app"))
    app.add_url_rule("/", "home", lambda: "home")
    app.add_url_rule("/fail", "fail", lambda: 1 / 0)
    app.add_url_rule("/stream", "stream", lambda: iter(["a", "b"]))


def receivers_of_all_signals(app: Flask, seen: list[Any]) -> None:
    def connect(name: str) -> None:
        def note(sender: Any, **values: Any) -> None:
            seen.append((name, sorted(values), repr(values.get("exception"))))
            if request and request.path == f"/{name}":
                raise KeyError(name)

        signal = getattr(flask, name)
        signal.connect(note, app, weak=False)
        # A receiver of one app makes the engine careful with all of them.
        app.extensions.setdefault("receivers", []).append((signal, note))

    def page() -> str:
        flask.flash("saved")
        return flask.render_template_string("{{ get_flashed_messages() }}")

    for signal in SIGNALS:
        connect(signal)
    app.add_url_rule("/", "home", page)
    app.add_url_rule("/fail", "fail", lambda: 1 / 0)
    app.add_url_rule("/<name>", "named", lambda name: page())


def callbacks_after_this_request(app: Flask, seen: list[Any]) -> None:
    def add(word: str) -> None:
        @flask.after_this_request
        def note(response: Response) -> Response:
            response.headers.add("X-Word", word)
            return response

    def nest() -> str:
        flask.after_this_request(lambda response: add("nested") or response)
        return "nested"

    def handle(error: HTTPException) -> tuple[str, int]:
        add("handler")
        return error.name, error.code or 500

    app.before_request(lambda: add("before"))
    app.register_error_handler(500, handle)
    app.register_error_handler(404, handle)
    app.add_url_rule("/", "home", lambda: add("view") or "home")
    app.add_url_rule("/fail", "fail", lambda: add("view") or 1 / 0)
    app.add_url_rule("/abort", "abort", lambda: abort(Response("aborted", 409)))
    app.add_url_rule("/nested", "nested", nest)
    app.add_url_rule(
        "/raise", "raise", lambda: flask.after_this_request(lambda _: 1 / 0) and "no"
    )


def converters_with_state(app: Flask, seen: list[Any]) -> None:
    class Counting(BaseConverter):
        regex = r"\d+"

        def __init__(self, url_map: Any, *args: Any, **options: Any) -> None:
            super().__init__(url_map)
            self.count = 0
            seen.append((args, options))

        def to_python(self, value: str) -> Any:
            self.count += 1
            if value == "7":
                raise ValidationError
            if value == "8":
                raise NotFound("in a converter")
            return value, self.count

        def to_url(self, value: Any) -> str:
            return f"{value}{self.count}"

    class Path(BaseConverter):
        part_isolating, regex, weight = False, ".*?", 300

    app.url_map.converters |= {"counting": Counting, "own_path": Path}
    app.add_url_rule(
        "/n/<counting(1, a=2):n>",
        "number",
        lambda n: f"{n} {flask.url_for('number', n=3)}",
    )
    app.add_url_rule("/p/<own_path:path>", "path", lambda path: path)


def contexts_in_contexts(app: Flask, seen: list[Any]) -> None:
    def dispatch() -> str:
        with app.test_request_context("/user/9"):
            inner = app.dispatch_request()
        return f"{inner} {request.path}"

    def push() -> Any:
        with app.request_context(request.environ | {"PATH_INFO": "/user/4"}):
            return app.full_dispatch_request()

    def call() -> Any:
        environ = request.environ | {"PATH_INFO": "/user/3"}
        return Response.from_app(app.wsgi_app, environ)

    app.add_url_rule("/user/<int:n>", "user", lambda n: f"{n} {request.endpoint}")
    app.add_url_rule("/dispatch", "dispatch", dispatch)
    app.add_url_rule("/push", "push", push)
    app.add_url_rule("/call", "call", call)
    app.add_url_rule("/client", "client", lambda: app.test_client().get("/user/1").text)


def error_handlers_of_nested_blueprints(app: Flask, seen: list[Any]) -> None:
    outer, inner = Blueprint("outer", "outer"), Blueprint("inner", "inner")
    for blueprint, name in ((app, "app"), (outer, "outer"), (inner, "inner")):
        blueprint.after_request(
            lambda response, name=name: seen.append(name) or response
        )

    @app.errorhandler(Exception)
    def handle(error: Exception) -> tuple[str, int]:
        return f"app {error!r}", getattr(error, "code", None) or 500

    @inner.errorhandler(LookupError)
    def fail(error: LookupError) -> Any:
        raise Gone("in a handler")

    app.add_url_rule("/", "home", lambda: "home")
    outer.register_error_handler(ValueError, lambda error: (f"outer {error!r}", 418))
    inner.register_error_handler(404, lambda error: ("inner", 404))
    inner.add_url_rule("/lookup", "lookup", lambda: {}["a"])
    inner.add_url_rule("/value", "value", lambda: int("a"))
    inner.add_url_rule("/missing", "missing", lambda: abort(404))
    outer.register_blueprint(inner, url_prefix="/inner")
    app.register_blueprint(outer, url_prefix="/outer")


def coroutines_everywhere(app: Flask, seen: list[Any]) -> None:
    @app.before_request
    async def before() -> None:
        seen.append("before")

    @app.after_request
    async def after(response: Response) -> Response:
        response.headers["X-After"] = request.path
        return response

    @app.teardown_request
    async def teardown(error: BaseException | None) -> None:
        seen.append(repr(error))

    @app.errorhandler(ZeroDivisionError)
    async def handle(error: ZeroDivisionError) -> tuple[str, int]:
        return "handled", 500

    @app.get("/")
    async def home() -> dict[str, str]:
        session["a"] = 1
        return {"path": request.path}

    @app.get("/fail")
    async def fail() -> float:
        return 1 / 0
