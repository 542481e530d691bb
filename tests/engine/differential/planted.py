"""Sides with one fault each: the judge has to see every one of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import flask
from flask.globals import request_ctx
from flask.json.provider import DefaultJSONProvider

from .sides import Side


class Planted(Side):
    """Stock Flask with one fault in a subclass that is named like Flask."""

    __slots__ = ("body",)

    def __init__(self, name: str, body: dict[str, Any]) -> None:
        super().__init__(name)
        object.__setattr__(self, "body", body)

    def make_class(self) -> type[flask.Flask]:
        """Return the faulty class."""
        body: dict[str, Any] = self.body  # type: ignore[attr-defined]  # put there for the test
        return type("Flask", (flask.Flask,), {"__module__": "flask.app", **body})

    @contextmanager
    def on(self) -> Iterator[None]:
        """Do nothing around the calls: the fault is in the class."""
        yield


def _sorts_headers(self: Any, response: Any) -> Any:
    response = flask.Flask.process_response(self, response)
    pairs = sorted(response.headers)
    response.headers.clear()
    response.headers.extend(pairs)
    return response


def _forgets_vary(self: Any, response: Any) -> Any:
    response = flask.Flask.process_response(self, response)
    response.headers.remove("Vary")
    return response


def _hides_error(self: Any, exc: Any = None) -> None:
    flask.Flask.do_teardown_request(self, None)


def _forgets_log(self: Any, exc_info: Any) -> None:
    self.logger.error("Exception on %s", flask.request.path)


def _one_byte(self: Any, error: Any) -> Any:
    answer = flask.Flask.handle_http_exception(self, error)
    return answer.get_response() if hasattr(answer, "get_response") else answer


def _hooks_backwards(self: Any) -> Any:
    for functions in self.before_request_funcs.values():
        functions.reverse()
    return flask.Flask.preprocess_request(self)


def _late_preprocessor(self: Any) -> Any:
    answer = flask.Flask.preprocess_request(self)
    if request_ctx.request.view_args:
        request_ctx.request.view_args.pop("lang", None)
    return answer


def _reads_body(self: Any) -> Any:
    request_ctx.request.get_data()
    return flask.Flask.full_dispatch_request(self)


def _early_signal(self: Any) -> Any:
    flask.request_started.send(self, _async_wrapper=self.ensure_sync)
    return flask.Flask.full_dispatch_request(self)


def _json_body(self: Any, value: Any) -> Any:
    if isinstance(value, dict):
        return flask.Flask.make_response(self, self.json.dumps(value))
    return flask.Flask.make_response(self, value)


def _keeps_head_body(self: Any, environ: Any, start_response: Any) -> Any:
    method = environ["REQUEST_METHOD"]
    body = flask.Flask.wsgi_app(self, environ, start_response)
    return [*body, b"left over"] if method == "HEAD" else body


def _swallows_exit(self: Any, environ: Any, start_response: Any) -> Any:
    try:
        return flask.Flask.wsgi_app(self, environ, start_response)
    except SystemExit:
        start_response("500 INTERNAL SERVER ERROR", [])
        return []


def _leaks_context(self: Any, environ: Any, start_response: Any) -> Any:
    body = flask.Flask.wsgi_app(self, environ, start_response)
    self.request_context({**environ, "HTTP_HOST": "localhost"}).push()
    return body


def _unsorted() -> Callable[..., Any]:
    class Provider(DefaultJSONProvider):
        sort_keys = False

    return Provider


METHODS: dict[str, dict[str, Any]] = {
    "sorts headers": {"process_response": _sorts_headers},
    "forgets Vary": {"process_response": _forgets_vary},
    "hides the error from teardown": {"do_teardown_request": _hides_error},
    "writes another log line": {"log_exception": _forgets_log},
    "turns error pages into responses early": {"handle_http_exception": _one_byte},
    "runs hooks backwards": {"preprocess_request": _hooks_backwards},
    "drops a view argument": {"preprocess_request": _late_preprocessor},
    "reads the body early": {"full_dispatch_request": _reads_body},
    "sends a signal twice": {"full_dispatch_request": _early_signal},
    "answers a dict as HTML": {"make_response": _json_body},
    "sends a body after HEAD": {"wsgi_app": _keeps_head_body},
    "swallows SystemExit": {"wsgi_app": _swallows_exit},
    "leaves its context behind": {"wsgi_app": _leaks_context},
    "does not sort JSON": {"json_provider_class": _unsorted()},
    "matches without the host": {"create_url_adapter": lambda self, request: None},
}
PLANTED = [Planted(name, body) for name, body in METHODS.items()]
