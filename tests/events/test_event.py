"""If this passes, any data makes exactly one event of a stream."""

import pytest
from hypothesis import given, strategies as st

from carboy.events.event import Event, encode_event


@pytest.mark.parametrize(
    ("event", "wire"),
    [
        ("hello", b"data: hello\n\n"),
        ("a\nb\r\nc\rd", b"data: a\ndata: b\ndata: c\ndata: d\n\n"),
        (b"bytes", b"data: bytes\n\n"),
        ({"a": 1}, b'data: {"a":1}\n\n'),
        (7, b"data: 7\n\n"),
        (Event("x", "tick", "9", 1.5), b"event: tick\nid: 9\nretry: 1500\ndata: x\n\n"),
        (Event(id="9"), b"id: 9\n\n"),
        (Event(event="gone"), b"event: gone\ndata: \n\n"),
    ],
)
def test_the_form_on_the_wire(event, wire):
    assert encode_event(event) == wire


@given(st.text())
def test_text_never_ends_an_event_early(text):
    wire = encode_event(Event(text, "e")).decode()

    lines = wire.removesuffix("\n\n").split("\n")
    assert lines[0] == "event: e"
    assert all(line.startswith("data: ") for line in lines[1:])
    assert "\r" not in wire


@pytest.mark.parametrize("field", ["event", "id"])
@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\0b"])
def test_fields_of_one_line_are_held_to_it(field, value):
    with pytest.raises(ValueError, match="must be one line"):
        encode_event(Event("x", **{field: value}))
