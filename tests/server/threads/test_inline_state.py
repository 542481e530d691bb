"""If this passes, no order of steps leaves requests without a thread to dispatch them.

The real code runs under a scheduler that tries every order; nothing depends on luck.
"""

from types import SimpleNamespace

import greenlet
import pytest

from carboy.server.threads import inline_state, inline_views, view_threads
from carboy.server.threads.inline_state import InlineState, InlineStatus
from carboy.server.threads.inline_views import InlineViews, LatencyHistory
from carboy.server.threads.view_threads import ThreadSlot
from tests.server.threads.interleavings import Scheduler, explore


class Request:
    """A request for a path that is known to be quick, unless it says otherwise."""

    method, path, is_slow = "GET", "/", False

    def __init__(self, kind: str) -> None:
        self.kind = kind


class Pool:
    """Stands for the view threads: holds what it is given."""

    def __init__(self) -> None:
        self.queued: list[Request] = []
        self.put = self.queued.append

    def add_slot(self) -> ThreadSlot:
        return ThreadSlot()


class System:
    """Two dispatching threads, the watcher, and requests that arrive for either."""

    def __init__(self, scheduler: Scheduler, kinds: list[str], *, close: bool) -> None:
        self.scheduler = scheduler
        self.arrivals = [Request(kind) for kind in kinds]
        self.count = len(kinds)
        self.running: list[Request] = []
        self.done: list[Request] = []
        self.pool = Pool()
        self.history = LatencyHistory()
        self.history.points["GET", "/"] = 1000
        self.views = InlineViews(self.pool, self.work, self.history)
        self.views._dispatchers |= {-1, -2}
        for name in ("one", "other"):
            scheduler.add(name, self.dispatch_all)
        if close:
            scheduler.add("closer", self.views.close)

    def dispatch_all(self) -> None:
        while True:
            self.scheduler.pause(lambda: self.arrivals)
            self.views.dispatch(self.arrivals.pop(0))

    def work(self, request: Request, slot: ThreadSlot) -> None:
        assert not self.running, "two views run inline"
        self.running.append(request)
        slot.enter(request.method, request.path)
        self.scheduler.pause(lambda: request.kind != "hangs")
        self.running.remove(request)
        self.done.append(request)

    @property
    def state(self) -> InlineState:
        return self.views._state

    def describe(self):
        state, slot = self.state, self.views._slot
        return (
            *(state.status, state.is_resting, state._is_open, state._is_watching),
            *(state._has_started, state._quiet_checks),
            *(len(state._wake_rester.items), len(state._wake_watcher.items)),
            *(len(self.arrivals), len(self.pool.queued), len(self.done)),
            *(each.kind for each in self.running),
            slot.since > 0 and min(self.scheduler.now - slot.since, 0.005),
            self.history.points["GET", "/"] > 8,
        )

    def check(self, scheduler: Scheduler) -> None:
        state = self.state
        assert (state.status is InlineStatus.IDLE) <= (not self.running)
        assert self.count_resting() <= 1, "nobody is left to dispatch"
        held = len(self.pool.queued) + len(self.done) + len(self.running)
        assert held + len(self.arrivals) <= self.count
        self.check_progress(scheduler)

    def check_progress(self, scheduler: Scheduler) -> None:
        """While requests arrive, a dispatching thread can run, or soon can.

        Only the watcher moves here, as if both other threads were held up.
        """
        watcher, *dispatchers = scheduler.threads
        for _ in range(20):
            if not self.arrivals or any(each.can_run() for each in dispatchers[:2]):
                return
            assert watcher.can_run(), "requests arrive and everybody sleeps"
            scheduler.step(scheduler.threads.index(watcher))
        raise AssertionError("requests arrive and only the watcher runs")

    def count_resting(self) -> int:
        return sum(each.is_asleep_in("rest") for each in self.scheduler.threads[1:3])


@pytest.fixture
def simulate(monkeypatch):
    """Return a function that explores a system in the place of real threads."""

    def run(kinds: list[str], *, close: bool = False) -> int:
        def make(scheduler: Scheduler) -> System:
            clock = SimpleNamespace(
                monotonic=lambda: scheduler.now, sleep=scheduler.sleep
            )
            threads = SimpleNamespace(
                Thread=lambda target, **_: SimpleNamespace(
                    start=lambda: scheduler.add("watcher", target)
                ),
                get_ident=lambda: id(greenlet.getcurrent()),
                current_thread=SimpleNamespace,
            )
            monkeypatch.setattr(inline_state, "Lock", scheduler.make_lock)
            monkeypatch.setattr(inline_state, "SimpleQueue", scheduler.make_queue)
            monkeypatch.setattr(inline_state, "_QUIET_CHECKS", 2)
            monkeypatch.setattr(inline_views, "threading", threads)
            monkeypatch.setattr(inline_views, "time", clock)
            monkeypatch.setattr(view_threads, "time", clock)
            return System(scheduler, kinds, close=close)

        return explore(make)

    return run


@pytest.mark.parametrize(
    "kinds",
    [
        ["quick", "quick", "quick"],
        ["hangs", "quick", "quick"],
        ["quick", "hangs", "quick"],
        ["hangs", "hangs", "quick"],
    ],
    ids="-".join,
)
def test_whatever_the_order_somebody_dispatches(simulate, kinds):
    assert simulate(kinds) > 100


@pytest.mark.parametrize("kinds", [["quick"], ["hangs", "quick"]], ids="-".join)
def test_that_holds_while_it_is_closed(simulate, kinds):
    assert simulate(kinds, close=True) > 100


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("rest", "rests without a look at the others"),
        ("check", "never ends the rest"),
        ("check", "sleeps while a view runs"),
    ],
)
def test_the_scheduler_finds_a_broken_machine(simulate, monkeypatch, name, broken):
    """Each of these is a mistake that real threads show once in a million times."""

    def rest(self):
        with self._lock:
            self.is_resting = True
        self._wake_rester.get()

    def check_without_waking(self):
        with self._lock:
            if self.status is InlineStatus.RUNNING and self._is_late():
                self.status = InlineStatus.OVERDUE
            return True

    def check_and_sleep(self):
        with self._lock:
            self._is_watching = self.status is not InlineStatus.RUNNING
            return self._is_watching

    mistakes = {
        "rests without a look at the others": rest,
        "never ends the rest": check_without_waking,
        "sleeps while a view runs": check_and_sleep,
    }
    monkeypatch.setattr(InlineState, name, mistakes[broken])

    with pytest.raises(AssertionError):
        simulate(["hangs", "quick", "quick"])


def test_each_event_of_the_table():
    is_late = False
    state = InlineState(lambda: is_late)

    assert state.start()
    assert not state.start()
    assert state.is_unattended
    assert state.check()
    assert state.status is InlineStatus.RUNNING
    is_late = True
    assert state.check()
    assert state.status is InlineStatus.OVERDUE
    assert not state.is_unattended
    state.rest()
    state.finish()
    assert state.status is InlineStatus.IDLE
    assert [state.check() for _ in range(40)] == [True] * 39 + [False]
    state.close()
    state.rest()
    assert state.start()
