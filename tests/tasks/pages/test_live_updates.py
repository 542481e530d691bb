"""However many pages watch, one thread looks; each sees every end."""

import json

from carboy.tasks import Tasks
from carboy.tasks.app_state import TasksState
from carboy.tasks.pages.live_updates import RunWatcher
from tests.tasks.conftest import MakeSite, wait_until


def test_who_comes_without_a_stream_gets_the_present_state(
    tasks: Tasks, site: TasksState
) -> None:
    @tasks.task
    def add() -> None: ...

    run = add.delay()
    channel = RunWatcher(site).channel(run.id, with_reasons=False)
    (entry,) = channel.read_since("")
    assert b'"waiting"' in entry.wire

    assert channel.read_since(entry.id) == []
    tasks.drain()
    (entry,) = channel.read_since(entry.id)
    assert b'"done"' in entry.wire


def test_those_who_listen_are_told_of_each_change(make_site: MakeSite) -> None:
    tasks = Tasks()
    site = make_site(tasks)

    @tasks.task
    def add() -> None: ...

    run, watch, heard = add.delay(), RunWatcher(site), []
    channel = watch.channel(run.id, with_reasons=False)
    assert watch.channel(run.id, with_reasons=False) is channel
    channel.set_listener(lambda _channel, entry: heard.append(entry.wire))
    try:
        tasks.drain()
        wait_until(lambda: any(b'"done"' in wire for wire in heard))
    finally:
        channel.set_listener(None)

    assert not watch.has(channel)
    states = [json.loads(wire.split(b"data: ")[1])["state"] for wire in heard]
    assert states == sorted(states, key=["waiting", "running", "done"].index)
