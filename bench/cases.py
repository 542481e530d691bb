"""The requests that are measured in process, and their app."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import flask
from flask import Flask

ROWS = [
    {"id": number, "name": f"row {number}", "price": number * 1.5}
    for number in range(20)
]
PAGE = """<!doctype html><title>{{ title }}</title>
{% if user %}<p>{{ user }}</p>{% endif %}
<table>{% for row in rows %}<tr><td>{{ row.id }}<td>{{ row.name }}<td>{{ row.price }}
{% endfor %}</table>"""
BOUNDARY = b"----boundary"


@dataclass(frozen=True, slots=True)
class Case:
    """A request as its environ and body, and the status that it must get."""

    name: str
    title: str
    environ: dict[str, Any]
    body: bytes = b""
    status: str = "200 OK"
    routes: int = 0
    target: float | None = None


def make_app(base: type[Flask], folder: Path, routes: int = 0) -> Flask:
    """Return the app with some more routes, two fifths of them dynamic."""
    app = base("benched", root_path=str(folder))
    app.secret_key = "k" * 32
    _add_plain(app)
    _add_forms(app)
    _add_pages(app)
    for number in range(routes):
        variable = "/<int:id>" if number % 5 < 2 else ""
        rule = f"/section{number % 23}/part{number}{variable}"
        app.add_url_rule(rule, f"part{number}", lambda id=0: "part")  # noqa: A006 - a URL's id
    return app


def _add_plain(app: Flask) -> None:
    @app.get("/text")
    def text() -> str:
        return "Hello, World!"

    @app.get("/json")
    def json() -> dict[str, str]:
        return {"message": "Hello, World!"}

    @app.get("/users/<int:id>")
    def user(id: int) -> dict[str, int]:  # noqa: A002 - a URL's id
        return {"id": id}

    @app.get("/abort")
    def abort() -> str:
        flask.abort(404)


def _add_forms(app: Flask) -> None:
    @app.post("/form")
    def form() -> str:
        return f"{flask.request.form['name']} {flask.request.form.get('age', type=int)}"

    @app.post("/upload")
    def upload() -> str:
        file = flask.request.files["file"]
        length = file.seek(0, io.SEEK_END)
        file.close()
        return str(length)


def _add_pages(app: Flask) -> None:
    template = app.jinja_env.from_string(PAGE)

    @app.get("/template")
    def page() -> str:
        return flask.render_template(template, title="Rows", rows=ROWS)

    site = flask.Blueprint("site", __name__)

    @site.before_request
    def load() -> None:
        flask.request.tenant = "shop"

    @site.after_request
    def mark(response: flask.Response) -> flask.Response:
        response.headers["X-Frame-Options"] = "DENY"
        return response

    @site.get("/site")
    def index() -> str:
        flask.session["visits"] = flask.session.get("visits", 0) + 1
        user = flask.session.get("user")
        return flask.render_template(template, title="Rows", rows=ROWS, user=user)

    app.register_blueprint(site)


def make_session_cookie(folder: Path) -> str:
    """Return the cookie of a returning client."""
    app = make_app(Flask, folder)
    signer = app.session_interface.get_signing_serializer(app)
    return f"session={signer.dumps({'user': 'ada', 'visits': 3})}"


def list_cases(folder: Path) -> list[Case]:
    """Return all cases; `target` is how many times less than Flask it must cost."""
    cookie = {"HTTP_COOKIE": make_session_cookie(folder)}
    form, form_body = _urlencoded()
    upload, upload_body = _upload()
    return [
        Case("text", "text", _environ("/text"), target=8),
        Case("json", "JSON", _environ("/json"), target=8),
        Case("int", "`<int:id>`", _environ("/users/42"), target=8),
        Case("routes 5", "5 routes, static", _environ("/text")),
        Case(
            "routes 500", "500 routes, static", _environ("/section3/part3"), routes=500
        ),
        Case(
            "dynamic 500",
            "500 routes, dynamic",
            _environ("/section17/part431/7"),
            routes=500,
        ),
        Case(
            "session",
            "session, hooks, template of 20 rows",
            _environ("/site") | cookie,
            target=3,
        ),
        Case("template", "template of 20 rows", _environ("/template")),
        Case("missing", "404: no rule", _environ("/missing"), status="404 NOT FOUND"),
        Case("abort", "404: `abort`", _environ("/abort"), status="404 NOT FOUND"),
        Case("static", "static file, 4 kB", _environ("/static/page.css")),
        Case("form", "form post", _environ("/form", "POST") | form, form_body),
        Case(
            "upload",
            "upload of 1 MB",
            _environ("/upload", "POST") | upload,
            upload_body,
        ),
    ]


def _environ(path: str, method: str = "GET") -> dict[str, Any]:
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_USER_AGENT": "bench",
        "HTTP_ACCEPT": "*/*",
        "HTTP_ACCEPT_ENCODING": "gzip",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def _urlencoded() -> tuple[dict[str, Any], bytes]:
    body = b"name=Ada+Lovelace&age=36&city=London&newsletter=on"
    return {
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
    }, body


def _upload() -> tuple[dict[str, Any], bytes]:
    head = b'Content-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
    content = bytes(range(256)) * 4096
    body = b"--%s\r\n%s%s\r\n--%s--\r\n" % (BOUNDARY, head, content, BOUNDARY)
    kind = f"multipart/form-data; boundary={BOUNDARY.decode()}"
    return {"CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body))}, body


def make_call(app: Callable[..., Any], case: Case) -> Callable[[], bytes]:
    """Return a function that handles one request from environ to bytes."""

    def start_response(status: str, headers: Any, exc_info: Any = None) -> None:
        if status != case.status:
            raise RuntimeError(f"{case.name} got {status}, it must get {case.status}.")

    def call() -> bytes:
        environ = case.environ.copy()
        environ["wsgi.input"] = io.BytesIO(case.body)
        answer = app(environ, start_response)
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        return body

    return call
