"""The profiler looks at the threads of recorded requests, and at nothing else."""

import threading
import time

import pytest

from carboy.recorder.recording import Recording
from carboy.recorder.sampler import Sampler


@pytest.fixture
def sampler():
    sampler = Sampler(0.001)
    yield sampler
    sampler.stop()


def work_until_seen(recording, sampler, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sum(range(1000))
        stacks = sampler._active[recording.thread][1]
        if any("work_until_seen" in stack for stack in list(stacks)):
            return
    pytest.fail("The profiler has not looked.")


def test_stacks_begin_with_the_code_of_the_site(sampler):
    recording = Recording("request", "GET /")
    sampler.begin(recording)
    work_until_seen(recording, sampler)
    sampler.end(recording)

    samples = recording.detail.samples
    assert all(count > 0 for count in samples.values())
    seen = [stack for stack in samples if "work_until_seen" in stack]
    assert __file__ in seen[0].split("\n")[0]


def test_a_thread_is_left_alone_after_the_end(sampler):
    recording = Recording("request", "GET /")
    sampler.begin(recording)
    sampler.end(recording)
    before = dict(recording.detail.samples)
    time.sleep(0.02)

    assert recording.detail.samples == before
    assert sampler._active == {}


def test_one_thread_serves_all_requests(sampler):
    before = threading.active_count()
    for _ in range(20):
        recording = Recording("request", "GET /")
        sampler.begin(recording)
        sampler.end(recording)

    assert threading.active_count() <= before + 1


def test_it_is_off_with_a_period_of_zero():
    sampler = Sampler(0)
    recording = Recording("request", "GET /")
    before = threading.active_count()
    sampler.begin(recording)
    sampler.end(recording)

    assert threading.active_count() == before
    assert recording.detail.samples == {}


def test_it_works_again_after_a_stop(sampler):
    sampler.stop()
    recording = Recording("request", "GET /")
    sampler.begin(recording)
    work_until_seen(recording, sampler)
    sampler.end(recording)

    assert recording.detail.samples
