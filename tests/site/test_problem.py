"""Problem documents (RFC 9457)."""

from flask import Flask

from carboy.site import PROBLEM_TYPE, problem_response, status_phrase


def test_a_problem_has_its_members_and_headers():
    app = Flask(__name__)

    with app.test_request_context("/books/1"):
        answer = problem_response(429, "Wait.", headers=[("Retry-After", "3")], left=0)

    assert (answer.status_code, answer.content_type) == (429, PROBLEM_TYPE)
    assert answer.headers["Retry-After"] == "3"
    assert {**answer.json, "request_id": None} == {
        "type": "about:blank",
        "title": "Too Many Requests",
        "status": 429,
        "detail": "Wait.",
        "instance": "/books/1",
        "left": 0,
        "request_id": None,
    }


def test_statuses_have_words():
    assert status_phrase(404) == "Not Found"
    assert status_phrase(599) == "Error"
