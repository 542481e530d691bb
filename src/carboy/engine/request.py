"""Requests whose attributes are computed when they are first read.

Each is a subclass of the app's own request class, so every type check holds. Code that
reads `environ` may also write to it: at that moment everything that stock Flask reads
at the start is fixed, so that such a change never reaches the other attributes.
"""

from contextlib import suppress
from typing import Any

from flask import current_app
from flask.wrappers import Request
from werkzeug.datastructures import EnvironHeaders
from werkzeug.exceptions import BadRequestKeyError, HTTPException
from werkzeug.sansio.http import parse_cookie

from .flask_features import READS_HOST_AT_START
from .interface import ServerRequest
from .lazy import Lazy

EAGER = (
    "method",
    "scheme",
    "server",
    "root_path",
    "path",
    "query_string",
    "headers",
    "remote_addr",
)
_BOUND = (
    "REQUEST_METHOD",
    "SCRIPT_NAME",
    "PATH_INFO",
    "QUERY_STRING",
    "wsgi.url_scheme",
    "HTTP_COOKIE",
)
_STOCK = frozenset(Request.__mro__)
_HOOKS = ("__new__", "__init_subclass__", "__getattribute__", "__setattr__")


def decode_wsgi(wsgi: str) -> str:
    """Return a WSGI string with its bytes read as UTF-8."""
    if wsgi.isascii():
        return wsgi
    return wsgi.encode("latin-1").decode(errors="replace")


def supports_lazy_request(request_class: type) -> bool:
    """Return whether nothing in this class depends on `__init__`."""
    own = [kind for kind in request_class.__mro__ if kind not in _STOCK]
    names = {
        "__init__",
        "__slots__",
        "environ",
        "shallow",
        "host",
        "cookies",
        *_HOOKS,
        *EAGER,
    }
    return (
        issubclass(request_class, Request)
        and type(request_class) is type
        and not any(names & vars(kind).keys() for kind in own)
    )


def make_lazy_class(request_class: type, mixin: type) -> type:
    """Return the lazy subclass, with the name of the app's class."""
    names = {
        "__module__": request_class.__module__,
        "__qualname__": request_class.__qualname__,
        "__doc__": request_class.__doc__,
    }
    return type(request_class.__name__, (mixin, request_class), names)


def _cookie_header(own: Any) -> str:
    source: ServerRequest = own.carboy_server_request
    built_environ = source.built_environ
    found = (
        source.find_header("cookie")
        if built_environ is None
        else built_environ.get("HTTP_COOKIE")
    )
    return found or ""


def _cookies_of(own: Any, header: str) -> Any:
    # Stock Flask looks through the whole environ for more headers of that name.
    cookies = parse_cookie(header, cls=own.dict_storage_class)
    own.carboy_parsed_cookies = cookies
    return cookies


def _text(own: Any, name: str) -> str:
    return decode_wsgi(own.carboy_environ.get(name) or "")


def _server_of(environ: dict[str, Any]) -> tuple[str, int | None] | None:
    name = environ.get("SERVER_NAME")
    if name is None:
        return None
    try:
        return name, int(environ["SERVER_PORT"])
    except (KeyError, TypeError, ValueError):
        return name, None


def _fix_host(own: Any) -> None:
    if not READS_HOST_AT_START:
        return
    # An untrusted host raises whenever it is read, here as in stock Flask.
    with suppress(HTTPException):
        own.host  # noqa: B018 - to read it is to keep it


def keep_cookies(request: Any, app: Any) -> None:
    """Read the cookies where stock Flask has read them to open a signed session."""
    # No app is current yet when the URL map is bound.
    if (
        app
        and app.secret_key
        and hasattr(app.session_interface, "get_signing_serializer")
    ):
        request.cookies  # noqa: B018 - to read them is to keep them


def _frozen(own: Any) -> dict[str, Any]:
    environ: dict[str, Any] = own.carboy_environ
    own.carboy_frozen = {name: environ[name] for name in _BOUND if name in environ}
    for name in EAGER:
        getattr(own, name)
    _fix_host(own)
    keep_cookies(own, current_app)
    return environ


def _environ_of(own: Any) -> dict[str, Any]:
    _fix_host(own)
    keep_cookies(own, current_app)
    environ: dict[str, Any] = own.carboy_server_request.environ
    environ["werkzeug.request"] = own
    return environ


class ServerHeaders(EnvironHeaders):
    """The headers of a server request; once an environ exists, those in the environ."""

    def __init__(self, request: Any) -> None:
        super().__init__({})
        del self.environ
        self._request = request

    # Not a plain attribute: to ask for it is what makes the environ.
    def __getattr__(self, name: str) -> Any:
        if name != "environ":
            raise AttributeError(name)
        self.environ = self._request.environ
        return self.environ

    def carboy_value(self, key: str) -> str:
        """Return the value of a header, or raise KeyError."""
        if not isinstance(key, str):
            raise BadRequestKeyError(key)
        source: ServerRequest = self._request.carboy_server_request
        wsgi = key.upper().replace("-", "_")
        if wsgi not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
            wsgi = f"HTTP_{wsgi}"
        if source.built_environ is not None or source.extra:
            # Not `self.environ`: what asks for that asks for the host in here.
            found: str = source.environ[wsgi]
            return found
        if wsgi == "CONTENT_LENGTH":
            length = source.content_length
            value = None if length is None else str(length)
        else:
            value = source.find_header(key.lower().replace("_", "-"))
        if value is None:
            raise KeyError(wsgi)
        return value

    _get_key = carboy_value


if not hasattr(EnvironHeaders, "_get_key"):
    # Werkzeug 3.0 reads the environ in the method that is public, with an option.
    type.__setattr__(
        ServerHeaders, "__getitem__", lambda own, key, **_: own.carboy_value(key)
    )


class EnvironRequest:
    """The attributes of a lazy request, read from a WSGI environ."""

    shallow = False
    carboy_environ: dict[str, Any]
    carboy_frozen: dict[str, Any] | None = None

    method = Lazy(lambda own: own.carboy_environ.get("REQUEST_METHOD", "GET").upper())
    scheme = Lazy(lambda own: own.carboy_environ.get("wsgi.url_scheme", "http"))
    server = Lazy(lambda own: _server_of(own.carboy_environ))
    root_path = Lazy(lambda own: _text(own, "SCRIPT_NAME").rstrip("/"))
    path = Lazy(lambda own: "/" + _text(own, "PATH_INFO").lstrip("/"))
    query_string = Lazy(
        lambda own: own.carboy_environ.get("QUERY_STRING", "").encode("latin-1")
    )
    headers = Lazy(lambda own: EnvironHeaders(own.carboy_environ))
    remote_addr = Lazy(lambda own: own.carboy_environ.get("REMOTE_ADDR"))
    cookies = Lazy(
        lambda own: _cookies_of(own, own.carboy_environ.get("HTTP_COOKIE", ""))
    )
    environ = Lazy(_frozen)

    def carboy_bind_environ(self) -> dict[str, Any]:
        """Return the environ entries that an URL adapter is made from."""
        return self.carboy_frozen or self.carboy_environ


class ServerBackedRequest:
    """The attributes of a lazy request, read from a ServerRequest."""

    shallow = False
    carboy_server_request: ServerRequest
    carboy_frozen: dict[str, Any] | None = None

    method = Lazy(lambda own: own.carboy_server_request.method.upper())
    scheme = Lazy(lambda own: own.carboy_server_request.scheme)
    server = Lazy(lambda own: own.carboy_server_request.server)
    root_path = Lazy(
        lambda own: decode_wsgi(own.carboy_server_request.root_path).rstrip("/")
    )
    path = Lazy(
        lambda own: "/" + decode_wsgi(own.carboy_server_request.path).lstrip("/")
    )
    query_string = Lazy(
        lambda own: own.carboy_server_request.query_string.encode("latin-1")
    )
    headers = Lazy(ServerHeaders)
    remote_addr = Lazy(lambda own: own.carboy_server_request.client[0])
    cookies = Lazy(lambda own: _cookies_of(own, _cookie_header(own)))
    environ = Lazy(_environ_of)

    def carboy_bind_environ(self) -> dict[str, Any]:
        """Return the environ entries that an URL adapter is made from."""
        source = self.carboy_server_request
        return {
            "REQUEST_METHOD": source.method,
            "SCRIPT_NAME": source.root_path,
            "PATH_INFO": source.path,
            "QUERY_STRING": source.query_string,
            "wsgi.url_scheme": source.scheme,
        }


def unlink_environ(request: Any) -> None:
    """Remove the request from its environ: the two would keep each other alive."""
    own = request.__dict__
    if "environ" in own:
        own["environ"]["werkzeug.request"] = None
    elif "carboy_environ" in own:
        own["carboy_environ"]["werkzeug.request"] = None
