"""Results: written as the annotation says, or a fault that names it."""

from dataclasses import dataclass
from typing import Annotated

import pytest
from flask import Flask, Response
from msgspec import Struct

from carboy.rest import Api
from carboy.rest.typed.results import ResultError, read_result, resolve_views
from tests.rest.library import BookOut, Row, make_library


def test_views_are_found_inside_other_types():
    row = Annotated[Row, BookOut]

    assert resolve_views(row) is BookOut
    assert resolve_views(list[row]) == list[BookOut]
    assert resolve_views(dict[str, row | None]) == dict[str, BookOut | None]
    assert read_result(row | None).may_be_missing


def test_a_value_that_the_annotation_forbids_is_a_fault_that_says_so():
    app = make_library()
    app.testing = True

    with pytest.raises(ResultError, match=r"lie\(\) returned a value that is not"):
        app.test_client().get("/api/lie")


def test_an_object_without_a_view_is_never_written_whole():
    app = Flask(__name__)
    app.testing = True
    api = Api(app)

    class Secret:
        """Has no fields that may be shown."""

        inside = "canary"

    @api.get("/secret")
    def show() -> object:
        return Secret()

    with pytest.raises(TypeError, match=r"-> Annotated\[Secret, SecretOut\]"):
        app.test_client().get("/secret")


def test_a_format_that_is_not_offered_is_406():
    client = make_library().test_client()

    for accept, status in (("image/png", 406), ("application/*", 200), ("*/*", 200)):
        answer = client.get("/api/books/1", headers={"Accept": accept})
        assert answer.status_code == status
    assert client.get("/api/books/1", headers={"Accept": ""}).status_code == 200


def test_a_response_goes_out_as_it_is():
    app = Flask(__name__)
    api = Api(app)

    @api.get("/raw")
    def raw() -> Response:
        return Response("raw", 418)

    answer = app.test_client().get("/raw")

    assert (answer.status_code, answer.text) == (418, "raw")


def test_dataclasses_and_rows_of_queries_become_views():
    class PointOut(Struct):
        """A point."""

        x: int

    @dataclass
    class Point:
        """A point with more."""

        x: int
        secret: int

    app = Flask(__name__)
    api = Api(app)

    @api.get("/points")
    def points() -> list[Annotated[Point, PointOut]]:
        return [Point(1, 2)]

    assert app.test_client().get("/points").json == [{"x": 1}]
