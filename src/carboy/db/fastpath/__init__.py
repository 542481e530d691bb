"""Queries and flushes on private names of SQLAlchemy, and nothing else.

Outside of this folder the database battery uses SQLAlchemy as everybody does. The names
below `MISSING` exist only if it is empty; `is_enabled` says whether to call them.
"""

from .switch import MISSING, check_requirements, disable, is_enabled

if not MISSING:
    from .compiled_query import LoadedQuery
    from .eligibility import make_count
    from .flush import flush_fast
    from .limit_offset import limit_query, limit_select, offset_query
    from .reader import NOT_LOADED, Reader, make_reader

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
