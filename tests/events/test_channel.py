"""If this passes, a page that comes back gets what it has missed, once."""

import threading

from carboy.events.channel import Channel, PollingChannel
from tests.server.running import wait_for


def read(channel: Channel, last_id: str = "") -> list[bytes]:
    return [
        entry.wire.split(b"data: ")[1].strip() for entry in channel.read_since(last_id)
    ]


def test_missed_events_are_returned():
    channel = Channel()
    ids = [channel.publish(str(number)) for number in range(5)]

    assert read(channel, ids[2]) == [b"3", b"4"]
    assert read(channel, ids[4]) == []
    assert read(channel, "unknown-id") == [b"0", b"1", b"2", b"3", b"4"]
    assert read(channel) == []


def test_a_new_page_may_get_the_last_events():
    channel = Channel(replay=2)
    for number in range(5):
        channel.publish(str(number))

    assert read(channel) == [b"3", b"4"]


def test_history_is_bounded():
    channel = Channel(history=3)
    for number in range(10):
        channel.publish(str(number))

    assert read(channel, "unknown") == [b"7", b"8", b"9"]


def test_the_position_of_an_empty_channel_misses_nothing():
    channel = Channel()
    position = channel.get_position()

    channel.publish("first")

    assert read(channel, position) == [b"first"]


def test_a_subscription_reads_on_from_where_it_was():
    channel = Channel()
    watching = channel.subscribe(channel.get_position())
    channel.publish("a")

    assert b"data: a" in b"".join(watching)
    channel.publish("b")
    assert b"data: a" not in b"".join(
        watching.channel.read_since(watching.last_id)[0].wire.splitlines()
    )
    assert b"data: b" in b"".join(watching)
    assert list(watching) == []


def test_a_listener_is_called_from_any_thread():
    channel, received = Channel(), []
    channel.set_listener(lambda _, entry: received.append(entry.number))
    threads = [threading.Thread(target=channel.publish, args=["x"]) for _ in range(20)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(received) == list(range(1, 21))


def test_a_listener_is_called_in_order():
    channel, received = Channel(), []
    first, second = threading.Event(), threading.Event()

    def receive(_channel, entry):
        if entry.number == 1:
            first.set()
            second.wait(0.2)
        received.append(entry.number)

    def publish_second():
        first.wait(10)
        channel.publish("2")
        second.set()

    channel.set_listener(receive)
    thread = threading.Thread(target=publish_second)
    thread.start()
    channel.publish("1")
    thread.join(10)

    assert received == [1, 2]


def test_the_function_is_polled_once_for_all_watchers_and_only_while_watched():
    calls, received, value = [], [], ["a"]

    def poll():
        calls.append(1)
        return value[0]

    channel = PollingChannel(poll, every=0.01)
    assert calls == []
    channel.set_listener(lambda _, entry: received.append(entry.wire))
    wait_for(lambda: len(calls) > 3)
    assert len(received) == 1
    value[0] = "b"
    wait_for(lambda: len(received) == 2)

    channel.set_listener(None)
    wait_for(lambda: not channel._thread.is_alive())
    count = len(calls)
    channel.set_listener(lambda _, entry: None)
    wait_for(lambda: len(calls) > count, "polling to begin again")
    channel.set_listener(None)


def test_reading_without_a_watcher_polls_at_once():
    channel = PollingChannel(lambda: {"done": 5})

    [first] = channel.read_since("")

    assert b'{"done":5}' in first.wire
    assert channel.read_since(first.id) == []


def test_a_function_that_fails_is_called_again(caplog):
    calls, received = [], []

    def poll():
        calls.append(1)
        if len(calls) < 3:
            raise RuntimeError("not yet")
        return "now"

    channel = PollingChannel(poll, every=0.01)
    channel.set_listener(lambda _, entry: received.append(entry))

    wait_for(lambda: received)
    channel.set_listener(None)
    assert {record.name for record in caplog.records} == {"carboy.events"}
