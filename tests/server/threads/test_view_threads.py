"""If this passes, jobs run in order and the pool can say what is running."""

import threading

from carboy.server.threads.view_threads import ThreadSlot, ViewPool
from tests.server.running import wait_for


def test_jobs_run_in_the_order_of_arrival():
    ran: list[int] = []
    pool = ViewPool(1, lambda job, slot: ran.append(job))
    for number in range(100):
        pool.put(number)
    assert pool.count_open() == 100

    pool.start()

    wait_for(lambda: len(ran) == 100)
    assert ran == list(range(100))
    wait_for(lambda: pool.count_open() == 0)


def test_a_late_view_is_reported_once_with_its_stack():
    may_finish = threading.Event()

    def work(job: str, slot: ThreadSlot) -> None:
        slot.enter("GET", job)
        may_finish.wait(20)

    pool = ViewPool(2, work)
    pool.start()
    pool.put("/slow")
    wait_for(pool.list_running)

    [late] = wait_for(lambda: pool.list_late(0.01))
    assert (late.method, late.path) == ("GET", "/slow")
    assert late.seconds >= 0.01
    assert "may_finish.wait" in late.stack
    assert pool.list_late(0.01) == []
    assert not pool.is_stuck(0.01)
    pool.put("/slow")
    pool.put("/waits")
    wait_for(lambda: pool.is_stuck(0.01))
    may_finish.set()
    wait_for(lambda: not pool.list_running())
    assert not pool.is_stuck(0.01)
