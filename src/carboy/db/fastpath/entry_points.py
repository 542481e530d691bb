"""What the database battery calls of the fast path, and None for all if it is off.

Nothing calls these then: `is_enabled` is false for each engine.
"""

from .switch import MISSING

__all__ = [
    "NOT_LOADED",
    "LoadedQuery",
    "Reader",
    "flush_fast",
    "limit_query",
    "limit_select",
    "make_count",
    "make_reader",
    "offset_query",
]

if MISSING:
    globals().update(dict.fromkeys(__all__))
else:
    from .compiled_query import LoadedQuery
    from .eligibility import make_count
    from .flush import flush_fast
    from .limit_offset import limit_query, limit_select, offset_query
    from .reader import NOT_LOADED, Reader, make_reader
