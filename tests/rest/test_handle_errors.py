"""What an API answers when something raises."""

import logging

import pytest
from flask import Flask, Response, got_request_exception
from werkzeug.exceptions import HTTPException, NotFound

from carboy.rest import Api, Resource, abort


class OutOfStockError(Exception):
    """Something of the site."""


@pytest.fixture
def app():
    app = Flask(__name__)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def raise_in(app, error, **options):
    class Failing(Resource):
        def get(self):
            raise error

    Api(app, **options).add_resource(Failing, "/")
    return app.test_client().get("/")


def test_an_http_error_is_json(app):
    answer = raise_in(app, NotFound("No such user."))
    assert (answer.status_code, answer.json) == (404, {"message": "No such user."})
    assert answer.content_type == "application/json"


def test_a_fault_is_500_and_logged_without_its_text(app, caplog):
    with caplog.at_level(logging.ERROR):
        answer = raise_in(app, ValueError("the password is 1234"))
    assert (answer.status_code, answer.json) == (
        500,
        {"message": "Internal Server Error"},
    )
    assert "the password is 1234" in caplog.text


def test_a_fault_is_raised_where_errors_propagate(app):
    app.config["PROPAGATE_EXCEPTIONS"] = None
    app.testing = True
    with pytest.raises(OutOfStockError):
        raise_in(app, OutOfStockError())


def test_errors_have_answers_by_name(app):
    answers = {"OutOfStockError": {"message": "None left.", "status": 409, "n": 1}}
    answer = raise_in(app, OutOfStockError(), errors=answers)
    assert answer.status_code == 409
    assert answer.json == {"message": "None left.", "status": 409, "n": 1}


def test_an_answer_without_a_status_is_500(app):
    answer = raise_in(app, OutOfStockError(), errors={"OutOfStockError": {"a": 1}})
    assert answer.status_code == 500
    assert answer.json["a"] == 1


def test_the_keywords_of_abort_are_the_body(app):
    class Failing(Resource):
        def get(self):
            abort(422, errors={"age": "too low"})

    Api(app).add_resource(Failing, "/")
    answer = app.test_client().get("/")
    assert (answer.status_code, answer.json) == (422, {"errors": {"age": "too low"}})


def test_a_response_in_an_error_stays(app):
    answer = raise_in(app, HTTPException(response=Response("own", 418)))
    assert (answer.status_code, answer.text) == (418, "own")


def test_headers_of_an_error_stay_and_the_length_fits(app):
    class Busy(HTTPException):
        code = 503
        description = "Busy."

        def get_headers(self, *_args):
            return [("Retry-After", "7"), ("Content-Length", "999")]

    answer = raise_in(app, Busy())
    assert answer.headers["Retry-After"] == "7"
    assert answer.headers.getlist("Content-Length") == [str(len(answer.data))]


def test_handlers_of_the_app_do_not_get_errors_of_the_api(app):
    app.register_error_handler(404, lambda _error: ("page", 404))
    assert raise_in(app, NotFound()).is_json
    assert app.test_client().get("/elsewhere").text == "page"


def test_all_404s_may_be_answered(app):
    Api(app, catch_all_404s=True)
    assert app.test_client().get("/elsewhere").is_json


def test_an_error_of_a_hook_is_answered_for_a_resource(app):
    class Fine(Resource):
        def get(self):
            return {}

    Api(app).add_resource(Fine, "/")

    @app.before_request
    def refuse():
        raise NotFound("hook")

    assert app.test_client().get("/").json == {"message": "hook"}


def test_two_apis_answer_their_own_errors(app):
    first, second = Api(app), Api(app, errors={"OutOfStockError": {"status": 410}})

    class A(Resource):
        def get(self):
            raise OutOfStockError

    class B(A):
        pass

    first.add_resource(A, "/a")
    second.add_resource(B, "/b")
    client = app.test_client()
    assert client.get("/a").status_code == 500
    assert client.get("/b").status_code == 410


def test_the_signal_is_sent(app):
    seen = []

    def record(_sender, exception):
        seen.append(type(exception))

    with got_request_exception.connected_to(record, app):
        raise_in(app, OutOfStockError())
    assert seen[0] is OutOfStockError


def test_a_broken_representation_falls_back_to_the_app(app):
    class Failing(Resource):
        def get(self):
            raise NotFound

    api = Api(app)
    api.add_resource(Failing, "/")

    @api.representation("application/json")
    def broken(_data, _code, _headers):
        raise ValueError

    answer = app.test_client().get("/")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
