"""The hot path: answers for any Flask app, unchanged, several times cheaper.

`install()` puts it under every `flask.Flask` of this process and `uninstall()` takes
it away. A class that always wants it names it first: `class Carboy(Engine, Flask)`;
that never touches `flask.Flask`, may override any method of Flask (the override is
called) and needs no call at start. `respond(app, source)` is the door of the edge.
"""

from .dispatch import passes_through, respond
from .fallbacks import Reason, reasons
from .install import Engine, install, uninstall
from .interface import Answer, Source, path_info
from .lazy_response import Plain, Ready, make_ready

__all__ = [
    "Answer",
    "Engine",
    "Plain",
    "Ready",
    "Reason",
    "Source",
    "install",
    "make_ready",
    "passes_through",
    "path_info",
    "reasons",
    "respond",
    "uninstall",
]
