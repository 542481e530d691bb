"""Queries and flushes on private names of SQLAlchemy, and nothing else.

Outside of this folder the database battery uses SQLAlchemy as everybody does. What is
here may be called only where `is_enabled` says so.
"""

from .entry_points import (
    NOT_LOADED,
    LoadedQuery,
    Reader,
    flush_fast,
    limit_query,
    limit_select,
    make_count,
    make_reader,
    offset_query,
)
from .switch import MISSING, check_requirements, disable, is_enabled

__all__ = [
    "MISSING",
    "NOT_LOADED",
    "LoadedQuery",
    "Reader",
    "check_requirements",
    "disable",
    "flush_fast",
    "is_enabled",
    "limit_query",
    "limit_select",
    "make_count",
    "make_reader",
    "offset_query",
]
