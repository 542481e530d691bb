"""What a visitor and the log see when a session cannot be used."""

from flask import Flask, Request, Response

from carboy.errors import UnavailableError


def report(app: Flask, reason: str, request: Request) -> None:
    """Write the one line about a session that was replaced by a new one."""
    app.logger.warning(
        "A visitor gets a new session, because of the one that came with %s %s: %s.",
        request.method,
        request.path.encode("unicode_escape").decode(),
        reason,
    )


def show_unavailable(error: UnavailableError) -> Response:
    """Answer a page whose session cannot be read: nobody is anonymous by accident."""
    text = "This part of the site does not answer. Wait a moment, then load it again.\n"
    answer = Response(text, error.status, mimetype="text/plain")
    answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def answer_unavailable(app: Flask, error: UnavailableError, response: Response) -> None:
    """Turn an answer into a 503: what it announces could not be saved."""
    app.logger.error("A session could not be saved: %s", error)
    made = app.make_response(app.handle_user_exception(error))
    response.status_code = made.status_code
    response.headers.remove("Set-Cookie")
    for name in ("ETag", "Location", "Cache-Control"):
        response.headers.pop(name, None)
    for name, value in made.headers:
        response.headers[name] = value
    response.set_data(made.get_data())
