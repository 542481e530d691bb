"""If this passes, only views that are known to be quick run inline."""

import threading
from dataclasses import dataclass

import pytest

from carboy.server.threads.inline_views import InlineViews, LatencyHistory
from carboy.server.threads.view_threads import ViewPool
from tests.server.running import wait_for


@dataclass
class StubJob:
    """A request with a path, which may wait for something."""

    path: str
    wait: threading.Event | None = None
    method: str = "GET"
    thread: str = ""
    is_slow: bool = False


def work(job, slot):
    slot.enter(job.method, job.path)
    if job.wait is not None:
        assert job.wait.wait(20)
    job.thread = threading.current_thread().name


@pytest.fixture
def history():
    return LatencyHistory()


@pytest.fixture
def pool(history):
    pool = ViewPool(2, work, history.on_done)
    yield pool
    wait_for(lambda: not pool.count_open())


@pytest.fixture
def inline_views(pool, history):
    inline_views = InlineViews(pool, work, history)
    pool.start()
    yield inline_views
    inline_views.close()


def make_quick(inline_views, pool, path):
    for _ in range(8):
        job = StubJob(path)
        inline_views.dispatch(job)
        wait_for(lambda: job.thread)  # noqa: B023 - it is called at once
        wait_for(lambda: not pool.count_open())


def start(target):
    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    return thread


def test_unknown_paths_go_to_a_view_thread_and_quick_ones_run_inline(
    inline_views, pool
):
    first, later = StubJob("/"), StubJob("/")
    inline_views.dispatch(first)
    wait_for(lambda: first.thread)
    make_quick(inline_views, pool, "/")

    inline_views.dispatch(later)

    assert first.thread in {"view-1", "view-2"}
    assert later.thread == threading.current_thread().name


def test_nothing_runs_inline_while_a_slow_view_runs(inline_views, pool):
    make_quick(inline_views, pool, "/")
    may_finish, beside = threading.Event(), StubJob("/")
    inline_views.dispatch(StubJob("/slow", may_finish))
    wait_for(pool.list_running)

    inline_views.dispatch(beside)

    wait_for(lambda: beside.thread)
    may_finish.set()
    assert beside.thread.startswith("view-")


def test_the_other_thread_dispatches_when_an_inline_view_is_slow(inline_views, pool):
    """Both stand for threads of Granian; one rests until the watcher wakes it."""
    may_finish, may_start = threading.Event(), threading.Event()
    late, next_job = StubJob("/", may_finish), StubJob("/")

    def run_late():
        make_quick(inline_views, pool, "/")
        assert may_start.wait(20)
        inline_views.dispatch(late)

    def rest_and_dispatch():
        inline_views.dispatch(StubJob("/new"))
        inline_views.dispatch(next_job)

    start(run_late)
    wait_for(lambda: inline_views._history.is_quick("GET", "/"))
    start(rest_and_dispatch)
    wait_for(lambda: inline_views._state.is_resting, "the other one to rest")
    assert not next_job.thread
    wait_for(lambda: not pool.count_open())

    may_start.set()

    wait_for(lambda: next_job.thread, "a request beside the view that stays")
    assert not late.thread
    assert [running.path for running in pool.list_running()] == ["/"]
    may_finish.set()
    wait_for(lambda: late.thread)
    assert next_job.thread.startswith("view-")
    assert late.thread not in {"view-1", "view-2"}


def test_the_resting_thread_is_woken_by_close(inline_views, pool):
    make_quick(inline_views, pool, "/")
    other = start(lambda: inline_views.dispatch(StubJob("/")))
    wait_for(lambda: inline_views._state.is_resting or not other.is_alive())

    inline_views.close()

    other.join(20)
    assert not other.is_alive()


def test_jobs_that_come_after_close_are_still_run(inline_views, pool):
    """A worker closes its inline_views while the last requests are under way."""
    make_quick(inline_views, pool, "/")
    for _ in range(3):
        job = StubJob("/")
        inline_views.dispatch(job)
        inline_views.close()
        assert job.thread == threading.current_thread().name
    watch = next(t for t in threading.enumerate() if t._target == inline_views._watch)
    watch.join(20)
    assert not watch.is_alive()

    last = StubJob("/")
    inline_views.dispatch(last)

    assert last.thread == threading.current_thread().name


def test_a_view_that_hangs_inline_is_stuck_until_another_thread_takes_over(
    pool, history, monkeypatch
):
    """Without its watcher nobody would notice that nothing is dispatched any more."""
    may_finish = threading.Event()
    with monkeypatch.context() as patch:
        patch.setattr(InlineViews, "_watch", lambda self: None)
        unwatched = InlineViews(pool, work, history)
    watched = InlineViews(pool, work, history)
    for _ in range(8):
        history.note("GET", "/", 0.0001)

    for views in (unwatched, watched):
        hung = StubJob("/", may_finish)
        start(lambda views=views, hung=hung: views.dispatch(hung))
    wait_for(lambda: len(pool.list_running()) == 2)

    wait_for(lambda: unwatched.is_stuck(0.01), "the hung view to be noticed")
    wait_for(lambda: not watched.is_stuck(0.01), "the watcher to notice")
    assert not unwatched.is_stuck(60)
    may_finish.set()
    wait_for(lambda: not pool.list_running())
    assert not unwatched.is_stuck(0.0)
    watched.close()
    unwatched.close()


def test_one_slow_request_costs_more_than_some_quick_ones_bring():
    history = LatencyHistory()
    for _ in range(40):
        history.note("GET", "/", 0.0001)
    assert history.is_quick("GET", "/")
    assert not history.is_quick("POST", "/")

    history.note("GET", "/", 0.05)

    for _ in range(100):
        history.note("GET", "/", 0.0001)
        assert not history.is_quick("GET", "/")
    for _ in range(80):
        history.note("GET", "/", 0.0001)
    assert history.is_quick("GET", "/")


def test_paths_that_end_in_a_number_are_one():
    history = LatencyHistory()
    for number in range(8):
        history.note("GET", f"/users/{number}", 0.0001)

    assert history.is_quick("GET", "/users/4711")
    assert not history.is_quick("GET", "/users/ada")


def test_clients_cannot_fill_the_memory():
    history = LatencyHistory()
    for number in range(5000):
        history.note("GET", f"/{number}/x", 0.0001)
        history.note("GET", "/long" * 100 + str(number), 0.0001)

    assert len(history.points) <= 1024
    assert max(len(path) for _, path in history.points) < 20
