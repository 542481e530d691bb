"""If this passes, processes end together, the stubborn ones too."""

import os
import time
from time import monotonic

import pytest

from carboy.cli.dev.child import Child, end_all

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
    children = []

    def start(name):
        child = Child(
            name,
            [name],
            write=lambda name, line: lines.append((name, line)),
            environ=dict(os.environ),
        )
        children.append(child)
        return child

    yield start
    end_all(children, patience=0)


def wait_for(condition):
    deadline = monotonic() + 20
    while not condition():
        assert monotonic() < deadline, "It did not come."
        time.sleep(0.02)  # a real process is waited for


def test_lines_come_with_the_name_of_their_process(start, lines):
    start("wait")

    wait_for(lambda: ("wait", "waiting") in lines)


def test_errors_come_in_the_same_log(start, lines):
    child = start("fail")
    child.process.wait(20)

    wait_for(lambda: ("fail", "failing") in lines)
    assert child.has_failed
    assert child.process.returncode == 3


def test_all_end_when_asked_and_have_not_failed(start, lines):
    children = [start("wait"), start("wait")]
    wait_for(lambda: len(lines) == 2)

    end_all(children)

    assert [child.process.poll() is not None for child in children] == [True, True]
    assert not any(child.has_failed for child in children)


def test_a_stubborn_one_is_killed_at_the_deadline(start, lines):
    child = start("stubborn")
    wait_for(lambda: ("stubborn", "stubborn") in lines)

    end_all([child], patience=0.2)

    assert child.process.poll() is not None
    assert lines[-1] == ("stubborn", "did not stop in time and was killed")
