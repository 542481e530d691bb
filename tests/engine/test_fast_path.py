"""The fast path ends where something shows that only the slow path knows."""

import gc
import threading
from typing import Any, NoReturn
from weakref import ref

import pytest
from flask import (
    Blueprint,
    Flask,
    Response,
    after_this_request,
    current_app,
    request,
    session,
    signals,
    stream_with_context,
)
from flask.globals import _cv_app, _cv_request, g, request_ctx
from twins import Fast, call_app, check_same, make, read, source, warm_up
from werkzeug.exceptions import Gone
from werkzeug.test import create_environ

from carboy.engine import respond
from tests.profiling import count_calls

SIGNALS = (
    "appcontext_pushed",
    "request_started",
    "request_finished",
    "request_tearing_down",
    "appcontext_tearing_down",
    "appcontext_popped",
)
TABLES = ("before_request_funcs", "after_request_funcs", "teardown_request_funcs")


@pytest.mark.parametrize("name", SIGNALS)
def test_a_receiver_that_is_connected_within_a_view_is_called(name: str) -> None:
    def outcome(base: type[Flask]) -> list[str]:
        seen: list[str] = []

        def listen(sender: Any, **extra: Any) -> None:
            seen.append(f"{name} {sorted(extra)}")

        def view() -> str:
            getattr(signals, name).connect(listen, app)
            return "x"

        app = warm_up(make(lambda app: app.add_url_rule("/", "i", view), base))
        try:
            call_app(app, create_environ("/"))
            call_app(app, create_environ("/"))
        finally:
            # From every sender: it would stay among the receivers, and a request
            # with receivers goes another way in all tests that follow.
            getattr(signals, name).disconnect(listen)
        return seen

    assert outcome(Fast) == outcome(Flask) != []


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("scope", [None, "blue"])
def test_a_hook_that_a_view_puts_into_a_table_runs(table: str, scope: Any) -> None:
    def outcome(base: type[Flask]) -> list[str]:
        seen: list[str] = []

        def hook(*args: Any) -> Any:
            seen.append(f"{table} {args and type(args[0]).__name__}")
            return args[0] if table == "after_request_funcs" else None

        def view() -> str:
            getattr(app, table)[scope].append(hook)
            return "x"

        blue = Blueprint("blue", __name__)
        blue.add_url_rule("/blue", "i", view)
        app = make(lambda app: app.add_url_rule("/", "i", view), base)
        app.register_blueprint(blue)
        warm_up(app)
        for path in ("/", "/blue", "/", "/blue"):
            call_app(app, create_environ(path))
        return seen

    assert outcome(Fast) == outcome(Flask) != []


def test_hooks_of_one_blueprint_cost_the_others_nothing() -> None:
    def build(app: Any, *, hooked: bool) -> None:
        app.add_url_rule("/", "index", lambda: "x")
        shop = Blueprint("shop", __name__)
        if hooked:
            shop.before_request(lambda: None)
            shop.after_request(lambda response: response)
            shop.teardown_request(lambda error: None)
        app.register_blueprint(shop)

    counts = []
    for hooked in (False, True):
        app = warm_up(make(lambda app, hooked=hooked: build(app, hooked=hooked)))
        environ = create_environ("/")
        counts.append(count_calls(lambda: app(dict(environ), lambda *_: None)))  # noqa: B023 - called at once

    assert counts[0] == counts[1]


def test_a_view_that_turns_into_another_rule_gets_its_hooks() -> None:
    def outcome(base: type[Flask]) -> list[str]:
        seen: list[str] = []

        def view() -> str:
            request.url_rule = next(
                rule for rule in app.url_map.iter_rules() if rule.endpoint == "shop.i"
            )
            return "x"

        shop = Blueprint("shop", __name__)
        shop.add_url_rule("/shop", "i", lambda: "shop")
        shop.after_request(lambda response: seen.append("after") or response)
        shop.teardown_request(lambda error: seen.append(f"teardown {error}"))
        app = make(lambda app: app.add_url_rule("/", "i", view), base)
        app.register_blueprint(shop)
        call_app(warm_up(app), create_environ("/"))
        return seen

    assert outcome(Fast) == outcome(Flask) == ["after", "teardown None"]


def test_a_session_that_a_plain_view_touches_is_saved() -> None:
    def build(app: Any) -> None:
        @app.route("/set")
        def write() -> dict[str, int]:
            session["n"] = 1
            return {"n": 1}

        @app.route("/read")
        def look() -> str:
            return str(session.get("n"))

    replies = check_same(build, "/set", "/read")

    assert any(name == "Set-Cookie" for name, _ in replies[0][1])
    assert ("Vary", "Cookie") in replies[1][1]


def test_a_permanent_session_that_nobody_touches_is_refreshed() -> None:
    def build(app: Any) -> None:
        app.add_url_rule("/", "index", lambda: "x")

        @app.route("/set")
        def write() -> str:
            session.permanent = True
            return "x"

    app = warm_up(make(build))
    cookies = dict(call_app(app, create_environ("/set"))[1])["Set-Cookie"].partition(
        ";"
    )[0]

    by_wsgi = call_app(app, create_environ("/", headers={"Cookie": cookies}))
    asked = source("/", headers=[("host", "localhost"), ("cookie", cookies)])

    assert "Set-Cookie" in dict(by_wsgi[1])
    assert "Set-Cookie" in dict(read(respond(app, asked))[1])


def test_after_this_request_works_in_a_plain_view() -> None:
    def build(app: Any) -> None:
        @app.route("/")
        def view() -> Any:
            @after_this_request
            def mark(response: Response) -> Response:
                response.headers["X-Mark"] = request.path
                return response

            return ["x"]

    assert ("X-Mark", "/") in check_same(build, "/")[0][1]


def test_what_a_view_keeps_can_be_read_when_the_request_is_over() -> None:
    kept: list[Any] = []

    def build(app: Any) -> None:
        @app.route("/<int:number>")
        def view(number: int) -> str:
            g.number = number
            kept.append((
                request._get_current_object(),  # type: ignore[attr-defined]  # a proxy
                g._get_current_object(),  # type: ignore[attr-defined]  # a proxy
                request_ctx._get_current_object(),  # type: ignore[attr-defined]  # a proxy
            ))
            return "x"

    app = warm_up(make(build))
    for number in (1, 2):
        call_app(app, create_environ(f"/{number}?q={number}"))

    for number, (old, old_g, context) in enumerate(kept, 1):
        assert (old.path, old.args["q"]) == (f"/{number}", f"{number}")
        assert old.view_args == {"number": number}
        assert old.endpoint == "view"
        assert old_g.number == number
        assert context.request is old
        assert old.environ["werkzeug.request"] is None
        with context:
            assert request.path == f"/{number}"
    assert _cv_app.get(None) is None
    assert _cv_request.get(None) is None


def test_a_view_may_send_a_request_to_its_own_app() -> None:
    def build(app: Any) -> None:
        app.add_url_rule("/inner/<int:n>", "inner", lambda n: {"n": n, "g": "x" in g})

        @app.route("/outer")
        def outer() -> str:
            g.x = 1
            inner = current_app.test_client().get("/inner/7").text
            return f"{inner} {request.path} {g.x} {session.get('k')}"

    assert b"/outer 1 None" in check_same(build, "/outer")[0][2]


def test_a_copied_context_is_flasks_own() -> None:
    def build(app: Any) -> None:
        @app.route("/")
        def view() -> str:
            session["k"] = "v"
            copied = request_ctx.copy()
            with copied:
                inside = request.path, session["k"], type(copied).__name__
            return f"{inside} {repr(copied) == repr(request_ctx)}"

    assert check_same(build, "/")[0][2] == b"('/', 'v', 'RequestContext') True"


def test_a_view_that_raises_leaves_nothing_behind() -> None:
    def outcome(base: type[Flask]) -> list[Any]:
        seen: list[Any] = []
        app = make(lambda app: app.add_url_rule("/", "i", lambda: 1 // 0), base)
        app.logger.disabled = True
        app.teardown_request(lambda error: seen.append(repr(error)))
        seen.extend(call_app(warm_up(app), create_environ("/")))
        assert _cv_app.get(None) is None
        assert _cv_request.get(None) is None
        return seen

    assert outcome(Fast) == outcome(Flask)


def test_an_answer_that_cannot_be_encoded_is_an_error_like_any_other() -> None:
    def build(app: Any) -> None:
        app.logger.disabled = True
        app.add_url_rule("/text", "text", lambda: "\ud800")
        app.add_url_rule("/json", "json", lambda: {"a": object()})
        app.add_url_rule("/none", "none", lambda: None)
        app.add_url_rule("/circle", "circle", circle)

    replies = check_same(build, "/text", "/json", "/none", "/circle")

    assert [status for status, _, _ in replies] == ["500 INTERNAL SERVER ERROR"] * 4


def circle() -> list[Any]:
    around: list[Any] = []
    around.append(around)
    return around


def test_every_kind_of_result_and_method_is_flasks() -> None:
    def build(app: Any) -> None:
        results: dict[str, Any] = {
            "text": "ü" * 3000,
            "bytes": b"x",
            "empty": "",
            "list": [1, "ü", {"b": None, "a": True}],
            "dict": {"b": [1.5, {"c": "\x7f"}], "a": 2**70},
            "status": ("x", 201),
            "headers": ({"a": 1}, {"X-Own": "1"}),
        }
        for name, result in results.items():
            app.add_url_rule(f"/{name}", name, lambda result=result: result)
        stream = app.route("/stream")
        stream(lambda: Response(stream_with_context(iter([request.path, "!"]))))

    paths = ("text", "bytes", "empty", "list", "dict", "status", "headers", "stream")
    for method in ("GET", "HEAD", "OPTIONS", "POST", "get"):
        check_same(build, *(f"/{path}" for path in paths), method=method)
    check_same(build, *(f"/{path}" for path in paths))


def test_a_class_that_is_patched_between_two_requests_is_obeyed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = warm_up(
        make(lambda app: app.add_url_rule("/", "i", lambda: {"b": 1, "a": 2}))
    )
    before = call_app(app, create_environ("/"))[2]

    monkeypatch.setattr(type(app.json), "sort_keys", False)
    unsorted = call_app(app, create_environ("/"))[2]
    monkeypatch.setattr(Flask, "dispatch_request", lambda self: "patched")
    patched = call_app(app, create_environ("/"))[2]

    assert (before, unsorted) == (b'{"a":2,"b":1}\n', b'{"b":1,"a":2}\n')
    assert patched == b"patched"


def test_an_override_on_the_instance_is_seen_whatever_else_comes_and_goes() -> None:
    app: Any = warm_up(make(lambda app: app.add_url_rule("/", "i", lambda: "x")))
    app.passing = 1
    assert call_app(app, create_environ("/"))[2] == b"x"

    del app.passing
    app.dispatch_request = lambda: "own"
    assert call_app(app, create_environ("/"))[2] == b"own"
    del app.dispatch_request
    app.passing = 1
    assert call_app(app, create_environ("/"))[2] == b"x"


def test_debug_mode_writes_json_with_lines() -> None:
    def build(app: Any) -> None:
        app.add_url_rule("/", "i", lambda: {"a": 1})

    app = warm_up(make(build))
    call_app(app, create_environ("/"))
    app.debug = True

    assert call_app(app, create_environ("/"))[2] == b'{\n  "a": 1\n}\n'


def test_threads_share_the_lines_of_an_app() -> None:
    app = make(lambda app: app.add_url_rule("/<int:n>", "i", lambda n: {"n": n}))
    answers: list[bool] = []

    def visit(first: int) -> None:
        answers.extend(
            call_app(app, create_environ(f"/{n}"))[2] == b'{"n":%d}\n' % n
            for n in range(first, first + 200)
        )

    threads = [threading.Thread(target=visit, args=(n * 1000,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [True] * 800


def test_only_headers_that_are_surely_tidy_are_called_so() -> None:
    app = Fast("tidy")
    app.add_url_rule("/text", "text", lambda: "x")
    app.add_url_rule("/json", "json", lambda: {"a": 1})
    app.add_url_rule("/made", "made", lambda: Response("x"))
    app.add_url_rule(
        "/more", "more", lambda: ("x", {"X-Name": "grün", "Content-Length": "9"})
    )
    app.test_client().get("/text")

    tidy = {
        path: respond(app, source(path)).is_final
        for path in ("/text", "/json", "/made", "/more")
    }

    assert tidy["/made"] is tidy["/more"] is False
    assert tidy["/text"] is tidy["/json"] is True


def test_an_error_that_is_its_own_response_leaves_no_garbage() -> None:
    kept: list[ref[Any]] = []

    class Refused(Gone):
        def __init__(self) -> None:
            super().__init__()
            kept.append(ref(self))

    def view() -> NoReturn:
        kept.append(ref(request._get_current_object()))  # type: ignore[attr-defined]  # proxy
        raise Refused

    app = Fast("site")
    app.add_url_rule("/gone", "gone", view)
    gc.disable()
    try:
        for _ in range(20):
            body = app(create_environ("/gone"), lambda status, headers: None)
            assert b"no longer available" in b"".join(body)
            del body
        # In a cycle they would wait for the collector, as those of the first request,
        # which takes the slow path.
        assert [each() for each in kept[2:] if each() is not None] == []
    finally:
        gc.enable()
    assert len(kept) == 40
