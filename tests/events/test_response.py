"""If this passes, `events()` answers shortly where nobody carries its streams."""

import asyncio

import flask
import pytest

from carboy.events import (
    Channel,
    Event,
    PollingChannel,
    events,
)


def get(source, **headers):
    app = flask.Flask("site")
    app.add_url_rule("/", view_func=lambda: events(source, retry=2))
    return app.test_client().get("/", headers=headers)


def test_the_response_is_an_event_stream():
    reply = get(["a"])

    assert reply.mimetype == "text/event-stream"
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["X-Accel-Buffering"] == "no"
    assert reply.text.startswith("retry: 2000\n\n")


def test_a_channel_gives_the_position_to_come_back_with():
    channel = Channel()

    first = get(channel).text
    position = first.split("id: ")[1].strip()
    channel.publish("missed")
    second = get(channel, **{"Last-Event-ID": position}).text

    assert "data" not in first
    assert "data: missed" in second


def test_polling_gives_the_state_only_when_it_is_new():
    channel = PollingChannel(lambda: "state")

    first = get(channel).text
    seen = first.split("id: ")[1].split("\n")[0]

    assert "data: state" in first
    assert "data" not in get(channel, **{"Last-Event-ID": seen}).text


def test_an_endless_generator_gives_its_first_event_and_is_closed():
    closed = []

    def make():
        try:
            while True:
                yield Event("tick")
        finally:
            closed.append(True)

    assert get(make()).text.count("data: tick") == 1
    assert closed == [True]


def test_an_endless_asynchronous_generator_gives_what_is_ready():
    async def make():
        yield "one"
        yield "two"
        await asyncio.Event().wait()

    assert get(make()).text.count("data: ") == 2


@pytest.mark.parametrize(("last", "expected"), [("", "0"), ("4", "4")])
def test_a_function_gets_the_last_event_id(last, expected):
    headers = {"Last-Event-ID": last} if last else {}

    reply = get(lambda last_id: [int(last_id or 0)], **headers)

    assert f"data: {expected}" in reply.text
