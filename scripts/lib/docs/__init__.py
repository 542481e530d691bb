"""Writes the generated pages of the docs; docs/reference has programs of its own."""

from .benchmarks import write_benchmarks
from .calls import Call, CallError, check_calls
from .index import write_index
from .internals import write_internals
from .layers import draw_layers
from .pages import list_pages

__all__ = [
    "Call",
    "CallError",
    "check_calls",
    "draw_layers",
    "list_pages",
    "write_benchmarks",
    "write_index",
    "write_internals",
]
