"""The hot path: answers for any Flask app, unchanged, several times cheaper.

`install()` puts it under every `flask.Flask` of this process and `uninstall()` takes
it away. A class that always wants it names it first: `class Carboy(Engine, Flask)`;
that never touches `flask.Flask`, may override any method of Flask (the override is
called) and needs no call at start. `respond(app, source)` is the door of the edge.
"""

from .dispatch import bypassable_call, respond
from .fallbacks import Fallback, list_fallbacks
from .install import Engine, install, uninstall
from .interface import ServerRequest, ServerResponse, path_info
from .lazy_response import LazyResponse, RawResponse, make_lazy_response

__all__ = [
    "Engine",
    "Fallback",
    "LazyResponse",
    "RawResponse",
    "ServerRequest",
    "ServerResponse",
    "bypassable_call",
    "install",
    "list_fallbacks",
    "make_lazy_response",
    "path_info",
    "respond",
    "uninstall",
]
