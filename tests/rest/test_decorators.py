"""Decorators describe resources, and validate bodies where they are asked to."""

import pytest
from flask import Flask

from carboy.rest import Api, Resource, fields, inputs
from carboy.rest.resource_notes import notes_of_method


def make_client(**options):
    app = Flask("decorated")
    api = Api(app, **options)
    point = api.model("Point", {"x": fields.Integer(required=True)}, strict=True)
    line = api.inherit("Line", point, {"to": fields.Nested(point, required=True)})

    @api.route("/lines")
    class Lines(Resource):
        @api.expect([line], validate=options.get("own"))
        def post(self):
            return api.payload

    return app.test_client()


def test_bodies_are_validated_only_where_that_is_asked_for():
    assert make_client().post("/lines", json=[{}]).json == [{}]

    client = make_client(validate=True)
    assert client.post("/lines", json=[{"x": 1, "to": {"x": 2}}]).status_code == 200
    answer = client.post("/lines", json=[{"x": 1, "to": {"y": 1}}])
    assert answer.json["errors"].keys() == {"0.to.x", "0.to.y"}
    answer = client.post("/lines", json=[{"x": 1, "to": {"x": 1}, "y": 1}])
    assert answer.json["errors"].keys() == {"0.y"}


def test_a_setting_switches_validation_on():
    client = make_client()
    client.application.config["RESTX_VALIDATE"] = True

    assert client.post("/lines", json=[{}]).status_code == 400


def test_notes_of_classes_methods_and_parents_come_together():
    api = Api()

    @api.doc(params={"id": "A key"}, security="token", get={"deprecated": True})
    class Base(Resource):
        pass

    @api.response(404, "None")
    @api.param("page", "Which one", type=int)
    class Things(Base):
        @api.doc("get_thing", responses={403: "No", 404: ("Gone", None)})
        @api.header("X-Total", "How many")
        def get(self):
            pass

        @api.deprecated
        def put(self):
            pass

    notes = notes_of_method(Things, "get")
    assert notes.id == "get_thing"
    assert notes.params["id"] == {"description": "A key"}
    assert notes.params["page"]["in"] == "query"
    assert {code: each.description for code, each in notes.responses.items()} == {
        404: "Gone",
        403: "No",
        200: "Success",
    }
    assert notes.security == ("token",)
    assert notes.is_deprecated
    assert notes_of_method(Things, "put").is_deprecated
    assert notes_of_method(Things, "put").id is None


def test_unknown_options_are_refused():
    with pytest.raises(TypeError, match="colour"):
        Api().doc(colour="red")
    with pytest.raises(TypeError, match="colour"):
        fields.String(colour="red")


def test_parsers_are_bodies_too():
    api = Api()
    parser = api.parser().add_argument("n", type=inputs.natural)

    class Things(Resource):
        @api.expect(parser)
        def post(self):
            pass

    assert Things.post.expected_parser is parser
