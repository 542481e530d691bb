"""Start hooks run once in each process that serves, stop hooks when it ends."""

import os
import random
import subprocess
import sys
import textwrap
import threading
from contextlib import suppress
from functools import partial

import pytest
from flask import Flask, current_app

from carboy import Carboy, Extension, Settings
from carboy.core import ContextState
from carboy.errors import ConfigError, WiringError


def make(tmp_path=None):
    settings = Settings(profile="testing", secret_key="k" * 40)
    app = Carboy("shop", settings=settings)
    app.add_url_rule("/", "home", lambda: "hello")
    return app


def test_hooks_run_in_order_and_in_the_opposite_order_at_the_stop():
    app, events = make(), []
    app.on_start(lambda: events.append("start 1"))
    app.on_stop(lambda: events.append("stop 1"))

    @app.on_start
    def second():
        events.append("start 2")
        yield
        events.append("stop 2")

    @app.on_start
    async def third():
        events.append("start 3")
        yield
        events.append("stop 3")

    @app.on_stop
    async def fourth():
        events.append("stop 4")

    app.start()
    assert events == ["start 1", "start 2", "start 3"]
    app.stop()
    assert events[3:] == ["stop 4", "stop 3", "stop 2", "stop 1"]


def test_the_first_request_starts_and_later_ones_do_not():
    app, events = make(), []
    app.on_start(lambda: events.append("start"))
    client = app.test_client()

    for _ in range(3):
        assert client.get("/").text == "hello"

    assert events == ["start"]
    app.stop()


def test_an_app_without_settings_has_hooks_too():
    app, events = Carboy("shop"), []
    app.add_url_rule("/", "home", lambda: "hello")
    app.on_start(lambda: events.append("start"))

    app.test_client().get("/")
    app.test_client().get("/")

    assert events == ["start"]
    app.stop()


def test_many_threads_with_a_first_request_start_once():
    app, events = make(), []
    barrier = threading.Barrier(8)

    @app.on_start
    def start():
        threading.Event().wait(0.05)
        events.append("start")

    def ask():
        barrier.wait()
        assert app.test_client().get("/").text == "hello"
        assert events == ["start"]

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert events == ["start"]
    app.stop()


def test_each_hook_has_an_app_context_of_its_own():
    app, seen, ended = make(), [], []
    state = ContextState("test", str)
    app.teardown_appcontext(lambda error: ended.append(type(error)))

    @app.on_start
    def first():
        state.set("first")
        seen.append(current_app.name)

    @app.on_start
    def second():
        seen.append(state.find())

    app.start()

    assert seen == ["shop", None]
    assert len(ended) >= 2
    app.stop()


def test_a_start_hook_that_fails_stops_the_start_and_what_was_started():
    app, events = make(), []

    @app.on_start
    def first():
        events.append("start 1")
        yield
        events.append("stop 1")

    app.on_stop(lambda: events.append("stop 2"))

    @app.on_start
    def broken():
        raise OSError("no such search server")

    app.on_stop(lambda: events.append("stop 4"))

    with pytest.raises(OSError, match="no such search server"):
        app.start()
    assert events == ["start 1", "stop 2", "stop 1"]
    with pytest.raises(OSError, match="no such search server"):
        app.test_client().get("/")


def test_a_stop_hook_that_fails_is_raised_after_the_others_have_run():
    app, events = make(), []
    app.on_stop(lambda: events.append("stop 1"))
    app.on_stop(lambda: 1 / 0)
    app.start()

    with pytest.raises(ZeroDivisionError):
        app.stop()
    assert events == ["stop 1"]

    app.on_stop(lambda: int("x"))
    app.start()
    with pytest.raises(ExceptionGroup) as raised:
        app.stop()
    assert {type(e) for e in raised.value.exceptions} == {ZeroDivisionError, ValueError}


def test_after_a_stop_the_next_request_starts_again():
    app, events = make(), []
    app.on_start(lambda: events.append("start"))
    app.on_stop(lambda: events.append("stop"))

    app.test_client().get("/")
    app.stop()
    app.stop()
    app.test_client().get("/")
    app.stop()

    assert events == ["start", "stop"] * 2


def test_a_start_hook_may_send_requests():
    app, answers = make(), []
    app.on_start(lambda: answers.append(app.test_client().get("/").text))
    app.on_start(lambda: answers.append("second"))

    app.start()
    app.test_client().get("/")

    assert answers == ["hello", "second"]
    app.stop()


def test_what_is_wrong_with_a_hook_is_an_error_that_names_it():
    app = make()
    with pytest.raises(ConfigError, match="on_start got 'connect'"):
        app.on_start("connect")

    @app.on_start
    def twice():
        yield
        yield

    app.start()
    with pytest.raises(ConfigError, match="twice yields more than once"):
        app.stop()

    app = make()

    @app.on_start
    def never():
        if app is None:
            yield

    with pytest.raises(ConfigError, match="never does not yield"):
        app.start()

    app = make()
    app.start()
    with pytest.raises(ConfigError, match=r"late was added with app\.on_stop after"):

        @app.on_stop
        def late(): ...


def test_what_is_wrong_with_an_async_hook_is_an_error_too():
    app = make()

    @app.on_start
    async def twice():
        yield
        yield

    app.start()
    with pytest.raises(ConfigError, match="twice yields more than once"):
        app.stop()

    app = make()

    @app.on_start
    async def broken():
        raise OSError("no broker")
        yield

    with pytest.raises(OSError, match="no broker"):
        app.start()


def test_a_battery_has_hooks_and_a_plain_flask_app_refuses_them():
    class Search(Extension):
        name = "search"

        def install(self, wiring):
            wiring.on_start(lambda: events.append("start"))
            wiring.on_stop(lambda: events.append("stop"))

    events = []
    app = make().use(Search())
    app.start()
    app.stop()

    assert events == ["start", "stop"]
    with pytest.raises(WiringError, match="search has start or stop hooks"):
        Search().init_app(Flask("plain"))


def test_a_fork_starts_anew_and_leaves_what_its_parent_has_started(tmp_path):
    app, log = make(), tmp_path / "log"

    @app.on_start
    def note():
        with log.open("a") as file:
            file.write(f"start {os.getpid()}\n")
        yield
        with log.open("a") as file:
            file.write(f"stop {os.getpid()}\n")

    app.start()
    child = os.fork()
    if child == 0:
        app.test_client().get("/")
        app.stop()
        os._exit(0)
    os.waitpid(child, 0)
    app.stop()

    parent = os.getpid()
    assert log.read_text().splitlines() == [
        *(f"start {parent}", f"start {child}"),
        *(f"stop {child}", f"stop {parent}"),
    ]


def test_stop_hooks_run_when_a_program_ends_and_their_errors_are_logged(tmp_path):
    program = """
        import asyncio
        from carboy import Carboy

        app = Carboy("shop")
        app.add_url_rule("/", "home", lambda: "hello")
        app.on_stop(lambda: print("stop 1"))
        app.on_stop(lambda: 1 / 0)

        @app.on_start
        def start():
            yield
            print("stop 2")

        app.test_client().get("/")
        print("end")
    """
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.stdout.split("\n")[:3] == ["end", "stop 2", "stop 1"]
    assert "A stop hook failed." in result.stderr
    assert "ZeroDivisionError" in result.stderr


def add_pair(app, kind, start, stop):
    """Add a start and its stop in one of four ways."""
    if kind == "generator":

        @app.on_start
        def generator():
            start()
            yield
            stop()

    elif kind == "async generator":

        @app.on_start
        async def async_generator():
            start()
            yield
            stop()

    elif kind == "functions":
        app.on_start(start)
        app.on_stop(stop)
    else:

        @app.on_start
        async def async_start():
            start()

        @app.on_stop
        async def async_stop():
            stop()


KINDS = ["generator", "async generator", "functions", "async functions"]


@pytest.mark.parametrize("seed", range(40))
def test_whatever_fails_what_was_started_is_stopped_once_in_the_opposite_order(seed):
    chance = random.Random(seed)
    app, events = make(), []
    count = chance.randint(1, 8)
    broken = chance.randrange(count + 1)

    def start(number):
        if number == broken:
            raise OSError(number)
        events.append(number)

    for number in range(1, count + 1):
        kind = chance.choice(KINDS)
        add_pair(app, kind, partial(start, number), partial(events.append, -number))
    with suppress(OSError):
        app.start()
    app.stop()

    started = range(1, broken or count + 1)
    assert events == [*started, *(-number for number in reversed(started))], seed
