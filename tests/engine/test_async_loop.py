"""Async views and hooks share one loop, and behave as on a loop of their own."""

import asyncio
import os
import sys
import threading
import traceback
from contextlib import suppress

import pytest
from async_app import variable
from flask import Flask, request
from werkzeug.exceptions import ClientDisconnected, ServiceUnavailable

from carboy import Carboy, Settings
from carboy.engine import (
    close_async_loop,
    make_sync,
    respond,
    run_async,
)
from carboy.engine.async_loop import AsyncLoop
from carboy.engine.interface import ServerRequest
from tests.versions import needs


def site():
    return Carboy("shop", settings=Settings(profile="testing", secret_key="k" * 40))


def test_all_calls_run_on_one_thread_and_one_loop():
    async def where():
        return threading.current_thread().name, id(asyncio.get_running_loop())

    seen = {run_async(where) for _ in range(5)}

    def call():
        seen.add(run_async(where))

    threads = [threading.Thread(target=call) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 1
    assert next(iter(seen))[0] == "async-views"


def test_context_variables_go_in_and_come_back():
    async def change():
        before = variable.get()
        variable.set("inside")
        return before

    variable.set("outside")

    assert run_async(change) == "outside"
    assert variable.get() == "inside"


def test_what_a_failing_function_has_set_comes_back_too():
    async def change():
        variable.set("before the error")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        run_async(change)
    assert variable.get() == "before the error"


def test_an_exception_has_the_frames_of_the_function_and_of_its_caller():
    async def inner():
        raise LookupError("deep")

    async def outer():
        await inner()

    try:
        run_async(outer)
    except LookupError as error:
        names = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
    assert (
        names[0]
        == test_an_exception_has_the_frames_of_the_function_and_of_its_caller.__name__
    )
    assert names[-2:] == ["outer", "inner"]


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt, GeneratorExit])
def test_an_exception_that_would_end_the_loop_ends_only_the_call(kind):
    async def leave():
        raise kind("now")

    async def stay():
        return "here"

    with pytest.raises(kind, match="now"):
        run_async(leave)
    assert run_async(stay) == "here"


def test_a_call_through_synchronous_code_on_the_loop_is_refused_and_not_stuck():
    async def inner():
        return 1

    async def outer():
        return make_sync(inner)()

    with pytest.raises(
        RuntimeError, match=r"inner\(\) is async and was called through"
    ):
        run_async(outer)


def test_a_call_works_in_a_thread_that_has_a_loop_of_its_own():
    async def inner():
        return threading.current_thread().name

    async def outer():
        return run_async(inner)

    assert asyncio.run(outer()) == "async-views"


def test_closing_cancels_calls_and_background_tasks_and_lets_them_clean_up():
    loop, cleaned, answers = AsyncLoop(), [], []
    started = threading.Event()

    async def background():
        try:
            await asyncio.sleep(60)
        finally:
            cleaned.append("background")

    async def view():
        task = asyncio.create_task(background())
        started.set()
        try:
            await asyncio.gather(task, asyncio.sleep(60))
        finally:
            cleaned.append("view")

    def call():
        with pytest.raises(ServiceUnavailable):
            loop.run(view)
        answers.append("unavailable")

    thread = threading.Thread(target=call)
    thread.start()
    started.wait(5)
    loop.close()
    thread.join(5)

    assert sorted(cleaned) == ["background", "view"]
    assert answers == ["unavailable"]
    with pytest.raises(ServiceUnavailable):
        loop.run(view)


def test_a_call_that_does_not_let_itself_be_cancelled_does_not_hold_up_the_end():
    loop = AsyncLoop()
    started, release = threading.Event(), threading.Event()

    async def stubborn():
        started.set()
        while not release.is_set():
            try:
                await asyncio.sleep(0.01)
            except asyncio.CancelledError:
                continue

    def call():
        with suppress(ServiceUnavailable):
            loop.run(stubborn)

    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    started.wait(5)
    loop.close(timeout=0.1)
    release.set()

    assert not loop.thread.is_alive()


class WatchedRequest(ServerRequest):
    """A request whose client can be made to disconnect."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.is_watched = threading.Event()

    def watch_disconnect(self, callback):
        self.disconnect = callback
        self.is_watched.set()


@needs("flask", 3, 1)
def test_the_client_of_a_slow_call_is_watched_and_its_disconnect_cancels():
    app, cleaned, answers = site(), [], []

    @app.get("/slow")
    async def slow():
        try:
            await asyncio.sleep(60)
        finally:
            cleaned.append(request.path)

    @app.errorhandler(ClientDisconnected)
    def left(error):
        return "left", 400

    app.start()
    source = WatchedRequest("GET", "http", "1.1", "/slow", "", [("host", "localhost")])
    warm_up = ServerRequest("GET", "http", "1.1", "/x", "", [("host", "localhost")])
    respond(app, warm_up)
    thread = threading.Thread(target=lambda: answers.append(respond(app, source)))
    thread.start()
    assert source.is_watched.wait(5)
    source.disconnect()
    thread.join(5)

    assert cleaned == ["/slow"]
    assert answers[0].status == 400


def test_a_cancellation_of_the_view_s_own_is_not_taken_for_a_disconnect():
    async def view():
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        run_async(view)


def test_a_child_of_a_fork_makes_a_loop_of_its_own():
    async def pid():
        await asyncio.sleep(0)
        return os.getpid()

    assert run_async(pid) == os.getpid()
    child = os.fork()
    if child == 0:
        os._exit(0 if run_async(pid) == os.getpid() else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert run_async(pid) == os.getpid()


def test_after_the_end_of_the_loop_the_next_call_makes_another():
    async def loop():
        return asyncio.get_running_loop()

    first = run_async(loop)
    close_async_loop()

    assert first.is_closed()
    assert run_async(loop) is not first


def test_a_blocking_view_is_named_in_the_log(monkeypatch, caplog):
    monkeypatch.setattr("carboy.engine.async_loop._BLOCKED", 0.05)
    monkeypatch.setattr("carboy.engine.async_loop._SWEEP", 0.01)
    loop = AsyncLoop()

    async def blocking_view():
        threading.Event().wait(0.2)
        await asyncio.sleep(0.1)

    loop.run(blocking_view)
    loop.close()

    assert "stood still for" in caplog.text
    assert "blocking_view" in caplog.text


@needs("flask", 3, 1)
def test_a_site_needs_no_asgiref_and_a_plain_app_has_flask_s_message(monkeypatch):
    monkeypatch.setitem(sys.modules, "asgiref.sync", None)

    async def view():
        return "hello"

    one, plain = site(), Flask("plain")
    for app in (one, plain):
        app.add_url_rule("/", "home", view)
    plain.testing = True

    assert one.test_client().get("/").text == "hello"
    with pytest.raises(RuntimeError, match="Install Flask with the 'async' extra"):
        plain.test_client().get("/")


@needs("flask", 3, 1)
@pytest.mark.parametrize("name", ["async_to_sync", "ensure_sync"])
def test_an_override_of_the_app_is_called(name):
    calls = []

    class Shop(Carboy):
        pass

    def override(self, function):
        if function.__name__ != "home":
            return function
        calls.append(function.__name__)
        return lambda *values, **named: "overridden"

    setattr(Shop, name, override)
    app = Shop("shop", settings=Settings(profile="testing", secret_key="k" * 40))

    @app.get("/")
    async def home():
        return "home"

    assert app.test_client().get("/").text == "overridden"
    assert "home" in calls
