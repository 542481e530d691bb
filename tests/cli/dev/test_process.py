"""If this passes, processes stop together, also one that ignores SIGTERM."""

import os
import time
from time import monotonic

import pytest

from carboy.cli.dev.process import DevProcess, stop_all

SITE = """
    import click, signal, sys, time
    from flask import Flask

    app = Flask(__name__)

    @app.cli.command()
    def wait():
        print("waiting", flush=True)
        time.sleep(60)

    @app.cli.command()
    def stubborn():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print("stubborn", flush=True)
        time.sleep(60)

    @app.cli.command()
    def fail():
        print("failing", file=sys.stderr, flush=True)
        sys.exit(3)
"""


@pytest.fixture
def lines():
    return []


@pytest.fixture
def start(write, lines):
    write("app.py", SITE)
    processes = []

    def start(name):
        process = DevProcess(
            name,
            [name],
            write=lambda name, line: lines.append((name, line)),
            environ=dict(os.environ),
        )
        processes.append(process)
        return process

    yield start
    stop_all(processes, timeout=0)


def wait_for(condition):
    deadline = monotonic() + 20
    while not condition():
        assert monotonic() < deadline, "The condition did not hold within 20 s."
        time.sleep(0.02)  # polls a real process


def test_lines_are_written_with_the_name_of_their_process(start, lines):
    start("wait")

    wait_for(lambda: ("wait", "waiting") in lines)


def test_standard_error_goes_to_the_same_log(start, lines):
    process = start("fail")
    process.process.wait(20)

    wait_for(lambda: ("fail", "failing") in lines)
    assert process.has_failed
    assert process.process.returncode == 3


def test_stopped_processes_have_not_failed(start, lines):
    processes = [start("wait"), start("wait")]
    wait_for(lambda: len(lines) == 2)

    stop_all(processes)

    assert [process.process.poll() is not None for process in processes] == [True, True]
    assert not any(process.has_failed for process in processes)


def test_a_process_that_ignores_sigterm_is_killed_at_the_deadline(start, lines):
    process = start("stubborn")
    wait_for(lambda: ("stubborn", "stubborn") in lines)

    stop_all([process], timeout=0.2)

    assert process.process.poll() is not None
    assert lines[-1] == ("stubborn", "did not stop in time and was killed")
