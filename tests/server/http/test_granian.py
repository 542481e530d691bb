"""If this passes, Granian has the shape that we know, or we notice and still serve.

A failure here after an upgrade of Granian means: read its changes before anything else.
"""

import asyncio
import inspect
import json
import re
import signal
import sys
import types
from pathlib import Path

import pytest
from granian import _granian
from granian.http import HTTP1Settings

from carboy.errors import ConfigError
from carboy.server.http import granian
from carboy.server.http.granian import (
    GranianServer,
    _make_direct_scheduler,
    list_mismatches,
)
from carboy.server.listeners import close_listeners, open_listeners
from carboy.server.options import ServeOptions
from tests.server.running import read_replies, wait_for


def test_the_worker_takes_the_arguments_that_we_pass():
    text = _granian.RSGIWorker.__text_signature__

    for name in ("sock", "ipc", "py_threads", "backpressure", "http1_opts", "metrics"):
        assert name in text
    assert {"serve_str", "serve_str_uds"} <= set(dir(_granian.RSGIWorker))


def test_a_listening_socket_can_be_passed_in():
    assert "fd" in _granian.SocketHolder.__text_signature__


def test_a_request_can_be_taken_before_a_coroutine_is_made():
    loop = asyncio.new_event_loop()
    scheduler = _make_direct_scheduler(loop, [].append)
    loop.close()

    assert isinstance(scheduler, _granian.CallbackScheduler)


def test_the_timeout_of_the_head_can_be_set():
    names = inspect.signature(HTTP1Settings).parameters

    assert {"header_read_timeout", "max_buffer_size"} <= set(names)


def test_granian_has_no_clock_of_its_own_for_idle_connections():
    """Once it has one, 15 s for idle connections need not be 15 s for heads."""
    names = set(inspect.signature(HTTP1Settings).parameters)

    assert names == {
        *("header_read_timeout", "keep_alive", "max_buffer_size", "pipeline_flush"),
    }


def test_the_installed_granian_has_the_shape_that_we_know():
    assert list_mismatches() == granian.MISMATCHES == []
    assert granian.describe_mismatches() == ""


class OtherArguments:
    _schedule_fn = None

    def __init__(self, loop, cb):
        pass


class OtherAttribute:
    _schedule = None

    def __init__(self, event_loop, cb, aio_task, aio_tenter, aio_texit):
        pass


@pytest.mark.parametrize(
    ("replaced", "expected"),
    [
        ({"CallbackScheduler": None}, "CallbackScheduler is missing"),
        (
            {"CallbackScheduler": OtherArguments},
            "CallbackScheduler takes loop, cb",
        ),
        (
            {"CallbackScheduler": OtherAttribute},
            "CallbackScheduler has no _schedule_fn",
        ),
        ({"RSGIHTTPScope": object}, "RSGIHTTPScope has no method, scheme"),
        ({"RSGIHTTPProtocol": object}, "RSGIHTTPProtocol has no"),
    ],
)
def test_another_shape_is_noticed(monkeypatch, replaced, expected):
    inside = types.SimpleNamespace(**{**vars(_granian), **replaced})

    mismatches = list_mismatches(inside)
    monkeypatch.setattr(granian, "MISMATCHES", mismatches)

    assert len(mismatches) == 1
    assert mismatches[0].startswith(expected)
    assert "documented interface" in granian.describe_mismatches()
    assert expected in granian.describe_mismatches()


OTHER_SHAPE = """
import sys
import granian
from granian import _granian

class CallbackScheduler:
    "What a later Granian may have."

_granian.CallbackScheduler = CallbackScheduler
from carboy.server.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def documented(serve):
    return serve(program=[sys.executable, "-c", OTHER_SHAPE])


def test_a_granian_of_another_shape_serves_through_its_documented_door(
    documented,
):
    running = documented
    assert running.read_log().count("differs from the one that this Carboy knows") == 1

    assert running.get("/").json()["hello"] == "world"
    seen = running.get("/see?a=1").json()
    assert seen["thread"].startswith("view-")
    assert seen["url"] == "http://localhost/see?a=1"
    body = b"x" * 300_000
    assert running.get("/take", method="POST", body=body).json()["size"] == len(body)
    assert running.get("/drip").body == b"0\n1\n2\n"
    assert running.get("/fail").status == 500
    assert running.get("/none").status == 404
    assert len(running.get("/flow/50").body) == 50 * 65536
    threads = {running.get("/turn").body for _ in range(30)}
    assert b"view-0" not in threads


def test_event_streams_work_through_the_documented_door(documented):
    running = documented
    with running.connect() as wire:
        wire.sendall(b"GET /watch HTTP/1.1\r\nHost: localhost\r\n\r\n")
        data = b""
        while b"retry:" not in data:
            data += wire.recv(65536)

        running.get(
            "/tell",
            "Content-Type: application/json",
            method="POST",
            body=json.dumps("news").encode(),
        )

        while b"data: news" not in data:
            data += wire.recv(65536)


def test_a_stop_waits_for_views_behind_the_documented_door(documented):
    running = documented
    with running.connect() as wire:
        wire.sendall(b"GET /wait/0.5 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        wait_for(lambda: "GET /wait/0.5" in running.read_notes())
        running.signal(signal.SIGTERM)

        assert next(read_replies(wire)).body == b"waited"
    assert running.wait_end() == 0


def test_a_worker_that_granian_does_not_take_is_a_clear_error(monkeypatch):
    options = ServeOptions(bind=("127.0.0.1:0",))
    listeners = open_listeners(options)
    server = GranianServer(listeners[0], options)
    close_listeners(listeners)

    def refuse(**arguments):
        raise TypeError("got an unexpected keyword argument 'ipc'")

    monkeypatch.setattr(_granian, "RSGIWorker", refuse)

    with pytest.raises(ConfigError, match=r"does not fit .*'ipc'"):
        server._make_worker()


def test_no_other_file_touches_granian_or_sends_a_response():
    folder = Path(granian.__file__).parents[1]
    direct = re.compile(r"\.response_(bytes|file|file_range|stream|str|empty)\(")
    users, senders = set(), {}
    for path in folder.rglob("*.py"):
        text = path.read_text()
        if re.search(r"^\s*(from|import) granian", text, re.MULTILINE):
            users.add(path.name)
        count = len(direct.findall(text))
        if count:
            senders[path.name] = count

    assert users == {"granian.py"}
    # `response.py` once: the heads that the engine made from constants.
    assert senders == {"granian.py": 4, "checked_send.py": 5, "response.py": 1}
