"""If this passes, messages cross the line whole, and its end is noticed."""

import pytest

from carboy.server.process.control_channel import make_links


@pytest.fixture
def ends():
    one, other = make_links()
    yield one, other
    one.close()
    other.close()


def test_messages_arrive_whole_and_in_order(ends):
    one, other = ends

    one.send("beat", answered=3)
    one.send("failed", lines=["a\nb"])

    assert other.receive() == [
        {"kind": "beat", "answered": 3},
        {"kind": "failed", "lines": ["a\nb"]},
    ]
    assert other.receive() == []


def test_a_closed_line_is_none(ends):
    one, other = ends
    other.send("last")
    other.close()

    assert one.receive() == [{"kind": "last"}]
    assert one.receive() is None


def test_a_message_that_nobody_takes_is_dropped(ends):
    one, other = ends
    for _ in range(100_000):
        one.send("beat")
        if not one.fileno():
            break

    assert other.receive()


def test_a_line_without_another_end_is_silent(ends):
    one, other = ends
    other.close()

    one.send("beat")
