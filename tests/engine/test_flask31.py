"""Contexts are Flask's to everybody who looks at them."""

import asyncio
import contextvars
import threading
from typing import Any

import pytest
from flask import (
    Flask,
    after_this_request,
    copy_current_request_context,
    current_app,
    has_request_context,
    request,
    session,
    signals,
    stream_with_context,
)
from flask.ctx import AppContext, RequestContext
from flask.globals import _cv_app, _cv_request, app_ctx, request_ctx
from twins import Fast, call_app, check_same, make, warm_up
from werkzeug.test import create_environ

from carboy.engine.flask31 import is_sync_function
from tests.profiling import count_calls


def test_both_contexts_are_flasks_classes_and_gone_afterwards() -> None:
    seen: list[Any] = []

    def build(app: Any) -> None:
        @app.route("/")
        def view() -> str:
            seen.extend([_cv_app.get(), _cv_request.get()])
            assert request_ctx.request is request._get_current_object()  # type: ignore[attr-defined]  # a proxy
            assert app_ctx.app is current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy
            return repr(_cv_request.get())

    app = warm_up(make(build))

    replies = app.test_client().get("/").text

    assert replies == "<RequestContext 'http://localhost/' [GET] of twins>"
    assert isinstance(seen[0], AppContext)
    assert isinstance(seen[1], RequestContext)
    assert type(seen[1]).__qualname__ == "RequestContext"
    assert _cv_app.get(None) is None
    assert _cv_request.get(None) is None


def test_an_app_context_that_is_there_already_is_used() -> None:
    def build(app: Any) -> None:
        app.add_url_rule("/", "index", lambda: app_ctx.g.get("kept", "none"))

    app = warm_up(make(build))
    other = make(lambda app: None)

    with app.app_context():
        app_ctx.g.kept = "mine"
        assert call_app(app, create_environ("/"))[2] == b"mine"
        assert app_ctx.g.kept == "mine"
    with other.app_context():
        app_ctx.g.kept = "theirs"
        assert call_app(app, create_environ("/"))[2] == b"none"


def test_teardown_gets_the_exception_and_runs_in_flasks_order() -> None:
    def outcome(base: type[Flask]) -> list[str]:
        seen: list[str] = []

        def build(app: Any) -> None:
            app.teardown_appcontext(lambda error: seen.append(f"app {error!r}"))
            app.teardown_request(lambda error: seen.append(f"first {error!r}"))
            app.teardown_request(lambda error: seen.append(f"second {error!r}"))

            @app.route("/fail")
            def fail() -> str:
                raise ValueError("no")

        app = make(build, base)
        app.logger.disabled = True
        for path in ("/fail", "/missing", "/fail"):
            call_app(app, create_environ(path))
        return seen

    assert outcome(Fast) == outcome(Flask)


def test_a_teardown_that_raises_still_leaves_no_context_behind() -> None:
    def build(app: Any) -> None:
        app.add_url_rule("/", "index", lambda: "x")

        @app.teardown_request
        def fail(error: Any) -> None:
            raise RuntimeError("late")

    app = settle_with(RuntimeError, build)

    assert _cv_app.get(None) is None
    assert not has_request_context()
    with pytest.raises(RuntimeError, match="late"):
        call_app(app, create_environ("/"))


def settle_with(error: type[Exception], build: Any) -> Flask:
    app = make(build)
    with pytest.raises(error):
        call_app(app, create_environ("/"))
    return app


def test_whoever_pushes_and_forgets_to_pop_hears_of_it() -> None:
    for base in (Flask, Fast):
        app = make(lambda app: None, base)
        pushed: list[Any] = []

        @app.route("/")
        def view(app: Any = app, pushed: Any = pushed) -> str:
            pushed.append(app.test_request_context("/inner"))
            pushed[-1].push()
            return "x"

        # In a context of its own: what was left there goes with it.
        with pytest.raises(AssertionError, match="Popped wrong request context"):
            contextvars.copy_context().run(call_app, app, create_environ("/"))


def test_a_stream_keeps_its_context() -> None:
    def build(app: Any) -> None:
        @app.route("/stream")
        def view() -> Any:
            session["seen"] = "yes"

            @stream_with_context
            def pieces() -> Any:
                yield request.path
                yield request.args["x"]
                yield session["seen"]
                yield app_ctx.g.get("nothing", "-")

            return pieces()

    replies = check_same(build, "/stream?x=1")

    assert replies[0][2] == b"/stream1yes-"


def test_the_context_can_be_copied_into_a_thread() -> None:
    def build(app: Any) -> None:
        @app.route("/thread")
        def view() -> str:
            session["a"] = "b"
            found: list[str] = []

            @copy_current_request_context
            def work() -> None:
                found.append(request.path + session["a"] + app.url_for("view"))

            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
            return found[0]

    assert check_same(build, "/thread")[0][2] == b"/threadb/thread"


def test_the_test_client_can_keep_the_context() -> None:
    def build(app: Any) -> None:
        @app.route("/keep")
        def view() -> str:
            session["n"] = 7
            return "x"

    app = warm_up(make(build))

    with app.test_client() as client:
        client.get("/keep?q=1")
        assert request.args["q"] == "1"
        assert request.endpoint == "view"
        assert session["n"] == 7
        client.get("/keep?q=2")
        assert request.args["q"] == "2"
    assert not has_request_context()


def test_after_this_request_runs_before_the_other_hooks() -> None:
    def build(app: Any) -> None:
        @app.after_request
        def late(response: Any) -> Any:
            response.headers.add("X-Order", "late")
            return response

        @app.route("/")
        def view() -> str:
            @after_this_request
            def early(response: Any) -> Any:
                response.headers.add("X-Order", "early")
                return response

            return "x"

    headers = check_same(build, "/")[0][1]

    assert [v for k, v in headers if k == "X-Order"] == ["early", "late"]


def test_signals_reach_who_listens_in_flasks_order() -> None:
    names = (
        "appcontext_pushed",
        "request_started",
        "request_finished",
        "request_tearing_down",
        "appcontext_tearing_down",
        "appcontext_popped",
    )

    def outcome(base: type[Flask], name: str) -> list[str]:
        app = warm_up(make(lambda app: app.add_url_rule("/", "i", lambda: "x"), base))
        seen: list[str] = []

        def listen(sender: Any, **extra: Any) -> None:
            seen.append(f"{name} {sorted(extra)} {has_request_context()}")

        with getattr(signals, name).connected_to(listen, app):
            call_app(app, create_environ("/"))
        return seen

    for name in names:
        assert outcome(Fast, name) == outcome(Flask, name) != []


def test_a_class_for_g_is_made_for_each_request() -> None:
    made: list[Any] = []

    class Globals(Flask.app_ctx_globals_class):  # type: ignore[misc, name-defined]  # as Flask's docs do
        def __init__(self) -> None:
            made.append(self)

    app = make(lambda app: app.add_url_rule("/", "index", lambda: "x"))
    app.app_ctx_globals_class = Globals
    call_app(app, create_environ("/"))
    call_app(app, create_environ("/"))

    assert len(made) == 2


def test_plain_functions_are_told_from_those_that_need_a_loop() -> None:
    async def later() -> None:
        await asyncio.sleep(0)

    class Callable:
        def __call__(self) -> None: ...

    class Owner:
        def method(self) -> None: ...

        async def later(self) -> None: ...

    assert is_sync_function(lambda: None)
    assert is_sync_function(Owner().method)
    assert not is_sync_function(Owner().later)
    assert not is_sync_function(later)
    assert not is_sync_function(Callable())


def test_a_teardown_may_push_the_context_again() -> None:
    def outcome(base: type[Flask]) -> list[str]:
        seen: list[str] = []

        def build(app: Any) -> None:
            app.add_url_rule("/", "index", lambda: "x")

            @app.teardown_request
            def again(error: Any) -> None:
                with app_ctx._get_current_object(), request_ctx._get_current_object():
                    seen.append(request.path)

            @app.teardown_appcontext
            def outside(error: Any) -> None:
                with app_ctx._get_current_object():
                    seen.append(f"{has_request_context()}")

        app = warm_up(make(build, base))
        for _ in range(2):
            assert call_app(app, create_environ("/"))[2] == b"x"
        assert _cv_app.get(None) is None
        return seen

    assert outcome(Fast) == outcome(Flask) != []


def test_a_plain_teardown_costs_few_calls() -> None:
    app = warm_up(make(lambda app: app.add_url_rule("/", "index", lambda: "x")))
    environ = create_environ("/")

    def call() -> None:
        app(dict(environ), lambda *_: None)

    call()
    bare = count_calls(call)
    app._got_first_request = False
    app.teardown_appcontext(lambda error: None)
    app.teardown_request(lambda error: None)
    call()

    assert count_calls(call) - bare <= 10


def test_the_slots_of_the_contexts_are_what_the_fast_path_sets() -> None:
    seen: list[dict[str, Any]] = []

    def build(app: Any) -> None:
        @app.route("/")
        def view() -> str:
            seen.append(dict(vars(_cv_request.get())))
            return ""

    app = warm_up(make(build))
    call_app(app, create_environ("/"))
    call_app(app, create_environ("/"))

    assert seen[-1] == {}
