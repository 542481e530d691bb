"""A fork waits until no thread of ours holds locks or connections."""

import os
import threading
import time

from carboy.tasks.worker.fork_lock import fork_lock


def test_a_fork_waits_for_the_lock_and_the_child_has_a_free_one() -> None:
    held, released = threading.Event(), []

    def work() -> None:
        with fork_lock.lock:
            held.set()
            time.sleep(0.2)
            released.append(time.monotonic())

    thread = threading.Thread(target=work)
    thread.start()
    assert held.wait(5)
    pid = os.fork()
    if pid == 0:
        os._exit(0 if released and fork_lock.lock.acquire(blocking=False) else 1)

    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    thread.join()
    # Threads of other tests in this process may hold it for a moment.
    assert fork_lock.lock.acquire(timeout=5)
    fork_lock.lock.release()
