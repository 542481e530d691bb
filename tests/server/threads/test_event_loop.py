"""If this passes, other threads reach the lane, all of their calls, in order."""

import asyncio
import threading

import pytest

from carboy.server.threads.event_loop import Lane


@pytest.fixture
def loop():
    made = asyncio.new_event_loop()
    yield made
    made.run_until_complete(made.shutdown_default_executor())
    made.close()


def test_calls_from_many_threads_all_run_in_order(loop):
    lane, ran, done = Lane(loop), [], asyncio.Event()

    def work(thread: int):
        for number in range(500):
            lane.call(lambda n=number: ran.append((thread, n)))

    threads = [threading.Thread(target=work, args=[n]) for n in range(4)]
    for thread in threads:
        thread.start()
    loop.call_later(0.01, lambda: [t.join() for t in threads])
    loop.call_later(0.02, lambda: lane.call(done.set))
    loop.run_until_complete(done.wait())

    assert len(ran) == 2000
    for thread in range(4):
        assert [n for t, n in ran if t == thread] == list(range(500))


def test_a_call_that_fails_harms_no_other(loop, caplog):
    lane, done = Lane(loop), asyncio.Event()
    lane.call(lambda: 1 / 0)
    lane.call(done.set)

    loop.run_until_complete(done.wait())


def test_ticks_go_on_and_failing_ones_too(loop):
    lane, ticks, done = Lane(loop), [], asyncio.Event()

    def tick():
        ticks.append(1)
        if len(ticks) == 3:
            done.set()

    lane.tick(0.001, tick)
    loop.run_until_complete(done.wait())

    assert len(ticks) == 3


def test_slow_work_goes_aside(loop):
    lane, names, done = Lane(loop), [], asyncio.Event()

    def work():
        names.append(threading.current_thread())
        lane.call(done.set)

    lane.call(lambda: lane.aside(work))
    loop.run_until_complete(done.wait())

    assert names[0] is not threading.current_thread()


def test_calls_after_the_end_are_dropped():
    loop = asyncio.new_event_loop()
    lane = Lane(loop)
    loop.close()

    lane.call(lambda: None)
