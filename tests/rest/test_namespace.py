"""A task list as Flask-RESTX's documentation writes one runs on our `Api`."""

import pytest
from flask import Blueprint, Flask
from openapi_spec_validator import validate

from carboy.rest import Api, Namespace, Resource, fields
from carboy.rest.namespace import name_endpoint

BOOKS = {1: {"id": 1, "title": "Emma", "pages": 300}}


class SoldOutError(Exception):
    """Raised when there are no more."""


def make_api(app=None, **options):
    api = Api(app, title="Shelf", validate=True, **options)
    shelf = api.namespace("books", description="All books")
    book = api.model(
        "Book",
        {
            "id": fields.Integer(readonly=True, description="A number"),
            "title": fields.String(required=True, min_length=1, example="Emma"),
            "pages": fields.Integer(min=1),
            "kind": fields.String(enum=["novel", "essay"], default="novel"),
        },
    )

    @shelf.route("/")
    class BookList(Resource):
        """All books."""

        @shelf.doc("list_books")
        @shelf.marshal_list_with(book)
        def get(self):
            """List the books."""
            return list(BOOKS.values())

        @shelf.expect(book)
        @shelf.marshal_with(book, code=201, description="Added")
        def post(self):
            """Add a book."""
            return {"id": 2, **shelf.payload}, 201

    @shelf.route("/<int:id>", doc={"params": {"id": "The number of a book"}})
    @shelf.response(404, "No such book")
    class OneBook(Resource):
        @shelf.marshal_with(book)
        def get(self, id):  # noqa: A002 - as the address names it
            """Return a book."""
            return BOOKS.get(id) or shelf.abort(404, f"There is no book {id}.")

        @shelf.hide
        def delete(self, id):  # noqa: A002 - as above
            raise SoldOutError("Emma")

    @api.errorhandler(SoldOutError)
    def sold_out(error):
        return {"message": f"No more {error}"}, 410

    return api


@pytest.fixture
def client():
    app = Flask("shelf")
    app.config["REST_DOCS"] = "always"
    app.testing = True
    make_api(app)
    return app.test_client()


def test_resources_answer_below_the_namespace(client):
    assert client.get("/books/").json[0]["title"] == "Emma"
    assert client.get("/books/1").json == {**BOOKS[1], "kind": "novel"}
    assert client.get("/books/9").json == {"message": "There is no book 9."}
    assert client.get("/books/9").status_code == 404


def test_bodies_are_validated(client):
    added = client.post("/books/", json={"title": "Persuasion", "other": 1})
    refused = client.post("/books/", json={"title": "", "pages": 0, "kind": "x"})

    assert (added.status_code, added.json["title"]) == (201, "Persuasion")
    assert refused.status_code == 400
    assert set(refused.json["errors"]) == {"title", "pages", "kind"}
    assert client.post("/books/", json={}).json["errors"].keys() == {"title"}
    assert client.post("/books/", json=[]).status_code == 400
    assert client.post("/books/", data="{").status_code in {400, 415}


def test_handlers_answer_exceptions_of_a_site(client):
    answer = client.delete("/books/1")

    assert (answer.status_code, answer.json) == (410, {"message": "No more Emma"})


def test_the_document_says_what_the_decorators_say(client):
    document = client.get("/-/openapi.json").json
    validate(document)
    paths, schemas = document["paths"], document["components"]["schemas"]

    assert document["tags"] == [{"name": "books", "description": "All books"}]
    listed = paths["/books/"]["get"]
    assert listed["operationId"] == "list_books"
    assert listed["tags"] == ["books"]
    assert listed["responses"]["200"]["content"]["application/json"]["schema"] == {
        "type": "array",
        "items": {"$ref": "#/components/schemas/Book"},
    }
    one = paths["/books/{id}"]
    assert one["get"]["parameters"][0]["description"] == "The number of a book"
    assert one["get"]["responses"]["404"]["description"] == "No such book"
    assert "delete" not in one
    assert paths["/books/"]["post"]["responses"]["201"]["description"] == "Added"
    assert schemas["Book"]["properties"]["title"] == {
        "type": "string",
        "minLength": 1,
        "examples": ["Emma"],
    }
    assert schemas["Book"]["properties"]["kind"]["enum"] == ["novel", "essay", None]
    assert schemas["Book"]["required"] == ["id", "title", "pages", "kind"]
    assert "id" not in schemas["BookBody"]["properties"]
    assert schemas["BookBody"]["required"] == ["title"]


def test_a_namespace_of_its_own_module_is_added_later():
    calls = []

    def counted(view):
        return lambda **values: calls.append(1) or view(**values)

    cats = Namespace("cats", decorators=[counted])

    @cats.route("/", "/all")
    class CatList(Resource):
        def get(self):
            return ["Tom"]

    blueprint = Blueprint("api", __name__, url_prefix="/v1")
    api = Api(blueprint)
    api.add_namespace(cats, path="/animals")
    app = Flask("cats")
    app.register_blueprint(blueprint)
    client = app.test_client()

    assert client.get("/v1/animals/").json == ["Tom"]
    assert client.get("/v1/animals/all").json == ["Tom"]
    assert len(calls) == 2
    assert "api.cats_cat_list" in app.view_functions


def test_routes_of_an_api_are_named_after_the_class():
    class HTTPBookList(Resource):
        pass

    assert name_endpoint(HTTPBookList) == "http_book_list"
    assert name_endpoint(HTTPBookList, "v") == "v_http_book_list"
