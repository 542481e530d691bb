"""What happens is added to the trace of its context, and to no other."""

import pytest
from flask import Flask

from carboy.recorder.recording import (
    Recording,
    begin_recording,
    end_recording,
    find_recording,
)
from carboy.recorder.trace import MAX_EVENTS


def test_events_are_counted_and_timed():
    recording = Recording("request", "GET /")
    recording.add("query", "SELECT 1", seconds=0.5)
    recording.add("query", "SELECT 2", seconds=0.25)
    recording.add("log", "hello")

    trace = recording.finish()

    assert trace.summary.counts == {"query": 2, "log": 1}
    assert trace.summary.query_seconds == pytest.approx(0.75)
    assert [event.text for event in trace.detail.events] == [
        *("SELECT 1", "SELECT 2", "hello")
    ]


def test_too_many_events_are_counted_only():
    recording = Recording("request", "GET /")
    for _ in range(MAX_EVENTS + 5):
        recording.add("log", "hello")

    assert len(recording.detail.events) == MAX_EVENTS
    assert recording.detail.left_out == 5
    assert recording.summary.counts["log"] == MAX_EVENTS + 5


def test_it_belongs_to_its_context():
    app = Flask("shop")
    assert find_recording() is None
    with app.app_context():
        recording = Recording("request", "GET /")
        begin_recording(recording)
        assert find_recording() is recording
        with app.app_context():
            assert find_recording() is None
        assert find_recording() is recording
        end_recording()
        assert find_recording() is None


def test_two_traces_have_two_ids():
    ids = {Recording("request", "GET /").summary.id for _ in range(100)}

    assert len(ids) == 100
