"""Pages of batteries are kept by no cache and run nothing of others."""

from flask import Flask

from carboy.ui import secure_response


def test_the_headers_of_a_page() -> None:
    with Flask(__name__).test_request_context():
        answer = secure_response("<h1>x</h1>")

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
