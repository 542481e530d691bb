"""Streams: lines of JSON or CSV, written while they are made."""

import csv
import io
from collections.abc import AsyncIterator, Iterator

import pytest
from flask import Flask, abort
from msgspec import Struct

from carboy.rest import Api
from tests.rest.library import make_library


def test_a_client_gets_lines_of_json_or_csv():
    client = make_library().test_client()

    lines = client.get("/api/export")
    second = lines.text.splitlines()[1]
    table = client.get("/api/export", headers={"Accept": "text/csv"}).text

    assert lines.content_type == "application/x-ndjson"
    assert second == '{"id":2,"title":"Persuasion","author":null}'
    rows = list(csv.DictReader(io.StringIO(table)))
    assert rows[0]["title"] == "Emma"
    assert rows[0]["author"] == '{"id":7,"name":"Jane"}'
    refused = client.get("/api/export", headers={"Accept": "image/png"})
    assert refused.status_code == 406


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+1", "-1", "\t=1"])
def test_a_cell_is_no_formula(text):
    class Line(Struct):
        """A line."""

        text: str

    app = Flask(__name__)
    api = Api(app)

    @api.get("/lines")
    def lines() -> Iterator[Line]:
        yield Line(text)

    answer = app.test_client().get("/lines", headers={"Accept": "text/csv"})

    [row] = list(csv.DictReader(io.StringIO(answer.text)))
    assert row["text"] == f"'{text}"


def test_lines_are_sent_before_the_last_one_is_made():
    made = []
    app = Flask(__name__)
    api = Api(app)

    @api.get("/numbers")
    def numbers() -> Iterator[int]:
        for number in range(3):
            made.append(number)
            yield number

    answer = app.test_client().get("/numbers", buffered=False)
    chunks = iter(answer.response)

    assert next(chunks) == b"0\n"
    assert made == [0]
    assert list(chunks) == [b"1\n", b"2\n"]
    answer.close()


class Progress(Struct):
    """How far something is."""

    percent: int


def make_watched():
    app = Flask(__name__)
    app.config["REST_DOCS"] = "always"
    api = Api(app)

    @api.get("/jobs")
    def jobs() -> Iterator[Progress]:
        yield Progress(1)
        yield Progress(2)

    @api.get("/watch")
    async def watch() -> AsyncIterator[Progress]:
        yield Progress(5)

    return app.test_client()


def test_items_are_events_for_a_client_that_wants_events():
    client = make_watched()

    answer = client.get("/jobs", headers={"Accept": "text/event-stream"})

    assert answer.content_type.startswith("text/event-stream")
    assert answer.text == 'data: {"percent":1}\n\ndata: {"percent":2}\n\n'
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get("/jobs").content_type == "application/x-ndjson"


def test_an_asynchronous_function_sends_events_only():
    client = make_watched()

    answer = client.get("/watch")

    assert answer.mimetype == "text/event-stream"
    assert 'data: {"percent":5}\n\n' in answer.text
    refused = client.get("/watch", headers={"Accept": "application/json"})
    assert refused.status_code == 406


def test_event_streams_are_described_with_the_type_of_their_data():
    document = make_watched().get("/-/openapi.json").json

    def contents(path):
        return document["paths"][path]["get"]["responses"]["200"]["content"]

    reference = {"schema": {"$ref": "#/components/schemas/Progress"}}
    assert contents("/watch") == {"text/event-stream": reference}
    assert set(contents("/jobs")) == {
        "application/x-ndjson",
        "text/csv",
        "text/event-stream",
    }


@pytest.mark.parametrize("media_type", ["application/x-ndjson", "text/csv"])
def test_an_error_before_the_first_item_is_a_response(media_type):
    app = Flask(__name__)
    api = Api(app)

    @api.get("/jobs/<key>")
    def jobs(key: int) -> Iterator[Progress]:
        if key == 1:
            abort(404)
        yield {"percent": "wrong"} if key == 2 else Progress(1)
        raise ZeroDivisionError

    client = app.test_client()
    accept = {"Accept": media_type}
    assert client.get("/jobs/1", headers=accept).status_code == 404
    assert client.get("/jobs/2", headers=accept).status_code == 500
    # What was sent cannot be taken back: the server cuts the connection.
    answer = client.get("/jobs/3", headers=accept, buffered=False)
    assert answer.status_code == 200
    with pytest.raises(ZeroDivisionError):
        list(answer.response)
