"""Writers take turns, in threads and processes, and nobody waits for ever."""

import os
import threading
from pathlib import Path

from carboy.tasks.write_lock import WriteLock


def test_threads_take_turns(tmp_path: Path) -> None:
    turns, inside, most = WriteLock(tmp_path / "turn"), [0], [0]

    def work() -> None:
        for _ in range(50):
            with turns.acquire():
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert most == [1]


def test_a_child_takes_turns_with_its_parent(tmp_path: Path) -> None:
    turns = WriteLock(tmp_path / "turn", patience=0.1)
    with turns.acquire():
        pid = os.fork()
        if pid == 0:
            with turns.acquire():
                held = WriteLock(tmp_path / "turn", patience=0.0)
                os._exit(0 if held._hold(0.0) is False else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_who_waits_too_long_goes_on(tmp_path: Path) -> None:
    first = WriteLock(tmp_path / "turn")
    second = WriteLock(tmp_path / "turn", patience=0.01)

    with first.acquire(), second.acquire():
        pass
    with second.acquire():
        assert not first._hold(0.0)
