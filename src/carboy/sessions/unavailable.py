"""Responses and log lines for a session that cannot be used."""

from flask import Flask, Request, Response

from carboy.errors import UnavailableError


def log_discarded(app: Flask, reason: str, request: Request) -> None:
    """Log that a request's session was discarded and a new one is used."""
    app.logger.warning(
        "The session of %s %s was discarded, and a new one is used: %s.",
        request.method,
        request.path.encode("unicode_escape").decode(),
        reason,
    )


def show_unavailable(error: UnavailableError) -> Response:
    """Return the response for a session that cannot be loaded: never an empty one."""
    text = "This part of the site does not answer. Wait a moment, then load it again.\n"
    response = Response(text, error.status, mimetype="text/plain")
    response.headers["Retry-After"] = str(error.retry_after)
    return response


def replace_by_unavailable(
    app: Flask, error: UnavailableError, response: Response
) -> None:
    """Turn a response into a 503: what it confirms could not be saved."""
    app.logger.error("A session could not be saved: %s", error)
    replacement = app.make_response(app.handle_user_exception(error))
    response.status_code = replacement.status_code
    response.headers.remove("Set-Cookie")
    for name in ("ETag", "Location", "Cache-Control"):
        response.headers.pop(name, None)
    for name, value in replacement.headers:
        response.headers[name] = value
    response.set_data(replacement.get_data())
