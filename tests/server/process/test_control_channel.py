"""If this passes, messages of any size arrive whole, and a dead peer is noticed."""

import json
import os
import signal
import socket
import struct
import threading

import pytest

from carboy.server.process.control_channel import (
    ControlChannel,
    make_control_channels,
)


@pytest.fixture
def ends():
    one, other = make_control_channels()
    yield one, other
    one.close()
    other.close()


def receive_all(channel, count, sender=None):
    """Receive until `count` messages have come; the sender goes on meanwhile."""
    messages = []
    while len(messages) < count:
        if sender is not None:
            sender.flush()
        batch = channel.receive()
        assert batch is not None
        messages += batch
    return messages


def test_messages_arrive_whole_and_in_order(ends):
    one, other = ends

    one.send("beat", answered=3)
    one.send("failed", lines=["a\nb"])

    assert other.receive() == [
        {"kind": "beat", "answered": 3},
        {"kind": "failed", "lines": ["a\nb"]},
    ]
    assert other.receive() == []


def test_a_closed_channel_is_none(ends):
    one, other = ends
    other.send("last")
    other.close()

    assert one.receive() == [{"kind": "last"}]
    assert one.receive() is None


def test_a_message_that_nobody_takes_is_dropped(ends):
    one, other = ends
    for _ in range(100_000):
        one.offer("beat")
        if not one.fileno():
            break

    assert other.receive()
    assert len(one._unsent) < 1000


def test_a_channel_without_another_end_is_silent(ends):
    one, other = ends
    other.close()

    one.send("beat")

    assert one.flush(1)


@pytest.mark.parametrize("size", [219_263, 219_264, 1_000_000, 20_000_000])
def test_a_message_of_any_size_arrives_and_so_does_the_next(ends, size):
    one, other = ends
    text = "x" * size

    one.send("failed", lines=[text])
    one.send("beat")

    failed, beat = receive_all(other, 2, one)
    assert failed["lines"] == [text]
    assert beat == {"kind": "beat"}


def test_a_sender_that_ends_can_wait_until_a_large_message_is_read(ends):
    one, other = ends
    messages = []
    reader = threading.Thread(target=lambda: messages.extend(receive_all(other, 1)))
    reader.start()

    one.send("failed", lines=["x" * 5_000_000])

    assert one.flush(20)
    reader.join(20)
    assert len(messages[0]["lines"][0]) == 5_000_000


def test_a_sender_does_not_wait_for_ever(ends):
    one, _ = ends
    one.send("failed", lines=["x" * 5_000_000])

    assert not one.flush(0.05)


def test_a_message_may_arrive_byte_by_byte():
    left, right = socket.socketpair()
    channel = ControlChannel(right)
    payload = json.dumps({"kind": "beat", "text": "\u00e9\ud800"}).encode()
    frames = (struct.pack("!Q", len(payload)) + payload) * 2

    received = []
    for position in range(len(frames)):
        left.send(frames[position : position + 1])
        received += channel.receive()

    assert received == [{"kind": "beat", "text": "\u00e9\ud800"}] * 2
    left.close()
    channel.close()


@pytest.mark.parametrize("sent", [3, 8, 12, 30])
def test_a_peer_that_dies_in_the_middle_of_a_message_is_gone(sent):
    left, right = socket.socketpair()
    channel = ControlChannel(right)
    payload = json.dumps({"kind": "failed", "lines": ["x" * 100]}).encode()
    left.send((struct.pack("!Q", len(payload)) + payload)[:sent])
    left.close()

    assert channel.receive() is None
    channel.close()


def test_a_process_that_is_killed_while_it_sends_is_gone():
    one, other = make_control_channels()
    pid = os.fork()
    if pid == 0:
        one.send("failed", lines=["x" * 5_000_000])
        one.flush(60)
        os._exit(0)
    one.close()
    assert other.receive() == []

    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)

    messages = []
    while (batch := other.receive()) is not None:
        messages += batch
    assert messages == []
    other.close()


@pytest.mark.parametrize("payload", [b"{", b"[1]", b"{}", b"\xff\xfe\xfd"])
def test_what_is_no_message_ends_the_channel(payload):
    left, right = socket.socketpair()
    channel = ControlChannel(right)
    left.send(struct.pack("!Q", len(payload)) + payload)

    assert channel.receive() is None
    left.close()
    channel.close()
