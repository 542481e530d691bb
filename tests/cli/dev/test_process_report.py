"""If this passes, `carboy dev` learns from the app which processes it needs."""

import os

from flask import Flask

from carboy.cli.dev.process_report import read_processes, report_processes
from carboy.core import Process, registry_of


def test_processes_are_told_through_a_pipe():
    app = Flask("shop")
    wanted = [Process("worker", ("worker", "--pool", "2")), Process("beat", ("beat",))]
    registry_of(app).processes.extend(wanted)
    readable, writable = os.pipe()

    report_processes(app, writable)

    with os.fdopen(readable) as pipe:
        assert read_processes(pipe.read()) == wanted


def test_no_word_is_not_the_same_as_no_processes():
    assert read_processes("") is None
    assert read_processes("[]") == []
