"""If this passes, the questions to the operating system are answered."""

import os
import resource
import signal
import subprocess
import sys

from carboy.server.process.resources import (
    describe_exit,
    get_memory_mb,
    raise_descriptor_limit,
)
from tests.server.running import is_alive, wait_for

PARENT = """
import os, sys
from carboy.processes import die_with_parent
parent = os.getpid()
if os.fork() == 0:
    die_with_parent(parent)
    print(os.getpid(), flush=True)
    import threading; threading.Event().wait()
os.wait()
"""


def test_memory_is_known_for_the_living_only():
    assert 1 < get_memory_mb(os.getpid()) < 10_000
    assert get_memory_mb(2**22 + 1) == 0


def test_the_limit_of_descriptors_is_raised_as_far_as_possible():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 512), hard))
    try:
        assert raise_descriptor_limit(600) == 600
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 600
        assert raise_descriptor_limit(100) == 600
        assert raise_descriptor_limit(10**9) <= max(hard, 10**9)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_child_dies_with_its_parent():
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE
    ) as parent:
        child = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)

    wait_for(lambda: not is_alive(child), "the child to die", 2)


def test_an_end_is_told_in_words():
    assert describe_exit(3) == "ended with code 3"
    assert describe_exit(-9) == "was killed by SIGKILL"
    assert describe_exit(-99) == "was killed by signal 99"
