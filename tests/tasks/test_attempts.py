"""A run at work can be interrupted, and what it logs stays with it."""

import ctypes
import logging
import threading

import pytest

from carboy.tasks import TaskCancelledError, Tasks, progress
from carboy.tasks.attempts import current_attempt, interrupt
from carboy.tasks.site import TaskSite
from tests.profiling import count_calls


def test_what_a_task_logs_is_kept_with_its_run(tasks: Tasks, site: TaskSite) -> None:
    @tasks.task
    def talk() -> None:
        logging.getLogger("shop").warning("two rows of %s", 10)

    result = talk.delay()
    tasks.drain()

    assert [each.text for each in site.live.list_lines(result.id)] == ["two rows of 10"]
    site.desk.close()


def test_the_main_thread_is_interrupted_by_a_signal(site: TaskSite) -> None:
    def work() -> None:
        with site.desk.open("1", 1) as attempt:
            assert current_attempt() is attempt
            interrupt(attempt)
            for _ in range(10_000_000):
                pass

    with pytest.raises(TaskCancelledError):
        work()

    assert current_attempt() is None


def test_another_thread_is_interrupted_between_two_steps(site: TaskSite) -> None:
    opened, seen = threading.Event(), []

    def work() -> None:
        try:
            with site.desk.open("1", 1) as attempt:
                seen.append(attempt)
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


def test_what_has_ended_is_not_interrupted(site: TaskSite) -> None:
    with site.desk.open("1", 1) as attempt:
        attempt.close()
        interrupt(attempt)
        assert not attempt.is_stopped


def test_what_was_thrown_too_late_leaves_no_trace(site: TaskSite) -> None:
    thread = ctypes.c_ulong(threading.get_ident())
    with site.desk.open("1", 1) as attempt:
        attempt.is_thrown = True
        ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, None)

    # Python 3.11 never begins a profiled call while it looks for an error.
    assert count_calls(lambda: None) == 1


def test_a_stopped_task_notices_when_it_tells_progress(site: TaskSite) -> None:
    def work() -> None:
        with site.desk.open("1", 1) as attempt:
            attempt.is_stopped = True
            progress(1, 2)

    with pytest.raises(TaskCancelledError):
        work()
