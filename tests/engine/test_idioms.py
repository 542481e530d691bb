"""If this passes, idioms that apps use by hand are answered as stock Flask does."""

import io
import logging
import re
from typing import Any

import idioms
import pytest
from flask import Flask
from twins import KEY, Fast, call_app, read, source
from werkzeug.test import create_environ

from carboy.server.http.call_app import make_respond

IDIOMS: dict[Any, tuple[Any, ...]] = {
    idioms.mounted_apps: ("/", "/shop/x", "/shop/none"),
    idioms.middleware_around_middleware: ("/", "/fail"),
    idioms.rewriting_middleware: ("/p/", ("/p/", {"headers": {"X-Method": "DELETE"}})),
    idioms.request_class_with_slots: (
        "/",
        ("/", {"method": "POST", "json": [1]}),
        ("/", {"method": "POST", "data": b"{", "content_type": "application/json"}),
        ("/", {"method": "POST", "data": {"a": "1", "b": "2"}}),
    ),
    idioms.response_class_with_slots: ("/", "/json", "/session", "/foreign", "/none"),
    idioms.streams_in_the_context: ("/", "/fail", "/outside"),
    idioms.bodies_passed_through: (
        *("/file", "/list", "/text", "/wrapped"),
        ("/file", {"method": "HEAD"}),
        ("/file", {"headers": {"Range": "bytes=0-2"}}),
        ("/file", {"headers": {"If-None-Match": '"e"'}}),
    ),
    idioms.own_json_provider: (
        "/",
        "/list",
        "/bad",
        ("/echo", {"method": "POST", "json": 1}),
    ),
    idioms.foreign_json_provider: (
        "/",
        "/list",
        ("/echo", {"method": "POST", "json": 1}),
    ),
    idioms.teardowns_that_raise: ("/", "/fail", "/stream", "/none"),
    idioms.receivers_of_all_signals: (
        "/",
        "/fail",
        *(f"/{signal}" for signal in idioms.SIGNALS),
    ),
    idioms.callbacks_after_this_request: (
        *("/", "/fail", "/abort", "/nested", "/raise", "/none"),
    ),
    idioms.converters_with_state: ("/n/5", "/n/5", "/n/7", "/n/8", "/n/x", "/p/a/b"),
    idioms.contexts_in_contexts: ("/dispatch", "/push", "/call", "/client"),
    idioms.error_handlers_of_nested_blueprints: (
        *("/outer/inner/lookup", "/outer/inner/value", "/outer/inner/missing"),
        *("/", "/outer/inner/none", "/none"),
    ),
    idioms.coroutines_everywhere: ("/", "/fail", "/none"),
}
MOVING = re.compile(
    r" at 0x[0-9a-f]+|\bFast\b|\bFlask\b|(?<=session=)[^;]+"
    r"|(?<='Date', ')[^']+"
)


class Notes(logging.Handler):
    """Notes what an app logs."""

    def __init__(self, seen: list[Any]) -> None:
        super().__init__()
        self.seen = seen

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info and record.exc_info[1]
        self.seen.append((record.levelname, record.getMessage(), repr(error)))


def call_wsgi_door(app: Any, environ: dict[str, Any]) -> Any:
    return call_app(app, environ)


def call_server_door(app: Any, environ: dict[str, Any]) -> Any:
    headers = [
        (name.removeprefix("HTTP_").lower().replace("_", "-"), value)
        for name, value in environ.items()
        if name.startswith("HTTP_") or name == "CONTENT_TYPE"
    ]
    length = int(environ.get("CONTENT_LENGTH") or 0) or None
    request = source(
        environ["PATH_INFO"],
        method=environ["REQUEST_METHOD"],
        query_string=environ["QUERY_STRING"],
        headers=headers,
        body=io.BytesIO(environ["wsgi.input"].read()) if length else None,
        content_length=length,
    )
    return read(make_respond(app)(request))


def drive(base: type[Flask], idiom: Any, call: Any) -> list[str]:
    """Return all that an app of this class answers, notes and logs, three times."""
    seen: list[Any] = []
    app = base("idiom")
    app.secret_key = KEY
    app.logger.handlers[:] = [Notes(seen)]
    app.logger.propagate = False
    target = idiom(app, seen) or app
    for asked in IDIOMS[idiom] * 3:
        path, options = asked if isinstance(asked, tuple) else (asked, {})
        seen.append(f"{path} {options}")
        try:
            seen.append(call(target, create_environ(path, **options)))
        except Exception as error:  # noqa: BLE001 - whatever leaves the app, leaves both
            seen.append(f"raised {error!r} after {error.__context__!r}")
    for signal, receiver in app.extensions.get("receivers", []):
        signal.disconnect(receiver)
    return [MOVING.sub("", repr(each)) for each in seen]


@pytest.mark.parametrize("call", [call_wsgi_door, call_server_door])
@pytest.mark.parametrize("idiom", IDIOMS, ids=lambda idiom: idiom.__name__)
def test_an_idiom_is_answered_as_on_stock_flask(idiom: Any, call: Any) -> None:
    expected = drive(Flask, idiom, call_wsgi_door)

    assert any(re.search(r"\b20[03] |KeyError\('teardown'\)", x) for x in expected)
    assert drive(Fast, idiom, call) == expected
