"""The processor time of a server is that of all its threads."""

import os
import threading
import time

from lib.apps import count_processor_time


def burn() -> None:
    """Use 0.2 seconds of processor time in this thread."""
    while time.thread_time() < 0.2:
        pass


def test_the_time_of_a_thread_counts() -> None:
    """A group is counted with its threads, to less than a tick of the clock."""
    ended = threading.Event()

    def work() -> None:
        burn()
        ended.wait()

    thread = threading.Thread(target=work)
    before = count_processor_time(os.getpgrp())
    thread.start()
    while count_processor_time(os.getpgrp()) - before < 0.15:
        time.sleep(0.01)
    ended.set()
    thread.join()

    assert count_processor_time(-1) == 0
