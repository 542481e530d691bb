"""The clauses of LIMIT and OFFSET, made once for each number.

Pages ask for the same few numbers over and over. A clause is never changed, and two
statements may share it; the two kinds are kept apart, so that `LIMIT 20 OFFSET 20`
looks to SQLAlchemy like any other pair.
"""

from functools import lru_cache
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.sql.util import _offset_or_limit_clause

from .eligibility import AnyQuery

S = TypeVar("S", bound=sa.GenerativeSelect)
Q = TypeVar("Q", bound=AnyQuery)
Clause = sa.ColumnElement[int] | None


@lru_cache(maxsize=500)
def limit_clause(number: int) -> Clause:
    """Return the clause of `LIMIT number`."""
    return _offset_or_limit_clause(number)


@lru_cache(maxsize=500)
def offset_clause(number: int) -> Clause:
    """Return the clause of `OFFSET number`."""
    return _offset_or_limit_clause(number)


def limit_query(query: Q, number: int) -> Q:
    """Return a `Query` with a limit."""
    limited = query._generate()  # noqa: SLF001 - what `limit()` itself calls
    limited.__dict__["_limit_clause"] = limit_clause(number)
    return limited


def offset_query(query: Q, number: int) -> Q:
    """Return a `Query` with an offset."""
    limited = query._generate()  # noqa: SLF001 - what `offset()` itself calls
    limited.__dict__["_offset_clause"] = offset_clause(number)
    return limited


def limit_select(statement: S, limit: int, offset: int) -> S:
    """Return a `select()` with a limit and an offset."""
    if getattr(statement, "_fetch_clause", None) is not None:
        return statement.limit(limit).offset(offset)
    limited = statement._generate()  # noqa: SLF001 - what `limit()` itself calls
    limited.__dict__.update(
        _limit_clause=limit_clause(limit), _offset_clause=offset_clause(offset)
    )
    return limited
