"""A run at work can be interrupted, and what it logs stays with it."""

import ctypes
import logging
import sys
import threading
from pathlib import Path

import pytest

from carboy.tasks import TaskCancelledError, Tasks, progress
from carboy.tasks.app_state import TasksState
from carboy.tasks.worker.attempts import Attempt, current_attempt, interrupt
from carboy.tasks.write_lock import Turns
from tests.profiling import count_calls


def test_what_a_task_logs_is_kept_with_its_run(tasks: Tasks, site: TasksState) -> None:
    @tasks.task
    def talk() -> None:
        logging.getLogger("shop").warning("two rows of %s", 10)

    result = talk.delay()
    tasks.drain()

    assert [each.text for each in site.live.list_lines(result.id)] == ["two rows of 10"]
    site.desk.close()


def test_the_main_thread_is_interrupted_by_a_signal(site: TasksState) -> None:
    def work() -> None:
        with site.desk.open("1", 1) as attempt:
            attempt.begin()
            assert current_attempt() is attempt
            threading.Thread(target=insist, args=(attempt,)).start()
            while True:
                pass

    def insist(attempt: Attempt) -> None:
        while not attempt.is_thrown:
            interrupt(attempt)

    with pytest.raises(TaskCancelledError):
        work()

    assert current_attempt() is None


def test_another_thread_is_interrupted_between_two_steps(site: TasksState) -> None:
    opened, seen = threading.Event(), []

    def work() -> None:
        try:
            with site.desk.open("1", 1) as attempt:
                seen.append(attempt)
                attempt.begin()
                opened.set()
                while True:
                    pass
        except TaskCancelledError:
            seen.append("stopped")

    thread = threading.Thread(target=work)
    thread.start()
    assert opened.wait(5)
    interrupt(seen[0])
    thread.join(10)

    assert seen[1] == "stopped"


def test_what_has_ended_is_not_interrupted(site: TasksState) -> None:
    with site.desk.open("1", 1) as attempt:
        interrupt(attempt)
        assert not attempt.is_stopped
        attempt.begin()
        attempt.close()
        interrupt(attempt)
        assert not attempt.is_stopped


def test_nobody_is_interrupted_who_may_hold_a_lock_of_ours(
    site: TasksState, tmp_path: Path
) -> None:
    turns, opened, seen = Turns(tmp_path / "turn"), threading.Event(), []

    def work() -> None:
        with site.desk.open("1", 1) as attempt:
            seen.append(attempt)
            attempt.begin()
            opened.set()
            with turns.take():
                seen.append("had its turn")
            attempt.close()

    thread = threading.Thread(target=work)
    with turns.take():
        thread.start()
        assert opened.wait(5)
        while _stands_in(thread) != "carboy.tasks.write_lock":
            pass
        interrupt(seen[0])
        assert not seen[0].is_thrown
        assert seen[0].is_stopped
    thread.join(10)

    assert seen[1] == "had its turn"
    assert turns._lock.acquire(blocking=False)


def test_a_wait_for_a_lock_of_the_task_is_interrupted_in_the_end(
    site: TasksState,
) -> None:
    opened, seen = threading.Event(), []

    def work() -> None:
        try:
            with site.desk.open("1", 1) as attempt:
                seen.append(attempt)
                attempt.begin()
                opened.set()
                while True:
                    threading.Event().wait(0.01)
        except TaskCancelledError:
            seen.append("stopped")

    thread = threading.Thread(target=work)
    thread.start()
    assert opened.wait(5)
    while thread.is_alive():
        interrupt(seen[0])

    assert seen[1] == "stopped"


def _stands_in(thread: threading.Thread) -> str:
    frame = sys._current_frames().get(thread.ident or 0)
    return "" if frame is None else str(frame.f_globals["__name__"])


def test_what_was_thrown_too_late_leaves_no_trace(site: TasksState) -> None:
    def work() -> None:
        ident = ctypes.c_ulong(threading.get_ident())
        with site.desk.open("1", 1) as attempt:
            attempt.is_thrown = True
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, None)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(10)

    # Python 3.11 never begins a profiled call while it looks for an error.
    assert count_calls(lambda: None) == 1


def test_a_stopped_task_notices_when_it_tells_progress(site: TasksState) -> None:
    def work() -> None:
        with site.desk.open("1", 1) as attempt:
            attempt.is_stopped = True
            progress(1, 2)

    with pytest.raises(TaskCancelledError):
        work()
