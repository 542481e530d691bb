"""If this passes, a process ends when the one that started it is gone."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from carboy.processes import PARENT_VARIABLE, end_with_parent

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux")

CHILD = """
import sys, time
from carboy.processes import end_with_parent
end_with_parent()
print("here", flush=True)
time.sleep(60)
"""
PARENT = f"""
import os, subprocess, sys, time
child = subprocess.Popen(
    [sys.executable, "-c", {CHILD!r}],
    env=os.environ | {{{PARENT_VARIABLE!r}: str(os.getpid())}},
)
print(child.pid, flush=True)
time.sleep(60)
"""


@linux
def test_it_ends_when_its_parent_is_killed():
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True
    ) as parent:
        pid = int(parent.stdout.readline())
        assert parent.stdout.readline() == "here\n"

        parent.send_signal(signal.SIGKILL)
        parent.wait()

        assert wait_until_gone(pid)


def test_without_a_parent_that_asks_nothing_happens(monkeypatch):
    monkeypatch.delenv(PARENT_VARIABLE, raising=False)

    end_with_parent()


def test_the_word_is_not_handed_on(monkeypatch):
    monkeypatch.setenv(PARENT_VARIABLE, str(os.getppid()))
    monkeypatch.setattr("sys.platform", "darwin")

    end_with_parent()

    assert PARENT_VARIABLE not in os.environ


def wait_until_gone(pid):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text():
            return True
    return False
