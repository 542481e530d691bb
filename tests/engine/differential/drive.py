"""Drives one side: builds its app, sends it requests, hands out what happened."""

import contextvars
import io
import logging
from collections.abc import Callable
from typing import Any

from flask.globals import _cv_app, _cv_request
from flask.testing import FlaskClient
from werkzeug.test import ClientRedirectError

from carboy.engine import ServerRequest, path_info, respond
from carboy.engine.wsgi import call_wsgi

from .apps import build
from .changes import change, patched
from .sides import Side
from .specs import AppSpec, Change, RequestSpec
from .steps import run_steps
from .trace import Trace, TraceHandler
from .world import World


class Driver:
    """One side's app with its cookies and its logger."""

    def __init__(self, side: Side, spec: AppSpec, *, edge: bool = False) -> None:
        self.side = side
        self.edge = edge
        self.spec = spec
        self.world = World(Trace())
        self.jar: dict[str, str] = {}
        self.level = logging.NOTSET
        self.events = self._apart(self._build)

    def run(self, item: RequestSpec | Change) -> list[str]:
        """Return the events of one request or change."""
        if isinstance(item, Change):
            return self._apart(lambda: change(self.world, item))
        return self._apart(lambda: self._send(item))

    def _build(self) -> None:
        build(self.spec, self.side.make_class(), self.world)

    def _send(self, item: RequestSpec) -> None:
        if self.edge and item.mode == "wsgi":
            send_source(self, item)
        else:
            MODES[item.mode](self, item)

    def _apart(self, work: Callable[[], None]) -> list[str]:
        """Work in a context, with a logger state, of this side alone."""
        logger = logging.getLogger("probe")
        handler = TraceHandler(self.world.trace)
        logger.propagate = False
        logger.setLevel(self.level)
        logger.addHandler(handler)
        try:
            with self.side.on(), patched(self.world):
                contextvars.copy_context().run(self._watched, work)
        finally:
            self.level = logger.level
            logger.handlers.clear()
        return self.world.trace.take()

    def _watched(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - SystemExit is compared too
            self.world.trace.note("escaped", error)
        left = (_cv_app.get(None) is None, _cv_request.get(None) is None)
        self.world.trace.note("context gone", left)


def send_wsgi(driver: Driver, item: RequestSpec) -> None:
    """Call the app as a server does."""
    trace = driver.world.trace
    environ = make_environ(item, driver.jar if item.jar else {})
    known = set(environ)

    def start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
        trace.note("start", status, type(headers), show_headers(headers), exc_info)
        keep_cookies(driver.jar, headers)
        return lambda data: trace.note("write", data)

    try:
        iterable = driver.world.app(environ, start_response)
        try:
            drain(trace, iterable, item.drain)
        finally:
            if hasattr(iterable, "close"):
                iterable.close()
    finally:
        trace.note("environ", sorted(set(environ) - known))
        trace.note("left", type(environ.get("werkzeug.request")).__name__)
        trace.note("input", environ["wsgi.input"].tell())
        if "wsgi.errors" in environ:
            trace.note("errors", environ["wsgi.errors"].getvalue())


def send_source(driver: Driver, item: RequestSpec) -> None:
    """Send the request as the edge does; stock Flask gets the environ made from it.

    The edge hears of the status when the app is done, so what is compared is not when
    the answer starts but what it is, and all that happens around it.
    """
    source = make_source(item, driver.jar if item.jar else {})
    if driver.side.edge:
        answer = respond(driver.world.app, source)
    else:
        answer = call_wsgi(driver.world.app, source.environ)
    try:
        headers = show_headers(answer.headers)
        driver.world.trace.note("start", answer.status_line, headers)
        keep_cookies(driver.jar, headers)
        pieces = [answer.body] if isinstance(answer.body, bytes) else answer.body
        driver.world.trace.note("body", b"".join(pieces))
    finally:
        answer.close()
    driver.world.trace.note("input", source.body and source.body.tell())


def make_source(item: RequestSpec, jar: dict[str, str]) -> ServerRequest:
    """Return the request as the edge hands it over."""
    headers = [(name.lower(), latin(value)) for name, value in item.headers]
    if jar:
        headers.append(("cookie", "; ".join(f"{k}={v}" for k, v in jar.items())))
    if "HTTP_HOST" not in item.without:
        headers.insert(0, ("host", latin(item.host)))
    if item.content_type is not None:
        headers.append(("content-type", item.content_type))
    return ServerRequest(
        method=item.method,
        scheme=item.scheme,
        http_version="1.1",
        path=path_info(item.path) if item.path.isascii() else latin(item.path),
        query_string=latin(item.query),
        headers=headers,
        client=("127.0.0.1", 5000),
        root_path=item.script,
        body=io.BytesIO(item.body) if item.body else None,
        content_length=len(item.body) if item.body else None,
        extra=dict(item.environ) or None,
    )


def drain(trace: Trace, iterable: Any, how: str) -> None:
    """Read the body, or only its start as for a client that went away."""
    if how == "none":
        return
    for chunk in iterable:
        trace.note("chunk", chunk)
        if how == "first":
            return


def make_environ(item: RequestSpec, jar: dict[str, str]) -> dict[str, Any]:
    """Return the environ that a server would build for the request."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": item.method,
        "SCRIPT_NAME": item.script,
        "PATH_INFO": latin(item.path),
        "QUERY_STRING": latin(item.query),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": latin(item.host),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": item.scheme,
        "wsgi.input": io.BytesIO(item.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if item.content_type is not None:
        environ["CONTENT_TYPE"] = item.content_type
    if item.content_length is not None:
        environ["CONTENT_LENGTH"] = item.content_length
    elif item.body:
        environ["CONTENT_LENGTH"] = str(len(item.body))
    if jar:
        environ["HTTP_COOKIE"] = "; ".join(f"{k}={v}" for k, v in jar.items())
    for name, value in item.headers:
        key = f"HTTP_{name.upper().replace('-', '_')}"
        join = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = join.join(filter(None, (environ.get(key), latin(value))))
    environ.update(item.environ)
    for name in item.without:
        environ.pop(name, None)
    return environ


def latin(text: str) -> str:
    """Return a text as WSGI carries it."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def show_headers(headers: Any) -> list[Any]:
    """Return the headers; `Allow` is sorted, as it comes from a set."""
    return [
        (name, ", ".join(sorted(value.split(", "))) if name == "Allow" else value)
        for name, value in headers
    ]


def keep_cookies(jar: dict[str, str], headers: Any) -> None:
    """Keep the cookies that a response sets, forget those that it deletes."""
    for name, value in headers:
        if name.lower() == "set-cookie":
            key, _, rest = value.partition("=")
            jar[key] = rest.partition(";")[0]
            if "Max-Age=0" in rest:
                del jar[key]


class PatientClient(FlaskClient):
    """A test client that gives up when redirects make longer and longer paths."""

    followed = 0

    def resolve_redirect(self, *args: Any, **options: Any) -> Any:
        self.followed += 1
        if self.followed > 5:
            raise ClientRedirectError("Too many redirects.")
        return super().resolve_redirect(*args, **options)


def send_client(driver: Driver, item: RequestSpec) -> None:
    """Send the request with the test client and look around afterwards."""
    world = driver.world
    world.app.test_client_class = PatientClient
    with world.app.test_client() as client:
        if item.drain != "all":
            with client.session_transaction() as session:
                session["k"] = "from the client"
        response = client.open(
            follow_redirects=item.mode == "redirects", **builder_options(item)
        )
        world.trace.note("status", response.status)
        world.trace.note("headers", show_headers(response.headers))
        world.trace.note("data", response.get_data())
        world.trace.note("history", [each.location for each in response.history])
        world.trace.note("asked", response.request.path)
        look_around(driver, item)
        response.close()
    look_around(driver, item)


def look_around(driver: Driver, item: RequestSpec) -> None:
    """Do the request's own steps, in whatever context there is."""
    for step in item.steps:
        try:
            run_steps(driver.world, (step,))
        except Exception as error:  # noqa: BLE001 - what is raised is what is compared
            driver.world.trace.note("raised", error)


def builder_options(item: RequestSpec) -> dict[str, Any]:
    """Return the request as arguments of the test client."""
    return {
        "path": item.path,
        "method": item.method,
        "query_string": item.query,
        "headers": list(item.headers),
        "data": item.body or None,
        "content_type": item.content_type,
        "base_url": f"http://{item.host or 'localhost'}/",
    }


def send_context(driver: Driver, item: RequestSpec) -> None:
    """Push a request context by hand and call the parts of the dispatch."""
    app, trace = driver.world.app, driver.world.trace
    with app.test_request_context(**builder_options(item)):
        look_around(driver, item)
        if item.drain == "all":
            response = app.full_dispatch_request()
        else:
            trace.note("preprocessed", app.preprocess_request())
            response = app.finalize_request(app.dispatch_request())
        trace.note("response", response)
        response.close()
        look_around(driver, item)


MODES: dict[str, Callable[[Driver, RequestSpec], None]] = {
    "wsgi": send_wsgi,
    "client": send_client,
    "redirects": send_client,
    "context": send_context,
}
