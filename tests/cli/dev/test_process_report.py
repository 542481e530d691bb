"""If this passes, `carboy dev` learns which processes the app needs."""

import os

from flask import Flask

from carboy.cli.dev.process_report import parse_report, write_report
from carboy.core import Process, registry_of


def test_processes_are_reported_through_a_pipe():
    app = Flask("shop")
    processes = [
        Process("worker", ("worker", "--pool", "2")),
        Process("beat", ("beat",)),
    ]
    registry_of(app).processes.extend(processes)
    readable, writable = os.pipe()

    write_report(app, writable)

    with os.fdopen(readable) as pipe:
        assert parse_report(pipe.read()) == processes


def test_a_missing_report_differs_from_an_empty_one():
    assert parse_report("") is None
    assert parse_report("[]") == []
