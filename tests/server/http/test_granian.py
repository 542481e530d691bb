"""If this passes, Granian still has the doors that the edge uses.

A failure here after an upgrade of Granian means: read its changes before anything else.
"""

import asyncio
import inspect

from granian import _granian
from granian.http import HTTP1Settings

from carboy.server.http.granian import _DirectScheduler


def test_the_worker_takes_what_it_is_given():
    text = _granian.RSGIWorker.__text_signature__

    for name in ("sock", "ipc", "py_threads", "backpressure", "http1_opts", "metrics"):
        assert name in text
    assert {"serve_str", "serve_str_uds"} <= set(dir(_granian.RSGIWorker))


def test_a_listening_socket_may_be_brought_along():
    assert "fd" in _granian.SocketHolder.__text_signature__


def test_a_request_can_be_taken_before_a_coroutine_is_made():

    loop = asyncio.new_event_loop()
    taken = []
    doorman = _DirectScheduler(loop, taken.append, None, None, None)
    loop.close()

    assert isinstance(doorman, _granian.CallbackScheduler)


def test_the_time_out_of_the_head_can_be_set():
    names = inspect.signature(HTTP1Settings).parameters

    assert {"header_read_timeout", "max_buffer_size"} <= set(names)


def test_granian_has_no_clock_of_its_own_for_idle_connections():
    """Once it has one, 15 s for idle connections need not be 15 s for heads."""
    names = set(inspect.signature(HTTP1Settings).parameters)

    assert names == {
        *("header_read_timeout", "keep_alive", "max_buffer_size", "pipeline_flush"),
    }
