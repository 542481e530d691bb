"""An error that nobody handles has the page that Werkzeug makes, byte for byte."""

from typing import Any

import pytest
from flask import Response, abort
from twins import call_app, check_same, make, warm_up
from werkzeug import exceptions
from werkzeug.exceptions import HTTPException, NotFound, default_exceptions
from werkzeug.test import create_environ

CODES = sorted(default_exceptions)


def pages(app: Any) -> None:
    app.add_url_rule("/code/<int:code>", "code", abort)
    app.add_url_rule("/said/<int:code>", "said", lambda code: abort(code, "ü <b>\n"))
    app.add_url_rule("/none", "none", lambda: abort(404, None))
    app.add_url_rule("/given", "given", lambda: NotFound("returned"))
    app.add_url_rule("/own", "own", lambda: abort(Response("own", 404)))
    app.add_url_rule("/whole", "whole", lambda: raising(NotFound(response=Response())))
    app.add_url_rule("/kind", "kind", lambda: raising(Own()))
    app.add_url_rule("/changed", "changed", lambda: raising(changed()))
    app.add_url_rule("/number", "number", lambda: abort(404, 7))
    app.add_url_rule("/only", "only", lambda: "x", methods=["POST"])


class Own(NotFound):
    description = "own"


def changed() -> HTTPException:
    error = NotFound()
    error.code = 410
    return error


def raising(error: HTTPException) -> None:
    raise error


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("hooked", [False, True])
def test_every_error_has_its_page(method: str, hooked: bool) -> None:
    def build(app: Any) -> None:
        pages(app)
        app.logger.disabled = True
        if hooked:
            app.after_request(lambda response: look(response))  # noqa: PLW0108 - defined below

    def look(response: Any) -> Any:
        response.headers["X-Seen"] = f"{response.is_sequence} {response.is_streamed}"
        return response

    odd = ("/none", "/given", "/own", "/whole", "/kind", "/changed", "/number")
    by_code = [f"/{name}/{code}" for code in CODES for name in ("code", "said")]
    check_same(build, "/missing", "/only", *odd, *by_code, method=method)


def test_a_page_that_is_changed_for_all_errors_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = warm_up(make(pages))
    assert b"was not found" in call_app(app, create_environ("/missing"))[2]

    monkeypatch.setattr(HTTPException, "get_body", lambda *_: "all")
    assert call_app(app, create_environ("/missing"))[2] == b"all"
    monkeypatch.undo()
    monkeypatch.setattr(exceptions.NotFound, "description", "gone")
    assert b"<p>gone</p>" in call_app(app, create_environ("/missing"))[2]
