"""The clauses of LIMIT and OFFSET, made once for each number.

Pages ask for the same few numbers over and over. A clause is never changed, and two
statements may share it; the two kinds are kept apart, so that `LIMIT 20 OFFSET 20`
looks to SQLAlchemy like any other pair.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy.sql.util import _offset_or_limit_clause


@lru_cache(maxsize=500)
def limit_of(number: int) -> Any:
    """Give the clause of `LIMIT number`."""
    return _offset_or_limit_clause(number)


@lru_cache(maxsize=500)
def offset_of(number: int) -> Any:
    """Give the clause of `OFFSET number`."""
    return _offset_or_limit_clause(number)


def cut(statement: Any, limit: int, offset: int) -> Any:
    """Give a `select()` cut to a slice."""
    if getattr(statement, "_fetch_clause", None) is not None:
        return statement.limit(limit).offset(offset)
    made = statement._generate()  # noqa: SLF001 - what `limit()` itself calls
    made.__dict__.update(
        _limit_clause=limit_of(limit), _offset_clause=offset_of(offset)
    )
    return made
