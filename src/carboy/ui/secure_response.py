"""The answer with a page of a battery: it runs nothing but the package's own files."""

from typing import Final

from flask import Response, make_response

OWN_FILES: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def secure_response(body: str | Response, policy: str = OWN_FILES) -> Response:
    """Return a page that no cache keeps, with a Content-Security-Policy."""
    answer = make_response(body)
    answer.headers["Content-Security-Policy"] = policy
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer
