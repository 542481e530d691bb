"""What views return."""

import pytest
from flask import Flask, request

from carboy.rest import (
    Api,
    Resource,
    cors,
    fields,
    marshal_with,
    marshal_with_field,
    unpack,
)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("x", ("x", 200, {})),
        (("x", 201), ("x", 201, {})),
        (("x", 201, {"A": "b"}), ("x", 201, {"A": "b"})),
        ((1, 2, 3, 4), ((1, 2, 3, 4), 200, {})),
        (("x",), (("x",), 200, {})),
    ],
)
def test_a_result_has_data_status_and_headers(result, expected):
    assert unpack(result) == expected


def test_decorators_await_async_methods():
    app = Flask("later")
    api = Api(app)
    book = api.model("Book", {"title": fields.String(required=True)})

    class Later(Resource):
        @cors.crossdomain(origin="*")
        @marshal_with(book, envelope="book")
        async def get(self):
            return {"title": request.args["title"], "hidden": 1}, 202, {"X-Own": "1"}

        @api.expect(book, validate=True)
        @api.marshal_with(book, code=201)
        async def post(self):
            return api.payload, 201

        @marshal_with_field(fields.List(fields.Integer))
        async def put(self):
            return ["1", "2"]

        @marshal_with(book)
        async def delete(self):
            return None

    api.add_resource(Later, "/")
    client = app.test_client()

    answer = client.get("/?title=Emma")
    assert (answer.json, answer.status_code) == ({"book": {"title": "Emma"}}, 202)
    assert answer.headers["X-Own"] == "1"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert client.post("/", json={"title": "Emma"}).json == {"title": "Emma"}
    assert client.post("/", json={}).status_code == 400
    assert client.put("/").json == [1, 2]
    assert client.delete("/").status_code == 404
