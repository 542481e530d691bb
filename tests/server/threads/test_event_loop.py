"""If this passes, other threads pass calls to the event loop, and all run in order."""

import asyncio
import threading
from contextlib import closing

import pytest

from carboy.server.threads.event_loop import (
    DirectCallback,
    EventLoop,
    WorkerLoop,
)


@pytest.fixture
def loop():
    new_loop = asyncio.new_event_loop()
    yield new_loop
    new_loop.run_until_complete(new_loop.shutdown_default_executor())
    new_loop.close()


def test_calls_from_many_threads_all_run_in_order(loop):
    event_loop, ran, done = EventLoop(loop), [], asyncio.Event()

    def work(thread: int):
        for number in range(500):
            event_loop.call(lambda n=number: ran.append((thread, n)))

    threads = [threading.Thread(target=work, args=[n]) for n in range(4)]
    for thread in threads:
        thread.start()
    loop.call_later(0.01, lambda: [t.join() for t in threads])
    loop.call_later(0.02, lambda: event_loop.call(done.set))
    loop.run_until_complete(done.wait())

    assert len(ran) == 2000
    for thread in range(4):
        assert [n for t, n in ran if t == thread] == list(range(500))


def test_a_call_that_fails_harms_no_other(loop, caplog):
    event_loop, done = EventLoop(loop), asyncio.Event()
    event_loop.call(lambda: 1 / 0)
    event_loop.call(done.set)

    loop.run_until_complete(done.wait())


def test_ticks_go_on_and_failing_ones_too(loop):
    event_loop, ticks, done = EventLoop(loop), [], asyncio.Event()

    def tick():
        ticks.append(1)
        if len(ticks) == 3:
            done.set()

    event_loop.call_every(0.001, tick)
    loop.run_until_complete(done.wait())

    assert len(ticks) == 3


def test_slow_work_goes_aside(loop):
    event_loop, names, done = EventLoop(loop), [], asyncio.Event()

    def work():
        names.append(threading.current_thread())
        event_loop.call(done.set)

    event_loop.call(lambda: event_loop.run_in_thread(work))
    loop.run_until_complete(done.wait())

    assert names[0] is not threading.current_thread()


def test_calls_after_the_end_are_dropped():
    loop = asyncio.new_event_loop()
    event_loop = EventLoop(loop)
    loop.close()

    event_loop.call(lambda: None)


def test_a_direct_callback_runs_on_the_thread_that_completes_its_future():
    """All others wait for the loop, which is not running here."""
    ran = []
    with closing(WorkerLoop()) as loop:
        direct = DirectCallback(
            lambda value: ran.append((value, threading.get_ident()))
        )
        threads = [
            threading.Thread(target=loop.call_soon_threadsafe, args=[callback, "done"])
            for callback in (direct, lambda value: ran.append((value, None)))
        ]
        for thread in threads:
            thread.start()
            thread.join()

        assert ran == [("done", threads[0].ident)]

        loop.call_soon(loop.stop)
        loop.run_forever()

    assert ran[1:] == [("done", None)]
