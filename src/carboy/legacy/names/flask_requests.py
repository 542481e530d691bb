"""Behaviour of requests, responses and files that Flask and Werkzeug had."""

from collections.abc import Callable
from functools import wraps
from pkgutil import resolve_name
from typing import Any

import flask
from flask import helpers
from flask.ctx import RequestContext
from flask.json.provider import JSONProvider
from flask.wrappers import Request, Response
from werkzeug.local import LocalProxy

from carboy.legacy.patches import Patches
from carboy.legacy.rows import Row
from carboy.legacy.uses import record_use

JSON_BODY = Row(
    "request.json without a JSON body",
    "Flask 2.1 (it answers 400 or 415 since)",
    "None, as before",
    "request.get_json(silent=True)",
)
IS_XHR = Row(
    "request.is_xhr",
    "Werkzeug 1.0",
    "whether X-Requested-With is XMLHttpRequest",
    "request.headers.get('X-Requested-With') == 'XMLHttpRequest'",
)
CHARSET = Row(
    "request.charset, response.charset",
    "Werkzeug 3.0",
    "'utf-8', as everything is",
    "'utf-8'",
)
LOCATION = Row(
    "an absolute Location",
    "Werkzeug 2.1",
    "redirects name the whole address again",
    "compare with the path: response.location == '/login'",
)
CONTEXT_SESSION = Row(
    "RequestContext.session = …",
    "Flask 3.1.3",
    "it can be set",
    "session.clear(), session.update(…) inside of the context",
)
SESSION = Row(
    "return session",
    "",
    "the session as JSON, which visitors can read anyway",
    "return dict(session)",
)
OPEN_REDIRECT = Row(
    "redirect(request.args.get('next'))",
    "",
    "an address of another host becomes /",
    "from carboy.auth import safe_redirect",
    "A link with ?next=//evil.example would send visitors there.",
)
ATTACHMENT = Row(
    "send_file(attachment_filename=…)", "Flask 2.2", "download_name", "download_name=…"
)
CACHE_TIMEOUT = Row("send_file(cache_timeout=…)", "Flask 2.2", "max_age", "max_age=…")
ADD_ETAGS = Row("send_file(add_etags=…)", "Flask 2.2", "etag", "etag=…")
FILENAME = Row(
    "send_from_directory(filename=…)", "Flask 2.2", "path", "the second argument: path"
)
_RENAMED = {
    "attachment_filename": ("download_name", ATTACHMENT),
    "cache_timeout": ("max_age", CACHE_TIMEOUT),
    "add_etags": ("etag", ADD_ETAGS),
}


def _accept_old_options(send: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(send)
    def call(*args: Any, **options: Any) -> Any:
        for old, (new, row) in _RENAMED.items():
            if old in options:
                record_use(row)
                options[new] = options.pop(old)
        if "filename" in options:
            record_use(FILENAME)
            options["path"] = options.pop("filename")
        return send(*args, **options)

    return call


def _wrap_json_failure(fail: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(fail)
    def handle(request: Request, error: ValueError | None) -> Any:
        if error is None:
            record_use(JSON_BODY)
            return None
        return fail(request, error)

    return handle


def _is_xhr(request: Request) -> bool:
    record_use(IS_XHR)
    return request.headers.get("X-Requested-With", "").lower() == "xmlhttprequest"


class CharsetAttribute:
    """`request.charset`: it is UTF-8, always."""

    def __get__(self, message: Any, _owner: type[Any] | None = None) -> Any:
        """Return the charset."""
        record_use(CHARSET)
        return "utf-8"


def _wrap_json_value(prepare: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(prepare)
    def unwrap(provider: JSONProvider, args: tuple[Any, ...], values: Any) -> Any:
        if len(args) == 1 and isinstance(args[0], LocalProxy):
            record_use(SESSION)
            session: Any = args[0]
            args = (dict(session.items()),)
        return prepare(provider, args, values)

    return unwrap


def _wrap_redirect(redirect: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(redirect)
    def call(location: str, *args: Any, **options: Any) -> Any:
        if flask.has_request_context() and _is_unsafe(location):
            record_use(OPEN_REDIRECT)
            location = "/"
        return redirect(location, *args, **options)

    return call


def _is_unsafe(location: str) -> bool:
    """Return whether a link chose this address, and it leads to another host."""
    values = flask.request.values
    sent = {value for name in values for value in values.getlist(name)}
    return location in sent and not resolve_name("carboy.auth:is_safe_url")(location)


class SessionProxy(LocalProxy[Any]):
    """`flask.session`, which is no iterator, so that Flask takes it for a dict."""

    __slots__ = ()
    __next__ = None


def _set_session(context: RequestContext, value: Any) -> None:
    record_use(CONTEXT_SESSION)
    context._session = value


def _set_class(proxy: Any, kind: type[Any]) -> None:
    # The proxy itself hands `__class__` on to the session.
    vars(object)["__class__"].__set__(proxy, kind)


def _apply(patches: Patches) -> None:
    _set_class(flask.session, SessionProxy)
    patches.on_undo(lambda: _set_class(flask.session, LocalProxy))
    current = vars(RequestContext).get("session")
    if isinstance(current, property):
        patches.set(RequestContext, "session", current.setter(_set_session))
    patches.set(Request, "is_xhr", property(_is_xhr))
    patches.set(
        Request,
        "on_json_loading_failed",
        _wrap_json_failure(Request.on_json_loading_failed),
    )
    for kind in (Request, Response):
        patches.set(kind, "charset", CharsetAttribute())
    patches.set(Request, "encoding_errors", "replace")
    patches.set(Request, "url_charset", "utf-8")
    patches.set(Response, "autocorrect_location_header", True)
    patches.set(
        JSONProvider,
        "_prepare_response_obj",
        _wrap_json_value(JSONProvider._prepare_response_obj),
    )
    redirect = _wrap_redirect(helpers.redirect)
    for module in (helpers, flask):
        patches.set(module, "redirect", redirect)
    for name in ("send_file", "send_from_directory"):
        wrapped = _accept_old_options(getattr(helpers, name))
        patches.set(helpers, name, wrapped)
        patches.set(flask, name, wrapped)


HOOKS = {"flask": _apply}
ROWS = (
    JSON_BODY,
    IS_XHR,
    CHARSET,
    LOCATION,
    CONTEXT_SESSION,
    SESSION,
    OPEN_REDIRECT,
    ATTACHMENT,
    CACHE_TIMEOUT,
    ADD_ETAGS,
    FILENAME,
)
