"""The inside of a Flask app, replaced: the same answers for a tenth of the time.

`install()` puts it under every `flask.Flask` of this process, `uninstall()` removes it.
A class that always uses it names it first: `class Carboy(Engine, Flask)`. That leaves
`flask.Flask` alone, and any method of Flask may be overridden. Our server calls
`respond(app, request)`. Sockets, processes and limits are in `carboy.server`.
"""

from .dispatch import bypassable_call, respond
from .fallbacks import Fallback, list_fallbacks
from .install import Engine, install, uninstall
from .interface import ServerRequest, ServerResponse, path_info
from .lazy_response import LazyResponse, RawResponse, make_lazy_response
from .run_async import (
    close_async_loop,
    get_async_loop,
    has_async_loop,
    make_sync,
    run_async,
)
from .wsgi import call_wsgi

__all__ = [
    "Engine",
    "Fallback",
    "LazyResponse",
    "RawResponse",
    "ServerRequest",
    "ServerResponse",
    "bypassable_call",
    "call_wsgi",
    "close_async_loop",
    "get_async_loop",
    "has_async_loop",
    "install",
    "list_fallbacks",
    "make_lazy_response",
    "make_sync",
    "path_info",
    "respond",
    "run_async",
    "uninstall",
]
