"""Problem documents: every error of an operation, and nothing of a fault."""

import logging

import pytest
from flask import Flask, abort

from carboy.errors import RefusedError, UnavailableError
from carboy.rest import Api, abort as api_abort
from carboy.site import PROBLEM_TYPE
from tests.rest.library import make_library


class LentError(RefusedError):
    """Somebody else has it."""

    status = 409


def raise_lent():
    raise LentError("The book is lent.")


def raise_unavailable():
    raise UnavailableError("redis://secret-host does not answer", retry_after=7)


@pytest.mark.parametrize(
    ("action", "status", "detail"),
    [
        (lambda: abort(404), 404, "There is nothing at this address."),
        (lambda: abort(409, "Lent."), 409, "Lent."),
        (lambda: api_abort(410, message="Sold.", shop=3), 410, "Sold."),
        (raise_lent, 409, "The book is lent."),
        (raise_unavailable, 503, "A part of this site does not answer"),
    ],
)
def test_errors_are_problem_documents(action, status, detail):
    app = Flask(__name__)
    api = Api(app)

    @api.get("/it")
    def it() -> int:
        action()
        return 1

    answer = app.test_client().get("/it", headers={"Accept": "*/*"})

    assert (answer.status_code, answer.content_type) == (status, PROBLEM_TYPE)
    assert answer.json["detail"].startswith(detail)
    assert (answer.json["status"], answer.json["instance"]) == (status, "/it")
    assert "secret-host" not in answer.text
    if status == 503:
        assert answer.headers["Retry-After"] == "7"
    if status == 410:
        assert answer.json["shop"] == 3


def test_a_fault_is_logged_and_says_nothing(caplog):
    with caplog.at_level(logging.ERROR):
        answer = make_library().test_client().get("/api/fault")

    assert (answer.status_code, answer.content_type) == (500, PROBLEM_TYPE)
    assert "canary" not in answer.text
    assert "ZeroDivisionError" in caplog.text


def test_hooks_after_a_request_see_the_answer_to_a_fault():
    app = make_library()
    app.after_request(lambda response: response.headers.add("X-Seen", "1") or response)

    assert app.test_client().get("/api/fault").headers["X-Seen"] == "1"
