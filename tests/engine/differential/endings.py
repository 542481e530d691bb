"""How a generated callback ends: what it returns and what it raises."""

import dataclasses
import datetime
import decimal
import enum
import io
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

import flask
from flask import Response
from markupsafe import Markup
from werkzeug import exceptions
from werkzeug.datastructures import Headers
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as BaseResponse

from .world import CodelessError, CrookedError, OopsChildError, OopsError, World


@dataclasses.dataclass
class Point:
    """A dataclass for Flask's JSON provider."""

    x: int
    y: float


class Colour(enum.Enum):
    """An enum member is not JSON; a mixed-in one is."""

    RED = "red"


class Level(enum.IntEnum):
    """An enum member that is an int."""

    HIGH = 3


class Text(str):
    """A subclass of str."""

    __slots__ = ()


class Marked:
    """An object with an HTML face."""

    def __html__(self) -> str:
        return "<b>marked</b>"


def _stream(world: World, *chunks: Any) -> Iterator[Any]:
    for chunk in chunks:
        if isinstance(chunk, Exception):
            raise chunk
        world.trace.note("produce", chunk)
        yield chunk


def _in_context(world: World) -> Iterator[str]:
    world.trace.note("streaming", flask.has_request_context())
    yield flask.request.path
    yield str(flask.session.get("k"))
    world.trace.note("streamed", flask.has_request_context())


def _wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    start_response("202 Fine", [("X-Inner", environ["REQUEST_METHOD"])])
    return [b"inner ", b"app"]


def _cookies(_: World) -> Response:
    response = Response("cookies")
    response.set_cookie("a", "1", max_age=10, httponly=True, samesite="Lax")
    response.set_cookie("b", "ü;\n", path="/x", secure=True)
    response.delete_cookie("c")
    return response


def _headed(_: World) -> Response:
    response = Response("headed", 201, {"X-One": "1"}, mimetype="text/x-own")
    response.headers.add("X-Two", "2")
    response.headers.add("X-Two", "3")
    response.cache_control.max_age = 5
    response.vary.add("Accept")
    response.set_etag("abc")
    return response


def _file(_: World, **options: Any) -> Response:
    return flask.send_file(io.BytesIO(b"0123456789" * 20), **options)


def _own_length(_: World) -> Response:
    response = Response("12345")
    response.headers["Content-Length"] = "5"
    response.headers["content-type"] = "text/odd"
    return response


def _closing(world: World) -> Response:
    response = Response(_stream(world, "a", "b"))
    response.call_on_close(lambda: world.trace.note("closed"))
    return response


def _conditional(_: World) -> Response:
    response = Response("conditional body")
    response.add_etag()
    return response.make_conditional(flask.request)


def _json_values() -> dict[str, Any]:
    moment = datetime.datetime(2026, 1, 2, 3, 4, 5, 600, tzinfo=datetime.UTC)
    return {
        "b": moment,
        "a": datetime.date(2026, 1, 2),
        "ü": [decimal.Decimal("1.10"), uuid.UUID(int=5), Point(1, 2.5)],
        "m": Markup("<i>"),
        "h": Marked(),
        "l": Level.HIGH,
        "t": Text("text"),
        "o": OrderedDict(z=1, y=(1, 2)),
        "f": [0.1, 1e22, -0.0, float("inf"), 10**30, None, True],
        "e": "\u2028 </script> \U0001f600",
    }


def _nested(depth: int, value: Any) -> Any:
    for number in range(depth):
        value = {"deep": value, f"k{number}": [number, None]}
    return value


def _replaced(name: str, value: Any, **more: Any) -> Callable[[World], Response]:
    """Return an answer whose response has a part of another type."""

    def answer(_: World) -> Response:
        response = Response("replaced", **more)
        setattr(response, name, value() if callable(value) else value)
        return response

    return answer


ANSWERS: dict[str, Callable[[World], Any]] = {
    "dict_surrogate": lambda _: {"name": "\ud800"},
    "dict_surrogate_key": lambda _: {"a": {"\udfff": 1}},
    "list_surrogate": lambda _: ["a", ["\ud83d"]],
    "ordered_surrogate": lambda _: OrderedDict(b="\udc00", a=1),
    "jsonify_surrogate": lambda _: flask.jsonify(name="\ud800"),
    "dict_nested": lambda _: _nested(6, "end"),
    "dict_deep": lambda _: _nested(60, ["\ud800"]),
    "dict_too_deep": lambda _: _nested(2000, 1),
    "dict_big": lambda _: {f"key{n}": [n, str(n), {"x": n}] for n in range(500)},
    "list_big": lambda _: [{"id": n, "name": f"ä{n}"} for n in range(800)],
    "number_too_long": lambda _: {"a": 10**5000},
    "echo_json": lambda _: flask.request.get_json(silent=True) or {},
    "headers_dict": _replaced("headers", lambda: {"X-Own": "1"}),
    "headers_typed_dict": _replaced("headers", lambda: {"Content-Type": "a/b"}),
    "headers_list": _replaced("headers", lambda: [("X-Own", "1")]),
    "headers_none": _replaced("headers", None),
    "headers_own": _replaced("headers", lambda: Headers({"Content-Length": "8"})),
    "pieces_text": _replaced("response", lambda: ["replaced"]),
    "pieces_surrogate": _replaced("response", lambda: ["\ud800"]),
    "pieces_tuple": _replaced("response", lambda: (b"re", b"placed")),
    "pieces_none": _replaced("response", None),
    "pieces_numbers": _replaced("response", lambda: [1]),
    "status_text": _replaced("status", "218 Own"),
    "status_number": _replaced("status_code", 419),
    "status_odd": _replaced("_status", None),
    "direct": _replaced("direct_passthrough", 1),
    "mimetype_changed": _replaced("mimetype", "text/x-own"),
    "close_none": _replaced("close", None),
    "closers_none": _replaced("_on_close", None),
    "text": lambda _: "some text",
    "empty": lambda _: "",
    "unicode": lambda _: "grüße \u4e16\u754c \U0001f600",
    "surrogate": lambda _: "\ud800",
    "markup": lambda _: Markup("<b>markup</b>"),
    "str_subclass": lambda _: Text("subclass"),
    "bytes": lambda _: b"\x00\xff bytes",
    "bytearray": lambda _: bytearray(b"array"),
    "memoryview": lambda _: memoryview(b"view"),
    "dict": lambda _: {"b": 1, "a": [1, 2.5, None], "é": "</x>"},
    "dict_empty": lambda _: {},
    "dict_values": lambda _: _json_values(),
    "dict_mixed_keys": lambda _: {1: 1, "a": 2},
    "dict_bad": lambda _: {"a": object()},
    "dict_enum": lambda _: {"a": Colour.RED},
    "ordered": lambda _: OrderedDict(b=1, a=2),
    "list": lambda _: [1, "two", {"three": 3}],
    "list_empty": lambda _: [],
    "jsonify": lambda _: flask.jsonify(b=1, a=2),
    "jsonify_text": lambda _: flask.jsonify("text"),
    "jsonify_none": lambda _: flask.jsonify(),
    "set": lambda _: {"a"},
    "none": lambda _: None,
    "number": lambda _: 42,
    "false": lambda _: False,
    "object": lambda _: object(),
    "class": lambda _: dict,
    "tuple_status": lambda _: ("created", 201),
    "tuple_status_text": lambda _: ("created", "299 Own Words"),
    "tuple_status_bad": lambda _: ("created", "no number"),
    "tuple_status_zero": lambda _: ("created", 0),
    "tuple_status_none": lambda _: ("created", None),
    "tuple_status_enum": lambda _: ("created", Level.HIGH),
    "tuple_headers": lambda _: ("headed", {"X-A": "1", "Content-Type": "text/own"}),
    "tuple_headers_list": lambda _: ("headed", [("X-A", "1"), ("X-A", "2")]),
    "tuple_headers_own": lambda _: ("headed", Headers([("x-a", "1")])),
    "tuple_three": lambda _: ({"a": 1}, 207, {"X-A": ["1", "2"]}),
    "tuple_three_list": lambda _: ([1], 208, [("Content-Type", "text/own")]),
    "tuple_length": lambda _: ("12345", 200, {"Content-Length": "5"}),
    "tuple_newline": lambda _: ("x", 200, {"X-A": "a\nb"}),
    "tuple_one": lambda _: ("alone",),
    "tuple_four": lambda _: ("a", 200, {}, None),
    "tuple_none": lambda _: (None, 200),
    "tuple_empty_headers": lambda _: ("x", {}),
    "tuple_response": lambda _: (Response("inside"), 203, {"X-A": "1"}),
    "no_content": lambda _: ("", 204),
    "no_content_body": lambda _: ("body", 204),
    "not_modified": lambda _: ("body", 304),
    "early": lambda _: ("body", 100),
    "response": lambda _: Response("response"),
    "response_bytes": lambda _: Response(b"bytes", mimetype="application/x-own"),
    "response_none": lambda _: Response(),
    "response_list": lambda _: Response(["a", b"b", "ü"]),
    "response_status": lambda _: Response("x", status="418 Own Teapot"),
    "response_direct": lambda _: Response([b"x"], direct_passthrough=True),
    "response_headed": _headed,
    "response_cookies": _cookies,
    "response_length": _own_length,
    "response_conditional": _conditional,
    "werkzeug_response": lambda _: BaseResponse("base", 206),
    "make_response": lambda _: flask.make_response({"a": 1}, 201),
    "redirect": lambda _: flask.redirect("/else where/ü?x=1"),
    "redirect_relative": lambda _: flask.redirect("else", 307),
    "redirect_outside": lambda _: flask.redirect("https://example.org/", 301),
    "generator": lambda world: _stream(world, "a", b"b", "ü"),
    "generator_empty": _stream,
    "generator_breaks": lambda world: _stream(world, "a", OopsError("midway")),
    "generator_odd": lambda world: _stream(world, "a", 5),
    "iterator": lambda _: iter(["a", "b"]),
    "stream_context": lambda world: flask.stream_with_context(_in_context(world)),
    "stream_no_context": lambda world: Response(_in_context(world)),
    "stream_response": lambda world: Response(_stream(world, "x", "y"), 201),
    "stream_closing": _closing,
    "stream_status": lambda world: (_stream(world, "x"), 202, {"X-A": "1"}),
    "wsgi": lambda _: _wsgi,
    "http_error": lambda _: exceptions.NotFound("returned"),
    "http_error_tuple": lambda _: (exceptions.Gone("returned"), 499),
    "template": lambda _: flask.render_template("page.html", name="<Ada>"),
    "template_rows": lambda _: flask.render_template("page.html", rows=range(20)),
    "template_blue": lambda _: flask.render_template("blue.html", name="b"),
    "template_text": lambda _: flask.render_template_string(
        "{{ request.path }} {{ session.get('k') }} {{ g.x }} {{ config.TESTING }}"
        "{% for m in get_flashed_messages(with_categories=True) %}{{ m }}{% endfor %}"
    ),
    "template_missing": lambda _: flask.render_template("missing.html"),
    "template_stream": lambda _: flask.stream_template("page.html", rows=range(3)),
    "file": lambda _: _file(_, mimetype="text/plain"),
    "file_named": lambda _: _file(_, download_name="ü.txt", as_attachment=True),
    "file_conditional": lambda _: _file(_, mimetype="a/b", etag="e", conditional=True),
    "file_static": lambda world: world.app.send_static_file("a.txt"),
    "file_missing": lambda world: world.app.send_static_file("../world.py"),
}


def _with_response(code: int) -> Exception:
    response = Response("own error page", code, {"X-Error": "1"})
    return exceptions.NotFound(response=response)


RAISES: dict[str, Callable[[], BaseException]] = {
    "oops": lambda: OopsError("oops ü"),
    "oops_child": lambda: OopsChildError("child"),
    "value": lambda: ValueError("value"),
    "key": lambda: KeyError("key"),
    "crooked": CrookedError,
    "codeless": lambda: CodelessError("codeless"),
    "redirect": lambda: RequestRedirect("/raised"),
    "with_response": lambda: _with_response(410),
    "method": lambda: exceptions.MethodNotAllowed(["PUT", "GET"], "not so"),
    "range": lambda: exceptions.RequestedRangeNotSatisfiable(10),
    "busy": lambda: exceptions.TooManyRequests(retry_after=7),
    "login": lambda: exceptions.Unauthorized(www_authenticate=None),
    "bad_key": lambda: exceptions.BadRequestKeyError("field"),
    "gone_away": exceptions.ClientDisconnected,
    "security": lambda: exceptions.SecurityError("security"),
    "internal": lambda: exceptions.InternalServerError(original_exception=OopsError()),
    "exit": lambda: SystemExit(3),
    "generator_exit": GeneratorExit,
    "stop": lambda: StopIteration("stop"),
}
CODES = (400, 401, 403, 404, 405, 406, 409, 413, 415, 418, 422, 429, 500, 501, 503)


def finish(world: World, end: Any) -> Any:
    """Return or raise what the end of a callback says."""
    if end.name == "none":
        return None
    if end.name == "answer":
        return ANSWERS[end.args[0]](world)
    if end.name == "abort":
        flask.abort(*end.args)
    raise RAISES[end.args[0]]()
