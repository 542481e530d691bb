"""The operations of an API: decorators, blueprints, errors that they own."""

import pytest
from flask import Blueprint, Flask

from carboy.rest import Api, OperationError
from carboy.site import PROBLEM_TYPE


def test_an_api_on_a_blueprint_has_its_prefix_and_name():
    blueprint = Blueprint("shop", __name__, url_prefix="/shop")
    api = Api(blueprint, prefix="/v1")

    @api.get("/items/<number>")
    def get_item(number: int) -> int:
        return number

    app = Flask(__name__)
    app.register_blueprint(blueprint)
    client = app.test_client()

    assert client.get("/shop/v1/items/4").json == 4
    assert "shop.get_item" in app.view_functions
    assert client.get("/shop/v1/nothing").content_type == PROBLEM_TYPE
    assert client.get("/nothing").mimetype == "text/html"


def test_operations_may_be_added_after_the_app():
    app = Flask(__name__)
    api = Api(app)

    @api.get("/late")
    def late() -> int:
        return 1

    assert app.test_client().get("/late").json == 1


def test_decorators_of_the_api_wrap_operations():
    calls = []

    def note(view):
        def wrapped(**arguments):
            calls.append(arguments)
            return view(**arguments)

        return wrapped

    app = Flask(__name__)
    api = Api(app, decorators=[note])

    @api.get("/items/<number>")
    def get_item(number: int) -> int:
        return number

    app.test_client().get("/items/3")

    assert calls == [{"number": 3}]


def test_a_class_without_methods_is_refused():
    api = Api()

    with pytest.raises(OperationError, match="Nothing has none of the methods"):

        @api.resource("/nothing")
        class Nothing:
            """Answers nothing."""


def test_each_request_has_an_object_of_its_own():
    app = Flask(__name__)
    api = Api(app)
    seen = []

    @api.resource("/me")
    class Me:
        """Remembers itself."""

        def get(self) -> int:
            seen.append(self)
            return 1

    client = app.test_client()
    client.get("/me")
    client.get("/me")

    assert seen[0] is not seen[1]


def test_a_handler_of_the_site_answers_its_own_exceptions():
    class LentError(Exception):
        """The book is not there."""

    app = Flask(__name__)
    api = Api(app)

    @app.errorhandler(LentError)
    def answer(error):
        return {"lent": True}, 409

    @api.get("/lent")
    def lent() -> int:
        raise LentError

    answer_of = app.test_client().get("/lent")

    assert (answer_of.status_code, answer_of.json) == (409, {"lent": True})
