"""The OpenAPI document: valid, and true for both styles."""

from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import validate

from carboy.rest import Api, Resource, fields, marshal_with
from carboy.rest.openapi import make_document
from tests.rest.library import make_api


@pytest.fixture
def document() -> dict[str, Any]:
    app = Flask(__name__)
    api = make_api()
    api.init_app(app)

    class Shop(Resource):
        """Shops, in the older style."""

        @marshal_with({"name": fields.String, "books": fields.List(fields.Integer)})
        def get(self, number):
            """Return a shop."""

        def post(self, number):
            return {}

    api.add_resource(Shop, "/shops/<int:number>", "/shop/<path:number>")
    return make_document(app, [api])


def test_it_is_valid(document):
    validate(document)

    assert document["openapi"].startswith("3.1")
    assert document["info"] == {"title": "Books", "version": "1.2"}


def test_both_styles_are_described(document):
    shop = document["paths"]["/api/shops/{number}"]

    assert shop["get"]["summary"] == "Return a shop"
    assert shop["get"]["parameters"][0]["schema"] == {"type": "integer"}
    assert set(shop) == {"get", "post"}
    books = document["paths"]["/api/books"]
    assert books["get"]["summary"] == "List books"
    assert books["get"]["description"] == "Newest first."
    assert books["post"]["tags"] == ["writing"]


def test_each_operation_has_a_name_of_its_own(document):
    names = [
        operation["operationId"]
        for item in document["paths"].values()
        for operation in item.values()
    ]

    assert len(set(names)) == len(names)


def test_credentials_are_described_where_they_are_needed(document):
    schemes = document["components"]["securitySchemes"]
    delete = document["paths"]["/api/books/{number}"]["delete"]

    assert schemes == {"token": {"type": "http", "scheme": "bearer"}}
    assert delete["security"] == [{"token": []}]
    assert "401" in delete["responses"]
    assert delete["responses"]["409"]["description"] == "It is lent"


def test_hidden_operations_are_not_in_it():
    app = Flask(__name__)
    api = Api(app)

    @api.get("/hidden", hidden=True)
    def hidden() -> int:
        return 1

    assert make_document(app, [api])["paths"] == {}
    assert app.test_client().get("/hidden").json == 1
