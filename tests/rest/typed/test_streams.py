"""Streams: lines of JSON or CSV, written while they are made."""

import csv
import io
from collections.abc import Iterator

import pytest
from flask import Flask
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
