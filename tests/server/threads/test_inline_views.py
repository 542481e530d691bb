"""If this passes, only what is known to be quick runs where it arrives."""

import threading
from dataclasses import dataclass

import pytest

from carboy.server.threads.inline_views import InlineViews, LatencyHistory
from carboy.server.threads.view_threads import ViewPool
from tests.server.running import wait_for


@dataclass
class Visit:
    """A request, told by its path; it may wait for something."""

    path: str
    wait: threading.Event | None = None
    method: str = "GET"
    thread: str = ""
    is_slow: bool = False


def work(visit, place):
    place.enter(visit.method, visit.path)
    if visit.wait is not None:
        assert visit.wait.wait(20)
    visit.thread = threading.current_thread().name


@pytest.fixture
def pool():
    pool = ViewPool(2, work)
    yield pool
    wait_for(lambda: not pool.count_open())


@pytest.fixture
def doorstep(pool):
    doorstep = InlineViews(pool, work)
    pool.start()
    yield doorstep
    doorstep.close()


def make_known(doorstep, pool, path):
    for _ in range(8):
        visit = Visit(path)
        doorstep.admit(visit)
        wait_for(lambda: visit.thread)  # noqa: B023 - it is called at once
        wait_for(lambda: not pool.count_open())


def start(target):
    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    return thread


def test_the_unknown_goes_to_a_view_thread_and_the_known_runs_here(doorstep, pool):
    first, later = Visit("/"), Visit("/")
    doorstep.admit(first)
    wait_for(lambda: first.thread)
    make_known(doorstep, pool, "/")

    doorstep.admit(later)

    assert first.thread in {"view-1", "view-2"}
    assert later.thread == threading.current_thread().name


def test_nothing_runs_here_while_a_view_runs_elsewhere(doorstep, pool):
    make_known(doorstep, pool, "/")
    go_on, beside = threading.Event(), Visit("/")
    doorstep.admit(Visit("/slow", go_on))
    wait_for(pool.list_busy)

    doorstep.admit(beside)

    wait_for(lambda: beside.thread)
    go_on.set()
    assert beside.thread.startswith("view-")


def test_the_other_thread_brings_requests_when_a_view_stays(doorstep, pool):
    """Both are Granian's in earnest; one rests until the watch calls it."""
    go_on, may_stay = threading.Event(), threading.Event()
    stayed, met = Visit("/", go_on), Visit("/")

    def lead():
        make_known(doorstep, pool, "/")
        assert may_stay.wait(20)
        doorstep.admit(stayed)

    def rest_and_come_back():
        doorstep.admit(Visit("/new"))
        doorstep.admit(met)

    start(lead)
    wait_for(lambda: doorstep._latencies.is_quick("GET", "/"))
    start(rest_and_come_back)
    wait_for(lambda: not doorstep._seats, "the other one to rest")
    assert not met.thread
    wait_for(lambda: not pool.count_open())

    may_stay.set()

    wait_for(lambda: met.thread, "a request beside the view that stays")
    assert not stayed.thread
    assert [busy.path for busy in pool.list_busy()] == ["/"]
    go_on.set()
    wait_for(lambda: stayed.thread)
    assert met.thread.startswith("view-")
    assert stayed.thread not in {"view-1", "view-2"}


def test_who_rests_is_let_go_at_the_end(doorstep, pool):
    make_known(doorstep, pool, "/")
    other = start(lambda: doorstep.admit(Visit("/")))
    wait_for(lambda: not doorstep._seats or not other.is_alive())

    doorstep.close()

    other.join(20)
    assert not other.is_alive()


def test_what_comes_after_the_end_is_still_run(doorstep, pool):
    """A worker closes its doorstep while the last requests are under way."""
    make_known(doorstep, pool, "/")
    for _ in range(3):
        visit = Visit("/")
        doorstep.admit(visit)
        doorstep.close()
        assert visit.thread == threading.current_thread().name
    watch = next(t for t in threading.enumerate() if t._target == doorstep._watch)
    watch.join(20)
    assert not watch.is_alive()

    last = Visit("/")
    doorstep.admit(last)

    assert last.thread == threading.current_thread().name


def test_one_slow_request_costs_more_than_some_quick_ones_bring():
    habits = LatencyHistory()
    for _ in range(40):
        habits.note("GET", "/", 0.0001)
    assert habits.is_quick("GET", "/")
    assert not habits.is_quick("POST", "/")

    habits.note("GET", "/", 0.05)

    for _ in range(100):
        habits.note("GET", "/", 0.0001)
        assert not habits.is_quick("GET", "/")
    for _ in range(80):
        habits.note("GET", "/", 0.0001)
    assert habits.is_quick("GET", "/")


def test_paths_that_end_in_a_number_are_one():
    habits = LatencyHistory()
    for number in range(8):
        habits.note("GET", f"/users/{number}", 0.0001)

    assert habits.is_quick("GET", "/users/4711")
    assert not habits.is_quick("GET", "/users/ada")


def test_clients_cannot_fill_the_memory():
    habits = LatencyHistory()
    for number in range(5000):
        habits.note("GET", f"/{number}/x", 0.0001)
        habits.note("GET", "/long" * 100 + str(number), 0.0001)

    assert len(habits.points) <= 1024
    assert max(len(path) for _, path in habits.points) < 20
