"""Names that Flask's modules had, and where they are now."""

import json
import os
from ipaddress import ip_address
from typing import Any

from flask import helpers
from flask.globals import app_ctx, current_app, request_ctx
from flask.json.provider import DefaultJSONProvider
from flask.testing import EnvironBuilder
from jinja2.utils import htmlsafe_json_dumps
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join as join_or_none

from carboy.legacy.rows import Row, rows_of, same_names

_HERE = "carboy.legacy.names.flask_names"
_SCAFFOLD = "flask.sansio.scaffold"
_MARKUP = same_names("markupsafe", "Markup escape")


class ContextStack:
    """The stack of contexts that Flask had until 2.2: its top is the current one."""

    def __init__(self, context: Any) -> None:
        self._context = context

    @property
    def top(self) -> Any:
        """The current context, or None."""
        return self._context._get_current_object() if self._context else None

    def push(self, context: Any) -> None:
        """Make a context the current one."""
        context.push()

    def pop(self) -> Any:
        """End the current context, and return it."""
        context = self.top
        if context is not None:
            context.pop()
        return context


# Blinker is a dependency since Flask 2.3, and JSON is part of Python.
AVAILABLE = True
APP_CTX_STACK = ContextStack(app_ctx)
REQUEST_CTX_STACK = ContextStack(request_ctx)


class OldJSONEncoder(json.JSONEncoder):
    """Flask's encoder until 2.2: subclasses override `default`."""

    def default(self, o: Any) -> Any:
        """Return something for `o` that JSON has."""
        return DefaultJSONProvider.default(o)


class OldJSONDecoder(json.JSONDecoder):
    """Flask's decoder until 2.2."""


def safe_join(directory: str, *names: str) -> str:
    """Join names that visitors chose to a folder; answer 404 if they lead out of it."""
    path = join_or_none(directory, *names)
    if path is None:
        raise NotFound
    return path


def get_env() -> str:
    """Return the name of the environment, `production` by default."""
    return os.environ.get("FLASK_ENV") or "production"


def get_debug_flag(default: bool | None = None) -> bool:
    """Return whether FLASK_DEBUG is on, or FLASK_ENV is development."""
    if os.environ.get("FLASK_DEBUG"):
        return helpers.get_debug_flag()
    return get_env() == "development" if default is None else default


def find_app() -> Any:
    """Return the current app."""
    proxy: Any = current_app
    return proxy._get_current_object()


def lookup_req_object(name: str) -> Any:
    """Return an attribute of the current request's context."""
    return getattr(request_ctx, name)


def lookup_app_object(name: str) -> Any:
    """Return an attribute of the current app's context."""
    return getattr(app_ctx, name)


def is_ip(value: str) -> bool:
    """Return whether a text is an IP address."""
    try:
        ip_address(value)
    except ValueError:
        return False
    return True


def make_environ_builder(app: Any, path: str = "/", *args: Any, **options: Any) -> Any:
    """Return what makes the environ of a request for an app."""
    return EnvironBuilder(app, path, *args, **options)


def dump_for_html(obj: Any, fp: Any, **options: Any) -> None:
    """Write JSON that may stand in a script element to a file."""
    fp.write(str(htmlsafe_json_dumps(obj, **options)))


def total_seconds(td: Any) -> int:
    """Return the seconds of a time difference."""
    return int(td.total_seconds())


_PROVIDER = "class Provider(DefaultJSONProvider): and app.json = Provider(app)"
_JSON = (
    Row(
        "flask.json.JSONEncoder",
        "Flask 2.3",
        f"{_HERE}:OldJSONEncoder",
        _PROVIDER,
        module="flask.json",
    ),
    Row(
        "flask.json.JSONDecoder",
        "Flask 2.3",
        f"{_HERE}:OldJSONDecoder",
        _PROVIDER,
        module="flask.json",
    ),
)
_STACKS = {
    "_request_ctx_stack": f"{_HERE}:REQUEST_CTX_STACK",
    "_app_ctx_stack": f"{_HERE}:APP_CTX_STACK",
}
_SAFE_JOIN = {"safe_join": f"{_HERE}:safe_join"}
_SAFE_JOIN_EDIT = "from werkzeug.utils import safe_join (it returns None, no 404)"


def _available_rows() -> list[Row]:
    gone = {"signals_available": "Flask 3.0", "json_available": "Flask 1.0"}
    modules = {"flask": [*gone], "flask.signals": ["signals_available"]}
    modules["flask.json"] = ["json_available"]
    return [
        Row(
            f"{module}.{name}",
            gone[name],
            f"{_HERE}:AVAILABLE",
            "remove it: it is always true",
            module=module,
        )
        for module, names in modules.items()
        for name in names
    ]


def _stack_rows(module: str) -> list[Row]:
    return [
        Row(
            f"{module}.{name}",
            "Flask 2.3",
            here,
            "from flask import g, for values of one request",
            module=module,
        )
        for name, here in _STACKS.items()
    ]


ROWS = (
    *rows_of("flask", "Flask 3.0", _MARKUP),
    *rows_of("flask", "Flask 2.1", _SAFE_JOIN, _SAFE_JOIN_EDIT),
    *rows_of("flask.helpers", "Flask 2.1", _SAFE_JOIN, _SAFE_JOIN_EDIT),
    *_stack_rows("flask"),
    *_stack_rows("flask.globals"),
    *rows_of(
        "flask.helpers",
        "Flask 2.3",
        {"locked_cached_property": "werkzeug.utils:cached_property"},
    ),
    *rows_of(
        "flask.helpers",
        "Flask 2.3",
        {"get_env": f"{_HERE}:get_env"},
        "os.environ['FLASK_ENV'], or app.debug",
    ),
    *rows_of(
        "flask.helpers",
        "Flask 2.0",
        {"total_seconds": f"{_HERE}:total_seconds"},
        "delta.total_seconds()",
    ),
    *rows_of("flask.helpers", "Flask 3.0", _MARKUP),
    *rows_of(
        "flask.json",
        "Flask 3.0",
        {"htmlsafe_dumps": "jinja2.utils:htmlsafe_json_dumps"},
    ),
    *_JSON,
    *_available_rows(),
    *rows_of(
        "flask.globals",
        "Flask 2.2",
        {
            "_find_app": f"{_HERE}:find_app",
            "_lookup_req_object": f"{_HERE}:lookup_req_object",
            "_lookup_app_object": f"{_HERE}:lookup_app_object",
        },
        "from flask import current_app, request, session, g",
    ),
    *rows_of(
        "flask.helpers", "Flask 2.2", {"is_ip": f"{_HERE}:is_ip"}, "import ipaddress"
    ),
    *rows_of(
        "flask.helpers",
        "Flask 2.0",
        {
            "_endpoint_from_view_func": f"{_SCAFFOLD}:_endpoint_from_view_func",
            "find_package": f"{_SCAFFOLD}:find_package",
            "_PackageBoundObject": f"{_SCAFFOLD}:Scaffold",
        },
    ),
    *rows_of(
        "flask.testing",
        "Flask 2.0",
        {"make_test_environ_builder": f"{_HERE}:make_environ_builder"},
        "from flask.testing import EnvironBuilder",
    ),
    *rows_of(
        "flask.json",
        "Flask 2.3",
        {"tojson_filter": "jinja2.utils:htmlsafe_json_dumps"},
        "from jinja2.utils import htmlsafe_json_dumps",
    ),
    *rows_of(
        "flask.json",
        "Flask 2.1",
        {"htmlsafe_dump": f"{_HERE}:dump_for_html"},
        "fp.write(htmlsafe_json_dumps(value))",
    ),
    *rows_of("flask.cli", "Flask 2.3", {"get_env": f"{_HERE}:get_env"}, "app.debug"),
)
